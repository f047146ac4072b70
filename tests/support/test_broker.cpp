#include "tests/support/test_broker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <mosquitto.h>
#include <mqtt_protocol.h>

namespace drydock::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

[[noreturn]] void giveUp(const std::string& what) {
    std::fprintf(stderr, "The test's broker: %s\n", what.c_str());
    std::abort();
}

void require(bool holds, const char* what) {
    if (!holds) giveUp(what);
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Listening on a port the system chose.
int listenOnFreePort(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    require(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(listener, 16) == 0 &&
                ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0,
            "no free port");
    port = ntohs(address.sin_port);
    return listener;
}

std::uint16_t freePort() {
    std::uint16_t port = 0;
    ::close(listenOnFreePort(port));
    return port;
}

int connectTo(std::uint16_t port) {
    const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return connection;
    ::close(connection);
    return -1;
}

std::string programPath(const std::string& name) {
    const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nothing here sets it
    // Debian keeps the broker where an ordinary user's PATH does not lead.
    std::string directories = std::string(path != nullptr ? path : "") + ":/usr/sbin:/usr/local/sbin";
    for (std::size_t begin = 0; begin < directories.size();) {
        const std::size_t end = std::min(directories.find(':', begin), directories.size());
        std::string candidate = directories.substr(begin, end - begin) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        begin = end + 1;
    }
    giveUp(name + " is not installed");
}

// Its output goes to `log`; it dies with the test program, whatever way that ends.
pid_t startProcess(const std::vector<std::string>& arguments, const std::string& log) {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    require(process >= 0, "fork() failed");
    if (process != 0) return process;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    if (std::FILE* const file = std::fopen(log.c_str(), "a")) {
        ::dup2(::fileno(file), STDOUT_FILENO);
        ::dup2(::fileno(file), STDERR_FILENO);
    }
    ::execv(pointers.front(), pointers.data());
    ::_exit(127);
}

void runToEnd(const std::vector<std::string>& arguments, const std::string& log) {
    int status = -1;
    require(::waitpid(startProcess(arguments, log), &status, 0) > 0 && status == 0, arguments.front().c_str());
}

}  // namespace

bool eventually(const std::function<bool()>& condition, milliseconds patience) {
    const auto end = steady_clock::now() + patience;
    while (!condition()) {
        if (steady_clock::now() > end) return false;
        ::poll(nullptr, 0, 1);
    }
    return true;
}

// --- TestBroker

TestBroker::TestBroker(Options options) : m_options(std::move(options)), m_port(freePort()) {
    if (m_options.tls) makeCertificate();
    writeConfig();
    start();
}

TestBroker::~TestBroker() {
    stop();
}

std::string TestBroker::url() const {
    const std::string user = m_options.user.empty() ? "" : m_options.user + "@";
    return (m_options.tls ? "mqtts://" : "mqtt://") + user + "localhost:" + std::to_string(m_port) +
           (m_options.tls ? "?ca=" + caFile() : "");
}

void TestBroker::writeConfig() {
    std::ofstream config(m_directory / "mosquitto.conf");
    config << "listener " << m_port << " 127.0.0.1\n"
           << "max_queued_messages 0\nset_tcp_nodelay true\n"
           << "persistence " << (m_options.persistent ? "true" : "false") << "\n"
           << "persistence_location " << m_directory.path().string() << "/\n";
    if (::geteuid() == 0) config << "user root\n";  // it would leave root's rights, and with them this directory
    if (m_options.tls)
        config << "cafile " << caFile() << "\ncertfile " << (m_directory / "server.pem").string() << "\nkeyfile "
               << (m_directory / "server.key").string() << "\n";
    if (m_options.user.empty()) {
        config << "allow_anonymous true\n";
    } else {
        const std::string passwords = m_directory / "passwords";
        runToEnd({programPath("mosquitto_passwd"), "-b", "-c", passwords, m_options.user, m_options.password},
                 m_directory / "tools.log");
        config << "allow_anonymous false\npassword_file " << passwords << "\n";
    }
    config << m_options.extraConfig << "\n";
}

void TestBroker::makeCertificate() {
    const std::string openssl = programPath("openssl");
    const std::string log = m_directory / "tools.log";
    const std::string caKey = m_directory / "ca.key";
    const std::string request = m_directory / "server.csr";
    const std::string names = m_directory / "names";
    std::ofstream(names) << "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
    runToEnd({openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
              "-subj", "/CN=Test CA", "-keyout", caKey, "-out", caFile()},
             log);
    runToEnd({openssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
              "/CN=localhost", "-keyout", m_directory / "server.key", "-out", request},
             log);
    runToEnd({openssl, "x509", "-req", "-in", request, "-CA", caFile(), "-CAkey", caKey, "-CAcreateserial", "-days",
              "2", "-extfile", names, "-out", m_directory / "server.pem"},
             log);
}

void TestBroker::start() {
    const std::string log = m_directory / "broker.log";
    m_process = startProcess({programPath("mosquitto"), "-c", m_directory / "mosquitto.conf"}, log);
    const bool accepts = eventually([this] {
        const int connection = connectTo(m_port);
        if (connection >= 0) ::close(connection);
        return connection >= 0 || ::waitpid(m_process, nullptr, WNOHANG) != 0;
    });
    if (accepts && ::kill(m_process, 0) == 0) return;
    std::ifstream lines(log);
    giveUp(std::string(std::istreambuf_iterator<char>(lines), {}));
}

void TestBroker::stop() {
    if (m_process < 0) return;
    ::kill(m_process, SIGTERM);
    if (!eventually([this] { return ::waitpid(m_process, nullptr, WNOHANG) != 0; })) {
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
    }
    m_process = -1;
}

void TestBroker::restart() {
    stop();
    start();
}

// --- TestClient

TestClient::TestClient(std::uint16_t port) {
    mosquitto_lib_init();
    m_handle = mosquitto_new(nullptr, true, this);
    mosquitto_int_option(m_handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(m_handle, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(m_handle, [](mosquitto*, void* self, int reason) {
        static_cast<TestClient*>(self)->m_connected = reason == 0;
    });
    mosquitto_subscribe_callback_set(m_handle, [](mosquitto*, void* self, int, int, const int*) {
        static_cast<TestClient*>(self)->m_subscribed = true;
    });
    mosquitto_publish_callback_set(
        m_handle, [](mosquitto*, void* self, int) { --static_cast<TestClient*>(self)->m_unacknowledged; });
    mosquitto_message_callback_set(m_handle, [](mosquitto*, void* self, const mosquitto_message* message) {
        static_cast<TestClient*>(self)->m_received.emplace_back(
            message->topic,
            std::string(static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)));
    });
    require(mosquitto_connect(m_handle, "127.0.0.1", port, 60) == MOSQ_ERR_SUCCESS, "the client can't connect");
    loopUntil([this] { return m_connected; }, kBrokerPatience, "the client was not let in");
}

TestClient::~TestClient() {
    mosquitto_disconnect(m_handle);
    mosquitto_destroy(m_handle);
}

void TestClient::loopUntil(const std::function<bool()>& condition, milliseconds patience, const char* what) {
    const auto end = steady_clock::now() + patience;
    while (!condition() && steady_clock::now() < end)
        require(mosquitto_loop(m_handle, 10, 1) == MOSQ_ERR_SUCCESS, "the client's connection was lost");
    if (what != nullptr) require(condition(), what);
}

void TestClient::publish(const std::vector<Message>& messages, bool retain) {
    // The library's own queue is searched for each acknowledgement, so it is kept short.
    constexpr std::size_t kAhead = 200;
    for (const auto& [topic, payload] : messages) {
        ++m_unacknowledged;
        require(mosquitto_publish(m_handle, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), 1,
                                  retain) == MOSQ_ERR_SUCCESS,
                "publishing failed");
        loopUntil([this] { return m_unacknowledged < kAhead; }, kBrokerPatience, "a message was not acknowledged");
    }
    loopUntil([this] { return m_unacknowledged == 0; }, kBrokerPatience, "a message was not acknowledged");
}

void TestClient::subscribe(const std::string& filter) {
    m_subscribed = false;
    require(mosquitto_subscribe(m_handle, nullptr, filter.c_str(), 1) == MOSQ_ERR_SUCCESS, "subscribing failed");
    loopUntil([this] { return m_subscribed; }, kBrokerPatience, "the subscription was not acknowledged");
}

std::vector<TestClient::Message> TestClient::collect(std::size_t count, milliseconds patience) {
    loopUntil([&] { return m_received.size() >= count; }, patience, nullptr);
    return std::exchange(m_received, {});
}

// --- TestProxy

namespace {

constexpr unsigned kConnect = 1;
constexpr unsigned kPublish = 3;
constexpr unsigned kPuback = 4;
constexpr unsigned kSuback = 9;
constexpr char kNotAuthorized = '\x87';

}  // namespace

// One direction: finds where packets begin, so that they can be counted by type.
struct TestProxy::Stream {
    std::string buffer;  // of the packet that isn't whole yet

    // Calls `whole(packet)` for each packet that has become whole.
    template <class Whole>
    void take(std::string_view bytes, Whole whole) {
        buffer += bytes;
        while (const std::size_t size = packetSize()) {
            whole(std::string_view(buffer).substr(0, size));
            buffer.erase(0, size);
        }
    }

private:
    // 0: not whole.
    [[nodiscard]] std::size_t packetSize() const {
        std::size_t length = 0;
        for (std::size_t i = 1; i < buffer.size() && i < 5; ++i) {
            const auto byte = static_cast<unsigned char>(buffer[i]);
            length |= static_cast<std::size_t>(byte & 0x7f) << (7 * (i - 1));
            if (byte < 0x80) return buffer.size() >= i + 1 + length ? i + 1 + length : 0;
        }
        return 0;
    }
};

struct TestProxy::Pair {
    Pair(int clientSocket, int brokerSocket) : client(clientSocket), broker(brokerSocket) {}
    ~Pair() {
        ::close(client);
        if (broker >= 0) ::close(broker);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    int client;
    int broker;  // -1: the client is held
    Stream fromClient;
    Stream fromBroker;
    bool refuse5 = false;
};

TestProxy::TestProxy(std::uint16_t brokerPort) : m_brokerPort(brokerPort) {
    m_listener = listenOnFreePort(m_port);
    m_thread = std::thread([this] { run(); });
}

TestProxy::~TestProxy() {
    m_stop = true;
    m_thread.join();
    ::close(m_listener);
}

void TestProxy::cut() {
    m_cut = true;
    require(eventually([this] { return !m_cut; }), "the proxy hangs");
}

void TestProxy::run() {
    while (!m_stop) {
        std::vector<pollfd> entries = {{m_listener, POLLIN, 0}};
        for (const auto& pair : m_pairs) {
            entries.push_back({pair->client, POLLIN, 0});
            entries.push_back({pair->broker, POLLIN, 0});
        }
        ::poll(entries.data(), entries.size(), 5);
        for (std::size_t i = m_pairs.size(); i-- > 0;) {
            const bool open = (entries[2 * i + 1].revents == 0 || pump(*m_pairs[i], true)) &&
                              (entries[2 * i + 2].revents == 0 || pump(*m_pairs[i], false));
            if (!open) m_pairs.erase(m_pairs.begin() + static_cast<std::ptrdiff_t>(i));
        }
        if (m_cut) {
            m_pairs.clear();
            m_cut = false;
        }
        if (entries.front().revents != 0) accept();
    }
    m_pairs.clear();
}

void TestProxy::accept() {
    const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    ++m_connections;
    const int broker = m_hold ? -1 : connectTo(m_brokerPort);
    if (broker < 0 && !m_hold) {
        ::close(client);
        return;
    }
    m_pairs.push_back(std::make_unique<Pair>(client, broker));
    m_pairs.back()->refuse5 = m_refuse5;
}

bool TestProxy::pump(Pair& pair, bool fromClient) {
    char bytes[65536];
    const ssize_t size = ::read(fromClient ? pair.client : pair.broker, bytes, sizeof bytes);
    if (size <= 0) return false;
    if (pair.broker < 0) return true;
    std::string passed;
    bool refuse = false;
    const std::string_view view(bytes, static_cast<std::size_t>(size));
    (fromClient ? pair.fromClient : pair.fromBroker).take(view, [&](std::string_view packet) {
        passed += packet;
        const unsigned type = static_cast<unsigned char>(packet[0]) >> 4;
        if (fromClient && type == kPuback) ++m_acknowledged;
        if (type == kPublish) ++(fromClient ? m_published : m_delivered);
        // After the fixed header: the length 4, "MQTT", and the protocol's level.
        const std::size_t name = packet.find("MQTT");
        if (fromClient && type == kConnect && name != std::string_view::npos && packet[name + 4] == 5)
            refuse = pair.refuse5;
        // Its last byte answers the last topic filter.
        if (!fromClient && type == kSuback && m_refuseSubscriptions) passed.back() = kNotAuthorized;
    });
    if (refuse) {
        ++m_refusals;
        constexpr char kUnacceptableVersion[] = {0x20, 2, 0, 1};
        (void)!::write(pair.client, kUnacceptableVersion, sizeof kUnacceptableVersion);
        return false;
    }
    for (std::string_view left = passed; !left.empty();) {
        const ssize_t part = ::send(fromClient ? pair.broker : pair.client, left.data(), left.size(), MSG_NOSIGNAL);
        if (part <= 0) return false;
        left.remove_prefix(static_cast<std::size_t>(part));
    }
    return true;
}

}  // namespace drydock::tests
