#include "storage/table/definition.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

namespace drydock::storage {
namespace {

// Source: Amazon DynamoDB developer guide, "Quotas" and "Naming rules".
constexpr std::size_t kMinNameLength = 3;
constexpr std::size_t kMaxNameLength = 255;
constexpr std::size_t kMaxKeyAttributeName = 255;
constexpr std::size_t kMaxGlobalIndexes = 20;
constexpr std::size_t kMaxLocalIndexes = 5;
constexpr std::size_t kMaxIndexKeyParts = 4;
constexpr std::size_t kMaxProjectedAttributes = 100;
constexpr std::size_t kMaxTags = 50;
constexpr std::size_t kMaxTagKey = 128;
constexpr std::size_t kMaxTagValue = 256;

tl::unexpected<Error> invalid(std::string message) {
    return fail(ErrorCode::validation, std::move(message));
}

tl::unexpected<Error> invalidParameter(const std::string& what) {
    return invalid("One or more parameter values were invalid: " + what);
}

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
}

Result<void> validateName(const std::string& name, const std::string& member) {
    const std::string value = "1 validation error detected: Value '" + name + "' at '" + member +
                              "' failed to satisfy constraint: Member must ";
    if (name.size() < kMinNameLength) return invalid(value + "have length greater than or equal to 3");
    if (name.size() > kMaxNameLength) return invalid(value + "have length less than or equal to 255");
    if (!std::all_of(name.begin(), name.end(), isNameCharacter)) {
        return invalid(value + "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    }
    return {};
}

using KeyTypes = std::map<std::string, AttributeType, std::less<>>;

// Checks one attribute of a key and that the table's keys agree about its type.
Result<void> validateKeyAttribute(const KeyAttribute& attribute, KeyTypes& types) {
    if (attribute.name.empty() || attribute.name.size() > kMaxKeyAttributeName) {
        return invalidParameter("The name of a key attribute must have 1 to 255 bytes: '" + attribute.name + "'");
    }
    if (attribute.type != AttributeType::S && attribute.type != AttributeType::N &&
        attribute.type != AttributeType::B) {
        return invalidParameter("Member must satisfy enum value set: [B, N, S] for key attribute " + attribute.name);
    }
    const auto [known, inserted] = types.emplace(attribute.name, attribute.type);
    if (!inserted && known->second != attribute.type) {
        return invalidParameter("Key attribute " + attribute.name + " is defined with two types");
    }
    return {};
}

Result<void> validateKey(const KeySchema& key, std::size_t maxPartition, std::size_t maxSort, KeyTypes& types) {
    if (key.partition.empty()) return invalid("No Hash Key specified in schema. All keys must have a hash key");
    if (key.partition.size() > maxPartition || key.sort.size() > maxSort) {
        return invalidParameter("Too many attributes in the key schema: at most " + std::to_string(maxPartition) +
                                " for the partition and " + std::to_string(maxSort) + " for the sort key");
    }
    std::set<std::string_view> names;
    for (const auto* part : {&key.partition, &key.sort}) {
        for (const KeyAttribute& attribute : *part) {
            DRYDOCK_TRY(validateKeyAttribute(attribute, types));
            if (!names.insert(attribute.name).second) {
                return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
            }
        }
    }
    return {};
}

Result<void> validateProjection(const IndexDefinition& index) {
    const bool include = index.projection == ProjectionType::include;
    if (include && index.nonKeyAttributes.empty()) {
        return invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    if (!include && !index.nonKeyAttributes.empty()) {
        return invalidParameter(std::string("ProjectionType is ") +
                                (index.projection == ProjectionType::all ? "ALL" : "KEYS_ONLY") +
                                ", but NonKeyAttributes is specified");
    }
    return {};
}

Result<void> validateLocalIndex(const IndexDefinition& index, const KeySchema& table) {
    if (table.sort.empty()) {
        return invalidParameter(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
    }
    if (index.key.partition != table.partition) {
        return invalidParameter(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: " + index.name);
    }
    return {};
}

Result<void> validateIndexes(const TableDefinition& definition, KeyTypes& types) {
    std::set<std::string_view> names;
    std::size_t local = 0;
    std::size_t projected = 0;
    for (const IndexDefinition& index : definition.indexes) {
        DRYDOCK_TRY(validateName(index.name, "indexName"));
        if (!names.insert(index.name).second) return invalidParameter("Duplicate index name: " + index.name);
        DRYDOCK_TRY(
            validateKey(index.key, index.local ? 1 : kMaxIndexKeyParts, index.local ? 1 : kMaxIndexKeyParts, types));
        DRYDOCK_TRY(validateProjection(index));
        projected += index.nonKeyAttributes.size();
        if (index.local) {
            DRYDOCK_TRY(validateLocalIndex(index, definition.key));
            ++local;
        }
    }
    if (local > kMaxLocalIndexes) {
        return invalidParameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    }
    if (definition.indexes.size() - local > kMaxGlobalIndexes) {
        return invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    }
    if (projected > kMaxProjectedAttributes) {
        return invalidParameter("Number of NonKeyAttributes over all indexes exceeds the limit of 100");
    }
    return {};
}

Result<void> validateTags(const TableDefinition& definition) {
    if (definition.tags.size() > kMaxTags) return invalidParameter("A table has at most 50 tags");
    std::set<std::string_view> keys;
    for (const auto& [key, value] : definition.tags) {
        if (key.empty() || key.size() > kMaxTagKey || value.size() > kMaxTagValue) {
            return invalidParameter("A tag's key has 1 to 128 bytes and its value at most 256: '" + key + "'");
        }
        if (!keys.insert(key).second) return invalidParameter("Duplicate tag key: " + key);
    }
    return {};
}

}  // namespace

Result<void> validate(const TableDefinition& definition) {
    DRYDOCK_TRY(validateName(definition.name, "tableName"));
    KeyTypes types;
    DRYDOCK_TRY(validateKey(definition.key, 1, 1, types));
    DRYDOCK_TRY(validateIndexes(definition, types));
    if (definition.ttlAttribute &&
        (definition.ttlAttribute->empty() || definition.ttlAttribute->size() > kMaxKeyAttributeName)) {
        return invalidParameter("The name of the time-to-live attribute must have 1 to 255 bytes");
    }
    return validateTags(definition);
}

Result<std::string> tableName(std::string_view organization, std::string_view app, std::string_view base) {
    if (base.empty()) return invalid("A table's base name must not be empty");
    std::string name;
    for (const std::string_view part : {organization, app, base}) {
        if (part.empty()) continue;
        if (!name.empty()) name += '-';
        for (const char c : part) {
            if (c == '_' || c == ' ') {
                name += '-';
            } else if (c >= 'A' && c <= 'Z') {
                name += static_cast<char>(c - 'A' + 'a');
            } else {
                name += c;
            }
        }
    }
    if (name.size() > kMaxNameLength) {
        // FNV-1a, 32 bits: only has to tell names apart that share their first 246 characters.
        std::uint32_t hash = 2166136261U;
        for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
        constexpr std::string_view kHex = "0123456789abcdef";
        name.resize(kMaxNameLength - 9);
        name += '-';
        for (int shift = 28; shift >= 0; shift -= 4) name += kHex[(hash >> shift) & 0xf];
    }
    DRYDOCK_TRY(validateName(name, "tableName"));
    return name;
}

std::string indexName(std::string_view key) {
    constexpr std::string_view kSuffix = "-index";
    std::string name(key);
    if (!key.ends_with(kSuffix)) name += kSuffix;
    return name;
}

}  // namespace drydock::storage
