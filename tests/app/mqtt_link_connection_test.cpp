// What the link publishes, and how it keeps its connection.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/mqtt_link_fixture.h"

namespace drydock::tests {
namespace {

using app::LinkOptions;
using app::LinkState;
using app::MqttLink;
using fleet::ConnectionState;
using testing::HasSubstr;

std::vector<fleet::OutboxMessage> outgoing(std::uint64_t first, std::size_t count) {
    std::vector<fleet::OutboxMessage> messages;
    for (std::uint64_t sequence = first; messages.size() < count; ++sequence)
        messages.push_back({sequence, "alerts/test", std::to_string(sequence), false});
    return messages;
}

std::vector<std::string> payloads(const std::vector<TestClient::Message>& messages) {
    std::vector<std::string> result;
    result.reserve(messages.size());
    for (const auto& message : messages) result.push_back(message.second);
    return result;
}

// --- outgoing

TEST_F(MqttLinkTest, publishedMessagesArriveInOrderAndAreNamedOnce) {
    TestBroker broker;
    TestClient listener(broker.port());
    listener.subscribe("alerts/#");
    const auto link = start(options(broker.port()));
    link->publish(outgoing(7, 250));  // before it is connected, and more than may be in flight
    link->publish(outgoing(257, 50));
    EXPECT_EQ(payloads(listener.collect(300)), numbers(7, 300));
    ASSERT_TRUE(eventually([&] { return published().size() >= 300; }));
    auto sequences = published();
    std::sort(sequences.begin(), sequences.end());
    EXPECT_EQ(std::adjacent_find(sequences.begin(), sequences.end()), sequences.end());
    EXPECT_EQ(sequences.front(), 7U);
    EXPECT_EQ(sequences.back(), 306U);
}

TEST_F(MqttLinkTest, aRetainedMessageIsKeptByTheBroker) {
    TestBroker broker;
    const auto link = start(options(broker.port()));
    link->publish({{1, "iot/device/3hwC2y7/attributes", R"({"FW":"2.27"})", true}});
    ASSERT_TRUE(eventually([&] { return published().size() == 1; }));
    TestClient late(broker.port());
    late.subscribe("iot/device/+/attributes");
    EXPECT_EQ(payloads(late.collect(1)), std::vector<std::string>{R"({"FW":"2.27"})"});
}

TEST_F(MqttLinkTest, unacknowledgedMessagesAreSentAgainAfterTheConnectionWasLost) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    TestClient listener(broker.port());
    listener.subscribe("alerts/#");
    const auto link = start(options(proxy.port()));
    ASSERT_TRUE(connected(*link));
    for (std::uint64_t first = 1; first <= 1000; first += 100) {
        link->publish(outgoing(first, 100));
        proxy.cut();
    }
    ASSERT_TRUE(eventually([&] { return published().size() >= 1000; }));
    const auto sequences = published();
    EXPECT_EQ(sequences.size(), 1000U);
    EXPECT_EQ(std::set<std::uint64_t>(sequences.begin(), sequences.end()).size(), 1000U);
    // Some come twice, so their number alone doesn't tell that all are there.
    std::set<std::string> received;
    while (received.size() < 1000) {
        const auto some = payloads(listener.collect(1));
        ASSERT_FALSE(some.empty());
        received.insert(some.begin(), some.end());
    }
}

TEST_F(MqttLinkTest, aMessageThatCannotBeSentDoesNotBlockTheNext) {
    TestBroker broker;
    const auto link = start(options(broker.port()));
    ASSERT_TRUE(connected(*link));
    link->publish({{1, "no/wildcards/#", "x", false}, {2, "alerts/test", "y", false}});
    ASSERT_TRUE(eventually([&] { return published().size() == 2; }));
    EXPECT_TRUE(
        sawState([](const LinkState& state) { return state.error.find("no/wildcards/#") != std::string::npos; }));
}

// --- the connection

TEST_F(MqttLinkTest, itReconnectsOnceTheBrokerIsBack) {
    TestBroker broker(TestBroker::Options{true, false, "", "", ""});
    const auto link = start(options(broker.port()));
    ASSERT_TRUE(connected(*link));
    broker.stop();
    ASSERT_TRUE(eventually([&] { return link->state().connection == ConnectionState::waitingToReconnect; }));
    EXPECT_THAT(link->state().error, HasSubstr("127.0.0.1:" + std::to_string(broker.port())));
    broker.start();
    ASSERT_TRUE(connected(*link));
    EXPECT_EQ(link->state().error, "");
    TestClient(broker.port()).publish(numbered(1, 3));
    ASSERT_TRUE(reached(*link, 3));
}

TEST_F(MqttLinkTest, aBrokerThatIsNotThereIsTriedAgain) {
    std::uint16_t port = 0;
    {
        const TestBroker gone;
        port = gone.port();
    }
    const auto link = start(options(port));
    ASSERT_TRUE(eventually([&] { return link->state().connection == ConnectionState::waitingToReconnect; }));
    EXPECT_THAT(link->state().error, HasSubstr("No connection to 127.0.0.1"));
    EXPECT_THAT(link->state().error, HasSubstr("refused"));
}

TEST_F(MqttLinkTest, aBrokerOfTheOldVersionIsSpokenToInIt) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    proxy.refuseVersion5(true);
    const auto link = start(options(proxy.port()));
    ASSERT_TRUE(connected(*link));
    EXPECT_EQ(proxy.refusals(), 1U);
    TestClient(broker.port()).publish(numbered(1, 10));
    ASSERT_TRUE(reached(*link, 10));
}

TEST_F(MqttLinkTest, aWrongPasswordIsSaidAndARightOneLetsIn) {
    TestBroker broker(TestBroker::Options{false, false, "desk", "right", ""});
    LinkOptions linkOptions = options(broker.port());
    linkOptions.broker.user = "desk";
    linkOptions.broker.password = "wrong";
    {
        const auto link = start(linkOptions);
        ASSERT_TRUE(eventually([&] { return link->state().connection == ConnectionState::waitingToReconnect; }));
        EXPECT_THAT(link->state().error, HasSubstr("refused the connection: Not authorized"));
    }
    linkOptions.broker.password = "right";
    EXPECT_TRUE(connected(*start(linkOptions)));
}

TEST_F(MqttLinkTest, aRefusedSubscriptionIsSaid) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    proxy.refuseSubscriptions(true);
    const auto link = start(options(proxy.port()));
    ASSERT_TRUE(connected(*link));
    EXPECT_THAT(link->state().error, HasSubstr(std::string("refused the subscription to ") + kTopic));
}

TEST_F(MqttLinkTest, tlsVerifiesTheBrokerByItsCaFile) {
    TestBroker broker(TestBroker::Options{false, true, "", "", ""});
    LinkOptions linkOptions = options(broker.port());
    linkOptions.broker = *app::parseBrokerUrl(broker.url());
    {
        const auto link = start(linkOptions);
        ASSERT_TRUE(connected(*link));
        link->publish({{1, kTopic, "through TLS", false}});
        ASSERT_TRUE(reached(*link, 1));
    }
    EXPECT_EQ(journaled(), std::vector<std::string>{"through TLS"});
    linkOptions.broker.caFile.clear();  // the system trusts no such certificate
    const auto link = start(linkOptions);
    ASSERT_TRUE(eventually([&] { return link->state().connection == ConnectionState::waitingToReconnect; }));
    EXPECT_THAT(link->state().error, HasSubstr("TLS"));
}

TEST_F(MqttLinkTest, aManyMessagesBurstComesThroughTls) {
    TestBroker broker(TestBroker::Options{false, true, "", "", ""});
    LinkOptions linkOptions = options(broker.port());
    linkOptions.broker = *app::parseBrokerUrl(broker.url());
    const auto link = start(linkOptions);
    ASSERT_TRUE(connected(*link));
    std::vector<fleet::OutboxMessage> messages;
    for (std::uint64_t sequence = 1; sequence <= 3000; ++sequence)
        messages.push_back({sequence, kTopic, std::to_string(sequence), false});
    link->publish(messages);
    ASSERT_TRUE(reached(*link, 3000));
    EXPECT_EQ(journaled(), numbers(1, 3000));
}

TEST_F(MqttLinkTest, aTlsFileThatIsNotThereIsNamed) {
    LinkOptions linkOptions = options(1);
    linkOptions.broker.tls = true;
    linkOptions.broker.caFile = m_directory / "absent.pem";
    const auto link = MqttLink::start(linkOptions, {});
    ASSERT_FALSE(link);
    EXPECT_THAT(link.error().message, HasSubstr("absent.pem"));
}

// --- stopping

class Stopwatch {
public:
    [[nodiscard]] bool under(std::chrono::seconds limit) const {
        return std::chrono::steady_clock::now() - m_begin < limit;
    }

private:
    std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

TEST_F(MqttLinkTest, stoppingDoesNotWaitForABrokerThatSaysNothing) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    proxy.hold(true);
    const auto link = start(options(proxy.port()));
    ASSERT_TRUE(eventually([&] { return proxy.connections() == 1; }));
    const Stopwatch watch;
    link->stop();
    EXPECT_TRUE(watch.under(std::chrono::seconds(10)));
}

// A listener whose queue is full leaves further clients waiting in connect() for minutes.
TEST_F(MqttLinkTest, stoppingDoesNotWaitForAConnectionThatIsNotAnswered) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    std::vector<int> fillers;
    for (int i = 0; i < 4; ++i) {
        fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        (void)::connect(fillers.back(), reinterpret_cast<const sockaddr*>(&address), size);
    }
    const auto link = start(options(ntohs(address.sin_port)));
    ASSERT_TRUE(eventually([&] { return link->state().connection == ConnectionState::connecting; }));
    const Stopwatch watch;
    link->stop();
    EXPECT_TRUE(watch.under(std::chrono::seconds(20)));
    EXPECT_EQ(link->state().connection, ConnectionState::off);
    for (const int filler : fillers) ::close(filler);
    ::close(listener);
}

TEST_F(MqttLinkTest, stoppingTwiceAndPublishingAfterwardsDoNoHarm) {
    TestBroker broker;
    const auto link = start(options(broker.port()));
    link->stop();
    link->stop();
    link->publish(outgoing(1, 1));
    EXPECT_EQ(link->state().connection, ConnectionState::off);
    EXPECT_TRUE(published().empty());
}

}  // namespace
}  // namespace drydock::tests
