#include "bench/support/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/support/comparison.h"

namespace drydock::bench {

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
    int socket = -1;
    std::string received;
    Clock::time_point dueAt;
};

class Load {
public:
    Load(std::span<const std::string> requests, std::size_t count, double offeredPerSecond)
        : m_requests(requests), m_left(count) {
        if (offeredPerSecond != kUnpaced) {
            m_interval =
                std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / offeredPerSecond));
        }
        m_latencies.reserve(count);
        m_events = epoll_create1(EPOLL_CLOEXEC);
        if (m_events < 0) stop("There is no epoll to be had.");
    }
    ~Load() {
        for (const auto& connection : m_connections) close(connection->socket);
        close(m_events);
    }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void connectTo(std::uint16_t port) {
        auto connection = std::make_unique<Connection>();
        connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(connection->socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            stop("The server can't be reached.");
        }
        const int on = 1;
        setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event event{EPOLLIN, {connection.get()}};
        epoll_ctl(m_events, EPOLL_CTL_ADD, connection->socket, &event);
        m_idle.push_back(connection.get());
        m_connections.push_back(std::move(connection));
    }

    HttpLoad run() {
        const auto begun = Clock::now();
        m_nextDue = begun;
        for (;;) {
            sendWhatIsDue();
            if (m_left == 0 && m_idle.size() == m_connections.size()) break;
            const timespec wait = untilDue();
            std::array<epoll_event, 64> events{};
            const int ready = epoll_pwait2(m_events, events.data(), static_cast<int>(events.size()),
                                           m_left == 0 || m_idle.empty() ? nullptr : &wait, nullptr);
            for (int i = 0; i < ready; ++i) {
                receive(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
            }
        }
        const std::chrono::duration<double> took = Clock::now() - begun;
        HttpLoad load;
        load.perSecond = static_cast<double>(m_latencies.size()) / took.count();
        const auto p99 = m_latencies.begin() + static_cast<std::ptrdiff_t>(m_latencies.size() * 99 / 100);
        std::nth_element(m_latencies.begin(), p99, m_latencies.end());
        load.p99Ms = std::chrono::duration<double, std::milli>(*p99).count();
        load.answerBytes = m_answerBytes;
        return load;
    }

private:
    void sendWhatIsDue() {
        while (m_left > 0 && !m_idle.empty()) {
            const auto now = Clock::now();
            if (m_interval.count() == 0) m_nextDue = now;
            if (m_nextDue > now) return;
            send(*m_idle.back(), m_nextDue);
            m_idle.pop_back();
            m_nextDue += m_interval;
        }
    }
    [[nodiscard]] timespec untilDue() const {
        const auto left = std::max<std::chrono::nanoseconds>(m_nextDue - Clock::now(), {});
        constexpr std::int64_t kSecond = 1'000'000'000;
        return {left.count() / kSecond, left.count() % kSecond};
    }
    void send(Connection& connection, Clock::time_point dueAt) {
        --m_left;
        const std::string& request = m_requests[m_next++ % m_requests.size()];
        connection.dueAt = dueAt;
        // Nobody sends so much that it wouldn't fit: an answer is read before the next request is sent.
        const ssize_t sent = ::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(request.size())) stop("A request can't be sent.");
    }

    void receive(Connection& connection) {
        std::string& text = connection.received;
        const ssize_t count = recv(connection.socket, m_piece.data(), m_piece.size(), MSG_DONTWAIT);
        if (count <= 0) stop("The server closed a connection.");
        text.append(m_piece.data(), static_cast<std::size_t>(count));
        const std::size_t end = text.find("\r\n\r\n");
        if (end == std::string::npos) return;
        constexpr std::string_view kLength = "Content-Length: ";
        const std::size_t length = text.find(kLength);
        std::size_t bytes = 0;
        if (length < end) std::from_chars(text.data() + length + kLength.size(), text.data() + end, bytes);
        if (text.size() < end + 4 + bytes) return;
        if (text.compare(0, 12, "HTTP/1.1 200") != 0) stop(text);
        m_answerBytes = bytes;
        m_latencies.push_back(Clock::now() - connection.dueAt);
        text.clear();
        m_idle.push_back(&connection);
    }

    std::span<const std::string> m_requests;
    std::size_t m_left;
    std::size_t m_next = 0;
    Clock::duration m_interval{};
    Clock::time_point m_nextDue;
    std::size_t m_answerBytes = 0;
    int m_events;
    std::array<char, 64 * 1024> m_piece{};
    std::vector<std::unique_ptr<Connection>> m_connections;
    std::vector<Connection*> m_idle;
    std::vector<Clock::duration> m_latencies;
};

}  // namespace

HttpLoad loadHttp(std::uint16_t port, std::span<const std::string> requests, std::size_t count, std::size_t connections,
                  double offeredPerSecond) {
    Load load(requests, count, offeredPerSecond);
    for (std::size_t i = 0; i < connections; ++i) load.connectTo(port);
    return load.run();
}

}  // namespace drydock::bench
