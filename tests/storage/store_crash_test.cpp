// The process is killed at any moment of mixed writes and long works: what it had acknowledged is there, what was under
// way is there wholly or not at all, and what a crash interrupts goes on to its right end.
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>

#include "tests/storage/crash_comparison.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::IsEmpty;

constexpr std::uint64_t kMostAnswers = 150;
// Then a new one begins: streams and exports only ever grow, and with them what a check costs.
constexpr std::uint64_t kRoundsOfAStore = 8;
constexpr std::uint64_t kMostMicroseconds = 3'000;
constexpr const char* kCopy = "Copy";

// DRYDOCK_KILL_ROUNDS and DRYDOCK_KILL_SEED make it longer and repeatable.
std::uint64_t fromEnvironment(const char* name, std::uint64_t fallback) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing changes the environment
    return value == nullptr ? fallback : std::strtoull(value, nullptr, 10);
}

class StoreCrash : public ::testing::Test {
protected:
    // The child: does what the workload says and reports each answer once it has it.
    [[noreturn]] void workUntilKilled(int pipe) {
        auto store = workload.open();
        for (;;) {
            const CrashOperation operation = workload.next();
            const std::int64_t answer = operation.perform(*store);
            if (::write(pipe, &answer, sizeof answer) != static_cast<ssize_t>(sizeof answer)) ::_exit(2);
            operation.apply(workload.world, answer);
        }
    }

    // Lets a child work, kills it, and applies to the world what it had an answer for.
    void workAndKill() {
        int ends[2] = {};
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            workUntilKilled(ends[1]);
        }
        ::close(ends[1]);
        std::uint64_t wanted = random() % kMostAnswers;
        while (wanted > 0 && applyAnswer(ends[0])) --wanted;
        // The moment of the kill is meant to be any, so this wait is for nothing in particular.
        ::usleep(static_cast<useconds_t>(random() % kMostMicroseconds));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        // What it still reported before it died counts as well.
        while (applyAnswer(ends[0])) {
        }
        ::close(ends[0]);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
    }

    bool applyAnswer(int pipe) {
        std::int64_t answer = 0;
        if (::read(pipe, &answer, sizeof answer) != static_cast<ssize_t>(sizeof answer)) return false;
        workload.next().apply(workload.world, answer);
        return true;
    }

    // Backups that were not complete are gone, or had just been completed.
    static void settleBackups(SqliteStore& store, CrashWorld& world) {
        std::set<std::string> listed;
        for (const BackupDescription& backup : take(store.recovery().listBackups())) listed.insert(backup.name);
        for (const std::string& name : world.unfinishedBackups) {
            if (!listed.contains(name)) world.backups.erase(name);
        }
        world.unfinishedBackups.clear();
    }

    // The store is as the world says, without what was under way or with all of it.
    void expectAcknowledged(SqliteStore& store) {
        const CrashOperation underWay = workload.next();
        CrashWorld done = workload.world;
        underWay.apply(done, 1);
        settleBackups(store, done);
        settleBackups(store, workload.world);
        const std::vector<std::string> without = differences(store, workload.world);
        if (without.empty()) return;
        const std::vector<std::string> with = differences(store, done);
        EXPECT_TRUE(with.empty()) << "under way: " << underWay.name
                                  << "\nwithout it: " << ::testing::PrintToString(without)
                                  << "\nwith it: " << ::testing::PrintToString(with);
        workload.world = std::move(done);
    }

    // What was interrupted goes on, and comes to what it was begun for.
    void expectAllFinished(SqliteStore& store) {
        while (take(store.backfillIndexes(10)) > 0) {
        }
        while (take(store.recovery().step(10)) > 0) {
        }
        workload.world.idle = true;
        for (const auto& [name, rows] : workload.world.tables)
            EXPECT_FALSE(take(store.describeTable(name)).loading) << name;
        for (const IndexDescription& index : take(store.describeTable(kMainTable)).indexes)
            EXPECT_TRUE(index.active) << index.name;
        for (const ExportDescription& each : take(store.recovery().listExports()))
            EXPECT_EQ(each.status, TransferStatus::completed) << each.failure;
        for (const ImportDescription& each : take(store.recovery().listImports())) {
            EXPECT_EQ(each.status, TransferStatus::completed) << each.failure;
            EXPECT_EQ(each.errorCount, 0U) << each.failure;
            EXPECT_FALSE(each.tableId.empty()) << each.request.definition.name;
        }
        EXPECT_THAT(differences(store, workload.world), IsEmpty());
        for (const BackupDescription& backup : take(store.recovery().listBackups())) expectRestores(store, backup);
    }

    void expectRestores(SqliteStore& store, const BackupDescription& backup) {
        RestoreRequest request;
        request.target = kCopy;
        take(store.recovery().restoreBackup(backupArn(backup), request));
        while (take(store.recovery().step(100)) > 0) {
        }
        EXPECT_THAT(differences(store, kCopy, workload.world.backups.at(backup.name)), IsEmpty()) << backup.name;
        EXPECT_TRUE(succeeded(store.deleteTable(kCopy)));
    }

    // A round of one store. `last`: nothing may stay unfinished.
    void runRound(bool last) {
        ASSERT_NO_FATAL_FAILURE(workAndKill());
        const auto store = workload.open();
        expectAcknowledged(*store);
        // Otherwise the next process goes on with what is unfinished, and is killed over it.
        if (last || random() % 2 == 0) expectAllFinished(*store);
        for (const CheckFinding& finding : take(store->check(false)))
            ADD_FAILURE() << finding.table << ": " << finding.what;
    }

    std::mt19937_64 random;
    CrashWorkload workload;
};

TEST_F(StoreCrash, AKilledProcessLosesNothingItAcknowledged) {
    const std::uint64_t rounds = fromEnvironment("DRYDOCK_KILL_ROUNDS", 8);
    std::uint64_t seed = fromEnvironment("DRYDOCK_KILL_SEED", std::random_device{}());
    for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++seed) {
        SCOPED_TRACE("DRYDOCK_KILL_SEED=" + std::to_string(seed));
        const TemporaryDirectory directory;
        random.seed(seed);
        workload.begin(directory / "store", seed);
        const std::uint64_t end = std::min(rounds, round + kRoundsOfAStore);
        while (round < end && !HasFailure()) runRound(++round == end);
    }
}

}  // namespace
}  // namespace drydock::tests
