#include "app/services/desk_core.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "storage/recovery/table_recovery.h"
#include "tests/app/desk_core_fixture.h"
#include "tests/support/damage.h"
#include "tests/support/fault_vfs.h"

namespace drydock::app {
namespace {

using fleet::FleetService;
using fleet::Phase;
using storage::ErrorCode;
using storage::Result;
using storage::SqliteStore;
using tests::eventually;

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
    // Not for ever: who looks all the time can keep a busy machine from doing what is looked at.
    std::thread onlooker([&] {
        for (int i = 0; i < 2'000; ++i) look(m_core->status());
    });
    for (int batch = 0; batch < 20; ++batch) {
        std::vector<std::string> payloads = {"rubbish"};
        for (int i = 0; i < 50; ++i) payloads.push_back(failure("d" + std::to_string(i % 7), batch * 40 + i));
        deliver(payloads);
    }
    onlooker.join();
    EXPECT_TRUE(nothingWaits(20 * 51));
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

class DeskCoreClockTest : public DeskCoreTest {
protected:
    std::size_t jumpsNoted() {
        return onCore<std::size_t>([](FleetService& service, SqliteStore&) {
            const auto audit = service.reader().audit({}, 100);
            return audit ? static_cast<std::size_t>(
                               std::count_if(audit->begin(), audit->end(),
                                             [](const auto& entry) { return entry.action == "clockJump"; }))
                         : 99;
        });
    }
};

TEST_F(DeskCoreClockTest, HowFarAJumpGoesThatIsNotedIsASetting) {
    m_options.settings = {{"clock.jump", "3h"}};
    start();
    moveClock([this] { m_clock.setWall(m_clock.wallMs() + 3 * kHourMs); });
    EXPECT_EQ(jumpsNoted(), 0U);
    moveClock([this] { m_clock.setWall(m_clock.wallMs() + 3 * kHourMs + 1); });
    EXPECT_EQ(jumpsNoted(), 1U);
}

TEST_F(DeskCoreClockTest, NotesAForwardJumpOfTheWallClock) {
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

TEST_F(DeskCoreTest, LongWorkOnTablesGoesOnAtOnce) {
    start();
    deliverFailures("a", 1);
    ASSERT_TRUE(nothingWaits(1));
    // The clock stands still, so no round of sweeps comes by.
    const auto backup = onCore<Result<storage::BackupDescription>>(
        [](FleetService&, SqliteStore& store) { return store.recovery().createBackup("Things", "now"); });
    ASSERT_TRUE(backup) << backup.error().message;
    const std::string arn = storage::backupArn(*backup);
    EXPECT_TRUE(eventually([&] {
        const auto found = onCore<Result<storage::BackupDescription>>(
            [&](FleetService&, SqliteStore& store) { return store.recovery().describeBackup(arn); });
        return found && found->status == storage::BackupStatus::available;
    }));
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
    payloads.reserve(1'000);
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

TEST_F(DeskCoreTest, ADamagedFileIsNamedWithWhatToDoAndTheCoreGoesOn) {
    start();
    deliverFailures("a", 3);
    ASSERT_TRUE(nothingWaits(3));
    EXPECT_TRUE(m_core->status().troubles.empty());
    m_core.reset();
    const std::string file = m_directory / "store.db";
    tests::damageTable(file, "data_1");
    start();
    ASSERT_TRUE(eventually([&] { return !m_core->status().troubles.empty(); }));
    const std::string trouble = m_core->status().troubles.front();
    EXPECT_NE(trouble.find(file + " is damaged"), std::string::npos) << trouble;
    EXPECT_NE(trouble.find("drydockctl check --repair --store " + m_directory.path().string()), std::string::npos)
        << trouble;
    EXPECT_TRUE(onCore<bool>([](FleetService&, SqliteStore& store) { return store.listTables().has_value(); }));
    m_core.reset();
}

}  // namespace
}  // namespace drydock::app
