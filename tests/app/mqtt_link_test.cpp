#include "app/mqtt/mqtt_link.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/mqtt_link_fixture.h"

namespace drydock::tests {
namespace {

using app::Journal;
using app::LinkOptions;
using app::LinkState;
using app::MqttLink;
using app::MqttVersion;
using fleet::ConnectionState;
using testing::HasSubstr;

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
        return link->state().lastSequence == 100 && link->state().journalTrouble.empty();
    }));
}

}  // namespace
}  // namespace drydock::tests
