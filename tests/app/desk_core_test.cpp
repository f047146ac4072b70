#include "app/services/desk_core.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "app/mqtt/journal.h"
#include "models/fleet/firmware_package.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::app {
namespace {

using fleet::FleetService;
using fleet::Phase;
using storage::ErrorCode;
using storage::Result;
using storage::SqliteStore;
using tests::eventually;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

std::string failure(const std::string& id, std::int64_t timestampMs) {
    return R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(timestampMs) +
           R"(,"status":"failed","model":"wo:v8","FW":"2.27"})";
}

// A core over a store of its own, fed through the journal as the link would, without a broker.
class DeskCoreTest : public ::testing::Test {
protected:
    void SetUp() override {
        m_options.storeDirectory = m_directory.path();
        m_options.clock = &m_clock;
    }

    void start(DeskCore::Listener listener = {}) {
        auto core = DeskCore::start(m_options, std::move(listener));
        ASSERT_TRUE(core) << core.error().message;
        m_core = std::move(*core);
    }

    // Journals messages and tells the core, if there is one.
    void deliver(const std::vector<std::string>& payloads) {
        std::vector<fleet::RawMessage> messages;
        for (const std::string& payload : payloads) messages.push_back({"iot/device/data", payload, m_clock.wallMs()});
        if (!m_journal) {
            auto journal = Journal::open(m_directory / "journal.db", 0);
            ASSERT_TRUE(journal) << journal.error().message;
            m_journal = std::move(*journal);
        }
        const auto appended = m_journal->append(messages);
        ASSERT_TRUE(appended) << appended.error().message;
        wake();
    }
    void deliverFailures(const std::string& id, int count) {
        std::vector<std::string> payloads;
        for (int i = 0; i < count; ++i) payloads.push_back(failure(id, ++m_timestamp));
        deliver(payloads);
    }
    // As after the clock moved: the core looks at it anew.
    void wake() {
        if (m_core) m_core->post([](FleetService&, SqliteStore&) {});
    }
    void advance(std::int64_t ms) {
        m_clock.advance(ms);
        wake();
    }

    // Moves the clock on the core's thread, so that the core never sees half of a move, and returns once the core has
    // looked at it: one kind of work at most is done between two commands, and there are five.
    void moveClock(const std::function<void()>& move) {
        onCore<bool>([&move](FleetService&, SqliteStore&) { return move(), true; });
        for (int i = 0; i < 6; ++i) onCore<bool>([](FleetService&, SqliteStore&) { return true; });
    }

    [[nodiscard]] bool nothingWaits(std::uint64_t received) {
        return eventually([&] {
            const fleet::Accounting accounting = m_core->status().accounting;
            return accounting.received == received && accounting.waiting == 0;
        });
    }
    template <class T>
    T onCore(std::function<T(FleetService&, SqliteStore&)> work) {
        return m_core->call<T>(std::move(work));
    }
    std::optional<Phase> phaseOf(const std::string& id) {
        return onCore<std::optional<Phase>>([&](FleetService& service, SqliteStore&) -> std::optional<Phase> {
            const auto device = service.reader().device(id);
            if (!device) return std::nullopt;
            return device->thing.phase;
        });
    }
    [[nodiscard]] bool reaches(const std::string& id, Phase phase) {
        return eventually([&] { return phaseOf(id) == phase; });
    }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    DeskOptions m_options;
    std::unique_ptr<Journal> m_journal;
    std::int64_t m_timestamp = 1'711'320'000'000;
    std::unique_ptr<DeskCore> m_core;
};

TEST_F(DeskCoreTest, AppliesWhatTheJournalHoldsAndAccountsForIt) {
    deliver({failure("a", 1), failure("a", 2), failure("a", 1), "rubbish"});  // before the start
    start();
    deliver({failure("b", 1)});  // while it runs
    ASSERT_TRUE(nothingWaits(5));
    EXPECT_EQ(m_core->status().accounting, (fleet::Accounting{5, 3, 1, 1, 0}));
}

TEST_F(DeskCoreTest, AppliesEachMessageOnceOverRestarts) {
    for (int round = 1; round <= 3; ++round) {
        deliverFailures("a", 2);
        start();
        ASSERT_TRUE(nothingWaits(static_cast<std::uint64_t>(2 * round)));
        m_core.reset();
    }
    start();
    EXPECT_EQ(m_core->status().accounting, (fleet::Accounting{6, 6, 0, 0, 0}));
}

TEST_F(DeskCoreTest, TheAccountingAddsUpInEverySnapshot) {
    std::atomic<int> wrong = 0;
    std::atomic<int> looked = 0;
    const auto look = [&](const fleet::DeskStatus& status) {
        const fleet::Accounting& a = status.accounting;
        if (a.received != a.applied + a.duplicate + a.quarantined + a.waiting) ++wrong;
        ++looked;
    };
    start({{}, look});
    std::atomic<bool> done = false;
    std::thread onlooker([&] {
        while (!done) look(m_core->status());
    });
    for (int batch = 0; batch < 20; ++batch) {
        std::vector<std::string> payloads = {"rubbish"};
        for (int i = 0; i < 50; ++i) payloads.push_back(failure("d" + std::to_string(i % 7), batch * 40 + i));
        deliver(payloads);
    }
    EXPECT_TRUE(nothingWaits(20 * 51));
    done = true;
    onlooker.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(looked, 0);
}

TEST_F(DeskCoreTest, ACommandWaitsForOneTransactionAtMost) {
    constexpr std::uint64_t kMessages = 6'000;
    std::vector<std::string> payloads;
    for (std::uint64_t i = 0; i < kMessages; ++i)
        payloads.push_back(failure("d" + std::to_string(i % 500), ++m_timestamp));
    deliver(payloads);
    // Each look asks for the next from the core's own thread, so that nothing but the core decides what comes between.
    std::vector<std::uint64_t> positions;
    std::promise<void> done;
    std::function<void(FleetService&, SqliteStore&)> look = [&](FleetService& service, SqliteStore&) {
        positions.push_back(service.counters().position);
        if (positions.back() == kMessages) {
            done.set_value();
        } else {
            m_core->post(look);
        }
    };
    start();
    m_core->post(look);
    done.get_future().wait();
    std::uint64_t largestStep = 0;
    for (std::size_t i = 1; i < positions.size(); ++i) {
        largestStep = std::max(largestStep, positions[i] - positions[i - 1]);
    }
    EXPECT_GT(largestStep, 0U);
    EXPECT_LE(largestStep, 2'000U);  // a transaction's most, whatever its messages cost
}

TEST_F(DeskCoreTest, RunsTimersWhenTheClockSaysSo) {
    start();
    deliverFailures("a", 10);
    ASSERT_TRUE(reaches("a", Phase::coolingOff));
    advance(kDayMs - 1);
    ASSERT_TRUE(nothingWaits(10));
    EXPECT_EQ(phaseOf("a"), Phase::coolingOff);
    advance(1);
    ASSERT_TRUE(reaches("a", Phase::retrying));

    deliverFailures("a", 10);
    ASSERT_TRUE(reaches("a", Phase::failing));
    advance(15 * 60'000);
    EXPECT_TRUE(reaches("a", Phase::failed));
}

TEST_F(DeskCoreTest, RunsWhatFellDueWhileItWasOff) {
    start();
    deliverFailures("a", 10);
    ASSERT_TRUE(reaches("a", Phase::coolingOff));
    m_core.reset();
    m_clock.advance(3 * kDayMs);
    start();
    EXPECT_TRUE(reaches("a", Phase::retrying));
}

TEST_F(DeskCoreTest, NotesAForwardJumpOfTheWallClock) {
    const auto jumpsNoted = [this] {
        return onCore<std::size_t>([](FleetService& service, SqliteStore&) {
            const auto audit = service.reader().audit({}, 100);
            return audit ? static_cast<std::size_t>(
                               std::count_if(audit->begin(), audit->end(),
                                             [](const auto& entry) { return entry.action == "clockJump"; }))
                         : 99;
        });
    };
    start();
    moveClock([this] { m_clock.setWall(m_clock.wallMs() + kHourMs); });  // not over an hour
    moveClock([this] { m_clock.setWall(m_clock.wallMs() - 5 * kHourMs); });
    moveClock([this] { m_clock.advance(2 * kHourMs); });  // time that passed is no jump
    EXPECT_EQ(jumpsNoted(), 0U);
    moveClock([this] { m_clock.setWall(m_clock.wallMs() + 2 * kHourMs); });
    EXPECT_EQ(jumpsNoted(), 1U);
}

TEST_F(DeskCoreTest, SweepsWhatHasExpired) {
    const auto quarantined = [this] {
        return onCore<std::size_t>(
            [](FleetService& service, SqliteStore&) { return service.reader().quarantine(100).value().size(); });
    };
    start();
    deliver({"rubbish", "more rubbish"});
    ASSERT_TRUE(nothingWaits(2));
    EXPECT_EQ(quarantined(), 2U);
    advance(8 * kDayMs);
    EXPECT_TRUE(eventually([&] { return quarantined() == 0; }));
    EXPECT_EQ(m_core->status().accounting.quarantined, 2U);
}

TEST_F(DeskCoreTest, TellsListenersWhatWasCommitted) {
    std::mutex mutex;
    std::set<std::string> changed;
    start({[&](const std::shared_ptr<const fleet::FleetChanges>& changes) {
               const std::lock_guard lock(mutex);
               for (const fleet::DevicePatch& patch : changes->devices) changed.insert(patch.id);
           },
           {}});
    deliver({failure("a", 1), failure("b", 1)});
    EXPECT_TRUE(eventually([&] {
        const std::lock_guard lock(mutex);
        return changed == std::set<std::string>{"a", "b"};
    }));
    m_core.reset();
}

TEST_F(DeskCoreTest, AReaderOfAnotherThreadSeesWhatWasCommitted) {
    start();
    auto reader = m_core->openReader();
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_FALSE(fleet::FleetReader(**reader).device("a"));
    deliver({failure("a", 1)});
    ASSERT_TRUE(nothingWaits(1));
    EXPECT_TRUE(fleet::FleetReader(**reader).device("a"));
}

TEST_F(DeskCoreTest, AStoreHasOneOwner) {
    start();
    const auto second = DeskCore::start(m_options, {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::locked);
}

TEST_F(DeskCoreTest, AReadOnlyCoreLooksOnBesideTheOwner) {
    start();
    deliver({failure("a", 1)});
    ASSERT_TRUE(nothingWaits(1));
    DeskOptions options = m_options;
    options.readOnly = true;
    auto onlooker = DeskCore::start(options, {});
    ASSERT_TRUE(onlooker) << onlooker.error().message;
    EXPECT_TRUE((*onlooker)->status().readOnly);
    using Answer = Result<fleet::ActionOutcome>;
    const auto refused = (*onlooker)->call<Answer>([](FleetService& service, SqliteStore&) -> Answer {
        DRYDOCK_ASSIGN(const auto preview, service.preview({fleet::ActionKind::setNote, "a", "seen", {}}));
        return service.perform(preview, {"anna", "test"});
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::readOnly);
    auto reader = (*onlooker)->openReader();
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_TRUE(fleet::FleetReader(**reader).device("a"));
}

TEST_F(DeskCoreTest, AReadOnlyCoreFollowsTheOwner) {
    start();
    deliver({failure("a", 1)});
    ASSERT_TRUE(nothingWaits(1));
    std::mutex mutex;
    std::set<std::string> changed;
    DeskOptions options = m_options;
    options.readOnly = true;
    auto onlooker = DeskCore::start(options, {[&](const std::shared_ptr<const fleet::FleetChanges>& changes) {
                                                  const std::lock_guard lock(mutex);
                                                  for (const fleet::DevicePatch& patch : changes->devices)
                                                      changed.insert(patch.id);
                                              },
                                              {}});
    ASSERT_TRUE(onlooker) << onlooker.error().message;
    const auto turn = [&] {
        for (int i = 0; i < 4; ++i)
            EXPECT_TRUE((*onlooker)->call<bool>([](FleetService&, SqliteStore&) { return true; }));
    };
    turn();
    EXPECT_EQ((*onlooker)->status().accounting, (fleet::Accounting{1, 1, 0, 0, 0}));
    EXPECT_NE((*onlooker)->status().holder, "");

    deliver({failure("b", 1), "rubbish"});
    ASSERT_TRUE(nothingWaits(3));
    turn();
    {
        const std::lock_guard lock(mutex);
        EXPECT_FALSE(changed.contains("b"));  // it is not yet time to look
    }
    m_clock.advance(500);
    turn();
    EXPECT_EQ((*onlooker)->status().accounting, m_core->status().accounting);
    {
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(changed.contains("b"));
    }
    m_core.reset();
    m_clock.advance(500);
    turn();
    EXPECT_EQ((*onlooker)->status().holder, "");
}

TEST_F(DeskCoreTest, ACoreForCommandsLeavesTheJournalAlone) {
    deliver({failure("a", 1)});
    m_options.commandsOnly = true;
    start();
    EXPECT_EQ(onCore<std::uint64_t>([](FleetService& service, SqliteStore&) { return service.counters().position; }),
              0U);
    m_core.reset();
    m_options.commandsOnly = false;
    start();
    EXPECT_TRUE(nothingWaits(1));
}

TEST_F(DeskCoreTest, DrainWaitsUntilAllIsApplied) {
    std::vector<std::string> payloads;
    for (int i = 0; i < 1'000; ++i) payloads.push_back(failure("d" + std::to_string(i % 50), ++m_timestamp));
    deliver(payloads);
    start();
    EXPECT_TRUE(m_core->drain(tests::kBrokerPatience));
    EXPECT_EQ(m_core->status().accounting.applied, 1'000U);
}

TEST_F(DeskCoreTest, WorkPostedBeforeTheEndIsServed) {
    start();
    int served = 0;
    for (int i = 0; i < 100; ++i) m_core->post([&served](FleetService&, SqliteStore&) { ++served; });
    m_core.reset();
    EXPECT_EQ(served, 100);
}

TEST_F(DeskCoreTest, AFullDiskIsNamedAndOutlasted) {
    tests::FaultVfs disk;
    m_options.vfs = disk.name();
    start();
    deliverFailures("a", 3);
    ASSERT_TRUE(nothingWaits(3));
    // The core's thread is the one that uses the disk.
    onCore<bool>([&disk](FleetService&, SqliteStore&) { return disk.failWritesAfter(0, SQLITE_FULL), true; });
    deliverFailures("a", 2);
    ASSERT_TRUE(eventually([&] { return !m_core->status().troubles.empty(); }));
    const fleet::DeskStatus full = m_core->status();
    EXPECT_EQ(full.troubles,
              std::vector<std::string>{"The disk that holds " + m_directory.path().string() +
                                       " is full. Free some space; Drydock goes on by itself. Nothing is "
                                       "lost: messages wait with the broker."});
    EXPECT_EQ(full.accounting, (fleet::Accounting{5, 3, 0, 0, 2}));
    EXPECT_EQ(phaseOf("a"), Phase::retrying);  // still answers

    onCore<bool>([&disk](FleetService&, SqliteStore&) { return disk.clearFaults(), true; });
    ASSERT_TRUE(nothingWaits(5));
    EXPECT_TRUE(eventually([&] { return m_core->status().troubles.empty(); }));
    EXPECT_EQ(m_core->status().accounting, (fleet::Accounting{5, 5, 0, 0, 0}));
    m_core.reset();
}

TEST_F(DeskCoreTest, AFailingDiskIsOutlastedToo) {
    tests::FaultVfs disk;
    m_options.vfs = disk.name();
    start();
    onCore<bool>([&disk](FleetService&, SqliteStore&) { return disk.failSyncsAfter(0, SQLITE_IOERR_FSYNC), true; });
    deliverFailures("a", 2);
    ASSERT_TRUE(eventually([&] { return !m_core->status().troubles.empty(); }));
    EXPECT_NE(m_core->status().troubles.front().find(m_directory.path().string()), std::string::npos);
    onCore<bool>([&disk](FleetService&, SqliteStore&) { return disk.clearFaults(), true; });
    ASSERT_TRUE(nothingWaits(2));
    EXPECT_TRUE(eventually([&] { return m_core->status().troubles.empty(); }));
    EXPECT_EQ(m_core->status().accounting.applied, 2U);
    m_core.reset();
}

// With the reading of packages held up between two blocks until the test lets go.
class DeskCoreFirmwareTest : public DeskCoreTest {
protected:
    void SetUp() override {
        DeskCoreTest::SetUp();
        m_options.betweenPackageBlocks = [this] {
            std::unique_lock lock(m_mutex);
            // Not before the first block: the copy has begun, and not ended.
            if (++m_blocks != 2) return;
            m_changed.notify_all();
            m_changed.wait(lock, [this] { return !m_held; });
        };
        ASSERT_TRUE(fleet::writeSamplePackage(m_zip, "wo:v8", "main", "2026.03.01"));
    }
    void TearDown() override { release(); }

    void waitUntilHeld() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_blocks >= 2; });
    }
    // Holds the next package up anew.
    void holdAgain() {
        const std::lock_guard lock(m_mutex);
        m_blocks = 0;
        m_held = true;
    }
    void release() {
        const std::lock_guard lock(m_mutex);
        m_held = false;
        m_changed.notify_all();
    }

    std::future<Result<fleet::FirmwareRecord>> import() {
        auto promise = std::make_shared<std::promise<Result<fleet::FirmwareRecord>>>();
        m_core->importFirmware(m_zip, {"anna", "test"}, [promise](Result<fleet::FirmwareRecord> record) {
            promise->set_value(std::move(record));
        });
        return promise->get_future();
    }
    std::future<Result<fleet::ActionOutcome>> setStatus(const std::string& zipName, const std::string& status) {
        auto promise = std::make_shared<std::promise<Result<fleet::ActionOutcome>>>();
        m_core->act({fleet::ActionKind::setReleaseStatus, zipName, status, {}}, {"anna", "test"},
                    [promise](Result<fleet::ActionOutcome> outcome) { promise->set_value(std::move(outcome)); });
        return promise->get_future();
    }
    // ZIPs and parts of them in a store.
    [[nodiscard]] static std::size_t filesIn(const std::filesystem::path& store) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(store / "firmware"))
            count += entry.is_regular_file() ? 1U : 0U;
        return count;
    }
    [[nodiscard]] std::size_t records() {
        return onCore<std::size_t>(
            [](FleetService& service, SqliteStore&) { return service.reader().firmware().value().size(); });
    }

    tests::TemporaryDirectory m_elsewhere;
    std::filesystem::path m_zip = m_elsewhere / "sample.zip";

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_blocks = 0;
    bool m_held = true;
};

TEST_F(DeskCoreFirmwareTest, TelemetryIsAppliedWhileAPackageIsImported) {
    start();
    auto imported = import();
    waitUntilHeld();
    deliverFailures("a", 10);
    EXPECT_TRUE(nothingWaits(10));
    advance(kDayMs);
    EXPECT_TRUE(reaches("a", Phase::retrying));
    EXPECT_EQ(records(), 0U);
    release();
    const auto record = imported.get();
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->status, fleet::ReleaseStatus::readyToTest);
    EXPECT_EQ(records(), 1U);
    EXPECT_EQ(filesIn(m_directory.path()), 1U);
}

TEST_F(DeskCoreFirmwareTest, TelemetryIsAppliedWhileAPackageIsVerifiedForItsRelease) {
    start();
    release();
    const auto record = import().get();
    ASSERT_TRUE(record) << record.error().message;
    ASSERT_TRUE(setStatus(record->zipName, "TESTING").get());
    holdAgain();
    auto released = setStatus(record->zipName, "RELEASED");
    waitUntilHeld();
    deliverFailures("a", 3);
    EXPECT_TRUE(nothingWaits(3));
    // Meanwhile somebody else had another idea.
    ASSERT_TRUE(setStatus(record->zipName, "READY_TO_TEST").get());
    release();
    const auto conflict = released.get();
    ASSERT_FALSE(conflict);
    EXPECT_EQ(conflict.error().code, ErrorCode::conflict);
    ASSERT_TRUE(setStatus(record->zipName, "TESTING").get());
    EXPECT_TRUE(setStatus(record->zipName, "RELEASED").get());
}

TEST_F(DeskCoreFirmwareTest, TheEndStopsAnImportAndLeavesNothingHalfDone) {
    start();
    auto imported = import();
    waitUntilHeld();
    EXPECT_EQ(filesIn(m_directory.path()), 1U);  // a part
    std::thread closer([this] { m_core->stopFirmwareJobs(); });
    // What is asked for once the end has begun is answered at once, while the first is held up still.
    std::vector<std::future<Result<fleet::FirmwareRecord>>> others;
    EXPECT_TRUE(eventually([&] {
        others.push_back(import());
        onCore<bool>([](FleetService&, SqliteStore&) { return true; });
        return others.back().wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }));
    release();
    closer.join();
    for (auto& other : others) EXPECT_EQ(other.get().error().code, ErrorCode::busy);
    EXPECT_EQ(imported.get().error().code, ErrorCode::busy);
    EXPECT_EQ(records(), 0U);
    m_core.reset();
    EXPECT_EQ(filesIn(m_directory.path()), 0U);
}

TEST_F(DeskCoreFirmwareTest, WhatAKilledImportLeftGoesAtTheNextStart) {
    start();
    auto imported = import();
    waitUntilHeld();
    // The store as a kill at this moment would leave it.
    tests::TemporaryDirectory killed;
    std::filesystem::copy(m_directory.path(), killed.path(), std::filesystem::copy_options::recursive);
    EXPECT_EQ(filesIn(killed.path()), 1U);
    release();
    ASSERT_TRUE(imported.get());
    m_core.reset();

    m_options.storeDirectory = killed.path();
    start();
    EXPECT_EQ(filesIn(killed.path()), 0U);
    EXPECT_EQ(records(), 0U);
    ASSERT_TRUE(import().get());
    m_core.reset();
    start();
    EXPECT_EQ(filesIn(killed.path()), 1U);
    EXPECT_EQ(records(), 1U);
}

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
