#include "app/commands/local_socket.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <string_view>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/commands/unix_socket.h"
#include "storage/value/json.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::Result;

namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kMaxRequestDepth = 32;

std::string toLine(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string errorLine(ErrorCode code, const std::string& message) {
    return toLine({{"error", {{"code", storage::codeName(code)}, {"message", message}}}});
}

}  // namespace

class LocalSocketServer::Impl {
public:
    Impl(SocketAddress address, FileDescriptor listener, FileDescriptor wake, Handler handler)
        : m_address(std::move(address)),
          m_listener(std::move(listener)),
          m_wake(std::move(wake)),
          m_handler(std::move(handler)),
          m_thread([this] { run(); }) {}

    ~Impl() {
        // The counter can't overflow, so the write can't fail.
        [[maybe_unused]] const int written = eventfd_write(m_wake.get(), 1);
        m_thread.join();
        unlink(m_address.path());
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

private:
    struct Client {
        FileDescriptor socket;
        std::string input;
        std::string output;
        bool closing = false;  // once the output is written
    };

    void run() {
        std::vector<pollfd> polled;
        for (;;) {
            polled = {{m_wake.get(), POLLIN, 0}, {m_listener.get(), POLLIN, 0}};
            for (const Client& client : m_clients) {
                // One request at a time: the next is read when the answer is on its way.
                polled.push_back(
                    {client.socket.get(), static_cast<short>(client.output.empty() ? POLLIN : POLLOUT), 0});
            }
            if (poll(polled.data(), polled.size(), -1) < 0) continue;
            if (polled[0].revents != 0) return;

            auto client = m_clients.begin();
            for (std::size_t i = 2; i < polled.size(); ++i) {
                const auto current = client++;
                if (polled[i].revents == 0) continue;
                if (serve(*current)) {
                    m_clients.splice(m_clients.end(), m_clients, current);
                } else {
                    m_clients.erase(current);
                }
            }
            if (polled[1].revents != 0) acceptClient();
        }
    }

    void acceptClient() {
        FileDescriptor socket(accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket.valid()) return;
        // The list is ordered by activity, so the first has been silent longest.
        if (m_clients.size() >= kMaxSocketClients) m_clients.pop_front();
        m_clients.push_back({std::move(socket), {}, {}, false});
    }

    // False when the connection is over.
    bool serve(Client& client) {
        if (client.output.empty() && !receive(client)) return false;
        // A line more may have come along with the last.
        while (!client.output.empty() || answer(client)) {
            if (!send(client)) return false;
            if (!client.output.empty()) return true;
        }
        return true;
    }

    static bool receive(Client& client) {
        char buffer[kReadBytes];
        const ssize_t got = recv(client.socket.get(), buffer, sizeof buffer, 0);
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        if (got == 0) return false;
        client.input.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    // False when no whole line has come yet.
    bool answer(Client& client) {
        const std::size_t end = client.input.find('\n');
        if (end == std::string::npos ? client.input.size() > kMaxRequestBytes : end > kMaxRequestBytes) {
            client.output = errorLine(ErrorCode::limitExceeded, "The request is longer than 1 MiB.");
            client.closing = true;
            return true;
        }
        if (end == std::string::npos) return false;
        const Result<json> request =
            storage::parseJson(std::string_view(client.input).substr(0, end), kMaxRequestDepth);
        client.input.erase(0, end + 1);
        if (!request || !request->is_object()) {
            client.output = errorLine(ErrorCode::validation, "The request is no JSON object.");
            client.closing = true;
            return true;
        }
        client.output = toLine(m_handler(*request));
        return true;
    }

    static bool send(Client& client) {
        const ssize_t sent = ::send(client.socket.get(), client.output.data(), client.output.size(), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        client.output.erase(0, static_cast<std::size_t>(sent));
        return !(client.output.empty() && client.closing);
    }

    SocketAddress m_address;
    FileDescriptor m_listener;
    FileDescriptor m_wake;
    Handler m_handler;
    std::list<Client> m_clients;  // the thread's; least recently active first
    std::thread m_thread;
};

LocalSocketServer::LocalSocketServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

LocalSocketServer::~LocalSocketServer() = default;

Result<std::unique_ptr<LocalSocketServer>> LocalSocketServer::listen(const std::filesystem::path& store,
                                                                     Handler handler) {
    DRYDOCK_ASSIGN(SocketAddress address, SocketAddress::inDirectory(store));
    DRYDOCK_ASSIGN(const FileDescriptor other, connectTo(address));
    if (other.valid()) return fail(ErrorCode::locked, "Another process serves the store in " + store.string() + ".");
    unlink(address.path());

    FileDescriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    FileDescriptor wake(eventfd(0, EFD_CLOEXEC));
    if (!listener.valid() || !wake.valid()) return fail(systemError("Can't make a socket"));
    // The mode of the descriptor becomes the file's, so that at no moment anybody else can connect.
    if (fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0 || bind(listener.get(), address.get(), address.size()) != 0 ||
        ::listen(listener.get(), static_cast<int>(kMaxSocketClients)) != 0) {
        return fail(systemError("Can't listen in " + store.string()));
    }
    auto impl = std::make_unique<Impl>(std::move(address), std::move(listener), std::move(wake), std::move(handler));
    return std::unique_ptr<LocalSocketServer>(new LocalSocketServer(std::move(impl)));
}

namespace {

Result<std::string> exchangeLines(int socket, std::string_view request) {
    while (!request.empty()) {
        const ssize_t sent = send(socket, request.data(), request.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        // The other side may have refused the request before it had read it all: its words follow.
        if (sent < 0) break;
        request.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string reply;
    char buffer[kReadBytes];
    for (;;) {
        const ssize_t got = recv(socket, buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            return fail(ErrorCode::io, "The process that holds the store went away before it had answered.");
        }
        reply.append(buffer, static_cast<std::size_t>(got));
        if (reply.back() == '\n') return reply;
    }
}

}  // namespace

Result<std::optional<json>> askOwner(const std::filesystem::path& store, const json& request) {
    auto address = SocketAddress::inDirectory(store);
    if (!address) {
        if (address.error().code == ErrorCode::notFound) return std::nullopt;
        return fail(std::move(address).error());
    }
    DRYDOCK_ASSIGN(const FileDescriptor socket, connectTo(*address));
    if (!socket.valid()) return std::nullopt;
    DRYDOCK_ASSIGN(const std::string line, exchangeLines(socket.get(), toLine(request)));
    json reply = json::parse(line, nullptr, false);
    if (!reply.is_object())
        return fail(ErrorCode::internal, "The process that holds the store answered no JSON object.");
    return reply;
}

bool hasOwner(const std::filesystem::path& store) {
    const auto address = SocketAddress::inDirectory(store);
    if (!address) return false;
    const auto socket = connectTo(*address);
    return socket && socket->valid();
}

}  // namespace drydock::app
