// What the store's tests share: a store in a directory of its own on a clock that stands still, and short ways to
// write requests.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "storage/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::tests {

using namespace storage;

// The value of a Result, or the end of the test.
template <class T, class E>
T take(tl::expected<T, E> result) {
    if (!result) {
        ADD_FAILURE() << codeName(result.error().code) << ": " << result.error().message;
        std::abort();
    }
    return std::move(*result);
}

template <class T, class E>
::testing::AssertionResult succeeded(const tl::expected<T, E>& result) {
    if (result) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << codeName(result.error().code) << ": " << result.error().message;
}

template <class T, class E>
::testing::AssertionResult failedWith(const tl::expected<T, E>& result, ErrorCode code,
                                      const std::string& message = {}) {
    if (result) return ::testing::AssertionFailure() << "succeeded";
    if (result.error().code == code && (message.empty() || result.error().message == message)) {
        return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << codeName(result.error().code) << ": " << result.error().message;
}

inline IndexDefinition index(std::string name, KeyAttribute partition, std::vector<KeyAttribute> sort = {}) {
    IndexDefinition definition;
    definition.name = std::move(name);
    definition.key.partition = {std::move(partition)};
    definition.key.sort = std::move(sort);
    return definition;
}

inline TableDefinition table(std::string name, KeyAttribute partition, std::vector<KeyAttribute> sort = {}) {
    TableDefinition definition;
    definition.name = std::move(name);
    definition.key.partition = {std::move(partition)};
    definition.key.sort = std::move(sort);
    return definition;
}

inline PutRequest put(std::string tableName, Item item, std::string condition = {},
                      ExpressionParameters parameters = {}) {
    return {std::move(tableName), std::move(item), std::move(condition), std::move(parameters), ReturnValues::none};
}
inline DeleteRequest remove(std::string tableName, Item key, std::string condition = {}) {
    return {std::move(tableName), std::move(key), std::move(condition), {}, ReturnValues::none};
}
inline UpdateRequest update(std::string tableName, Item key, std::string text, ExpressionParameters parameters = {},
                            ReturnValues values = ReturnValues::none) {
    return {std::move(tableName), std::move(key), std::move(text), {}, std::move(parameters), values};
}
inline GetRequest getItem(std::string tableName, Item key) {
    return {std::move(tableName), std::move(key), {}, {}};
}
inline QueryRequest query(std::string tableName, std::string indexName, std::string keyCondition,
                          ExpressionParameters parameters) {
    QueryRequest request;
    request.table = std::move(tableName);
    request.index = std::move(indexName);
    request.keyCondition = std::move(keyCondition);
    request.parameters = std::move(parameters);
    return request;
}
inline ScanRequest scan(std::string tableName) {
    ScanRequest request;
    request.table = std::move(tableName);
    return request;
}
template <class... Writes>
WriteUnit unit(Writes... writes) {
    WriteUnit result;
    (result.writes.emplace_back(std::move(writes)), ...);
    return result;
}

class StoreTest : public ::testing::Test {
protected:
    StoreTest() { reopen(); }

    void reopen() {
        store.reset();
        StoreOptions options;
        options.clock = &clock;
        store = take(SqliteStore::open(path(), options));
    }
    [[nodiscard]] std::filesystem::path path() const { return directory / "store"; }
    [[nodiscard]] std::optional<Item> get(const std::string& tableName, Item key) {
        return take(store->get(getItem(tableName, std::move(key))));
    }
    void create(const TableDefinition& definition) { take(store->createTable(definition)); }
    Result<TableDescription> setDeletionProtection(const std::string& tableName, bool on) {
        TableUpdate change;
        change.table = tableName;
        change.deletionProtection = on;
        return store->updateTable(change);
    }
    void write(WriteRequest request) { ASSERT_TRUE(succeeded(store->write(std::move(request)))); }

    // Runs SQL behind the store's back; the first column of the first row, if any.
    std::string rawSql(const std::string& sql) {
        sqlite3* raw = nullptr;
        EXPECT_EQ(sqlite3_open((path() / "store.db").c_str(), &raw), SQLITE_OK);
        std::string answer;
        char* message = nullptr;
        const auto collect = [](void* into, int columns, char** values, char** /*names*/) {
            if (columns > 0 && values[0] != nullptr && static_cast<std::string*>(into)->empty()) {
                *static_cast<std::string*>(into) = values[0];
            }
            return 0;
        };
        EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), collect, &answer, &message), SQLITE_OK)
            << (message == nullptr ? "" : message);
        sqlite3_free(message);
        sqlite3_close(raw);
        return answer;
    }

    TemporaryDirectory directory;
    ManualClock clock;
    std::unique_ptr<SqliteStore> store;
};

}  // namespace drydock::tests
