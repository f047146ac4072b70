// A real broker on a free loopback port, a synchronous client for it, and a proxy that sees and cuts what passes.
//
// Each aborts the test program with a message when its machinery fails (no mosquitto, no port, no answer in
// kBrokerPatience): nothing can be tested then.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/temporary_directory.h"

struct mosquitto;

namespace drydock::tests {

inline constexpr std::chrono::seconds kBrokerPatience{30};

// Waits until `condition` holds or patience ends; returns whether it does.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::milliseconds patience = kBrokerPatience);

// Debian's mosquitto as a child process; ends with this object.
class TestBroker {
public:
    struct Options {
        bool persistent = false;  // sessions and messages survive a restart()
        bool tls = false;         // with a certificate of its own making, see caFile()
        std::string user;         // empty: anonymous clients are allowed
        std::string password;
        std::string extraConfig;  // further lines of mosquitto.conf
    };
    TestBroker() : TestBroker(Options{}) {}
    explicit TestBroker(Options options);
    ~TestBroker();
    TestBroker(const TestBroker&) = delete;
    TestBroker& operator=(const TestBroker&) = delete;

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string caFile() const { return m_directory / "ca.pem"; }

    void start();  // on the same port; accepts connections when it returns
    void stop();   // as an administrator would: SIGTERM, sessions saved where persistent
    void restart();

private:
    void writeConfig();
    void makeCertificate();

    TemporaryDirectory m_directory;
    Options m_options;
    std::uint16_t m_port;
    pid_t m_process = -1;
};

// One MQTT v5 connection, driven by the calls alone.
class TestClient {
public:
    using Message = std::pair<std::string, std::string>;  // topic, payload

    explicit TestClient(std::uint16_t port);
    ~TestClient();
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;

    // At QoS 1; returns when the broker has acknowledged all.
    void publish(const std::vector<Message>& messages, bool retain = false);
    void subscribe(const std::string& filter);
    // What came on the subscriptions since the last collect(), at least `count` unless patience ends first.
    [[nodiscard]] std::vector<Message> collect(std::size_t count, std::chrono::milliseconds patience = kBrokerPatience);

private:
    void loopUntil(const std::function<bool()>& condition, std::chrono::milliseconds patience, const char* what);

    mosquitto* m_handle;
    bool m_connected = false;
    bool m_subscribed = false;
    std::size_t m_unacknowledged = 0;
    std::vector<Message> m_received;
};

// Passes bytes between clients and a broker, counting MQTT packets both ways.
class TestProxy {
public:
    explicit TestProxy(std::uint16_t brokerPort);
    ~TestProxy();
    TestProxy(const TestProxy&) = delete;
    TestProxy& operator=(const TestProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] std::size_t acknowledged() const { return m_acknowledged; }  // PUBACKs from clients
    [[nodiscard]] std::size_t published() const { return m_published; }        // PUBLISHes from clients
    [[nodiscard]] std::size_t delivered() const { return m_delivered; }        // PUBLISHes to clients
    [[nodiscard]] std::size_t connections() const { return m_connections; }
    [[nodiscard]] std::size_t refusals() const { return m_refusals; }

    void cut();                                                        // closes every connection
    void refuseVersion5(bool on) { m_refuse5 = on; }                   // answers as a broker of MQTT v3.1.1 does
    void refuseSubscriptions(bool on) { m_refuseSubscriptions = on; }  // turns what was granted into "not authorized"
    void hold(bool on) { m_hold = on; }                                // accepts connections and says nothing

private:
    struct Stream;
    struct Pair;
    void run();
    void accept();
    [[nodiscard]] bool pump(Pair& pair, bool fromClient);

    std::uint16_t m_brokerPort;
    std::uint16_t m_port = 0;
    int m_listener = -1;
    std::atomic<std::size_t> m_acknowledged = 0;
    std::atomic<std::size_t> m_published = 0;
    std::atomic<std::size_t> m_delivered = 0;
    std::atomic<std::size_t> m_connections = 0;
    std::atomic<std::size_t> m_refusals = 0;
    std::atomic<bool> m_refuse5 = false;
    std::atomic<bool> m_refuseSubscriptions = false;
    std::atomic<bool> m_hold = false;
    std::atomic<bool> m_cut = false;
    std::atomic<bool> m_stop = false;
    std::vector<std::unique_ptr<Pair>> m_pairs;  // the thread's
    std::thread m_thread;
};

}  // namespace drydock::tests
