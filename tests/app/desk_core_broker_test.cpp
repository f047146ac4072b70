// The desk core with a real broker.
#include <algorithm>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "tests/app/desk_core_fixture.h"

namespace drydock::app {
namespace {

using fleet::Phase;
using tests::eventually;

// With a real broker.
class DeskCoreBrokerTest : public DeskCoreTest {
protected:
    void startWithBroker(DeskCore::Listener listener = {}) {
        m_options.broker = *parseBrokerUrl(m_broker.url());
        start(std::move(listener));
        ASSERT_TRUE(isConnected());
    }
    [[nodiscard]] bool isConnected() {
        return eventually([&] { return m_core->status().connection == fleet::ConnectionState::connected; });
    }

    tests::TestBroker m_broker{{true, false, {}, {}, {}}};
};

TEST_F(DeskCoreBrokerTest, EveryMessageIsAccountedFor) {
    startWithBroker();
    tests::TestClient client(m_broker.port());
    client.publish({{"iot/device/data", failure("a", 1)},
                    {"iot/device/data", failure("a", 2)},
                    {"iot/device/data", failure("a", 1)},
                    {"iot/device/data", "[1,2,3]"},
                    {"elsewhere", failure("a", 3)}});
    ASSERT_TRUE(nothingWaits(4));
    EXPECT_EQ(m_core->status().accounting, (fleet::Accounting{4, 2, 1, 1, 0}));
}

TEST_F(DeskCoreBrokerTest, ABrokerThatGoesAwayIsNamedAndComesBack) {
    startWithBroker();
    m_broker.stop();
    ASSERT_TRUE(eventually([&] {
        const fleet::DeskStatus status = m_core->status();
        return status.connection != fleet::ConnectionState::connected && !status.connectionError.empty();
    }));
    m_broker.start();
    ASSERT_TRUE(isConnected());
    tests::TestClient client(m_broker.port());
    client.publish({{"iot/device/data", failure("a", 1)}});
    EXPECT_TRUE(nothingWaits(1));
}

TEST_F(DeskCoreBrokerTest, WhatHappensWhileTheBrokerIsAwayReachesItOnceItIsBack) {
    startWithBroker();
    std::vector<tests::TestClient::Message> failures;
    for (std::int64_t timestamp = 1; timestamp <= 9; ++timestamp)
        failures.emplace_back("iot/device/data", failure("a", timestamp));
    tests::TestClient(m_broker.port()).publish(failures);
    ASSERT_TRUE(nothingWaits(9));
    m_broker.stop();
    ASSERT_TRUE(eventually([&] { return m_core->status().connection != fleet::ConnectionState::connected; }));
    deliver({failure("a", 10)});  // the tenth was journaled, and its step is news for the broker
    ASSERT_TRUE(reaches("a", Phase::coolingOff));
    ASSERT_TRUE(eventually([&] { return m_core->status().outboxBacklog > 0; }));

    m_broker.start();
    tests::TestClient client(m_broker.port());
    client.subscribe("iot/device/a/attributes");
    client.publish({{"iot/device/data", failure("a", 10)}, {"iot/device/data", failure("a", 11)}});
    ASSERT_TRUE(isConnected());
    // The broker may send again what it saw no acknowledgement of before it stopped, so no exact number of duplicates.
    ASSERT_TRUE(eventually([&] {
        const fleet::Accounting accounting = m_core->status().accounting;
        return accounting.applied == 11 && accounting.duplicate >= 1 && accounting.waiting == 0;
    }));
    ASSERT_TRUE(eventually([&] { return m_core->status().outboxBacklog == 0; }));
    EXPECT_EQ(m_core->status().connectionError, "");
    const auto told = client.collect(1);
    ASSERT_FALSE(told.empty());
    EXPECT_NE(told.back().second.find("moveOut"), std::string::npos);
}

TEST_F(DeskCoreBrokerTest, TheOutboxSurvivesARestartAndReachesTheBroker) {
    start();  // without the broker
    deliverFailures("a", 10);
    ASSERT_TRUE(reaches("a", Phase::coolingOff));
    EXPECT_TRUE(eventually([&] { return m_core->status().outboxBacklog > 0; }));
    m_core.reset();

    tests::TestClient client(m_broker.port());
    client.subscribe("iot/device/+/attributes");
    startWithBroker();
    const auto received = client.collect(1);
    ASSERT_FALSE(received.empty());
    EXPECT_EQ(received.front().first, "iot/device/a/attributes");
    EXPECT_NE(received.front().second.find("moveOut"), std::string::npos);
    EXPECT_TRUE(eventually([&] { return m_core->status().outboxBacklog == 0; }));
    m_core.reset();
    start();
    EXPECT_EQ(m_core->status().outboxBacklog, 0U);
}

TEST_F(DeskCoreBrokerTest, NothingIsRetainedOfADeletedDevice) {
    startWithBroker();
    for (const char* id : {"a", "b"}) deliverFailures(id, 10);
    for (const char* id : {"a", "b"}) ASSERT_TRUE(reaches(id, Phase::coolingOff));
    const bool deleted = onCore<bool>([](fleet::FleetService& service, storage::SqliteStore&) {
        const auto preview = service.preview({fleet::ActionKind::deleteDevice, "a", {}, {}});
        return preview && service.perform(*preview, {"ada", "tests"});
    });
    ASSERT_TRUE(deleted);
    ASSERT_TRUE(eventually([&] {
        return onCore<bool>(
            [](fleet::FleetService& service, storage::SqliteStore&) { return service.outboxBacklog() == 0; });
    }));
    tests::TestClient client(m_broker.port());
    client.subscribe("iot/device/+/attributes");
    client.publish({{"iot/device/last/attributes", "{}"}});
    std::set<std::string> topics;
    for (const auto& [topic, payload] : client.collect(2)) topics.insert(topic);
    EXPECT_EQ(topics, (std::set<std::string>{"iot/device/b/attributes", "iot/device/last/attributes"}));
}

TEST_F(DeskCoreBrokerTest, ALongOutboxLeavesInOrder) {
    constexpr int kDevices = 300;  // more than are under way at once
    start();
    for (int device = 0; device < kDevices; ++device) deliverFailures("d" + std::to_string(device), 10);
    ASSERT_TRUE(nothingWaits(10 * kDevices));
    EXPECT_GE(m_core->status().outboxBacklog, static_cast<std::uint64_t>(kDevices));
    m_core.reset();

    tests::TestClient client(m_broker.port());
    client.subscribe("iot/device/+/attributes");
    startWithBroker();
    std::vector<std::string> moved;
    const auto received = client.collect(kDevices);
    for (const auto& [topic, payload] : received) {
        if (payload.find("moveOut") != std::string::npos) moved.push_back(topic);
    }
    ASSERT_EQ(moved.size(), static_cast<std::size_t>(kDevices));
    for (int device = 0; device < kDevices; ++device) {
        EXPECT_EQ(moved[static_cast<std::size_t>(device)], "iot/device/d" + std::to_string(device) + "/attributes");
    }
    EXPECT_TRUE(eventually([&] { return m_core->status().outboxBacklog == 0; }));
}

}  // namespace
}  // namespace drydock::app
