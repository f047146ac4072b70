// Opening: new stores, second openers, read-only, and files that cannot be used, which are named and left alone.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::HasSubstr;

std::string contentOf(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

class StoreOpen : public StoreTest {
protected:
    [[nodiscard]] std::filesystem::path file() const { return path() / "store.db"; }

    // The message with which opening is refused; the file must be as it was.
    std::string refusal(ErrorCode code = ErrorCode::corrupt) {
        store.reset();
        const std::string before = contentOf(file());
        const auto opened = SqliteStore::open(path());
        EXPECT_EQ(contentOf(file()), before);
        if (opened) return "opened";
        EXPECT_EQ(opened.error().code, code);
        EXPECT_THAT(opened.error().message, HasSubstr(file().string()));
        return opened.error().message;
    }
};

TEST_F(StoreOpen, ANewStoreIsPrivateAndHasAnIdentity) {
    struct stat status {};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    const std::string id = store->id();
    EXPECT_THAT(id, ::testing::MatchesRegex("[0-9a-f]{32}"));
    reopen();
    EXPECT_EQ(store->id(), id);
    const auto other = take(SqliteStore::open(directory / "other" / "nested"));
    EXPECT_NE(other->id(), id);
    EXPECT_TRUE(take(other->listTables()).empty());
}

TEST_F(StoreOpen, TablesAreThereAgainAfterReopening) {
    TableDefinition things = table("Things", {"id", AttributeType::S});
    things.indexes = {index("by-n", {"n", AttributeType::N})};
    things.tags = {{"team", "desk"}};
    const TableDescription created = take(store->createTable(things));
    EXPECT_EQ(created.definition, things);
    EXPECT_EQ(created.createdMs, clock.wallMs());
    ASSERT_EQ(created.indexes.size(), 1U);
    EXPECT_EQ(created.indexes[0].name, "by-n");
    EXPECT_TRUE(created.indexes[0].active);
    EXPECT_TRUE(failedWith(store->createTable(things), ErrorCode::resourceInUse, "Table already exists: Things"));
    EXPECT_TRUE(failedWith(store->createTable(table("x", {"id", AttributeType::S})), ErrorCode::validation));
    reopen();
    EXPECT_EQ(take(store->listTables()), std::vector<std::string>{"Things"});
    EXPECT_EQ(take(store->describeTable("Things")).definition, things);
}

TEST_F(StoreOpen, SeveralTablesAreMadeTogetherOrNotAtAll) {
    const TableDefinition first = table("First", {"id", AttributeType::S});
    const TableDefinition second = table("Second", {"id", AttributeType::S});
    EXPECT_TRUE(failedWith(store->createTables({first, second, first}), ErrorCode::resourceInUse,
                           "Table already exists: First"));
    EXPECT_TRUE(take(store->listTables()).empty());
    ASSERT_TRUE(succeeded(store->createTables({first})));
    EXPECT_TRUE(failedWith(store->createTables({second, first}), ErrorCode::resourceInUse));
    reopen();
    EXPECT_EQ(take(store->listTables()), std::vector<std::string>{"First"});
    ASSERT_TRUE(succeeded(store->createTables({second, table("Third", {"id", AttributeType::S})})));
    EXPECT_EQ(take(store->listTables()), (std::vector<std::string>{"First", "Second", "Third"}));
}

TEST_F(StoreOpen, ADeletedTableTakesItsRowsAlong) {
    TableDefinition things = table("Things", {"id", AttributeType::S});
    things.indexes = {index("by-n", {"n", AttributeType::N})};
    things.stream = StreamView::keysOnly;
    things.ttlAttribute = "t";
    create(things);
    write(put("Things", {{"id", "a"}, {"n", 1}}));
    take(store->query(query("Things", "by-n", "n = :n", {{}, {{":n", 1}}})));
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    EXPECT_TRUE(failedWith(store->get(getItem("Things", {{"id", "a"}})), ErrorCode::resourceNotFound));
    EXPECT_TRUE(failedWith(store->deleteTable("Things"), ErrorCode::resourceNotFound));
    create(things);
    EXPECT_FALSE(get("Things", {{"id", "a"}})) << "a table of the same name starts empty";
    EXPECT_TRUE(take(store->check(false)).empty());
}

TEST_F(StoreOpen, AProtectedTableIsNotDeleted) {
    create(table("Things", {"id", AttributeType::S}));
    ASSERT_TRUE(succeeded(setDeletionProtection("Things", true)));
    EXPECT_TRUE(failedWith(store->deleteTable("Things"), ErrorCode::validation));
    reopen();
    EXPECT_TRUE(take(store->describeTable("Things")).definition.deletionProtection);
    EXPECT_TRUE(failedWith(store->deleteTable("Things"), ErrorCode::validation));
    ASSERT_TRUE(succeeded(setDeletionProtection("Things", false)));
    EXPECT_TRUE(succeeded(store->deleteTable("Things")));
    EXPECT_TRUE(failedWith(setDeletionProtection("Things", true), ErrorCode::resourceNotFound));
}

TEST_F(StoreOpen, ASecondOpenerLearnsWhoHasTheStoreAndMayRead) {
    create(table("Things", {"id", AttributeType::S}));
    write(put("Things", {{"id", "a"}}));
    const auto second = SqliteStore::open(path());
    ASSERT_TRUE(failedWith(second, ErrorCode::locked));
    EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid()) + "."));

    StoreOptions options;
    options.readOnly = true;
    const auto reading = take(SqliteStore::open(path(), options));
    EXPECT_EQ(reading->id(), store->id());
    EXPECT_TRUE(take(reading->get(getItem("Things", {{"id", "a"}}))));
    write(put("Things", {{"id", "b"}}));
    create(table("Later", {"id", AttributeType::S}));
    EXPECT_TRUE(take(reading->get(getItem("Things", {{"id", "b"}}))));
    EXPECT_EQ(take(reading->listTables()).size(), 2U);
    EXPECT_TRUE(failedWith(reading->write(put("Things", {{"id", "c"}})), ErrorCode::readOnly));
    EXPECT_TRUE(failedWith(reading->createTable(table("More", {"id", AttributeType::S})), ErrorCode::readOnly));
    EXPECT_TRUE(failedWith(reading->sweepExpired(0, 1), ErrorCode::readOnly));
    EXPECT_TRUE(take(reading->check(false)).empty());
    EXPECT_TRUE(failedWith(reading->check(true), ErrorCode::readOnly));
    store.reset();
    EXPECT_TRUE(SqliteStore::open(path())) << "the lock goes with its owner";
}

TEST_F(StoreOpen, NoStoreToReadIsNotFound) {
    StoreOptions options;
    options.readOnly = true;
    EXPECT_TRUE(failedWith(SqliteStore::open(directory / "nowhere", options), ErrorCode::notFound));
    EXPECT_FALSE(std::filesystem::exists(directory / "nowhere"));
}

TEST_F(StoreOpen, AFileThatIsNoDatabaseIsNamedAndLeftAlone) {
    store.reset();
    std::ofstream(file()) << "These are my notes, not a database. " << std::string(2000, '.');
    EXPECT_THAT(refusal(), HasSubstr("left as it is"));
}

TEST_F(StoreOpen, AnEmptyFileIsDamage) {
    store.reset();
    std::ofstream(file(), std::ios::trunc).flush();
    EXPECT_THAT(refusal(), HasSubstr("The file is empty."));
}

TEST_F(StoreOpen, ATruncatedFileIsDamage) {
    create(table("Things", {"id", AttributeType::S}));
    for (int i = 0; i < 200; ++i) write(put("Things", {{"id", std::to_string(i)}, {"data", std::string(500, 'x')}}));
    store.reset();
    std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
    EXPECT_THAT(refusal(), HasSubstr("no intact Drydock store"));
    std::filesystem::resize_file(file(), 50);
    EXPECT_NE(refusal(), "opened");
}

TEST_F(StoreOpen, AnotherProgramsDatabaseIsNoStore) {
    store.reset();
    std::filesystem::remove(file());
    rawSql("CREATE TABLE notes(text)");
    EXPECT_THAT(refusal(), HasSubstr("This file is not a Drydock store."));
}

TEST_F(StoreOpen, ANewerFormatIsRefused) {
    store.reset();
    rawSql("PRAGMA user_version = 999");
    EXPECT_THAT(refusal(), HasSubstr("written by a newer Drydock (format 999; this program knows formats up to 3)"));
    StoreOptions options;
    options.readOnly = true;
    EXPECT_TRUE(failedWith(SqliteStore::open(path(), options), ErrorCode::corrupt));
}

TEST_F(StoreOpen, AMissingFileWithCommitsLeftInItsLogIsNotReplaced) {
    store.reset();
    std::filesystem::rename(file(), path() / "moved.db");
    std::ofstream(file().string() + "-wal") << "commits";
    EXPECT_TRUE(failedWith(SqliteStore::open(path()), ErrorCode::corrupt));
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(StoreOpen, AHalfMadeStoreIsMadeAnew) {
    store.reset();
    std::filesystem::remove(file());
    std::ofstream(path() / "store.db.new") << "the power went while this was written";
    EXPECT_TRUE(SqliteStore::open(path()));
}

TEST_F(StoreOpen, ADirectoryThatCannotBeMadeOrWrittenIsNamed) {
    std::ofstream(directory / "file") << "x";
    const auto opened = SqliteStore::open(directory / "file" / "store");
    ASSERT_TRUE(failedWith(opened, ErrorCode::io));
    EXPECT_THAT(opened.error().message, HasSubstr((directory / "file" / "store").string()));
    EXPECT_THAT(opened.error().message, HasSubstr("Choose another directory"));
}

// Written by format 1: one table with an index, a TTL attribute and a stream, and one item in it. It must stay readable
// by every later format.
constexpr const char* kFormat1 = R"sql(
PRAGMA page_size = 8192;
PRAGMA application_id = 1146247492;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE store(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO store VALUES('id','0123456789abcdef0123456789abcdef');
INSERT INTO store VALUES('sequence',1);
CREATE TABLE tables(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL, created_ms INTEGER NOT NULL, item_count INTEGER NOT NULL DEFAULT 0, size_bytes INTEGER NOT NULL DEFAULT 0, trimmed_sequence INTEGER NOT NULL DEFAULT 0);
INSERT INTO tables VALUES(1,'Things','{"deletionProtection":false,"indexes":[{"key":{"partition":[{"name":"status","type":"S"}],"sort":[]},"local":false,"name":"status-index","nonKeyAttributes":[],"projection":"ALL"}],"key":{"partition":[{"name":"id","type":"S"}],"sort":[]},"name":"Things","pointInTimeRecovery":false,"stream":"NEW_AND_OLD_IMAGES","tags":[],"ttl":"expires"}',1711320000000,1,49,0);
CREATE TABLE indexes(table_id INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, item_count INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(table_id, number)) WITHOUT ROWID;
INSERT INTO indexes VALUES(1,0,'status-index',1);
CREATE TABLE data_1(key BLOB PRIMARY KEY, size INTEGER NOT NULL, item BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO data_1 VALUES(X'20610001',49,X'010607657870697265730a80e2cfaa060269648161046c697374050341018178066e756d6265720dff017d0373657407020170017106737461747573826f6b');
CREATE TABLE index_1_0(key BLOB NOT NULL, item_key BLOB NOT NULL, PRIMARY KEY(key, item_key)) WITHOUT ROWID;
INSERT INTO index_1_0 VALUES(X'206f6b0001',X'20610001');
CREATE TABLE ttl_1(expires INTEGER NOT NULL, item_key BLOB NOT NULL, PRIMARY KEY(expires, item_key)) WITHOUT ROWID;
INSERT INTO ttl_1 VALUES(1700000000,X'20610001');
CREATE TABLE log_1(sequence INTEGER PRIMARY KEY, committed_ms INTEGER NOT NULL, flags INTEGER NOT NULL, key BLOB NOT NULL, old_item BLOB, new_item BLOB);
INSERT INTO log_1 VALUES(1,1711320000000,0,X'20610001',NULL,X'010607657870697265730a80e2cfaa060269648161046c697374050341018178066e756d6265720dff017d0373657407020170017106737461747573826f6b');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('tables',1);
COMMIT;
)sql";

TEST_F(StoreOpen, AStoreOfFormat1CanBeRead) {
    store.reset();
    std::filesystem::remove_all(path());
    std::filesystem::create_directory(path());
    rawSql(kFormat1);
    reopen();
    EXPECT_EQ(store->id(), "0123456789abcdef0123456789abcdef");
    const Item item{{"id", "a"},
                    {"status", "ok"},
                    {"expires", 1700000000},
                    {"list", List{1, false, "x"}},
                    {"number", take(Number::parse("-12.5"))},
                    {"set", StringSet{{"p", "q"}}}};
    EXPECT_EQ(get("Things", {{"id", "a"}}), item);
    EXPECT_EQ(take(store->query(query("Things", "status-index", "#s = :s", {{{"#s", "status"}}, {{":s", "ok"}}})))
                  .items.at(0),
              item);
    const StreamPage records = take(store->readStream("Things", 0, 10));
    ASSERT_EQ(records.records.size(), 1U);
    EXPECT_EQ(records.records[0].newItem, item);
    EXPECT_TRUE(take(store->check(false)).empty());
}

// Written by format 2: one table with an index, a stream that has ended and one that is on. It must stay readable by
// every later format.
constexpr const char* kFormat2 = R"sql(
PRAGMA page_size = 4096;
PRAGMA application_id = 1146247492;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE store(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO store VALUES('id','0123456789abcdef0123456789abcdef');
INSERT INTO store VALUES('sequence',2);
CREATE TABLE tables(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL, created_ms INTEGER NOT NULL, item_count INTEGER NOT NULL DEFAULT 0, size_bytes INTEGER NOT NULL DEFAULT 0, trimmed_sequence INTEGER NOT NULL DEFAULT 0, uuid TEXT NOT NULL DEFAULT '', billing_ms INTEGER NOT NULL DEFAULT 0, recovery_ms INTEGER NOT NULL DEFAULT 0, ttl_backfill_key BLOB, loading INTEGER NOT NULL DEFAULT 0);
INSERT INTO tables VALUES(1,'Things','{"deletionProtection":false,"indexes":[{"key":{"partition":[{"name":"status","type":"S"}],"sort":[]},"local":false,"name":"status-index","nonKeyAttributes":[],"projection":"ALL"}],"key":{"partition":[{"name":"id","type":"S"}],"sort":[]},"name":"Things","pointInTimeRecovery":false,"stream":"KEYS_ONLY","tags":[]}',1711320000000,2,27,0,'fca18687-008f-4129-874d-50ca9fa21386',1711320000000,1711320000000,NULL,0);
CREATE TABLE indexes(table_id INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, item_count INTEGER NOT NULL DEFAULT 0, backfill_key BLOB, backfilled INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(table_id, number)) WITHOUT ROWID;
INSERT INTO indexes VALUES(1,0,'status-index',1,NULL,0);
CREATE TABLE streams(table_id INTEGER NOT NULL, label TEXT NOT NULL, view TEXT NOT NULL, created_ms INTEGER NOT NULL, first_sequence INTEGER NOT NULL, end_sequence INTEGER, ended_ms INTEGER, PRIMARY KEY(table_id, label)) WITHOUT ROWID;
INSERT INTO streams VALUES(1,'2024-03-24T22:40:00.000','NEW_IMAGE',1711320000000,1,1,1711320000000);
INSERT INTO streams VALUES(1,'2024-03-24T22:40:00.001','KEYS_ONLY',1711320000000,2,NULL,NULL);
CREATE TABLE consumers(table_id INTEGER NOT NULL, name TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY(table_id, name)) WITHOUT ROWID;
CREATE TABLE jobs(id TEXT PRIMARY KEY, kind TEXT NOT NULL, running INTEGER NOT NULL, target_id INTEGER, source_id INTEGER, cut INTEGER, position BLOB NOT NULL, description TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tokens(token TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, expires_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX tokens_by_expiry ON tokens(expires_ms);
CREATE TABLE data_1(key BLOB PRIMARY KEY, size INTEGER NOT NULL, item BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO data_1 VALUES(X'20610001',17,X'0103026964816104706172740cff010f06737461747573826f6b');
INSERT INTO data_1 VALUES(X'20620001',10,X'0102026964816204706172740a7d');
CREATE TABLE index_1_0(key BLOB NOT NULL, item_key BLOB NOT NULL, PRIMARY KEY(key, item_key)) WITHOUT ROWID;
INSERT INTO index_1_0 VALUES(X'206f6b0001',X'20610001');
CREATE TABLE log_1(sequence INTEGER PRIMARY KEY, committed_ms INTEGER NOT NULL, flags INTEGER NOT NULL, key BLOB NOT NULL, old_item BLOB, new_item BLOB);
INSERT INTO log_1 VALUES(1,1711320000000,0,X'20610001',NULL,X'0103026964816104706172740cff010f06737461747573826f6b');
INSERT INTO log_1 VALUES(2,1711320000000,0,X'20620001',NULL,X'0102026964816204706172740a7d');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('tables',1);
COMMIT;
)sql";

TEST_F(StoreOpen, AStoreOfFormat2CanBeRead) {
    const Item decimal{{"id", "a"}, {"status", "ok"}, {"part", take(Number::parse("1.5"))}};
    const Item integer{{"id", "b"}, {"part", 125}};
    store.reset();
    std::filesystem::remove_all(path());
    std::filesystem::create_directory(path());
    rawSql(kFormat2);
    reopen();
    EXPECT_EQ(get("Things", {{"id", "a"}}), decimal);
    EXPECT_EQ(get("Things", {{"id", "b"}}), integer);
    const auto streams = take(store->listStreams("Things"));
    ASSERT_EQ(streams.size(), 2U);
    EXPECT_EQ(take(store->readRecords({"Things", streams[0].label, 0, 10})).records.at(0).newItem, decimal);
    EXPECT_EQ(take(store->readStream("Things", 0, 10)).records.at(0).key, (Item{{"id", "b"}}));
    // Its sizes were counted by another rule.
    EXPECT_EQ(take(store->describeTable("Things")).sizeBytes, itemSize(decimal) + itemSize(integer));
    EXPECT_TRUE(take(store->check(false)).empty());
}

}  // namespace
}  // namespace drydock::tests
