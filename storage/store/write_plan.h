// Planning a write: everything about it that can be decided, and refused, before anything is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/store/catalogue.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

// The item as it is before a write.
struct OldImage {
    bool exists = false;
    std::int64_t sizeBytes = 0;
    std::string bytes;                    // its row
    std::optional<std::int64_t> expires;  // of a table with TTL, as expiryOf()
    std::optional<Item> item;             // only where the write or the table's dependents need it
};

// A write with its request compiled and checked as far as that needs no data.
struct WritePlan {
    enum class Action { none, put, remove };

    Table* table = nullptr;
    Action action = Action::none;
    std::string key;  // bytes
    Item keyItem;     // the key a request named; empty for a put
    std::optional<Condition> condition;
    std::optional<Update> update;
    ReturnValues returnValues = ReturnValues::none;
    bool limitsWritten = false;  // as UpdateRequest's
    WriteReport report;
    bool valid = true;
    Error invalidItem;  // when not valid: which rule the key breaks

    std::optional<OldImage> old;  // none: not looked at, as nothing about a plain put depends on it
    Item item;                    // put: the item to be
    std::int64_t sizeBytes = 0;
    std::vector<std::string> indexKeys;  // of `item`, by index; empty: not in that index
    WriteResult result;
};

// Finds the table and compiles the expressions. An error is the whole unit's: the request makes no sense.
[[nodiscard]] Result<void> planWrite(const Catalogue& catalogue, WriteRequest&& request, WritePlan& planned);

// TableReader::checkBatch().
[[nodiscard]] Result<void> checkBatchWrites(const Catalogue& catalogue, const std::vector<WriteRequest>& writes);

// Reads what is there and decides what will be: the condition, the update, the rules on items. An error with a code of
// the request (isRequestError) says the write must not happen; any other is the machine's.
[[nodiscard]] Result<void> evaluate(sqlite::Connection& connection, WritePlan& plan);

// Whether an error is about the request or the item it names, so that other units may go on.
[[nodiscard]] bool isRequestError(const Error& error);

// Reads `part` of the item under `key`, or more where the table's dependents need it.
[[nodiscard]] Result<OldImage> readOldImage(sqlite::Connection& connection, Table& table, const std::string& key,
                                            OldPart part);

// When an item expires, in seconds since the epoch; nothing when it does not.
[[nodiscard]] std::optional<std::int64_t> expiryOf(const TableDefinition& definition, const Item& item);
[[nodiscard]] std::optional<std::int64_t> expiryAt(const Number& ttlValue);

}  // namespace drydock::storage
