#include "app/commands/local_socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/commands/unix_socket.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using nlohmann::json;

json echo(const json& request) {
    return {{"lines", {request}}};
}

// A raw connection, to say what askOwner() never would.
class RawClient {
public:
    explicit RawClient(const std::filesystem::path& store)
        : m_address(*SocketAddress::inDirectory(store)), m_socket(*connectTo(m_address)) {}

    void send(const std::string& text) {
        std::size_t sent = 0;
        while (sent < text.size()) {
            const ssize_t count = ::send(m_socket.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) return;
            sent += static_cast<std::size_t>(count);
        }
    }
    // What comes until the next newline; what came so far when the other side closes.
    std::string line() {
        std::string text;
        for (char c = 0; recv(m_socket.get(), &c, 1, 0) == 1;) {
            if (c == '\n') return text;
            text += c;
        }
        m_closed = true;
        return text;
    }
    [[nodiscard]] bool closed() const { return m_closed; }

private:
    SocketAddress m_address;
    FileDescriptor m_socket;
    bool m_closed = false;
};

TEST(LocalSocket, AnswersARequest) {
    const tests::TemporaryDirectory store;
    const auto server = LocalSocketServer::listen(store.path(), echo);
    ASSERT_TRUE(server) << server.error().message;
    const auto reply = askOwner(store.path(), {{"command", "x"}});
    ASSERT_TRUE(reply) << reply.error().message;
    ASSERT_TRUE(reply->has_value());
    EXPECT_EQ((**reply)["lines"][0]["command"], "x");
}

TEST(LocalSocket, IsForItsOwnerAloneAndGoesWithTheServer) {
    const tests::TemporaryDirectory store;
    auto server = LocalSocketServer::listen(store.path(), echo);
    ASSERT_TRUE(server);
    struct stat status {};
    ASSERT_EQ(stat((store / "control.sock").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_TRUE(hasOwner(store.path()));
    server->reset();
    EXPECT_FALSE(std::filesystem::exists(store / "control.sock"));
    EXPECT_FALSE(hasOwner(store.path()));
}

TEST(LocalSocket, NobodyThereIsNoError) {
    const tests::TemporaryDirectory store;
    for (const auto& directory : {store.path(), store / "absent"}) {
        const auto reply = askOwner(directory, json::object());
        ASSERT_TRUE(reply) << reply.error().message;
        EXPECT_FALSE(reply->has_value());
    }
}

TEST(LocalSocket, AStaleFileIsReplacedAndALivingServerIsNot) {
    const tests::TemporaryDirectory store;
    {
        const auto address = SocketAddress::inDirectory(store.path());
        const FileDescriptor dead(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        ASSERT_EQ(bind(dead.get(), address->get(), address->size()), 0);
    }
    ASSERT_TRUE(std::filesystem::exists(store / "control.sock"));
    const auto server = LocalSocketServer::listen(store.path(), echo);
    ASSERT_TRUE(server) << server.error().message;
    const auto second = LocalSocketServer::listen(store.path(), echo);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, storage::ErrorCode::locked);
    EXPECT_TRUE(hasOwner(store.path()));
}

TEST(LocalSocket, APathLongerThanASocketAddressWorks) {
    const tests::TemporaryDirectory root;
    const std::filesystem::path store = root.path() / std::string(100, 'a') / std::string(100, 'b');
    std::filesystem::create_directories(store);
    const auto server = LocalSocketServer::listen(store, echo);
    ASSERT_TRUE(server) << server.error().message;
    EXPECT_TRUE(std::filesystem::exists(store / "control.sock"));
    const auto reply = askOwner(store, {{"command", "x"}});
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_TRUE(reply->has_value());
}

TEST(LocalSocket, RubbishGetsAnErrorLineAndIsClosed) {
    const tests::TemporaryDirectory store;
    const auto server = LocalSocketServer::listen(store.path(), echo);
    ASSERT_TRUE(server);
    for (const std::string& rubbish : {std::string("not json\n"), std::string("[1,2]\n"), std::string("\n"),
                                       std::string("\0\xff\n", 3), std::string(50'000, '[') + "\n"}) {
        RawClient client(store.path());
        client.send(rubbish);
        const json reply = json::parse(client.line(), nullptr, false);
        ASSERT_TRUE(reply.is_object());
        EXPECT_EQ(reply["error"]["code"], "validation");
        EXPECT_EQ(client.line(), "");
        EXPECT_TRUE(client.closed());
    }
    EXPECT_TRUE(askOwner(store.path(), {{"command", "x"}})->has_value());
}

TEST(LocalSocket, ALineOverTheLimitIsRefused) {
    const tests::TemporaryDirectory store;
    const auto server = LocalSocketServer::listen(store.path(), echo);
    ASSERT_TRUE(server);
    RawClient client(store.path());
    client.send(std::string(kMaxRequestBytes + 1, 'x'));
    EXPECT_EQ(json::parse(client.line(), nullptr, false)["error"]["code"], "limitExceeded");
}

TEST(LocalSocket, SeveralRequestsOnOneConnectionAreAnsweredInOrder) {
    const tests::TemporaryDirectory store;
    const auto server = LocalSocketServer::listen(store.path(), echo);
    ASSERT_TRUE(server);
    RawClient client(store.path());
    client.send("{\"n\":1}\n{\"n\":2}\n{\"n\"");
    EXPECT_EQ(json::parse(client.line())["lines"][0]["n"], 1);
    EXPECT_EQ(json::parse(client.line())["lines"][0]["n"], 2);
    client.send(":3}\n");
    EXPECT_EQ(json::parse(client.line())["lines"][0]["n"], 3);
}

TEST(LocalSocket, AReplyOfAnyLengthArrives) {
    const tests::TemporaryDirectory store;
    const std::string large(5'000'000, 'y');
    const auto server = LocalSocketServer::listen(store.path(), [&large](const json&) {
        return json{{"lines", {large}}};
    });
    ASSERT_TRUE(server);
    const auto reply = askOwner(store.path(), json::object());
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ((**reply)["lines"][0].get<std::string>().size(), large.size());
}

TEST(LocalSocket, SilentClientsDoNotLockOthersOut) {
    const tests::TemporaryDirectory store;
    const auto server = LocalSocketServer::listen(store.path(), echo);
    ASSERT_TRUE(server);
    std::vector<RawClient> silent;
    for (std::size_t i = 0; i < kMaxSocketClients; ++i) silent.emplace_back(store.path());
    EXPECT_TRUE(askOwner(store.path(), {{"command", "x"}})->has_value());
    // The one that has been silent longest made room.
    EXPECT_EQ(silent.front().line(), "");
    EXPECT_TRUE(silent.front().closed());
}

TEST(LocalSocket, AClientThatLeavesBeforeItsAnswerHarmsNobody) {
    const tests::TemporaryDirectory store;
    const std::string large(5'000'000, 'y');
    const auto server = LocalSocketServer::listen(store.path(), [&large](const json&) {
        return json{{"lines", {large}}};
    });
    ASSERT_TRUE(server);
    for (int i = 0; i < 5; ++i) {
        RawClient client(store.path());
        client.send("{}\n");
    }
    EXPECT_TRUE(askOwner(store.path(), json::object())->has_value());
}

}  // namespace
}  // namespace drydock::app
