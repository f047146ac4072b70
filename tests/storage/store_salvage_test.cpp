// A damaged file is set aside as it is, and a new one holds what could be read of it.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "storage/store/salvage.h"
#include "tests/storage/store_fixture.h"
#include "tests/support/damage.h"

namespace drydock::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kItems = 300;

std::string contentOf(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class StoreSalvage : public StoreTest {
protected:
    StoreSalvage() {
        TableDefinition things = table("Things", {"id", AttributeType::N});
        things.indexes = {index("group-index", {"group", AttributeType::N})};
        things.ttlAttribute = "expires";
        things.stream = StreamView::newAndOldImages;
        create(things);
        std::vector<WriteUnit> units;
        units.reserve(kItems);
        for (int i = 0; i < kItems; ++i) {
            units.push_back(unit(
                put("Things", {{"id", i}, {"group", i % 3}, {"expires", 1000 + i}, {"data", std::string(500, 'x')}})));
        }
        take(store->commit(std::move(units)));
        create(table("Other", {"id", AttributeType::S}));
        write(put("Other", {{"id", "a"}}));
    }

    [[nodiscard]] fs::path file() const { return path() / "store.db"; }
    [[nodiscard]] fs::path aside() const { return path() / "store.db.damaged-20240324T224000Z"; }

    void damage(const std::string& name) {
        store.reset();
        damageTable(file(), name);
    }
    std::vector<CheckFinding> salvage() {
        store.reset();
        StoreOptions options;
        options.clock = &clock;
        return take(salvageStore(path(), options));
    }
    std::size_t countThings() {
        std::size_t count = 0;
        ScanRequest request = scan("Things");
        do {
            const Page page = take(store->scan(request));
            count += page.items.size();
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        return count;
    }
};

TEST_F(StoreSalvage, ASoundFileIsLeftAlone) {
    store.reset();
    const std::string before = contentOf(file());
    EXPECT_THAT(salvage(), IsEmpty());
    EXPECT_TRUE(contentOf(file()) == before);
    EXPECT_FALSE(fs::exists(aside()));
}

TEST_F(StoreSalvage, ItemsBesideADamagedPageAreSavedAndTheFileIsKept) {
    const std::string id = store->id();
    damage("data_1");
    const std::string before = contentOf(file());
    const auto findings = salvage();
    EXPECT_THAT(findings, Contains(Field(&CheckFinding::what, HasSubstr(aside().string()))));
    EXPECT_THAT(findings, Contains(Field(&CheckFinding::what, HasSubstr(" of 300 items are lost"))));
    EXPECT_TRUE(contentOf(aside()) == before);
    reopen();
    EXPECT_EQ(store->id(), id);
    EXPECT_GT(countThings(), std::size_t{kItems} * 9 / 10);
    EXPECT_LT(countThings(), std::size_t{kItems});
    EXPECT_EQ(take(store->describeTable("Things")).itemCount, countThings());
    EXPECT_TRUE(get("Things", {{"id", 0}}));
    EXPECT_TRUE(get("Things", {{"id", kItems - 1}}));
    EXPECT_TRUE(get("Other", {{"id", "a"}}));
    EXPECT_THAT(take(store->check(false)), IsEmpty());
    const std::uint64_t last = take(store->listStreams("Things")).at(0).latestSequence;
    write(put("Things", {{"id", 1000}}));
    EXPECT_GT(take(store->listStreams("Things")).at(0).latestSequence, last) << "sequences go on growing";
}

TEST_F(StoreSalvage, ADamagedIndexIsRebuiltAndNothingIsLost) {
    damage("index_1_0");
    salvage();
    reopen();
    EXPECT_EQ(countThings(), std::size_t{kItems});
    EXPECT_EQ(take(store->query(query("Things", "group-index", "#g = :g", {{{"#g", "group"}}, {{":g", 1}}}))).count,
              std::uint64_t{kItems} / 3);
    EXPECT_THAT(take(store->check(false)), IsEmpty());
}

// Commits that are only in the write-ahead log are part of the store.
TEST_F(StoreSalvage, TheWriteAheadLogIsReadAndSetAsideToo) {
    damage("index_1_0");
    reopen();
    write(put("Other", {{"id", "late"}}));
    fs::copy_file(file(), directory / "file");
    fs::copy_file(file().string() + "-wal", directory / "wal");
    store.reset();  // which takes the log into the file
    fs::rename(directory / "file", file());
    fs::rename(directory / "wal", file().string() + "-wal");
    const std::string log = contentOf(file().string() + "-wal");
    salvage();
    EXPECT_TRUE(contentOf(aside().string() + "-wal") == log);
    reopen();
    EXPECT_TRUE(get("Other", {{"id", "late"}}));
}

TEST_F(StoreSalvage, OfAFileThatCannotBeReadNothingIsSavedButItIsKept) {
    store.reset();
    std::ofstream(file(), std::ios::trunc) << "no database " << std::string(2000, '.');
    const std::string before = contentOf(file());
    EXPECT_THAT(salvage(), Contains(Field(&CheckFinding::what, HasSubstr(aside().string()))));
    EXPECT_TRUE(contentOf(aside()) == before);
    reopen();
    EXPECT_THAT(take(store->listTables()), IsEmpty());
}

TEST_F(StoreSalvage, WhatIsNotDamagedButForeignIsRefused) {
    store.reset();
    rawSql("PRAGMA application_id = 7");
    const std::string before = contentOf(file());
    EXPECT_TRUE(failedWith(salvageStore(path()), ErrorCode::corrupt));
    rawSql("PRAGMA application_id = 1146247492; PRAGMA user_version = 999");
    EXPECT_TRUE(failedWith(salvageStore(path()), ErrorCode::corrupt));
    EXPECT_FALSE(fs::exists(path() / "store.db.new"));
}

TEST_F(StoreSalvage, AStoreInUseIsNotTouched) {
    EXPECT_TRUE(failedWith(salvageStore(path()), ErrorCode::locked));
}

// It was interrupted with the old file safe aside, and the new one whole but not in its place yet.
TEST_F(StoreSalvage, AnInterruptedReplacementIsFinishedByTheNextOpening) {
    store.reset();
    fs::create_directory(directory / "new");
    {
        const auto fresh = take(SqliteStore::open(directory / "new" / "store"));
        take(fresh->createTable(table("Saved", {"id", AttributeType::S})));
    }
    fs::rename(directory / "new" / "store" / "store.db", path() / "store.db.next");
    std::ofstream(file().string() + "-wal") << "commits of the old file";
    reopen();
    EXPECT_EQ(take(store->listTables()), std::vector<std::string>{"Saved"});
    EXPECT_FALSE(fs::exists(path() / "store.db.next"));
}

}  // namespace
}  // namespace drydock::tests
