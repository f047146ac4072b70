#include "app/services/store_budget.h"

#include <set>

#include <gmock/gmock.h>

#include "models/fleet/history_check.h"
#include "models/fleet/query.h"
#include "models/fleet/settings_desk.h"
#include "models/fleet/store_budget.h"
#include "models/fleet/tables.h"
#include "tests/app/desk_core_fixture.h"

namespace drydock::app {
namespace {

namespace tables = fleet::tables;
using storage::Item;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kRoom = 1'500'000;

class StoreBudgetTest : public ::testing::Test {
protected:
    void SetUp() override {
        open();
        m_options.budgetBytes = static_cast<std::int64_t>(used()) + kRoom;
        open();
    }
    void open() {
        m_service.reset();
        m_store.reset();
        storage::StoreOptions options;
        options.durable = false;
        options.clock = &m_clock;
        auto store = storage::SqliteStore::open(m_directory.path(), options);
        ASSERT_TRUE(store) << store.error().message;
        m_store = std::move(*store);
        auto service = fleet::FleetService::open(*m_store, m_clock, m_options);
        ASSERT_TRUE(service) << service.error().message;
        m_service = std::move(*service);
        m_budget.emplace();
    }

    // Messages of 20 devices, each of some hundred bytes, so many a second.
    void send(int count, const std::string& status, int aSecond = 20) {
        std::vector<fleet::RawMessage> messages;
        for (int i = 0; i < count; ++i) {
            messages.push_back({"iot/device/data",
                                R"({"_id_":"d)" + std::to_string(i % 20) + R"(","timestamp":)" +
                                    std::to_string(++m_timestamp) + R"(,"status":")" + status +
                                    R"(","model":"wo:v8","FW":"2.27","log":")" + std::string(500, 'x') + "\"}",
                                m_clock.wallMs()});
            if (i % aSecond == aSecond - 1) m_clock.advance(1'000);
        }
        const auto applied = m_service->apply(messages);
        ASSERT_TRUE(applied) << applied.error().message;
    }
    bool slice() {
        const auto more = m_budget->run(*m_service, *m_store, m_clock);
        EXPECT_TRUE(more) << more.error().message;
        return more.value_or(false);
    }
    void keepWithin() {
        while (slice()) continue;
    }
    [[nodiscard]] std::uint64_t budget() const { return static_cast<std::uint64_t>(m_options.budgetBytes); }
    std::uint64_t used() { return m_store->usedBytes().value(); }
    std::uint64_t count(const char* table) { return m_store->describeTable(table).value().itemCount; }
    std::multiset<std::int64_t> arrivals(const char* table) {
        std::multiset<std::int64_t> times;
        EXPECT_TRUE(fleet::forEachScanned(*m_store, table, [&times](const Item& row) {
            times.insert(row.integer("at"));
            return true;
        }));
        return times;
    }
    std::vector<fleet::AuditEntry> audit() { return m_service->reader().audit({}, 100).value(); }
    void expectConsistent() {
        EXPECT_THAT(m_store->check(false).value(), IsEmpty());
        EXPECT_THAT(fleet::checkAgainstHistory(*m_store, fleet::Limits()).value(), IsEmpty());
    }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    fleet::FleetOptions m_options;
    std::unique_ptr<storage::SqliteStore> m_store;
    std::unique_ptr<fleet::FleetService> m_service;
    std::optional<StoreBudget> m_budget;
    std::int64_t m_timestamp = 1'711'320'000'000;
};

TEST_F(StoreBudgetTest, WithinItsBudgetNothingGoes) {
    send(500, "fine");
    ASSERT_LT(used(), budget());
    keepWithin();
    EXPECT_EQ(count(tables::kTelemetry), 500U);
    EXPECT_THAT(audit(), IsEmpty());
    EXPECT_EQ(m_budget->usedBytes(), used());
}

TEST_F(StoreBudgetTest, TelemetryGoesFirstAndTheOldestOfIt) {
    send(300, "failed");
    const std::uint64_t history = count(tables::kHistory);
    send(2'500, "fine");
    ASSERT_GT(used(), budget());
    const auto before = arrivals(tables::kTelemetry);
    const auto counters = m_service->counters().applied;
    keepWithin();
    EXPECT_LE(used(), budget() * 9 / 10);
    EXPECT_EQ(count(tables::kHistory), history);
    EXPECT_EQ(m_service->counters().applied, counters);
    // What is left is what came last.
    const auto after = arrivals(tables::kTelemetry);
    ASSERT_FALSE(after.empty());
    const std::size_t removed = before.size() - after.size();
    EXPECT_TRUE(std::equal(after.rbegin(), after.rend(), before.rbegin()));
    EXPECT_LT(*std::next(before.begin(), static_cast<std::ptrdiff_t>(removed) - 1), *after.begin());

    ASSERT_THAT(audit(), SizeIs(1));
    EXPECT_EQ(audit()[0].action, "keepWithinBudget");
    EXPECT_EQ(audit()[0].target, tables::kTelemetry);
    EXPECT_THAT(audit()[0].summary, HasSubstr("Removed " + std::to_string(removed) + " rows of Telemetry, from "));
    EXPECT_EQ(m_budget->removed(), audit()[0].summary);
    EXPECT_THAT(m_budget->trouble(), IsEmpty());
    expectConsistent();
}

TEST_F(StoreBudgetTest, ThenHistoryGoes) {
    send(100, "fine");
    send(2'000, "failed");
    ASSERT_GT(used(), budget());
    const auto retries = count(tables::kRetries);
    const auto before = arrivals(tables::kHistory);
    keepWithin();
    EXPECT_EQ(count(tables::kTelemetry), 0U);
    const auto after = arrivals(tables::kHistory);
    EXPECT_LT(after.size(), before.size());
    EXPECT_TRUE(std::equal(after.rbegin(), after.rend(), before.rbegin()));
    EXPECT_EQ(count(tables::kRetries), retries);
    ASSERT_THAT(audit(), SizeIs(2));
    EXPECT_EQ(audit()[0].target, tables::kHistory);
    EXPECT_EQ(audit()[1].target, tables::kTelemetry);
    expectConsistent();
}

TEST_F(StoreBudgetTest, NothingElseEverGoesAndAPersonIsTold) {
    for (int i = 0; i < 60; ++i)
        ASSERT_TRUE(m_service->noteFirmware("note", "x", std::string(50'000, 'x'), {"ada", "tests"}));
    send(20, "failed");
    ASSERT_GT(used(), budget());
    const auto devices = count(tables::kThings);
    keepWithin();
    EXPECT_THAT(m_budget->trouble(), HasSubstr("Raise the setting store.budget"));
    EXPECT_EQ(count(tables::kHistory), 0U);
    EXPECT_EQ(count(tables::kThings), devices);
    EXPECT_EQ(count(tables::kRetries), devices);
    EXPECT_EQ(count(tables::kAttributeBackup), devices);
    EXPECT_THAT(audit(), SizeIs(61));
    expectConsistent();

    // What comes meanwhile isn't taken as it comes.
    send(20, "fine");
    m_clock.advance(60'000);
    keepWithin();
    EXPECT_EQ(count(tables::kTelemetry), 20U);

    m_options.budgetBytes = 100'000'000;
    ASSERT_TRUE(m_service->change([&](fleet::FleetTransaction& transaction) -> storage::Result<void> {
        DRYDOCK_TRY(fleet::changeSetting(transaction, "store.budget", "100MB", {"ada", "tests"}, m_clock.wallMs()));
        return {};
    }));
    keepWithin();
    EXPECT_THAT(m_budget->trouble(), IsEmpty());
}

TEST_F(StoreBudgetTest, AnInterruptedRoundGoesOnAndIsToldAsAWhole) {
    send(2'500, "fine");
    const auto before = count(tables::kTelemetry);
    ASSERT_TRUE(slice());
    ASSERT_TRUE(slice());
    ASSERT_LT(count(tables::kTelemetry), before);
    EXPECT_THAT(audit(), IsEmpty());
    open();
    keepWithin();
    ASSERT_THAT(audit(), SizeIs(1));
    EXPECT_THAT(audit()[0].summary,
                HasSubstr("Removed " + std::to_string(before - count(tables::kTelemetry)) + " rows of Telemetry"));
    EXPECT_THAT(fleet::budgetRound(*m_store).value(), IsEmpty());
}

// Rows of one second have no order, so that half of them would be a piece from the middle of a device's history.
TEST_F(StoreBudgetTest, ASecondOfArrivalsGoesAsAWhole) {
    send(2'600, "fine", 650);
    keepWithin();
    const auto left = arrivals(tables::kTelemetry);
    ASSERT_FALSE(left.empty());
    EXPECT_EQ(left.count(*left.begin()), 650U);
    EXPECT_EQ(left.size() % 650, 0U);
}

class DeskCoreBudgetTest : public DeskCoreTest {};

TEST_F(DeskCoreBudgetTest, ACoreKeepsWithinItsBudgetAndSaysWhatWent) {
    m_options.settings = {{"store.budget", "1MB"}};
    start();
    std::vector<std::string> payloads;
    for (int i = 0; i < 1'500; ++i)
        payloads.push_back(R"({"_id_":"d","timestamp":)" + std::to_string(++m_timestamp) +
                           R"(,"status":"fine","log":")" + std::string(1'000, 'x') + "\"}");
    deliver(payloads);
    ASSERT_TRUE(nothingWaits(1'500));
    EXPECT_TRUE(tests::eventually([this] {
        advance(10'000);
        return !m_core->status().removed.empty();
    }));
    const fleet::DeskStatus status = m_core->status();
    EXPECT_THAT(status.removed, HasSubstr("rows of Telemetry"));
    EXPECT_EQ(status.storeBudgetBytes, 1'000'000);
    EXPECT_LE(status.storeBytes, 1'000'000U);
    EXPECT_EQ(status.accounting.applied, 1'500U);
}

}  // namespace
}  // namespace drydock::app
