#include "app/mqtt/mqtt_link.h"

#include <arpa/inet.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::tests {
namespace {

using app::Journal;
using app::LinkOptions;
using app::LinkState;
using app::MqttLink;
using app::MqttVersion;
using fleet::ConnectionState;
using testing::HasSubstr;

constexpr const char* kTopic = "iot/device/data";

std::vector<TestClient::Message> numbered(std::size_t first, std::size_t count) {
    std::vector<TestClient::Message> messages;
    for (std::size_t i = 0; i < count; ++i) messages.emplace_back(kTopic, std::to_string(first + i));
    return messages;
}

std::vector<std::string> numbers(std::size_t first, std::size_t count) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(std::to_string(first + i));
    return result;
}

// Keeps every other writer out of a journal while it lives.
class JournalLock {
public:
    explicit JournalLock(const std::filesystem::path& file) {
        EXPECT_EQ(sqlite3_open(file.c_str(), &m_handle), SQLITE_OK);
        sqlite3_busy_timeout(m_handle, 5000);
        EXPECT_EQ(sqlite3_exec(m_handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    }
    ~JournalLock() { sqlite3_close(m_handle); }
    JournalLock(const JournalLock&) = delete;
    JournalLock& operator=(const JournalLock&) = delete;

private:
    sqlite3* m_handle = nullptr;
};

class MqttLinkTest : public testing::Test {
protected:
    LinkOptions options(std::uint16_t port) const {
        LinkOptions result;
        result.broker.host = "127.0.0.1";
        result.broker.port = port;
        result.topics = {kTopic};
        result.clientId = "drydock-test";
        result.journalFile = m_file;
        result.clock = &m_clock;
        result.reconnectInitialMs = 10;
        return result;
    }

    // Also fails the test when it doesn't start.
    std::unique_ptr<MqttLink> start(LinkOptions linkOptions) {
        auto link = MqttLink::start(std::move(linkOptions), callbacks());
        EXPECT_TRUE(link) << link.error().message;
        return link ? std::move(*link) : nullptr;
    }

    MqttLink::Callbacks callbacks() {
        return {[this] { ++m_journaled; },
                [this](LinkState state) {
                    const std::lock_guard lock(m_mutex);
                    m_states.push_back(std::move(state));
                },
                [this](std::vector<std::uint64_t> sequences) {
                    const std::lock_guard lock(m_mutex);
                    m_published.insert(m_published.end(), sequences.begin(), sequences.end());
                }};
    }

    static bool connected(const MqttLink& link) {
        return eventually([&] { return link.state().connection == ConnectionState::connected; });
    }
    static bool reached(const MqttLink& link, std::uint64_t sequence) {
        return eventually([&] { return link.state().lastSequence >= sequence; });
    }
    static bool inTrouble(const MqttLink& link) {
        return eventually([&] { return !link.state().journalTrouble.empty(); });
    }

    std::vector<std::string> journaled() const {
        const auto journal = Journal::open(m_file, 0);
        EXPECT_TRUE(journal);
        const auto messages = (*journal)->read(0, 1'000'000);
        EXPECT_TRUE(messages) << messages.error().message;
        std::vector<std::string> result;
        result.reserve(messages->size());
        for (const auto& message : *messages) result.push_back(message.payload);
        return result;
    }

    std::vector<std::uint64_t> published() {
        const std::lock_guard lock(m_mutex);
        return m_published;
    }

    bool sawState(const std::function<bool(const LinkState&)>& matches) {
        const std::lock_guard lock(m_mutex);
        return std::any_of(m_states.begin(), m_states.end(), matches);
    }

    TemporaryDirectory m_directory;
    const std::filesystem::path m_file = m_directory / "journal.db";
    ManualClock m_clock;
    std::atomic<std::size_t> m_journaled = 0;

private:
    std::mutex m_mutex;
    std::vector<LinkState> m_states;
    std::vector<std::uint64_t> m_published;
};

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

// --- incoming

TEST_F(MqttLinkTest, messagesAreJournaledInOrderWithTopicAndArrival) {
    TestBroker broker;
    const auto link = start(options(broker.port()));
    ASSERT_TRUE(connected(*link));
    TestClient(broker.port()).publish(numbered(1, 2500));
    ASSERT_TRUE(reached(*link, 2500));
    EXPECT_EQ(journaled(), numbers(1, 2500));
    EXPECT_GT(m_journaled, 0U);
    const auto journal = Journal::open(m_file, 0);
    const auto first = (*journal)->read(0, 1);
    EXPECT_EQ(first->front().topic, kTopic);
    EXPECT_EQ(first->front().arrivedMs, m_clock.wallMs());
}

TEST_F(MqttLinkTest, connectingIsTold) {
    TestBroker broker;
    const auto link = start(options(broker.port()));
    ASSERT_TRUE(connected(*link));
    EXPECT_TRUE(sawState([](const LinkState& state) { return state.connection == ConnectionState::connecting; }));
    EXPECT_EQ(link->state().sinceMs, m_clock.wallMs());
    EXPECT_EQ(link->state().error, "");
    link->stop();
    EXPECT_EQ(link->state().connection, ConnectionState::off);
}

TEST_F(MqttLinkTest, severalFiltersWithWildcardsAreSubscribed) {
    TestBroker broker;
    LinkOptions linkOptions = options(broker.port());
    linkOptions.topics = {"iot/+/data", "other/#"};
    const auto link = start(linkOptions);
    ASSERT_TRUE(connected(*link));
    TestClient(broker.port()).publish({{"iot/x/data", "a"}, {"iot/x/y", "not ours"}, {"other/p/q", "b"}});
    ASSERT_TRUE(reached(*link, 2));
    EXPECT_THAT(journaled(), testing::ElementsAre("a", "b"));
}

TEST_F(MqttLinkTest, aTopicNoLongerWantedIsUnsubscribedWhateverWasForgottenBetween) {
    TestBroker broker({true, false, {}, {}, {}});
    LinkOptions former = options(broker.port());
    former.topics = {"old/+", "kept"};
    {
        const auto link = start(former);
        ASSERT_TRUE(connected(*link));
    }
    // A run that never reaches the broker forgets nothing.
    LinkOptions now = options(broker.port());
    now.topics = {"kept", "new"};
    broker.stop();
    start(now)->stop();
    broker.start();
    const auto link = start(now);
    ASSERT_TRUE(connected(*link));
    TestClient client(broker.port());
    client.publish({{"old/a", "1"}, {"kept", "2"}, {"old/b", "3"}, {"new", "4"}});
    ASSERT_TRUE(reached(*link, 2));
    EXPECT_EQ(journaled(), (std::vector<std::string>{"2", "4"}));
    EXPECT_EQ(Journal::open(m_file, 0).value()->subscriptions(now.broker.display()).value(), now.topics);
    link->stop();
    // Nor does it come while the program is off.
    client.publish({{"old/a", "5"}, {"kept", "6"}});
    const auto again = start(now);
    ASSERT_TRUE(reached(*again, 3));
    EXPECT_EQ(journaled().back(), "6");
}

TEST_F(MqttLinkTest, whatIsNoTopicFilterIsRefusedAtTheStart) {
    LinkOptions linkOptions = options(1);
    linkOptions.topics = {"a/#/b"};
    const auto link = MqttLink::start(linkOptions, {});
    ASSERT_FALSE(link);
    EXPECT_EQ(link.error().code, storage::ErrorCode::validation);
    EXPECT_THAT(link.error().message, HasSubstr("a/#/b"));
}

TEST_F(MqttLinkTest, theBrokerKeepsWhatComesWhileTheLinkIsOff) {
    for (const MqttVersion version : {MqttVersion::v5, MqttVersion::v311}) {
        TestBroker broker;
        std::filesystem::remove(m_file);
        LinkOptions linkOptions = options(broker.port());
        linkOptions.broker.version = version;
        ASSERT_TRUE(connected(*start(linkOptions)));
        TestClient(broker.port()).publish(numbered(1, 1500));
        const auto link = start(linkOptions);
        ASSERT_TRUE(reached(*link, 1500));
        EXPECT_EQ(journaled(), numbers(1, 1500));
    }
}

TEST_F(MqttLinkTest, aPayloadBeyondWhatTheRulesAcceptKeepsOneByteMoreThanThat) {
    TestBroker broker;
    const auto link = start(options(broker.port()));
    ASSERT_TRUE(connected(*link));
    const std::string largest(fleet::kMaxPayloadBytes, 'a');
    TestClient(broker.port())
        .publish({{kTopic, largest}, {kTopic, std::string(3'000'000, 'b')}, {kTopic, ""}, {kTopic, "last"}});
    ASSERT_TRUE(reached(*link, 4));
    EXPECT_EQ(journaled(),
              (std::vector<std::string>{largest, std::string(fleet::kMaxPayloadBytes + 1, 'b'), "", "last"}));
}

TEST_F(MqttLinkTest, sequencesGoOnBehindTheAppliedPosition) {
    TestBroker broker;
    LinkOptions linkOptions = options(broker.port());
    linkOptions.appliedPosition = 1000;
    const auto link = start(linkOptions);
    EXPECT_EQ(link->state().lastSequence, 1000U);
    ASSERT_TRUE(connected(*link));
    TestClient(broker.port()).publish(numbered(1, 1));
    ASSERT_TRUE(reached(*link, 1001));
}

// --- acknowledge after commit

TEST_F(MqttLinkTest, nothingIsAcknowledgedBeforeItIsCommitted) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    const auto link = start(options(proxy.port()));
    ASSERT_TRUE(connected(*link));
    {
        const JournalLock lock(m_file);
        TestClient(broker.port()).publish(numbered(1, 30));
        ASSERT_TRUE(inTrouble(*link));
        ASSERT_TRUE(eventually([&] { return proxy.delivered() == 30; }));
        EXPECT_THAT(link->state().journalTrouble, HasSubstr("can't be written"));
        EXPECT_EQ(link->state().lastSequence, 0U);
        EXPECT_EQ(proxy.acknowledged(), 0U);
    }
    ASSERT_TRUE(reached(*link, 30));
    EXPECT_TRUE(eventually([&] { return proxy.acknowledged() == 30; }));
    EXPECT_TRUE(eventually([&] { return link->state().journalTrouble.empty(); }));
    EXPECT_EQ(journaled(), numbers(1, 30));
    EXPECT_EQ(proxy.connections(), 1U);
}

TEST_F(MqttLinkTest, acknowledgementsNeverRunAheadOfTheJournal) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    std::atomic<std::size_t> early = 0;
    // Runs after each commit and before its acknowledgements are written: those on the wire are of earlier commits.
    std::atomic<MqttLink*> running = nullptr;
    std::atomic<std::uint64_t> before = 0;
    auto link = MqttLink::start(options(proxy.port()), {[&] {
                                                            if (running == nullptr) return;
                                                            if (proxy.acknowledged() > before) ++early;
                                                            before = running.load()->state().lastSequence;
                                                        },
                                                        nullptr, nullptr});
    ASSERT_TRUE(link);
    ASSERT_TRUE(connected(**link));
    running = link->get();
    TestClient(broker.port()).publish(numbered(1, 5000));
    ASSERT_TRUE(reached(**link, 5000));
    EXPECT_EQ(early, 0U);
    EXPECT_TRUE(eventually([&] { return proxy.acknowledged() == 5000; }));
}

TEST_F(MqttLinkTest, whatWasNotCommittedWhenItStoppedComesAgain) {
    TestBroker broker;
    {
        const auto link = start(options(broker.port()));
        ASSERT_TRUE(connected(*link));
        const JournalLock lock(m_file);
        TestClient(broker.port()).publish(numbered(1, 5));
        ASSERT_TRUE(inTrouble(*link));
        link->stop();
        EXPECT_EQ(link->state().lastSequence, 0U);
    }
    const auto link = start(options(broker.port()));
    ASSERT_TRUE(reached(*link, 5));
    EXPECT_EQ(journaled(), numbers(1, 5));
}

TEST_F(MqttLinkTest, nothingIsLostWhenTheConnectionIsCutAgainAndAgain) {
    constexpr std::size_t kMessages = 3000;
    TestBroker broker;
    TestProxy proxy(broker.port());
    const auto link = start(options(proxy.port()));
    ASSERT_TRUE(connected(*link));
    TestClient client(broker.port());
    for (std::size_t first = 1; first <= kMessages; first += 300) {
        client.publish(numbered(first, 300));
        proxy.cut();
    }
    std::set<std::string> seen;
    ASSERT_TRUE(eventually([&] {
        const auto all = journaled();
        seen.insert(all.begin(), all.end());
        return seen.size() == kMessages;
    }));
    EXPECT_GT(proxy.connections(), 1U);
}

TEST_F(MqttLinkTest, aBatchThatWaitsForTheJournalOutlivesItsConnection) {
    TestBroker broker(TestBroker::Options{true, false, "", "", ""});
    const auto link = start(options(broker.port()));
    ASSERT_TRUE(connected(*link));
    {
        const JournalLock lock(m_file);
        TestClient(broker.port()).publish(numbered(1, 3));
        ASSERT_TRUE(inTrouble(*link));
        broker.restart();
    }
    // The three that were kept, and the same three from the broker, to which nobody acknowledged them.
    ASSERT_TRUE(reached(*link, 6));
    const auto all = journaled();
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()), (std::set<std::string>{"1", "2", "3"}));
    EXPECT_TRUE(connected(*link));
}

TEST_F(MqttLinkTest, aJournalOverItsLimitStopsReadingUntilItIsTrimmed) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    LinkOptions linkOptions = options(proxy.port());
    linkOptions.journalLimitBytes = 10'000;
    linkOptions.receiveMaximum = 10;
    const auto link = start(linkOptions);
    ASSERT_TRUE(connected(*link));
    const std::vector<TestClient::Message> large(100, {kTopic, std::string(1000, 'x')});
    TestClient(broker.port()).publish(large);
    ASSERT_TRUE(inTrouble(*link));
    EXPECT_THAT(link->state().journalTrouble, HasSubstr("not applied yet"));
    const std::uint64_t taken = link->state().lastSequence;
    EXPECT_LT(taken, 100U);
    EXPECT_LE(proxy.acknowledged(), taken);

    const auto desk = Journal::open(m_file, 0);
    ASSERT_TRUE(desk);
    EXPECT_TRUE(eventually([&] {
        EXPECT_TRUE((*desk)->trim(link->state().lastSequence));
        return link->state().lastSequence == 100;
    }));
    EXPECT_TRUE(eventually([&] { return link->state().journalTrouble.empty(); }));
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
