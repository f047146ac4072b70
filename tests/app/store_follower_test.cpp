#include "app/services/store_follower.h"

#include <unistd.h>

#include <algorithm>

#include <gtest/gtest.h>

#include "models/fleet/fleet_service.h"
#include "storage/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using fleet::FleetChanges;
using fleet::FleetService;
using storage::SqliteStore;

std::string message(const std::string& id, std::int64_t timestampMs, const char* status) {
    return R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(timestampMs) + R"(,"status":")" + status +
           R"(","model":"wo:v8","FW":"2.27"})";
}

// A store with its owner, and a second, read-only opening of it that is followed.
class StoreFollowerTest : public ::testing::Test {
protected:
    void SetUp() override {
        storage::StoreOptions options;
        options.clock = &m_clock;
        auto owner = SqliteStore::open(m_directory.path(), options);
        ASSERT_TRUE(owner) << owner.error().message;
        m_owner = std::move(*owner);
        auto service = FleetService::open(*m_owner, m_clock, {});
        ASSERT_TRUE(service) << service.error().message;
        m_service = std::move(*service);
    }

    void follow() {
        storage::StoreOptions options;
        options.readOnly = true;
        auto onlooker = SqliteStore::open(m_directory.path(), options);
        ASSERT_TRUE(onlooker) << onlooker.error().message;
        m_onlooker = std::move(*onlooker);
        auto follower = StoreFollower::open(*m_onlooker);
        ASSERT_TRUE(follower) << follower.error().message;
        m_follower.emplace(std::move(*follower));
    }

    void apply(const std::vector<std::string>& payloads) {
        std::vector<fleet::RawMessage> messages;
        messages.reserve(payloads.size());
        for (const std::string& payload : payloads) messages.push_back({"iot/device/data", payload, m_clock.wallMs()});
        const auto applied = m_service->apply(messages);
        ASSERT_TRUE(applied) << applied.error().message;
        m_clock.advance(1);
    }

    // All looks until the streams are read to their end.
    FleetChanges look() {
        FleetChanges all;
        for (bool more = true; more;) {
            auto look = m_follower->look();
            EXPECT_TRUE(look) << look.error().message;
            if (!look) return all;
            more = look->more;
            fleet::merge(all, std::move(look->changes));
        }
        return all;
    }

    static const fleet::DevicePatch* find(const FleetChanges& changes, const std::string& id) {
        const auto found = std::find_if(changes.devices.begin(), changes.devices.end(),
                                        [&id](const fleet::DevicePatch& patch) { return patch.id == id; });
        return found == changes.devices.end() ? nullptr : &*found;
    }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    std::unique_ptr<SqliteStore> m_owner;
    std::unique_ptr<FleetService> m_service;
    std::unique_ptr<SqliteStore> m_onlooker;
    std::optional<StoreFollower> m_follower;
};

TEST_F(StoreFollowerTest, BeginsAfterWhatIsAlreadyCommitted) {
    for (int i = 1; i <= 10; ++i) apply({message("a", i, "failed")});
    follow();
    const FleetChanges first = look();
    EXPECT_TRUE(first.alerts.empty());
    EXPECT_TRUE(first.audit.empty());
    ASSERT_NE(find(first, "a"), nullptr);  // its status, once
    EXPECT_FALSE(find(first, "a")->thing);
    EXPECT_TRUE(look().empty());
}

TEST_F(StoreFollowerTest, TellsAFailureWithItsStatusAtTheNextLook) {
    follow();
    look();
    apply({message("a", 1, "failed")});
    const FleetChanges changes = look();
    const fleet::DevicePatch* patch = find(changes, "a");
    ASSERT_NE(patch, nullptr);
    ASSERT_TRUE(patch->thing && patch->status && patch->retries);
    EXPECT_EQ(patch->retries->cycle.retryCounter, 1);
    EXPECT_EQ(patch->status->lastStatus, "failed");
    EXPECT_EQ(changes.devicesWithHistory, std::vector<std::string>{"a"});
    EXPECT_TRUE(look().empty());
}

TEST_F(StoreFollowerTest, FindsTheNewStatusOfADeviceThatIsWell) {
    apply({message("a", 1, "succeeded"), message("b", 1, "succeeded")});
    follow();
    look();
    apply({message("b", 2, "succeeded")});
    const FleetChanges changes = look();
    ASSERT_EQ(changes.devices.size(), 1U);
    EXPECT_EQ(changes.devices.front().id, "b");
    ASSERT_TRUE(changes.devices.front().status);
    EXPECT_EQ(changes.devices.front().status->deviceTimeMs, 2);
}

TEST_F(StoreFollowerTest, TellsAlertsAuditAndQuarantine) {
    follow();
    look();
    for (int i = 1; i <= 20; ++i) {
        apply({message("a", i, "failed")});
        // The cool-off after the tenth failure.
        if (i == 10) {
            m_clock.advance(24LL * 60 * 60 * 1000);
            ASSERT_TRUE(m_service->runDueTimers(1));
        }
    }
    m_clock.advance(15LL * 60 * 1000);
    ASSERT_TRUE(m_service->runDueTimers(1));
    const auto preview = m_service->preview({fleet::ActionKind::setNote, "a", "seen", {}});
    ASSERT_TRUE(preview) << preview.error().message;
    ASSERT_TRUE(m_service->perform(*preview, {"anna", "test"}));
    apply({"rubbish"});

    const FleetChanges changes = look();
    EXPECT_EQ(changes.alerts.size(), 1U);
    EXPECT_EQ(changes.audit.size(), 1U);
    EXPECT_TRUE(changes.quarantineChanged);
    ASSERT_NE(find(changes, "a"), nullptr);
    EXPECT_EQ(find(changes, "a")->thing->phase, fleet::Phase::failed);
    EXPECT_EQ(m_follower->counters().position, 21U);
    EXPECT_EQ(m_follower->counters().quarantined, 1U);
    EXPECT_EQ(m_follower->outboxBacklog(), m_service->outboxBacklog());
    EXPECT_FALSE(look().quarantineChanged);
}

TEST_F(StoreFollowerTest, TellsOfGroupsAndOfTheEndOfTheirFilling) {
    apply({message("a", 1, "succeeded"), message("b", 1, "succeeded")});
    follow();
    look();
    const auto perform = [this](const fleet::ActionRequest& request) {
        const auto preview = m_service->preview(request);
        ASSERT_TRUE(preview) << preview.error().message;
        ASSERT_TRUE(m_service->perform(*preview, {"anna", "test"}));
    };
    perform({fleet::ActionKind::createGroup, "well", "phase:well", {}});
    EXPECT_TRUE(look().groupsChanged);
    EXPECT_FALSE(look().groupsChanged);
    while (m_service->reader().group("well")->filling) ASSERT_TRUE(m_service->tendGroups(1));
    EXPECT_TRUE(look().groupsChanged);
    EXPECT_FALSE(look().groupsChanged);
    perform({fleet::ActionKind::editGroup, "well", "phase:failed", {}});
    EXPECT_TRUE(look().groupsChanged);
    perform({fleet::ActionKind::deleteGroup, "well", {}, {}});
    EXPECT_TRUE(look().groupsChanged);
}

TEST_F(StoreFollowerTest, ReadsAStreamLongerThanOneLook) {
    follow();
    look();
    std::vector<std::string> payloads;
    for (std::size_t i = 0; i <= kFollowedRecords; ++i)
        payloads.push_back(message("d" + std::to_string(i), 1, "failed"));
    apply(payloads);
    const auto first = m_follower->look();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(first->more);
    const auto second = m_follower->look();
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_FALSE(second->more);
    EXPECT_EQ(second->changes.devices.size(), 1U);
    EXPECT_TRUE(look().empty());
}

TEST_F(StoreFollowerTest, GoesRoundAllDevicesPieceByPiece) {
    std::vector<std::string> payloads;
    for (std::size_t i = 0; i <= kFollowedRows; ++i)
        payloads.push_back(message("d" + std::to_string(i), 1, "succeeded"));
    apply(payloads);
    follow();
    std::size_t told = 0;
    int looks = 0;
    for (; told <= kFollowedRows && looks < 10; ++looks) {
        const FleetChanges piece = look();
        EXPECT_LE(piece.devices.size(), kFollowedRows);
        told += piece.devices.size();
    }
    EXPECT_EQ(told, kFollowedRows + 1);
    EXPECT_EQ(looks, 2);
}

TEST_F(StoreFollowerTest, GoesOnWithTheOldestRecordKeptAfterAGap) {
    apply({message("a", 1, "failed")});
    follow();
    look();
    apply({message("b", 1, "failed")});
    m_clock.advance(25LL * 60 * 60 * 1000);
    for (std::size_t trimmed = 1; trimmed > 0;) {
        const auto went = m_owner->trimStreams(m_clock.wallMs(), 1'000);
        ASSERT_TRUE(went) << went.error().message;
        trimmed = *went;
    }
    apply({message("c", 1, "failed")});
    const FleetChanges changes = look();
    ASSERT_NE(find(changes, "c"), nullptr);
    EXPECT_TRUE(find(changes, "c")->retries);
}

TEST_F(StoreFollowerTest, NamesTheProcessThatHoldsTheStore) {
    EXPECT_NE(storeHolder(m_directory.path()).find("(process " + std::to_string(getpid()) + ')'), std::string::npos);
    m_service.reset();
    m_owner.reset();
    EXPECT_EQ(storeHolder(m_directory.path()), "");
}

}  // namespace
}  // namespace drydock::app
