#include "storage/store/keys.h"

#include "storage/value/key_codec.h"

namespace drydock::storage {
namespace {

// Source: Amazon DynamoDB developer guide, "Quotas": partition and sort key lengths.
constexpr std::size_t kMaxPartitionKeyBytes = 2048;
constexpr std::size_t kMaxSortKeyBytes = 1024;

// Bytes counted towards the limits on keys; a number is always below them.
std::size_t keyBytes(const AttributeValue& value) {
    if (const auto* text = value.as<std::string>()) return text->size();
    if (const auto* binary = value.as<Binary>()) return binary->size();
    return 0;
}

bool isEmpty(const AttributeValue& value) {
    return value.type() != AttributeType::N && keyBytes(value) == 0;
}

constexpr std::string_view kEmptyKey = "One or more parameter values are not valid. ";

std::string emptyMessage(AttributeType type) {
    return std::string("The AttributeValue for a key attribute cannot contain an empty ") +
           (type == AttributeType::B ? "binary" : "string") + " value.";
}

Result<void> checkLength(std::size_t bytes, bool partition) {
    if (partition && bytes > kMaxPartitionKeyBytes) {
        return invalid(
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 "
            "bytes");
    }
    if (!partition && bytes > kMaxSortKeyBytes) {
        return invalid(
            "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit "
            "of 1024 bytes");
    }
    return {};
}

Result<void> encodeItemKeyPart(const KeyAttribute& attribute, const Item& item, bool partition, std::string& out) {
    const AttributeValue* value = item.find(attribute.name);
    if (value == nullptr) {
        return invalid("One or more parameter values were invalid: Missing the key " + attribute.name + " in the item");
    }
    if (value->type() != attribute.type) {
        return invalid("One or more parameter values were invalid: Type mismatch for key " + attribute.name +
                       " expected: " + typeName(attribute.type) + " actual: " + typeName(value->type()));
    }
    DRYDOCK_TRY(checkKeyValue(attribute, *value, partition));
    encodeKeyComponent(*value, out);
    return {};
}

Result<void> checkIndexValue(const IndexDefinition& index, const KeyAttribute& attribute, const AttributeValue& value,
                             bool updated) {
    if (value.type() != attribute.type) {
        return invalid("One or more parameter values were invalid: Type mismatch for Index Key " + attribute.name +
                       " Expected: " + typeName(attribute.type) + " Actual: " + typeName(value.type()) +
                       " IndexName: " + index.name);
    }
    if (!isEmpty(value)) return {};
    if (updated) {
        return invalid(std::string(kEmptyKey) +
                       "The update expression attempted to update a secondary index key to a value that is not "
                       "supported. " +
                       emptyMessage(attribute.type));
    }
    return invalid(std::string(kEmptyKey) + "A value specified for a secondary index key is not supported. " +
                   emptyMessage(attribute.type) + " IndexName: " + index.name + ", IndexKey: " + attribute.name);
}

}  // namespace

Result<void> checkKeyValue(const KeyAttribute& attribute, const AttributeValue& value, bool partition) {
    if (value.type() != attribute.type) return invalid("The provided key element does not match the schema");
    if (isEmpty(value)) {
        return invalid(std::string(kEmptyKey) + emptyMessage(attribute.type) + " Key: " + attribute.name);
    }
    return checkLength(keyBytes(value), partition);
}

Result<void> encodeItemKey(const KeySchema& schema, const Item& item, std::string& out) {
    for (const KeyAttribute& attribute : schema.partition) {
        DRYDOCK_TRY(encodeItemKeyPart(attribute, item, true, out));
    }
    for (const KeyAttribute& attribute : schema.sort) {
        DRYDOCK_TRY(encodeItemKeyPart(attribute, item, false, out));
    }
    return {};
}

Result<void> encodeRequestKey(const KeySchema& schema, const Item& key, std::string& out) {
    if (key.size() != schema.partition.size() + schema.sort.size()) {
        return invalid("The provided key element does not match the schema");
    }
    for (const auto* part : {&schema.partition, &schema.sort}) {
        for (const KeyAttribute& attribute : *part) {
            const AttributeValue* value = key.find(attribute.name);
            if (value == nullptr) return invalid("The provided key element does not match the schema");
            DRYDOCK_TRY(checkKeyValue(attribute, *value, part == &schema.partition));
            encodeKeyComponent(*value, out);
        }
    }
    return {};
}

Result<bool> encodeIndexKey(const IndexDefinition& index, const Item& item, std::string& out, bool updated) {
    const std::size_t start = out.size();
    bool complete = true;
    for (const auto* part : {&index.key.partition, &index.key.sort}) {
        std::size_t bytes = 0;
        for (const KeyAttribute& attribute : *part) {
            const AttributeValue* value = item.find(attribute.name);
            if (value == nullptr) {
                complete = false;
                continue;  // the others are still checked
            }
            DRYDOCK_TRY(checkIndexValue(index, attribute, *value, updated));
            bytes += keyBytes(*value);
            encodeKeyComponent(*value, out);
        }
        DRYDOCK_TRY(checkLength(bytes, part == &index.key.partition));
    }
    if (!complete) out.resize(start);
    return complete;
}

void IndexRefusals::add(const IndexDefinition& index, Error error) {
    if (m_index != nullptr && *m_index < index.name) return;
    m_index = &index.name;
    m_result = fail(std::move(error));
}

Item keyAttributes(const KeySchema& schema, const Item& item) {
    Item key;
    for (const auto* part : {&schema.partition, &schema.sort}) {
        for (const KeyAttribute& attribute : *part) {
            if (const AttributeValue* value = item.find(attribute.name)) key.set(attribute.name, *value);
        }
    }
    return key;
}

bool isEmptyKeyError(const Error& error) {
    return error.code == ErrorCode::validation && error.message.starts_with(kEmptyKey);
}

Item projectedItem(const KeySchema& tableKey, const IndexDefinition& index, const Item& item) {
    if (index.projection == ProjectionType::all) return item;
    Item result = keyAttributes(tableKey, item);
    for (const auto& [name, value] : keyAttributes(index.key, item)) result.set(name, value);
    for (const std::string& name : index.nonKeyAttributes) {
        if (const AttributeValue* value = item.find(name)) result.set(name, *value);
    }
    return result;
}

Result<void> decodeKey(const KeySchema& schema, std::string_view& bytes, Item& into) {
    for (const auto* part : {&schema.partition, &schema.sort}) {
        for (const KeyAttribute& attribute : *part) {
            DRYDOCK_ASSIGN(AttributeValue value, decodeKeyComponent(bytes));
            into.set(attribute.name, std::move(value));
        }
    }
    return {};
}

void makeUpperBound(std::string& prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (prefix.empty()) {
        prefix = kAfterAllKeys;
    } else {
        prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    }
}

}  // namespace drydock::storage
