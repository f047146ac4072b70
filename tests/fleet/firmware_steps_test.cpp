// Firmware's files and records agree whatever is killed when: each operation is stopped before every step with files
// in turn, and before every write of the store, and the desk is opened anew on what that leaves.
#include <functional>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "models/fleet/digest.h"
#include "models/fleet/firmware_desk.h"
#include "models/fleet/firmware_package.h"
#include "models/fleet/fleet_service.h"
#include "storage/store/sqlite_store.h"
#include "tests/fleet/firmware_builder.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kNever = SIZE_MAX;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

// What there is of firmware: files without their random names, and what the records say.
struct State {
    std::multiset<std::string> files;
    std::multiset<std::string> records;
    std::size_t audit = 0;
    friend bool operator==(const State&, const State&) = default;
};
std::ostream& operator<<(std::ostream& out, const State& state) {
    for (const auto& file : state.files) out << "file " << file << "; ";
    for (const auto& record : state.records) out << "record " << record << "; ";
    return out << state.audit << " activities";
}

std::string withoutUuids(const std::string& text) {
    static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    return std::regex_replace(text, uuid, "#");
}

// A desk that may be stopped: from then on nothing reaches the disk, as after kill -9.
class Desk {
public:
    Desk(std::filesystem::path root, const tests::ManualClock& clock, tests::FaultVfs& vfs)
        : m_root(std::move(root)), m_clock(clock), m_vfs(vfs) {
        open();
    }
    ~Desk() { m_vfs.clearFaults(); }

    void open() {
        m_vfs.clearFaults();
        m_vfs.resetCounters();
        m_dead = false;
        m_steps = 0;
        m_stopAtStep = kNever;
        m_stopAtWrite = kNever;
        storage::StoreOptions storeOptions;
        storeOptions.durable = false;
        storeOptions.clock = &m_clock;
        storeOptions.vfs = m_vfs.name();
        auto opened = storage::SqliteStore::open(m_root / "store", storeOptions);
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
        FleetOptions options;
        options.firmwareDirectory = m_root / "firmware";
        options.fileGate = [this](std::string_view) { return step(); };
        auto served = FleetService::open(*store, m_clock, options);
        ASSERT_TRUE(served) << served.error().message;
        service = std::move(*served);
    }
    void close() {
        service.reset();
        store.reset();
    }
    // Counts from here on.
    void stopAtStep(std::size_t step) {
        m_steps = 0;
        m_stopAtStep = step;
    }
    void stopAtWrite(std::size_t write) {
        m_vfs.resetCounters();
        m_stopAtWrite = write;
        m_vfs.failWritesAfter(write, SQLITE_IOERR);
    }
    [[nodiscard]] bool stopped() const { return m_dead || m_vfs.writes() >= m_stopAtWrite; }
    [[nodiscard]] std::size_t steps() const { return m_steps; }
    [[nodiscard]] std::size_t writes() const { return m_vfs.writes(); }

    Result<FirmwareRecord> import(const std::filesystem::path& zip) {
        DRYDOCK_ASSIGN(StagedImport staged, service->firmwareFiles().value()->stage(zip, m_clock.wallMs()));
        return service->importFirmware(std::move(staged), {"ada", "tests"});
    }
    Result<ActionOutcome> act(ActionKind kind, const std::string& status = {}) {
        DRYDOCK_ASSIGN(const auto records, service->reader().firmware());
        DRYDOCK_ASSIGN(const ActionPreview made, service->preview({kind, records.at(0).zipName, status, {}}));
        DRYDOCK_ASSIGN(const auto verified, service->firmwareFiles().value()->verify(releasesIn(made.rows)));
        return service->perform(made, {"ada", "tests"}, verified);
    }
    Result<ActionOutcome> undoLast() {
        DRYDOCK_ASSIGN(const auto audit, service->reader().audit({}, 1));
        DRYDOCK_ASSIGN(const ActionPreview made, service->previewUndo(audit.at(0).sequence));
        DRYDOCK_ASSIGN(const auto verified, service->firmwareFiles().value()->verify(releasesIn(made.rows)));
        return service->undo(audit.at(0).sequence, {"ada", "tests"}, verified);
    }
    void put(ReleaseStatus status) {
        const auto done = act(ActionKind::setReleaseStatus, releaseStatusName(status));
        ASSERT_TRUE(done) << done.error().message;
    }

    [[nodiscard]] State state() {
        State state;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_root / "firmware")) {
            if (entry.is_regular_file())
                state.files.insert(withoutUuids(entry.path().lexically_relative(m_root / "firmware").string()));
        }
        const std::vector<FirmwareRecord> records = service->reader().firmware().value();
        for (const FirmwareRecord& record : records) {
            state.records.insert(withoutUuids(record.version + ' ' + releaseStatusName(record.status) + ' ' +
                                              std::to_string(record.statusHistory.size()) +
                                              (record.expiresAtS ? " expires" : "")));
        }
        state.audit = service->reader().audit({}, 100).value().size();
        return state;
    }

    std::unique_ptr<storage::SqliteStore> store;
    std::unique_ptr<FleetService> service;

private:
    Result<void> step() {
        if (!stopped() && m_steps == m_stopAtStep) {
            m_dead = true;
            m_vfs.failWritesAfter(0, SQLITE_IOERR);
        }
        if (stopped()) return storage::fail(ErrorCode::io, "The program was killed.");
        ++m_steps;
        return {};
    }

    std::filesystem::path m_root;
    const tests::ManualClock& m_clock;
    tests::FaultVfs& m_vfs;
    bool m_dead = false;
    std::size_t m_steps = 0;
    std::size_t m_stopAtStep = kNever;
    std::size_t m_stopAtWrite = kNever;
};

class FirmwareStepsTest : public testing::Test {
protected:
    using Part = std::function<void(Desk&)>;
    using Arm = void (Desk::*)(std::size_t);

    FirmwareStepsTest() {
        EXPECT_TRUE(writeSamplePackage(m_zip, "p", "main", "2026.03.01"));
        tests::writeZip(m_badZip, {{"readme.txt", "no manifest"}});
    }

    // Prepares a desk, then does `act` on copies of it, stopping before each step and each write in turn.
    void stopEverywhere(const Part& prepare, const Part& act) {
        const std::filesystem::path prepared = m_directory / "prepared";
        State before;
        {
            Desk desk(prepared, m_clock, m_vfs);
            prepare(desk);
            before = desk.state();
            desk.close();
        }
        Desk whole(copyOf(prepared), m_clock, m_vfs);
        whole.stopAtStep(kNever);
        whole.stopAtWrite(kNever);
        act(whole);
        const State after = whole.state();
        const std::size_t steps = whole.steps();
        const std::size_t writes = whole.writes();
        whole.close();
        ASSERT_FALSE(before == after) << "nothing happened";
        ASSERT_GT(steps, 0U);
        ASSERT_GT(writes, 0U);

        std::size_t undone = 0;
        for (std::size_t step = 0; step < steps; ++step)
            undone += killedAt(prepared, &Desk::stopAtStep, step, act, before, after);
        for (std::size_t write = 0; write < writes; ++write)
            undone += killedAt(prepared, &Desk::stopAtWrite, write, act, before, after);
        // The very first write of all comes before anything is committed.
        EXPECT_GT(undone, 0U);
    }

    // The good package, taken along the states of a release.
    void importUpTo(Desk& desk, ReleaseStatus last) {
        ASSERT_TRUE(desk.import(m_zip));
        for (const auto status : {ReleaseStatus::testing, ReleaseStatus::released, ReleaseStatus::revoked}) {
            desk.put(status);
            if (status == last) return;
        }
    }

    tests::TemporaryDirectory m_directory;
    std::filesystem::path m_zip = m_directory / "sample.zip";
    std::filesystem::path m_badZip = m_directory / "bad.zip";
    tests::ManualClock m_clock;
    tests::FaultVfs m_vfs;

private:
    std::filesystem::path copyOf(const std::filesystem::path& prepared) {
        std::filesystem::path copy = m_directory / ("copy" + std::to_string(++m_copies));
        std::filesystem::copy(prepared, copy, std::filesystem::copy_options::recursive);
        return copy;
    }
    // Returns whether the state was the one before.
    bool killedAt(const std::filesystem::path& prepared, Arm arm, std::size_t at, const Part& act, const State& before,
                  const State& after) {
        const std::filesystem::path root = copyOf(prepared);
        bool isBefore = false;
        {
            Desk desk(root, m_clock, m_vfs);
            (desk.*arm)(at);
            act(desk);
            EXPECT_TRUE(desk.stopped()) << at;
            desk.close();
            desk.open();
            const State now = desk.state();
            isBefore = now == before;
            EXPECT_TRUE(isBefore || now == after)
                << "stopped at " << at << "\nnow    " << now << "\nbefore " << before << "\nafter  " << after;
            EXPECT_THAT(desk.service->unpublishedFirmware().value(), IsEmpty());
            EXPECT_THAT(desk.store->check(false).value(), IsEmpty());
            desk.close();
        }
        std::filesystem::remove_all(root);
        return isBefore;
    }

    int m_copies = 0;
};

TEST_F(FirmwareStepsTest, AnImportIsWholeOrNotAtAll) {
    stopEverywhere([](Desk&) {}, [this](Desk& desk) { static_cast<void>(desk.import(m_zip)); });
}

TEST_F(FirmwareStepsTest, AnImportOfABadPackageIsWholeOrNotAtAll) {
    stopEverywhere([](Desk&) {}, [this](Desk& desk) { static_cast<void>(desk.import(m_badZip)); });
}

TEST_F(FirmwareStepsTest, AnImportInThePlaceOfARevokedVersionIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { importUpTo(desk, ReleaseStatus::revoked); },
                   [this](Desk& desk) { static_cast<void>(desk.import(m_zip)); });
}

TEST_F(FirmwareStepsTest, AReleaseIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { importUpTo(desk, ReleaseStatus::testing); },
                   [](Desk& desk) { static_cast<void>(desk.act(ActionKind::setReleaseStatus, "RELEASED")); });
}

TEST_F(FirmwareStepsTest, ARevocationIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { importUpTo(desk, ReleaseStatus::released); },
                   [](Desk& desk) { static_cast<void>(desk.act(ActionKind::setReleaseStatus, "REVOKED")); });
}

TEST_F(FirmwareStepsTest, ADeletionIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { ASSERT_TRUE(desk.import(m_zip)); },
                   [](Desk& desk) { static_cast<void>(desk.act(ActionKind::deleteFirmware)); });
}

TEST_F(FirmwareStepsTest, ADeletionOfARefusedPackageIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { ASSERT_TRUE(desk.import(m_badZip)); },
                   [](Desk& desk) { static_cast<void>(desk.act(ActionKind::deleteFirmware)); });
}

TEST_F(FirmwareStepsTest, TheUndoOfAnImportIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { ASSERT_TRUE(desk.import(m_zip)); },
                   [](Desk& desk) { static_cast<void>(desk.undoLast()); });
}

TEST_F(FirmwareStepsTest, TheUndoOfAReleaseIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { importUpTo(desk, ReleaseStatus::released); },
                   [](Desk& desk) { static_cast<void>(desk.undoLast()); });
}

TEST_F(FirmwareStepsTest, TheUndoOfARevocationIsWholeOrNotAtAll) {
    stopEverywhere([this](Desk& desk) { importUpTo(desk, ReleaseStatus::revoked); },
                   [](Desk& desk) { static_cast<void>(desk.undoLast()); });
}

// --- what the files are, where nothing is stopped

TEST_F(FirmwareStepsTest, AReleasePublishesEveryFileAndARevocationMovesThemAway) {
    Desk desk(m_directory / "desk", m_clock, m_vfs);
    ASSERT_TRUE(desk.import(m_zip));
    desk.put(ReleaseStatus::testing);
    EXPECT_EQ(desk.state().files, (std::multiset<std::string>{"#.zip"}));
    desk.put(ReleaseStatus::released);
    EXPECT_EQ(desk.state().files, (std::multiset<std::string>{"#.zip", "published/p/main/2026.03.01/firmware.bin",
                                                              "published/p/main/2026.03.01/firmware.partitions.bin",
                                                              "published/p/main/2026.03.01/manifest.json"}));
    const FirmwareRecord record = desk.service->reader().firmware().value().at(0);
    const auto folder = desk.service->firmwareFiles().value()->published().pathOf(record);
    for (const FirmwareFile& file : record.files) {
        EXPECT_EQ(sha256Hex(tests::readBytes(folder / file.name)), file.sha256);
    }
    desk.put(ReleaseStatus::revoked);
    const std::string revoked = "revoked/p/main/2026.03.01/" + std::to_string(m_clock.wallMs() / 1000) + "-#/";
    EXPECT_EQ(desk.state().files,
              (std::multiset<std::string>{"#.zip", revoked + "firmware.bin", revoked + "firmware.partitions.bin",
                                          revoked + "manifest.json"}));
}

TEST_F(FirmwareStepsTest, RevokedFilesAreKeptForNinetyDaysAndTheZipAsLongAsItsRecord) {
    Desk desk(m_directory / "desk", m_clock, m_vfs);
    ASSERT_TRUE(desk.import(m_zip));
    for (const auto status : {ReleaseStatus::testing, ReleaseStatus::released, ReleaseStatus::revoked})
        desk.put(status);
    const auto sweepAll = [&desk] {
        while (desk.service->sweep(100).value() > 0) {
        }
    };
    m_clock.advance(11 * kDayMs);
    sweepAll();
    EXPECT_THAT(desk.state().records, IsEmpty());
    EXPECT_EQ(desk.state().files.size(), 3U);
    EXPECT_EQ(desk.state().files.count("#.zip"), 0U);
    m_clock.advance(78 * kDayMs);
    sweepAll();
    EXPECT_EQ(desk.state().files.size(), 3U);
    m_clock.advance(2 * kDayMs);
    sweepAll();
    EXPECT_THAT(desk.state().files, IsEmpty());
}

TEST_F(FirmwareStepsTest, NothingIsPublishedOfAPackageThatChanged) {
    Desk desk(m_directory / "desk", m_clock, m_vfs);
    ASSERT_TRUE(desk.import(m_zip));
    desk.put(ReleaseStatus::testing);
    const FirmwareRecord record = desk.service->reader().firmware().value().at(0);
    ASSERT_TRUE(writeSamplePackage(m_directory / "desk" / "firmware" / record.zipName, "p", "main", "2026.03.02"));
    const auto refused = desk.act(ActionKind::setReleaseStatus, "RELEASED");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("SHA256 mismatch for firmware.bin"));
    EXPECT_EQ(desk.state().files, (std::multiset<std::string>{"#.zip"}));
}

TEST_F(FirmwareStepsTest, AReleaseWhosePublishedFilesAreGoneIsPublishedAgain) {
    Desk desk(m_directory / "desk", m_clock, m_vfs);
    ASSERT_TRUE(desk.import(m_zip));
    desk.put(ReleaseStatus::testing);
    desk.put(ReleaseStatus::released);
    const State before = desk.state();
    desk.close();
    std::filesystem::remove_all(m_directory / "desk" / "firmware" / "published");
    desk.open();
    const auto lost = desk.service->unpublishedFirmware().value();
    ASSERT_EQ(lost.size(), 1U);
    const auto verified = desk.service->firmwareFiles().value()->verify(lost);
    ASSERT_TRUE(verified) << verified.error().message;
    ASSERT_TRUE(desk.service->publishAgain(lost.at(0), *verified));
    EXPECT_EQ(desk.state(), before);
}

TEST_F(FirmwareStepsTest, ATidyLeavesWhatAnImportUnderWayHasStaged) {
    Desk desk(m_directory / "desk", m_clock, m_vfs);
    auto staged = desk.service->firmwareFiles().value()->stage(m_zip, m_clock.wallMs());
    ASSERT_TRUE(staged);
    m_clock.advance(kDayMs);
    ASSERT_TRUE(desk.service->sweep(100));
    EXPECT_THAT(desk.state().files, Contains("#.zip"));
    const auto imported = desk.service->importFirmware(std::move(*staged), {"ada", "tests"});
    ASSERT_TRUE(imported) << imported.error().message;
    m_clock.advance(kDayMs);
    ASSERT_TRUE(desk.service->sweep(100));
    EXPECT_THAT(desk.state().files, Contains("#.zip"));
}

TEST_F(FirmwareStepsTest, APackageFromTheIncomingFolderIsImportedOnce) {
    Desk desk(m_directory / "desk", m_clock, m_vfs);
    const auto take = [&](const std::filesystem::path& zip) {
        return desk.service->importIncoming(
            std::move(desk.service->firmwareFiles().value()->stage(zip, m_clock.wallMs()).value()), {"ada", "tests"});
    };
    for (const auto& zip : {m_zip, m_badZip}) {
        const auto first = take(zip);
        ASSERT_TRUE(first) << first.error().message;
        const State once = desk.state();
        const auto second = take(zip);
        ASSERT_TRUE(second) << second.error().message;
        EXPECT_EQ(second->zipName, first->zipName);
        EXPECT_EQ(desk.state(), once);
    }
    // Of the same version, and not the same.
    tests::PackageBuilder package;
    package.manifest["product_id"] = "p";
    package.manifest["application"] = "main";
    package.write(m_zip);
    const auto other = take(m_zip);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::refused);
}

}  // namespace
}  // namespace drydock::fleet
