// Keys of items as bytes: taken from items and requests, checked against the schema with DynamoDB's messages, and read
// back. See storage/README.md for the format.
#pragma once

#include <string>
#include <string_view>

#include "storage/table/definition.h"

namespace drydock::storage {

// Every key's first byte is below this one, so it is an upper bound of all keys.
inline constexpr std::string_view kAfterAllKeys = "\xff";

// Appends the primary key of an item about to be written. Refuses a missing, mistyped, empty or oversized attribute.
[[nodiscard]] Result<void> encodeItemKey(const KeySchema& schema, const Item& item, std::string& out);

// Appends the key a request names; it must have exactly the schema's attributes.
[[nodiscard]] Result<void> encodeRequestKey(const KeySchema& schema, const Item& key, std::string& out);

// Appends the item's key in an index and returns true; false (nothing appended) when the item lacks one of its
// attributes and so is not in the index. Refuses a mistyped, empty or oversized attribute, in the words for an item
// that was put or `updated`.
[[nodiscard]] Result<bool> encodeIndexKey(const IndexDefinition& index, const Item& item, std::string& out,
                                          bool updated = false);

// What the indexes of a table say against an item: the service tells of the first by name.
class IndexRefusals {
public:
    void add(const IndexDefinition& index, Error error);
    [[nodiscard]] Result<void> result() const { return m_result; }

private:
    const std::string* m_index = nullptr;
    Result<void> m_result;
};

// Refuses a value no key attribute may have: of another type, empty, or longer than 2048 (partition) or 1024 bytes.
[[nodiscard]] Result<void> checkKeyValue(const KeyAttribute& attribute, const AttributeValue& value, bool partition);

// The item's key attributes only; precondition: it has them.
[[nodiscard]] Item keyAttributes(const KeySchema& schema, const Item& item);

// Whether the error is for an empty value of a key, which is wrong in itself and not for what the table is.
[[nodiscard]] bool isEmptyKeyError(const Error& error);

// What an index shows of an item: all of it, or its own and the table's keys with what else is included.
[[nodiscard]] Item projectedItem(const KeySchema& tableKey, const IndexDefinition& index, const Item& item);

// Takes the components of `schema` off the front of `bytes` and adds them to `into`.
[[nodiscard]] Result<void> decodeKey(const KeySchema& schema, std::string_view& bytes, Item& into);

// Turns `prefix` into the least byte string above all that begin with it.
void makeUpperBound(std::string& prefix);

}  // namespace drydock::storage
