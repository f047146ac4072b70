#include "storage/sqlite/connection.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "storage/sqlite/error.h"
#include "storage/sqlite/transaction.h"
#include "tests/support/temporary_directory.h"

namespace drydock::tests {
namespace {

using namespace storage;
using sqlite::Connection;
using sqlite::OpenMode;
using sqlite::Transaction;

class SqliteTest : public ::testing::Test {
protected:
    Connection open(OpenMode mode = OpenMode::create) { return Connection::open(file, mode, {}).value(); }

    TemporaryDirectory directory;
    std::filesystem::path file = directory / "test.db";
};

TEST_F(SqliteTest, BindsAndReadsEveryKindOfValue) {
    Connection connection = open();
    ASSERT_TRUE(connection.execute("CREATE TABLE t(i, b, s, n)"));
    auto insert = connection.prepare("INSERT INTO t VALUES(?1, ?2, ?3, ?4)").value();
    const std::string blob("\0\x01\xff", 3);
    ASSERT_TRUE(insert.bind(1, INT64_MIN).bindBlob(2, blob).bindText(3, "text").bindNull(4).run());
    ASSERT_TRUE(insert.bind(1, 1).bindBlob(2, {}).bindText(3, {}).bindNull(4).run());
    auto select = connection.prepare("SELECT i, b, s, n FROM t ORDER BY i").value();
    ASSERT_TRUE(select.step().value());
    EXPECT_EQ(select.integer(0), INT64_MIN);
    EXPECT_EQ(select.blob(1), blob);
    EXPECT_EQ(select.text(2), "text");
    EXPECT_TRUE(select.isNull(3));
    ASSERT_TRUE(select.step().value());
    EXPECT_FALSE(select.isNull(1)) << "an empty blob is not NULL";
    EXPECT_FALSE(select.isNull(2));
    EXPECT_FALSE(select.step().value());
}

TEST_F(SqliteTest, AnErrorLeavesTheStatementUsable) {
    Connection connection = open();
    ASSERT_TRUE(connection.execute("CREATE TABLE t(i INTEGER PRIMARY KEY)"));
    auto insert = connection.prepare("INSERT INTO t VALUES(?1)").value();
    ASSERT_TRUE(insert.bind(1, 7).run());
    const auto twice = insert.bind(1, 7).run();
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().sqliteCode, SQLITE_CONSTRAINT_PRIMARYKEY) << "the extended code is kept";
    EXPECT_TRUE(insert.bind(1, 8).run());
    EXPECT_FALSE(insert.bind(2, 8).run()) << "there is no second parameter";
    EXPECT_TRUE(insert.bind(1, 9).run());
}

TEST_F(SqliteTest, ATransactionNotCommittedIsRolledBack) {
    Connection connection = open();
    ASSERT_TRUE(connection.execute("CREATE TABLE t(i)"));
    {
        auto transaction = Transaction::begin(connection, Transaction::Kind::write).value();
        ASSERT_TRUE(connection.execute("INSERT INTO t VALUES(1)"));
    }
    EXPECT_EQ(connection.queryInteger("SELECT count(*) FROM t").value(), 0);
    {
        auto transaction = Transaction::begin(connection, Transaction::Kind::write).value();
        ASSERT_TRUE(connection.execute("INSERT INTO t VALUES(1)"));
        ASSERT_TRUE(transaction.commit());
    }
    EXPECT_EQ(connection.queryInteger("SELECT count(*) FROM t").value(), 1);
}

TEST_F(SqliteTest, ErrorsTellDiskFullIoBusyCorruptAndReadOnlyApart) {
    const auto codeOf = [](int code) { return sqlite::makeError(code, nullptr, "test").code; };
    EXPECT_EQ(codeOf(SQLITE_FULL), ErrorCode::diskFull);
    EXPECT_EQ(codeOf(SQLITE_IOERR_FSYNC), ErrorCode::io);
    EXPECT_EQ(codeOf(SQLITE_CANTOPEN), ErrorCode::io);
    EXPECT_EQ(codeOf(SQLITE_BUSY_SNAPSHOT), ErrorCode::busy);
    EXPECT_EQ(codeOf(SQLITE_CORRUPT_INDEX), ErrorCode::corrupt);
    EXPECT_EQ(codeOf(SQLITE_NOTADB), ErrorCode::corrupt);
    EXPECT_EQ(codeOf(SQLITE_READONLY_DBMOVED), ErrorCode::readOnly);
    EXPECT_EQ(codeOf(SQLITE_MISUSE), ErrorCode::internal);
}

TEST_F(SqliteTest, AReadOnlyConnectionRefusesToWrite) {
    ASSERT_TRUE(open().execute("CREATE TABLE t(i)"));
    Connection connection = open(OpenMode::readOnly);
    const auto written = connection.execute("INSERT INTO t VALUES(1)");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::readOnly);
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsCorrupt) {
    std::ofstream(file) << std::string(4096, 'x');
    Connection connection = open(OpenMode::readWrite);
    const auto read = connection.queryInteger("SELECT count(*) FROM sqlite_schema");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
}

TEST_F(SqliteTest, CachedStatementsAreTheSameForTheSameText) {
    Connection connection = open();
    const auto first = connection.cached("SELECT 1");
    EXPECT_EQ(first.value(), connection.cached("SELECT 1").value());
    EXPECT_NE(first.value(), connection.cached("SELECT 2").value());
    EXPECT_FALSE(connection.cached("SELEKT"));
}

}  // namespace
}  // namespace drydock::tests
