// The HTTP server by itself, over real sockets: what it serves, and what it bounds.

#include "app/endpoint/http_server.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/support/manual_clock.h"

namespace drydock::app {
namespace {

using tests::HttpAnswer;
using tests::HttpClient;

// Answers with what it was asked; a request to "/later" when the test says so.
class EchoHandler final : public HttpHandler {
public:
    std::optional<HttpResponse> handle(const HttpRequest& request, const LaterResponse& later) override {
        HttpResponse response{200, {{"X-Method", std::string(request.method)}}, std::string(request.body)};
        if (request.path() == "/size") response.body = std::to_string(request.body.size());
        if (request.path() == "/target") response.body = request.target;
        if (request.path() == "/header") response.body = request.header("x-ASKED").value_or("none");
        if (request.path() == "/large") response.body.assign(8 * 1024 * 1024, 'x');
        if (request.path() != "/later") return response;
        const std::lock_guard lock(m_mutex);
        m_owed.push_back([later, response] { later([response] { return response; }); });
        m_changed.notify_all();
        return std::nullopt;
    }

    void waitUntilOwed(std::size_t count) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_owed.size() >= count; });
    }
    // Waits until so many are owed, then answers them from this thread.
    void answerLater(std::size_t count) {
        waitUntilOwed(count);
        const std::lock_guard lock(m_mutex);
        for (const auto& answer : m_owed) answer();
        m_owed.clear();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<std::function<void()>> m_owed;
};

class EndpointServerTest : public ::testing::Test {
protected:
    void start(const HttpLimits& limits = {}) {
        auto server = HttpServer::start({}, limits, m_clock, m_handler);
        ASSERT_TRUE(server) << server.error().message;
        m_server = std::move(*server);
    }
    [[nodiscard]] HttpClient connect() const { return HttpClient(m_server->address().port); }

    tests::ManualClock m_clock;
    EchoHandler m_handler;
    std::unique_ptr<HttpServer> m_server;
};

TEST_F(EndpointServerTest, ServesManyRequestsOnOneConnection) {
    start();
    HttpClient client = connect();
    for (int i = 0; i < 100; ++i) {
        const std::string body(static_cast<std::size_t>(i * 1'000), 'b');
        const HttpAnswer answer = client.request("POST", "/", {}, body);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, body);
        EXPECT_EQ(answer.headers.at("content-length"), std::to_string(body.size()));
        EXPECT_EQ(answer.headers.at("connection"), "Keep-Alive");
        EXPECT_EQ(answer.headers.at("x-method"), "POST");
    }
    EXPECT_EQ(client.request("GET", "/target?a=%20b&c", {}).body, "/target?a=%20b&c");
    EXPECT_EQ(client.request("GET", "/header", {{"X-Asked", "so"}}).body, "so");
    const HttpAnswer last = client.request("POST", "/", {{"Connection", "close"}}, "x");
    EXPECT_EQ(last.headers.at("connection"), "close");
    EXPECT_TRUE(client.closed());
}

TEST_F(EndpointServerTest, TakesBodiesInChunksAndRequestsInARow) {
    start();
    HttpClient client = connect();
    const tests::Headers chunked = {{"Host", "x"}, {"Transfer-Encoding", "chunked"}};
    client.send(tests::requestText("POST", "/", chunked, "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n") +
                tests::requestText("POST", "/", {{"Host", "x"}, {"Content-Length", "2"}}, "hi"));
    EXPECT_EQ(client.receive()->body, "abcdefg");
    EXPECT_EQ(client.receive()->body, "hi");
}

TEST_F(EndpointServerTest, ARequestMayComeByteByByte) {
    start();
    HttpClient client = connect();
    for (const char c : tests::requestText("POST", "/", {{"Host", "x"}, {"Content-Length", "5"}}, "abcde")) {
        ASSERT_TRUE(client.send(std::string_view(&c, 1)));
    }
    EXPECT_EQ(client.receive()->body, "abcde");
}

TEST_F(EndpointServerTest, OthersAreServedWhileAnAnswerIsOwed) {
    start();
    std::vector<HttpClient> waiting;
    for (int i = 0; i < 50; ++i) {
        waiting.push_back(connect());
        waiting.back().send(
            tests::requestText("POST", "/later", {{"Host", "x"}, {"Content-Length", "2"}}, std::to_string(10 + i)));
    }
    HttpClient other = connect();
    EXPECT_EQ(other.request("POST", "/", {}, "x").body, "x");
    m_handler.answerLater(50);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(waiting[static_cast<std::size_t>(i)].receive()->body, std::to_string(10 + i));
    // And those connections go on.
    EXPECT_EQ(waiting.front().request("POST", "/", {}, "again").body, "again");
}

TEST_F(EndpointServerTest, AClientThatLeavesBeforeItsAnswerHarmsNobody) {
    start();
    {
        HttpClient client = connect();
        client.send(tests::requestText("POST", "/later", {{"Host", "x"}, {"Content-Length", "0"}}, ""));
        HttpClient half = connect();
        half.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    }
    m_handler.answerLater(1);
    EXPECT_EQ(connect().request("POST", "/", {}, "x").body, "x");
}

TEST_F(EndpointServerTest, AnswersWhatItOwesBeforeItEnds) {
    start();
    HttpClient client = connect();
    client.send(tests::requestText("POST", "/later", {{"Host", "x"}, {"Content-Length", "4"}}, "owed"));
    m_handler.waitUntilOwed(1);
    std::thread ending([this] { m_server.reset(); });
    m_handler.answerLater(1);
    ending.join();
    EXPECT_EQ(client.receive()->body, "owed");
    EXPECT_TRUE(client.closed());
}

TEST_F(EndpointServerTest, ABodyMayHaveSixteenMegabytesAndNotOneByteMore) {
    start();
    const std::string most(16 * 1024 * 1024, 'a');
    EXPECT_EQ(connect().request("POST", "/size", {}, most).body, std::to_string(most.size()));
    const HttpAnswer refused = connect().request("POST", "/size", {}, most + "a");
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.headers.at("transfer-encoding"), "chunked");
    EXPECT_EQ(refused.body, "");
}

TEST_F(EndpointServerTest, ABodyInChunksIsBoundLikewise) {
    start();
    HttpClient client = connect();
    client.send("POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string piece = "100000\r\n" + std::string(0x100000, 'a') + "\r\n";
    for (int i = 0; i < 17; ++i) ASSERT_TRUE(client.send(piece));
    client.send("0\r\n\r\n");
    const auto refused = client.receive();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 413);
    EXPECT_EQ(connect().request("POST", "/size", {}, "x").body, "1");
}

TEST_F(EndpointServerTest, WhoAsksBeforeSendingTooMuchHearsAtOnce) {
    start();
    HttpClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17000000\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive()->status, 413);
    HttpClient endless = connect();
    endless.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17000000000\r\n\r\n");
    EXPECT_EQ(endless.receive()->status, 413);
}

TEST_F(EndpointServerTest, HeadersAreBound) {
    start();
    HttpClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(100'000, 'a') + "\r\n\r\n");
    EXPECT_GE(client.receive().value_or(HttpAnswer{400, {}, {}}).status, 400);
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(connect().request("POST", "/", {}, "x").body, "x");
}

TEST_F(EndpointServerTest, RubbishIsRefused) {
    start();
    for (const char* text : {"\r\n\r\n\r\n\r\nx y z\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\xFC\r\n\r\n",
                             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"}) {
        HttpClient client = connect();
        client.send(text);
        // Or it is closed without a word.
        EXPECT_GE(client.receive().value_or(HttpAnswer{400, {}, {}}).status, 400) << text;
    }
    EXPECT_EQ(connect().request("POST", "/", {}, "x").body, "x");
}

TEST_F(EndpointServerTest, AThousandIdleConnectionsDisturbNobody) {
    start();
    std::vector<HttpClient> idle;
    for (int i = 0; i < 1'000; ++i) idle.push_back(connect());
    HttpClient client = connect();
    EXPECT_EQ(client.request("POST", "/", {}, "x").body, "x");
    for (std::size_t i = 0; i < idle.size(); i += 100) EXPECT_EQ(idle[i].request("POST", "/", {}, "y").body, "y");
}

TEST_F(EndpointServerTest, WhoComesTooManyIsToldSo) {
    HttpLimits limits;
    limits.connections = 10;
    start(limits);
    std::vector<HttpClient> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(connect());
        EXPECT_EQ(clients.back().request("POST", "/", {}, "x").status, 200);
    }
    {
        HttpClient refused = connect();
        const HttpAnswer answer = refused.request("POST", "/", {}, "x");
        EXPECT_EQ(answer.status, 503);
        EXPECT_NE(answer.body.find("ServiceUnavailable"), std::string::npos);
        EXPECT_TRUE(refused.closed());
    }
    EXPECT_EQ(clients.front().request("POST", "/", {}, "x").status, 200);
}

TEST_F(EndpointServerTest, BodiesTogetherAreBound) {
    HttpLimits limits;
    limits.heldBytes = 1'000;
    start(limits);
    HttpClient holder = connect();
    holder.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nbegun");
    // It is taken once this one has been, which came after.
    while (connect().request("POST", "/", {}, std::string(200, 'x')).status == 200) {
    }
    EXPECT_EQ(connect().request("POST", "/", {}, std::string(200, 'x')).status, 503);
    EXPECT_EQ(connect().request("POST", "/", {}, std::string(40, 'x')).status, 200);
    holder.send(std::string(895, 'x'));
    EXPECT_EQ(holder.receive()->status, 200);
    EXPECT_EQ(connect().request("POST", "/", {}, std::string(400, 'x')).status, 200);
}

// What came first is served first: a request that has been answered shows that the server has seen what came before it.
class SlowClientTest : public EndpointServerTest {
protected:
    // Lets the time of one limit pass, and waits until the server has seen that.
    void expectDropped(HttpClient& slow, std::int64_t afterMs) {
        m_clock.advance(afterMs);
        EXPECT_TRUE(slow.closed());
    }
    HttpLimits limits(std::int64_t idle, std::int64_t body, std::int64_t answer) {
        HttpLimits limits;
        limits.idle = std::chrono::milliseconds(idle);
        limits.body = std::chrono::milliseconds(body);
        limits.answer = std::chrono::milliseconds(answer);
        return limits;
    }
};

TEST_F(SlowClientTest, AnIdleConnectionIsClosed) {
    start(limits(1'000, 100'000, 100'000));
    HttpClient silent = connect();
    HttpClient served = connect();
    EXPECT_EQ(served.request("POST", "/", {}, "x").status, 200);
    expectDropped(silent, 1'001);
    EXPECT_TRUE(served.closed());
}

TEST_F(SlowClientTest, TheHeadersOfARequestMustComeInTime) {
    start(limits(1'000, 100'000, 100'000));
    HttpClient slow = connect();
    // Some bytes now and then don't make it quicker.
    slow.send("POST / HTTP/1.1\r\n");
    EXPECT_EQ(connect().request("POST", "/", {}, "x").status, 200);
    m_clock.advance(600);
    slow.send("Host: x\r\n");
    expectDropped(slow, 600);
}

TEST_F(SlowClientTest, ABodyMustComeInTime) {
    start(limits(100'000, 1'000, 100'000));
    HttpClient slow = connect();
    slow.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    EXPECT_EQ(connect().request("POST", "/", {}, "x").status, 200);
    expectDropped(slow, 1'001);
    EXPECT_EQ(connect().request("POST", "/", {}, "x").status, 200);
}

TEST_F(SlowClientTest, AnAnswerMustBeTakenInTime) {
    start(limits(100'000, 100'000, 1'000));
    HttpClient slow = connect();
    slow.send(tests::requestText("GET", "/large", {{"Host", "x"}}, ""));
    EXPECT_EQ(connect().request("POST", "/", {}, "x").status, 200);
    m_clock.advance(1'001);
    // Other connections show that the server has looked: their idle time doesn't pass.
    EXPECT_EQ(connect().request("POST", "/", {}, "x").status, 200);
    EXPECT_TRUE(slow.closed());
}

TEST_F(SlowClientTest, AnOwedAnswerHasAllTheTimeItNeeds) {
    start(limits(1'000, 1'000, 1'000));
    HttpClient client = connect();
    client.send(tests::requestText("POST", "/later", {{"Host", "x"}, {"Content-Length", "4"}}, "owed"));
    HttpClient idle = connect();
    EXPECT_EQ(idle.request("POST", "/", {}, "x").status, 200);
    expectDropped(idle, 1'000'000);
    m_handler.answerLater(1);
    EXPECT_EQ(client.receive()->body, "owed");
}

TEST_F(EndpointServerTest, APortThatIsTakenIsNamed) {
    start();
    const auto second = HttpServer::start(m_server->address(), {}, m_clock, m_handler);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, storage::ErrorCode::io);
    EXPECT_NE(second.error().message.find(m_server->address().url()), std::string::npos) << second.error().message;
}

TEST_F(EndpointServerTest, ListensOnTheOtherLoopbackToo) {
    auto server = HttpServer::start({"::1", 0}, {}, m_clock, m_handler);
    ASSERT_TRUE(server) << server.error().message;
    EXPECT_GT((*server)->address().port, 0);
}

}  // namespace
}  // namespace drydock::app
