// DeskCore::commit(): what requests write.

#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "app/services/desk_core.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using fleet::FleetService;
using storage::ErrorCode;
using storage::Item;
using storage::PutRequest;
using storage::Result;
using storage::SqliteStore;
using storage::UnitResult;
using storage::WriteUnit;

using Outcome = Result<std::vector<UnitResult>>;

WriteUnit put(const std::string& id, std::int64_t n, const std::string& condition = {}) {
    WriteUnit unit;
    unit.writes.emplace_back(PutRequest{"Table", Item{{"id", id}, {"n", n}}, condition, {}, {}});
    return unit;
}

class DeskCoreCommitTest : public ::testing::Test {
protected:
    void SetUp() override {
        m_options.storeDirectory = m_directory.path();
        m_options.clock = &m_clock;
        m_options.vfs = m_disk.name();
        start();
        ASSERT_TRUE(onCore<bool>([](FleetService&, SqliteStore& store) {
            storage::TableDefinition definition;
            definition.name = "Table";
            definition.key.partition = {{"id", storage::AttributeType::S}};
            return store.createTable(definition).has_value();
        }));
    }
    void TearDown() override { m_core.reset(); }

    void start() {
        m_core.reset();
        auto core = DeskCore::start(m_options, {});
        ASSERT_TRUE(core) << core.error().message;
        m_core = std::move(*core);
    }
    template <class T>
    T onCore(std::function<T(FleetService&, SqliteStore&)> work) {
        return m_core->call<T>(std::move(work));
    }
    std::future<Outcome> commit(std::vector<WriteUnit> units) {
        auto promise = std::make_shared<std::promise<Outcome>>();
        m_core->commit(std::move(units), [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
        return promise->get_future();
    }
    // The core stands still until the result is destroyed.
    std::shared_ptr<void> standStill() {
        auto go = std::make_shared<std::promise<void>>();
        std::promise<void> standing;
        m_core->post([&standing, going = go->get_future().share()](FleetService&, SqliteStore&) {
            standing.set_value();
            going.wait();
        });
        standing.get_future().wait();
        return {go.get(), [go](void*) { go->set_value(); }};
    }
    std::optional<Item> get(const std::string& id) {
        return onCore<std::optional<Item>>([&](FleetService&, SqliteStore& store) {
            return store.get({"Table", Item{{"id", id}}, {}, {}}).value();
        });
    }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    tests::FaultVfs m_disk;
    DeskOptions m_options;
    std::unique_ptr<DeskCore> m_core;
};

TEST_F(DeskCoreCommitTest, WhatWaitsSharesOneCommit) {
    constexpr int kThreads = 8;
    constexpr int kEach = 10;
    std::vector<std::vector<std::future<Outcome>>> outcomes(kThreads);
    auto still = standStill();
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < kEach; ++n) {
                outcomes[static_cast<std::size_t>(i)].push_back(
                    commit({put(std::to_string(i) + "-" + std::to_string(n), n)}));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    m_disk.resetCounters();
    still.reset();
    for (auto& each : outcomes) {
        for (auto& outcome : each) {
            const Outcome result = outcome.get();
            ASSERT_TRUE(result) << result.error().message;
            ASSERT_EQ(result->size(), 1U);
            EXPECT_TRUE(result->front());
        }
    }
    EXPECT_EQ(onCore<std::size_t>([this](FleetService&, SqliteStore&) { return m_disk.syncs(); }), 1U);
    EXPECT_EQ(get("7-9")->integer("n"), 9);
}

TEST_F(DeskCoreCommitTest, EachCallerGetsTheOutcomeOfItsOwnUnits) {
    auto still = standStill();
    auto first = commit({put("a", 1), put("b", 1)});
    auto refused = commit({put("a", 2, "attribute_not_exists(id)")});
    auto empty = commit({});
    auto mixed = commit({put("c", 3), put("b", 3, "attribute_not_exists(id)"), put("d", 3)});
    still.reset();
    const Outcome both = first.get();
    ASSERT_TRUE(both) << both.error().message;
    EXPECT_EQ(both->size(), 2U);
    EXPECT_EQ(refused.get()->at(0).error().code, ErrorCode::conditionalCheckFailed);
    EXPECT_TRUE(empty.get()->empty());
    const Outcome outcome = mixed.get();
    ASSERT_EQ(outcome->size(), 3U);
    EXPECT_TRUE(outcome->at(0));
    EXPECT_FALSE(outcome->at(1));
    EXPECT_TRUE(outcome->at(2));
    EXPECT_EQ(get("a")->integer("n"), 1);
    EXPECT_EQ(get("b")->integer("n"), 1);
    EXPECT_EQ(get("d")->integer("n"), 3);
}

TEST_F(DeskCoreCommitTest, WritesHappenInTheOrderOfTheCalls) {
    auto still = standStill();
    std::vector<std::future<Outcome>> outcomes;
    for (int i = 0; i < 100; ++i) outcomes.push_back(commit({put("a", i)}));
    still.reset();
    for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get());
    EXPECT_EQ(get("a")->integer("n"), 99);
}

TEST_F(DeskCoreCommitTest, ACommandComesInBetweenManyWrites) {
    auto still = standStill();
    std::vector<std::future<Outcome>> outcomes;
    for (int i = 0; i < 3'000; ++i) outcomes.push_back(commit({put("k" + std::to_string(i), i)}));
    std::promise<bool> lastIsThere;
    m_core->post([&](FleetService&, SqliteStore& store) {
        lastIsThere.set_value(store.get({"Table", Item{{"id", "k2999"}}, {}, {}}).value().has_value());
    });
    still.reset();
    EXPECT_FALSE(lastIsThere.get_future().get());
    for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get());
}

TEST_F(DeskCoreCommitTest, AFullDiskIsEveryCallersAndTheCoreGoesOn) {
    auto still = standStill();
    auto first = commit({put("a", 1)});
    auto second = commit({put("b", 1), put("c", 1)});
    m_disk.failWritesAfter(0, SQLITE_FULL);
    still.reset();
    EXPECT_EQ(first.get().error().code, ErrorCode::diskFull);
    EXPECT_EQ(second.get().error().code, ErrorCode::diskFull);
    onCore<bool>([this](FleetService&, SqliteStore&) { return m_disk.clearFaults(), true; });
    EXPECT_TRUE(commit({put("a", 2)}).get());
    EXPECT_EQ(get("a")->integer("n"), 2);
    EXPECT_FALSE(get("b"));
}

TEST_F(DeskCoreCommitTest, AReadOnlyCoreRefuses) {
    DeskOptions options = m_options;
    options.readOnly = true;
    auto onlooker = DeskCore::start(options, {});
    ASSERT_TRUE(onlooker) << onlooker.error().message;
    std::promise<Outcome> outcome;
    (*onlooker)->commit({put("a", 1)}, [&outcome](Outcome result) { outcome.set_value(std::move(result)); });
    const Outcome result = outcome.get_future().get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::readOnly);
    EXPECT_NE(result.error().message.find("read-only"), std::string::npos);
}

TEST_F(DeskCoreCommitTest, WhatWasAskedBeforeTheEndIsDone) {
    auto still = standStill();
    std::vector<std::future<Outcome>> outcomes;
    for (int i = 0; i < 1'000; ++i) outcomes.push_back(commit({put("k" + std::to_string(i), i)}));
    std::thread ending([this] { m_core.reset(); });
    still.reset();
    ending.join();
    for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get());
    start();
    EXPECT_EQ(get("k999")->integer("n"), 999);
}

}  // namespace
}  // namespace drydock::app
