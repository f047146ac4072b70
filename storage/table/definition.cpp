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

// The checks of one key by itself.
Result<void> validateKey(const KeySchema& key, std::size_t maxPartition, std::size_t maxSort) {
    if (key.partition.empty()) return invalid("No Hash Key specified in schema. All keys must have a hash key");
    const std::size_t attributes = key.partition.size() + key.sort.size();
    std::set<std::string_view> names;
    for (const auto* part : {&key.partition, &key.sort}) {
        for (const KeyAttribute& attribute : *part) {
            if (attribute.name.empty() || attribute.name.size() > kMaxKeyAttributeName) {
                return invalidParameter("The name of a key attribute must have 1 to 255 bytes: '" + attribute.name +
                                        "'");
            }
            if (attribute.type != AttributeType::S && attribute.type != AttributeType::N &&
                attribute.type != AttributeType::B) {
                return invalidParameter("Member must satisfy enum value set: [B, N, S] for key attribute " +
                                        attribute.name);
            }
            if (!names.insert(attribute.name).second) {
                return invalid(attributes == 2
                                   ? "Both the Hash Key and the Range Key element in the KeySchema have the same name"
                                   : "The KeySchema contains multiple key attributes with the same name");
            }
        }
    }
    if (key.partition.size() > maxPartition) {
        return invalidParameter("The KeySchema exceeds the maximum allowed number of HASH key attributes");
    }
    if (key.sort.size() > maxSort) {
        return invalidParameter("The KeySchema exceeds the maximum allowed number of RANGE key attributes");
    }
    return {};
}

// An attribute has one type in all keys it is part of. `count` indexes are looked at, the last of them against the
// rest.
Result<void> validateTypes(const TableDefinition& definition, std::size_t count) {
    std::map<std::string_view, AttributeType> types;
    const auto agree = [&](const KeySchema& key) -> Result<void> {
        for (const auto* part : {&key.partition, &key.sort}) {
            for (const KeyAttribute& attribute : *part) {
                const auto [known, inserted] = types.emplace(attribute.name, attribute.type);
                if (!inserted && known->second != attribute.type) {
                    return invalidParameter("Key attribute " + attribute.name + " is defined with two types");
                }
            }
        }
        return {};
    };
    DRYDOCK_TRY(agree(definition.key));
    for (std::size_t i = 0; i < count; ++i) DRYDOCK_TRY(agree(definition.indexes[i].key));
    return {};
}

Result<void> validateLocalKey(const IndexDefinition& index, const KeySchema& table) {
    if (table.sort.empty()) {
        return invalidParameter(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
    }
    if (index.key.sort.empty()) {
        return invalidParameter("Index KeySchema does not have a range key for index: " + index.name);
    }
    if (index.key.partition != table.partition) {
        return invalidParameter(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: " + index.name +
            ". index hash key: " + index.key.partition.front().name +
            ", table hash key: " + table.partition.front().name);
    }
    return {};
}

Result<void> validateProjection(const IndexDefinition& index) {
    const bool include = index.projection == ProjectionType::include;
    if (include && index.nonKeyAttributes.empty()) {
        return invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    if (!include && !index.nonKeyAttributes.empty()) {
        return invalidParameter(std::string("ProjectionType is ") + wordOf(index.projection) +
                                ", but NonKeyAttributes is specified");
    }
    std::set<std::string_view> names;
    for (const std::string& name : index.nonKeyAttributes) {
        if (!names.insert(name).second) return invalidParameter("Duplicate element in NonKeyAttributes: " + name);
    }
    return {};
}

std::size_t codePoints(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Letters (any beyond ASCII count as such), digits, spaces and + - = . _ : / @.
bool isTagText(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return isNameCharacter(c) || static_cast<unsigned char>(c) >= 0x80 ||
               std::string_view(" +=:/@").find(c) != std::string_view::npos;
    });
}

}  // namespace

Result<void> validateIndex(const TableDefinition& definition, std::size_t position) {
    const IndexDefinition& index = definition.indexes[position];
    DRYDOCK_TRY(validateName(index.name, "indexName"));
    const std::size_t most = index.local ? 1 : kMaxIndexKeyParts;
    DRYDOCK_TRY(validateKey(index.key, most, most));
    DRYDOCK_TRY(validateTypes(definition, position + 1));
    if (index.local) DRYDOCK_TRY(validateLocalKey(index, definition.key));
    DRYDOCK_TRY(validateProjection(index));
    const auto end = definition.indexes.begin() + static_cast<std::ptrdiff_t>(position);
    if (std::any_of(definition.indexes.begin(), end, [&](const auto& other) { return other.name == index.name; })) {
        return invalidParameter("Duplicate index name: " + index.name);
    }
    return {};
}

Result<void> validateIndexCounts(const TableDefinition& definition) {
    std::size_t local = 0;
    std::size_t projected = 0;
    for (const IndexDefinition& index : definition.indexes) {
        local += index.local ? 1 : 0;
        projected += index.nonKeyAttributes.size();
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

Result<void> validateTags(const Tags& tags) {
    std::set<std::string_view> keys;
    for (const auto& [key, value] : tags) {
        if (key.empty() || codePoints(key) > kMaxTagKey || !isTagText(key)) {
            return invalid("The Tag Key provided is invalid, Key: " + key);
        }
        if (key.starts_with("aws:")) return invalid("Tag Key cannot be prefixed with aws:, Key: " + key);
        if (codePoints(value) > kMaxTagValue || !isTagText(value)) {
            return invalid("The Tag Value provided is invalid, Value: " + value);
        }
        if (!keys.insert(key).second) {
            return invalid("Duplicate Tag Keys provided as input: Duplicate Tag Key found " + key);
        }
    }
    if (tags.size() > kMaxTags) return invalid("Number of Tags exceed the current limit for the provided ResourceArn");
    return {};
}

Result<void> validate(const TableDefinition& definition) {
    DRYDOCK_TRY(validateName(definition.name, "tableName"));
    DRYDOCK_TRY(validateKey(definition.key, 1, 1));
    for (std::size_t i = 0; i < definition.indexes.size(); ++i) DRYDOCK_TRY(validateIndex(definition, i));
    DRYDOCK_TRY(validateIndexCounts(definition));
    if (definition.ttlAttribute &&
        (definition.ttlAttribute->empty() || definition.ttlAttribute->size() > kMaxKeyAttributeName)) {
        return invalidParameter("The name of the time-to-live attribute must have 1 to 255 bytes");
    }
    if (definition.recoveryDays < 1 || definition.recoveryDays > kMaxRecoveryDays) {
        return invalid("1 validation error detected: Value '" + std::to_string(definition.recoveryDays) +
                       "' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint: "
                       "Member must have value " +
                       (definition.recoveryDays < 1 ? "greater than or equal to 1" : "less than or equal to 35"));
    }
    return validateTags(definition.tags);
}

Throughput warmThroughputOf(const std::optional<Throughput>& asked, const std::optional<Throughput>& provisioned) {
    // Source: Amazon DynamoDB developer guide, "On-demand capacity mode", initial throughput.
    constexpr Throughput kInitialOnDemand{12'000, 4'000};
    const Throughput least = provisioned.value_or(kInitialOnDemand);
    const Throughput wanted = asked.value_or(Throughput{});
    return {std::max(wanted.read, least.read), std::max(wanted.write, least.write)};
}

std::optional<AttributeType> keyAttributeType(const TableDefinition& definition, std::string_view name) {
    const auto find = [&](const KeySchema& key) -> std::optional<AttributeType> {
        for (const auto* part : {&key.partition, &key.sort}) {
            for (const KeyAttribute& attribute : *part) {
                if (attribute.name == name) return attribute.type;
            }
        }
        return std::nullopt;
    };
    if (const auto type = find(definition.key)) return type;
    for (const IndexDefinition& index : definition.indexes) {
        if (const auto type = find(index.key)) return type;
    }
    return std::nullopt;
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
