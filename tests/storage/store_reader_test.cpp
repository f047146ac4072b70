// Readers beside the writer: each call sees one state, and every commit that returned before.
#include <atomic>
#include <future>
#include <thread>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

class StoreReaderTest : public StoreTest {
protected:
    StoreReaderTest() {
        TableDefinition accounts = table("Accounts", {"id", AttributeType::S});
        accounts.indexes = {index("kind-index", {"kind", AttributeType::S}, {{"balance", AttributeType::N}})};
        create(accounts);
    }

    static WriteUnit transfer(std::int64_t first, std::int64_t second) {
        return unit(put("Accounts", {{"id", "first"}, {"kind", "k"}, {"balance", first}}),
                    put("Accounts", {{"id", "second"}, {"kind", "k"}, {"balance", second}}));
    }
};

TEST_F(StoreReaderTest, SeesEveryCommitThatReturnedBefore) {
    const auto reader = take(store->openReader());
    EXPECT_FALSE(take(reader->get(getItem("Accounts", {{"id", "first"}}))));
    write(put("Accounts", {{"id", "first"}, {"balance", 1}}));
    EXPECT_EQ(take(reader->get(getItem("Accounts", {{"id", "first"}})))->integer("balance"), 1);
    EXPECT_EQ(take(reader->describeTable("Accounts")).itemCount, 1U);
    EXPECT_EQ(take(reader->scan(scan("Accounts"))).count, 1U);
}

TEST_F(StoreReaderTest, SeesTablesComeAndGo) {
    const auto reader = take(store->openReader());
    EXPECT_EQ(take(reader->listTables()).size(), 1U);
    TableDefinition more = table("More", {"id", AttributeType::S});
    more.stream = StreamView::newAndOldImages;
    create(more);
    write(put("More", {{"id", "a"}}));
    EXPECT_TRUE(take(reader->get(getItem("More", {{"id", "a"}}))));
    EXPECT_EQ(take(reader->readStream("More", 0, 10)).records.size(), 1U);
    ASSERT_TRUE(succeeded(setDeletionProtection("More", true)));
    EXPECT_TRUE(take(reader->describeTable("More")).definition.deletionProtection);
    ASSERT_TRUE(succeeded(setDeletionProtection("More", false)));
    ASSERT_TRUE(succeeded(store->deleteTable("More")));
    EXPECT_TRUE(failedWith(reader->get(getItem("More", {{"id", "a"}})), ErrorCode::resourceNotFound));
    create(table("More", {"number", AttributeType::N}));
    write(put("More", {{"number", 5}}));
    EXPECT_TRUE(take(reader->get(getItem("More", {{"number", 5}}))));
}

TEST_F(StoreReaderTest, EachCallReadsOneStateWhileTheWriterGoesOn) {
    take(store->commit({transfer(50, 50)}));
    const auto reader = take(store->openReader());
    std::atomic<bool> writing = true;
    auto reading = std::async(std::launch::async, [&] {
        int rounds = 0;
        do {
            const Page all = take(reader->scan(scan("Accounts")));
            EXPECT_EQ(all.count, 2U);
            EXPECT_EQ(all.items.at(0).integer("balance") + all.items.at(1).integer("balance"), 100);
            const Page byIndex = take(reader->query(query("Accounts", "kind-index", "kind = :k", {{}, {{":k", "k"}}})));
            EXPECT_EQ(byIndex.count, 2U);
            EXPECT_EQ(byIndex.items.at(0).integer("balance") + byIndex.items.at(1).integer("balance"), 100);
            EXPECT_LE(byIndex.items.at(0).integer("balance"), byIndex.items.at(1).integer("balance"));
            ++rounds;
        } while (writing);
        return rounds;
    });
    for (std::int64_t i = 0; i < 300; ++i) {
        const std::int64_t amount = i * 7 % 101;
        take(store->commit({transfer(amount, 100 - amount)}));
        if (i % 50 == 0) create(table("Table" + std::to_string(i), {"id", AttributeType::S}));
    }
    writing = false;
    EXPECT_GT(reading.get(), 0);
}

TEST_F(StoreReaderTest, SeveralReadersEachHaveTheirOwnThread) {
    for (int i = 0; i < 50; ++i) write(put("Accounts", {{"id", std::to_string(i)}, {"kind", "k"}, {"balance", i}}));
    constexpr int kReaders = 4;
    std::vector<std::unique_ptr<TableReader>> readers;
    readers.reserve(kReaders);
    std::vector<std::future<std::uint64_t>> counts;
    counts.reserve(kReaders);
    for (int i = 0; i < kReaders; ++i) readers.push_back(take(store->openReader()));
    for (const auto& reader : readers) {
        counts.push_back(std::async(std::launch::async, [&reader] {
            std::uint64_t count = 0;
            for (int i = 0; i < 20; ++i) count += take(reader->scan(scan("Accounts"))).count;
            return count;
        }));
    }
    for (int i = 0; i < 100; ++i) write(put("Accounts", {{"id", "0"}, {"kind", "k"}, {"balance", i}}));
    for (auto& count : counts) EXPECT_EQ(count.get(), 20U * 50U);
}

}  // namespace
}  // namespace drydock::tests
