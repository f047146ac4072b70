#include "storage/sqlite/checkpointer.h"

#include <gtest/gtest.h>

#include "storage/sqlite/transaction.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/temporary_directory.h"

namespace drydock::tests {
namespace {

using namespace storage;
using sqlite::Checkpointer;
using sqlite::Connection;
using sqlite::OpenMode;

class CheckpointerTest : public ::testing::Test {
protected:
    static constexpr std::uintmax_t kPage = 4096;

    explicit CheckpointerTest(std::string vfsName = {}) : vfs(std::move(vfsName)) {
        run("PRAGMA page_size=4096");
        run("PRAGMA journal_mode=WAL");
        run("CREATE TABLE t(i INTEGER PRIMARY KEY, b)");
        run("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    void run(const std::string& sql) { ASSERT_TRUE(writer.execute(sql)) << sql; }
    void insertPages(int count) {
        for (int i = 0; i < count; ++i) run("INSERT INTO t(b) VALUES(zeroblob(3500))");
    }
    [[nodiscard]] std::uintmax_t filePages() const { return std::filesystem::file_size(file) / kPage; }
    [[nodiscard]] std::uintmax_t logPages() const { return std::filesystem::file_size(file.string() + "-wal") / kPage; }

    TemporaryDirectory directory;
    std::filesystem::path file = directory / "test.db";
    const std::string vfs;
    Connection writer = Connection::open(file, OpenMode::create, vfs).value();
};

struct WatchedDisk {
    FaultVfs disk;
};
class CheckpointerDiskTest : protected WatchedDisk, public CheckpointerTest {
protected:
    CheckpointerDiskTest() : CheckpointerTest(disk.name()) {}
};

TEST_F(CheckpointerTest, BelowItsLimitNothingIsCopied) {
    Checkpointer checkpointer(writer, file, vfs, {1'000, 2'000});
    insertPages(50);
    checkpointer.wait();
    EXPECT_LE(filePages(), 2U);
}

TEST_F(CheckpointerTest, FromItsLimitOnCommitsAreCopiedBeside) {
    Checkpointer checkpointer(writer, file, vfs, {100, 100'000});
    insertPages(100);
    checkpointer.wait();
    EXPECT_GE(filePages(), 50U);
}

TEST_F(CheckpointerTest, WhatWasWrittenMeanwhileIsCopiedByTheWriterAndTheLogBeginsAnew) {
    Checkpointer checkpointer(writer, file, vfs, {100, 100'000});
    for (int i = 0; i < 20; ++i) {
        insertPages(60);  // a page or more each, so the copying begins amid them
        checkpointer.wait();
    }
    insertPages(1);
    EXPECT_LT(logPages(), 600U);
}

TEST_F(CheckpointerTest, TheLogBeginsAnewAfterAReaderThatHeldIt) {
    Checkpointer checkpointer(writer, file, vfs, {20, 100'000});
    auto reader = Connection::open(file, OpenMode::readOnly, vfs).value();
    auto reading = sqlite::Transaction::begin(reader, sqlite::Transaction::Kind::read).value();
    EXPECT_EQ(reader.queryInteger("SELECT count(*) FROM t").value(), 0);
    insertPages(200);
    checkpointer.wait();
    ASSERT_TRUE(reading.commit());
    for (int i = 0; i < 3; ++i) {
        insertPages(60);
        checkpointer.wait();
    }
    insertPages(1);
    const auto before = logPages();
    insertPages(20);
    EXPECT_EQ(logPages(), before) << "the log has not begun anew";
}

TEST_F(CheckpointerTest, TheLogIsBoundedWithoutAPauseAndWithoutItsThread) {
    std::filesystem::path elsewhere = directory / "nowhere" / "test.db";  // its own connection can't be opened
    Checkpointer checkpointer(writer, elsewhere, vfs, {20, 100});
    insertPages(1'000);
    EXPECT_LT(logPages(), 200U);
}

TEST_F(CheckpointerTest, ACommitLongerThanTheLogBeforeBeginsANewOneAllTheSame) {
    constexpr int kMost = 100;
    std::filesystem::path elsewhere = directory / "nowhere" / "test.db";  // the writer copies, and nobody else
    Checkpointer checkpointer(writer, elsewhere, vfs, {kMost, kMost});
    while (filePages() < kMost / 2) insertPages(1);
    run("BEGIN");
    insertPages(kMost + kMost / 2);
    run("COMMIT");
    EXPECT_GE(filePages(), 2U * kMost) << "counted from where the log before ended";
}

TEST_F(CheckpointerDiskTest, WhatIsCopiedIsOnTheDiskAlthoughTheLogGoesOn) {
    insertPages(60);
    auto reader = Connection::open(file, OpenMode::readOnly, vfs).value();
    auto reading = sqlite::Transaction::begin(reader, sqlite::Transaction::Kind::read).value();
    EXPECT_EQ(reader.queryInteger("SELECT count(*) FROM t").value(), 60);
    Checkpointer checkpointer(writer, file, vfs, {50, 100'000});
    insertPages(1);  // which begins the copying, and can't be copied itself before the reader is gone
    checkpointer.wait();
    EXPECT_GE(filePages(), 30U);
    EXPECT_EQ(disk.unsyncedDatabaseWrites(), 0U) << "left for the writer to wait for";
    ASSERT_TRUE(reading.commit());
}

TEST_F(CheckpointerDiskTest, OfMuchThatWasWrittenMeanwhileTheWriterCopiesNothing) {
    constexpr int kFew = 10;
    Checkpointer checkpointer(writer, file, vfs, {50, 100'000, kFew});
    insertPages(60);
    checkpointer.wait();
    disk.resetCounters();
    run("BEGIN");
    insertPages(80);
    run("COMMIT");  // as if it had come while the thread copied
    checkpointer.wait();
    EXPECT_GE(filePages(), 100U);
    EXPECT_EQ(disk.databaseWritesOfThisThread(), 0U);
    insertPages(1);
    const auto before = logPages();
    insertPages(20);
    EXPECT_EQ(logPages(), before) << "the log has not begun anew";
}

TEST_F(CheckpointerTest, AReaderInTheMiddleHoldsNothingUp) {
    Checkpointer checkpointer(writer, file, vfs, {20, 100});
    auto reader = Connection::open(file, OpenMode::readOnly, vfs).value();
    auto reading = sqlite::Transaction::begin(reader, sqlite::Transaction::Kind::read).value();
    EXPECT_EQ(reader.queryInteger("SELECT count(*) FROM t").value(), 0);
    insertPages(300);
    checkpointer.wait();
    EXPECT_EQ(reader.queryInteger("SELECT count(*) FROM t").value(), 0);
    ASSERT_TRUE(reading.commit());
    EXPECT_EQ(reader.queryInteger("SELECT count(*) FROM t").value(), 300);
}

TEST_F(CheckpointerTest, NothingIsLostWhenItEnds) {
    {
        Checkpointer checkpointer(writer, file, vfs, {10, 50});
        insertPages(500);
    }
    insertPages(5);
    auto reader = Connection::open(file, OpenMode::readOnly, vfs).value();
    EXPECT_EQ(reader.queryInteger("SELECT count(*) FROM t").value(), 505);
}

}  // namespace
}  // namespace drydock::tests
