// The process dies in the middle of its work: what it had acknowledged is there, and each unit is whole.
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <random>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

constexpr int kPartsPerUnit = 4;

TableDefinition logTable() {
    TableDefinition definition = table("Log", {"n", AttributeType::N}, {{"part", AttributeType::N}});
    definition.indexes = {index("mod-index", {"mod", AttributeType::N})};
    definition.stream = StreamView::newAndOldImages;
    return definition;
}

// The child: commits units 0, 1, 2 … and reports each on the pipe once its commit has returned.
[[noreturn]] void writeUntilKilled(const std::filesystem::path& directory, int pipe) {
    auto store = take(SqliteStore::open(directory));
    if (take(store->listTables()).empty()) take(store->createTable(logTable()));
    auto n = static_cast<std::int64_t>(take(store->describeTable("Log")).itemCount) / kPartsPerUnit;
    for (;; ++n) {
        WriteUnit unit;
        for (int part = 0; part < kPartsPerUnit; ++part) {
            unit.writes.emplace_back(
                put("Log", {{"n", n}, {"part", part}, {"mod", n % 7}, {"data", std::string(1500, 'x')}}));
        }
        std::vector<WriteUnit> units;
        units.push_back(std::move(unit));
        if (!take(store->commit(std::move(units))).at(0)) ::_exit(1);
        if (::write(pipe, &n, sizeof n) != static_cast<ssize_t>(sizeof n)) ::_exit(2);
    }
}

TEST(StoreCrash, AKilledProcessLosesNothingItAcknowledged) {
    const TemporaryDirectory directory;
    std::mt19937 random(20260101);
    std::int64_t acknowledged = -1;
    for (int round = 0; round < 6; ++round) {
        int ends[2] = {};
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            writeUntilKilled(directory / "store", ends[1]);
        }
        ::close(ends[1]);
        const unsigned reports = 1 + static_cast<unsigned>(random() % 60);
        for (unsigned i = 0; i < reports; ++i) {
            ASSERT_EQ(::read(ends[0], &acknowledged, sizeof acknowledged), static_cast<ssize_t>(sizeof acknowledged));
        }
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
        // What it still reported before it died counts as well.
        while (::read(ends[0], &acknowledged, sizeof acknowledged) == static_cast<ssize_t>(sizeof acknowledged)) {
        }
        ::close(ends[0]);

        const auto store = take(SqliteStore::open(directory / "store"));
        const auto items = static_cast<std::int64_t>(take(store->describeTable("Log")).itemCount);
        EXPECT_EQ(items % kPartsPerUnit, 0) << "a unit is there in part";
        EXPECT_GE(items / kPartsPerUnit, acknowledged + 1);
        for (std::int64_t n = 0; n <= acknowledged; ++n) {
            ASSERT_TRUE(take(store->get(getItem("Log", {{"n", n}, {"part", kPartsPerUnit - 1}})))) << n;
        }
        for (const CheckFinding& finding : take(store->check(false))) ADD_FAILURE() << finding.what;
    }
}

}  // namespace
}  // namespace drydock::tests
