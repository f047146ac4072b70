// Whatever stops a bulk, each of its devices is as before or as after: it is stopped before every write of the store in
// turn, as by kill -9, and the desk is opened anew on what that leaves. Likewise its undo, and the steps of the cycle.
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "models/fleet/fleet_service.h"
#include "models/fleet/history_check.h"
#include "models/fleet/query.h"
#include "models/fleet/rows.h"
#include "models/fleet/tables.h"
#include "storage/store/sqlite_store.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::fleet {
namespace {

using storage::Item;
using testing::IsEmpty;

const Operator kWho{"ada", "tests"};
// The second has nothing to restore, so that one fails amid the rest.
const std::vector<std::string> kDevices = {"d1", "well", "d2", "d3"};

class Desk {
public:
    Desk(std::filesystem::path directory, const tests::ManualClock& clock, tests::FaultVfs& vfs)
        : m_directory(std::move(directory)), m_clock(clock), m_vfs(vfs) {
        open();
    }
    ~Desk() { m_vfs.clearFaults(); }

    // As after the end of the process.
    void reopen() {
        service.reset();
        store.reset();
        open();
    }
    // All that is said of a device, in any table.
    [[nodiscard]] std::vector<Item> rowsOf(const std::string& id) {
        std::vector<Item> found;
        const auto take = [&](const char* table, std::string_view attribute) {
            const auto scanned = forEachScanned(*store, table, [&](Item row) {
                if (row.string(attribute) == id) found.push_back(std::move(row));
                return true;
            });
            EXPECT_TRUE(scanned);
        };
        for (const auto& table : tables::kTables) take(table.table, table.partition);
        take(tables::kTimers, "deviceId");
        take(tables::kAlerts, "deviceId");
        take(tables::kThingGroupMembers, "thingName");
        take(tables::kAudit, "target");
        take(tables::kOutbox, "topic");
        return found;
    }
    [[nodiscard]] std::map<std::string, std::vector<Item>> state() {
        std::map<std::string, std::vector<Item>> all;
        for (const std::string& id : kDevices) {
            all[id] = rowsOf(id);
            for (Item& told : rowsOf("iot/device/" + id + "/attributes")) all[id].push_back(std::move(told));
        }
        return all;
    }

    std::unique_ptr<storage::SqliteStore> store;
    std::unique_ptr<FleetService> service;

private:
    void open() {
        m_vfs.clearFaults();
        storage::StoreOptions options;
        options.durable = false;
        options.clock = &m_clock;
        options.vfs = m_vfs.name();
        auto opened = storage::SqliteStore::open(m_directory, options);
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
        auto served = FleetService::open(*store, m_clock, {});
        ASSERT_TRUE(served) << served.error().message;
        service = std::move(*served);
    }

    std::filesystem::path m_directory;
    const tests::ManualClock& m_clock;
    tests::FaultVfs& m_vfs;
};

// One action on every device, the way a bulk is done: each by itself, whatever becomes of the others.
void actOnAll(Desk& desk, ActionRequest request) {
    request.bulk = 0;
    for (const std::string& id : kDevices) {
        request.target = id;
        const auto made = desk.service->preview(request);
        if (!made) continue;
        const auto done = desk.service->perform(*made, kWho);
        if (done && *request.bulk == 0) request.bulk = done->auditSequence;
    }
}

void undoAll(Desk& desk) {
    const auto newest = desk.service->reader().audit({}, 1).value();
    const auto entries = desk.service->reader().bulk(newest.at(0).bulk.value_or(0)).value();
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        static_cast<void>(desk.service->undo(entry->sequence, kWho));
}

// One failure of each device that fails, a transaction each.
void failAll(Desk& desk, std::int64_t atMs) {
    for (const std::string& id : kDevices) {
        if (id == "well") continue;
        const RawMessage message{"iot/device/data",
                                 R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(atMs) +
                                     R"(,"status":"failed","model":"wo:v8","FW":"2.27"})",
                                 atMs};
        static_cast<void>(desk.service->apply({&message, 1}));
    }
}

// What is due, a transaction each.
void runTimers(Desk& desk) {
    for (std::size_t i = 0; i < kDevices.size(); ++i) static_cast<void>(desk.service->runDueTimers(1));
}

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

class BulkStepsTest : public testing::Test {
protected:
    using Part = std::function<void(Desk&)>;

    // Into the second cycle, up to the failure before its last.
    void failAgain(Desk& desk) {
        m_clock.advance(2 * kDayMs);
        runTimers(desk);
        for (int i = 0; i < 9; ++i) {
            m_clock.advance(1000);
            failAll(desk, m_clock.wallMs());
        }
    }

    // Does `act` on copies of a prepared desk, stopping before each write in turn; it deals with the devices in the
    // order of `order`.
    void stopEverywhere(const Part& prepare, const Part& act, const std::vector<std::string>& order) {
        const std::filesystem::path prepared = m_directory / "prepared";
        {
            Desk desk(prepared, m_clock, m_vfs);
            failTenTimes(desk);
            prepare(desk);
            m_before = desk.state();
        }
        m_clock.advance(60'000);
        std::size_t writes = 0;
        {
            Desk whole(copyOf(prepared), m_clock, m_vfs);
            m_vfs.resetCounters();
            act(whole);
            writes = m_vfs.writes();
            m_after = whole.state();
        }
        ASSERT_GT(writes, order.size());
        std::set<std::size_t> reached;
        for (std::size_t write = 0; write <= writes; ++write) reached.insert(stoppedAt(prepared, write, act, order));
        // Between any two devices it has been stopped, and before the first and behind the last.
        EXPECT_EQ(reached.size(), order.size() + 1);
    }

    tests::ManualClock m_clock;

private:
    static void failTenTimes(Desk& desk) {
        std::int64_t deviceTimeMs = 1'711'320'000'000;
        std::vector<RawMessage> messages;
        const auto add = [&](const std::string& id, const char* status) {
            messages.push_back({"iot/device/data",
                                R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(++deviceTimeMs) +
                                    R"(,"status":")" + status + R"(","model":"wo:v8","FW":"2.27"})",
                                deviceTimeMs});
        };
        for (const std::string& id : kDevices)
            for (int i = 0; i < 10; ++i) add(id, id == "well" ? "downloading" : "failed");
        ASSERT_TRUE(desk.service->apply(messages));
    }
    std::filesystem::path copyOf(const std::filesystem::path& prepared) {
        std::filesystem::path copy = m_directory / ("copy" + std::to_string(++m_copies));
        std::filesystem::copy(prepared, copy, std::filesystem::copy_options::recursive);
        return copy;
    }
    // Returns how many devices it had dealt with.
    std::size_t stoppedAt(const std::filesystem::path& prepared, std::size_t write, const Part& act,
                          const std::vector<std::string>& order) {
        const std::filesystem::path directory = copyOf(prepared);
        std::size_t done = 0;
        {
            Desk desk(directory, m_clock, m_vfs);
            m_vfs.resetCounters();
            m_vfs.failWritesAfter(write, SQLITE_IOERR);
            act(desk);
            desk.reopen();
            const auto now = desk.state();
            bool stopped = false;
            for (const std::string& id : order) {
                const bool isBefore = now.at(id) == m_before.at(id);
                EXPECT_TRUE(isBefore || now.at(id) == m_after.at(id)) << id << ", stopped at write " << write;
                EXPECT_TRUE(isBefore || !stopped) << id << " was done behind one that was not, at write " << write;
                stopped |= isBefore;
                done += isBefore ? 0U : 1U;
            }
            EXPECT_EQ(now.at("well"), m_before.at("well"));
            EXPECT_THAT(checkAgainstHistory(*desk.store, Limits()).value(), IsEmpty()) << write;
            EXPECT_THAT(desk.store->check(false).value(), IsEmpty()) << write;
        }
        std::filesystem::remove_all(directory);
        return done;
    }

    tests::TemporaryDirectory m_directory;
    tests::FaultVfs m_vfs;
    std::map<std::string, std::vector<Item>> m_before;
    std::map<std::string, std::vector<Item>> m_after;
    int m_copies = 0;
};

const std::vector<std::string> kInOrder = {"d1", "d2", "d3"};
const std::vector<std::string> kBackwards = {"d3", "d2", "d1"};

ActionRequest restore() {
    return {ActionKind::restoreAttributes, {}, {}, {}};
}

TEST_F(BulkStepsTest, ABulkRestoreLeavesEachDeviceBeforeOrAfter) {
    stopEverywhere([](Desk&) {}, [](Desk& desk) { actOnAll(desk, restore()); }, kInOrder);
}

TEST_F(BulkStepsTest, TheUndoOfABulkRestoreLeavesEachDeviceBeforeOrAfter) {
    stopEverywhere([](Desk& desk) { actOnAll(desk, restore()); }, undoAll, kBackwards);
}

// --- steps of the cycle: counters, attributes, backup, timer, group, alert, history and outbox together

TEST_F(BulkStepsTest, TheEndOfACoolOffIsOneTransaction) {
    stopEverywhere([this](Desk&) { m_clock.advance(2 * kDayMs); }, runTimers, kInOrder);
}

TEST_F(BulkStepsTest, TheTenthFailureIsOneTransaction) {
    stopEverywhere([this](Desk& desk) { failAgain(desk); }, [this](Desk& desk) { failAll(desk, m_clock.wallMs()); },
                   kInOrder);
}

TEST_F(BulkStepsTest, TheEntryIntoFailedToUpdateIsOneTransaction) {
    stopEverywhere(
        [this](Desk& desk) {
            failAgain(desk);
            m_clock.advance(1000);
            failAll(desk, m_clock.wallMs());
            m_clock.advance(kDayMs);
        },
        runTimers, kInOrder);
}

// The device that is well has what is to be set already.
TEST_F(BulkStepsTest, AnEditOfManyLeavesEachDeviceBeforeOrAfter) {
    ActionRequest edit{ActionKind::editAttributes, {}, {}, {}};
    edit.edits = {{"site", "north"}};
    const auto edited = [](Desk& desk) {
        ActionRequest already{ActionKind::editAttributes, "well", {}, {}};
        already.edits = {{"site", "north"}};
        ASSERT_TRUE(desk.service->perform(desk.service->preview(already).value(), kWho));
    };
    stopEverywhere(
        edited, [edit](Desk& desk) { actOnAll(desk, edit); }, kInOrder);
}

TEST_F(BulkStepsTest, TheUndoOfADeletionOfManyLeavesEachDeviceBeforeOrAfter) {
    const auto deleted = [](Desk& desk) {
        ActionRequest deletion{ActionKind::deleteDevice, {}, {}, {}};
        std::uint64_t first = 0;
        for (const std::string& id : kInOrder) {
            deletion.target = id;
            deletion.bulk = first;
            const auto done = desk.service->perform(desk.service->preview(deletion).value(), kWho);
            ASSERT_TRUE(done);
            if (first == 0) first = done->auditSequence;
        }
    };
    stopEverywhere(deleted, undoAll, kBackwards);
}

}  // namespace
}  // namespace drydock::fleet
