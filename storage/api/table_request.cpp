#include "storage/api/table_request.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "storage/api/table_request_parts.h"
#include "storage/api/table_shapes.h"
#include "storage/api/throughput_request.h"
#include "storage/table/resource_names.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

// A list as the service prints it.
std::string printed(const std::vector<std::string>& names) {
    std::string out = "[";
    for (const std::string& name : names) {
        if (out.size() > 1) out += ", ";
        out += name;
    }
    return out + "]";
}

std::vector<std::string> namesIn(const json& list) {
    std::vector<std::string> names;
    for (const json& element : list) names.push_back(text(element, "AttributeName"));
    return names;
}

// ---- Keys -----------------------------------------------------------------------------------------------------------

}  // namespace

Result<AttributeTypes> attributeTypesIn(const json& body) {
    AttributeTypes types;
    const json* definitions = find(body, "AttributeDefinitions");
    if (definitions == nullptr) return types;
    for (const json& definition : *definitions) {
        std::string name = text(definition, "AttributeName");
        const std::string word = text(definition, "AttributeType");
        const AttributeType type = word == "S" ? AttributeType::S : word == "N" ? AttributeType::N : AttributeType::B;
        if (std::any_of(types.begin(), types.end(), [&](const auto& each) { return each.first == name; })) {
            return invalidParameter("Attribute Name is duplicated: " + name);
        }
        types.emplace_back(std::move(name), type);
    }
    return types;
}

namespace {

const AttributeType* typeOf(const AttributeTypes& types, const std::string& name) {
    const auto found = std::find_if(types.begin(), types.end(), [&](const auto& each) { return each.first == name; });
    return found == types.end() ? nullptr : &found->second;
}

std::vector<std::string> namesOf(const AttributeTypes& types) {
    std::vector<std::string> names;
    for (const auto& [name, type] : types) names.push_back(name);
    return names;
}

Result<void> checkDefined(const json& keySchema, const AttributeTypes& types) {
    const std::vector<std::string> names = namesIn(keySchema);
    if (std::all_of(names.begin(), names.end(), [&](const auto& name) { return typeOf(types, name) != nullptr; })) {
        return {};
    }
    return invalidParameter("Some index key attributes are not defined in AttributeDefinitions. Keys: " +
                            printed(names) + ", AttributeDefinitions: " + printed(namesOf(types)));
}

// HASH first, then RANGE; `several`: of each there may be more than one.
Result<void> checkKeyTypes(const json& keySchema, bool several) {
    const std::vector<std::string> names = namesIn(keySchema);
    if (names.size() == 2 && names[0] == names[1]) {
        return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if (text(keySchema[0], "KeyType") != "HASH") {
        return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (!several) {
        if (keySchema.size() == 2 && text(keySchema[1], "KeyType") != "RANGE") {
            return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
        }
        return {};
    }
    bool sort = false;
    for (const json& element : keySchema) {
        const bool range = text(element, "KeyType") == "RANGE";
        if (sort && !range) {
            return invalidParameter("All HASH key attributes must precede RANGE key attributes in the KeySchema");
        }
        sort = range;
    }
    return {};
}

KeySchema keySchemaIn(const json& keySchema, const AttributeTypes& types) {
    KeySchema key;
    for (const json& element : keySchema) {
        const std::string name = text(element, "AttributeName");
        auto& part = text(element, "KeyType") == "HASH" ? key.partition : key.sort;
        part.push_back({name, *typeOf(types, name)});
    }
    return key;
}

// ---- Indexes --------------------------------------------------------------------------------------------------------

}  // namespace

Result<IndexDefinition> indexIn(const json& object, const AttributeTypes& types, bool local) {
    const json& keySchema = *find(object, "KeySchema");
    DRYDOCK_TRY(checkDefined(keySchema, types));
    DRYDOCK_TRY(checkKeyTypes(keySchema, !local));
    IndexDefinition index;
    index.name = text(object, "IndexName");
    index.local = local;
    index.key = keySchemaIn(keySchema, types);
    const json& projection = *find(object, "Projection");
    const auto type = projectionOf(text(projection, "ProjectionType"));
    if (!type) return invalidParameter("Unknown ProjectionType: null");
    index.projection = *type;
    if (const json* names = find(projection, "NonKeyAttributes")) {
        for (const json& name : *names) index.nonKeyAttributes.push_back(name.get<std::string>());
    }
    if (!local) index.throughput = throughputIn(object);
    return index;
}

namespace {

Result<void> checkIndexThroughput(const IndexDefinition& index, bool onDemand) {
    DRYDOCK_TRY(checkBounds(index.throughput));
    if (onDemand && index.throughput) {
        return invalidParameter("ProvisionedThroughput should not be specified for index: " + index.name +
                                " when BillingMode is PAY_PER_REQUEST");
    }
    if (!onDemand && !index.throughput) {
        return invalidParameter("ProvisionedThroughput is not specified for index: " + index.name);
    }
    return {};
}

Result<void> addIndexes(const json& body, const char* member, const AttributeTypes& types, TableDefinition& table) {
    const json* list = find(body, member);
    if (list == nullptr) return {};
    const bool local = member == std::string_view("LocalSecondaryIndexes");
    if (list->empty()) return invalidParameter(std::string("List of ") + member + " is empty");
    if (local && table.key.sort.empty()) {
        return invalidParameter(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
    }
    for (const json& object : *list) {
        DRYDOCK_ASSIGN(IndexDefinition index, indexIn(object, types, local));
        table.indexes.push_back(std::move(index));
        DRYDOCK_TRY(validateIndex(table, table.indexes.size() - 1));
        if (local) continue;
        IndexDefinition& added = table.indexes.back();
        DRYDOCK_TRY(checkIndexThroughput(added, !table.throughput));
        DRYDOCK_ASSIGN(added.warmThroughput,
                       warmThroughputIn(object, initialFloor(added.throughput), "index " + added.name));
    }
    return validateIndexCounts(table);
}

// A definition no key needs is a mistake.
Result<void> checkAllUsed(const AttributeTypes& types, const TableDefinition& table) {
    std::set<std::string> used;
    for (const auto& [name, type] : types) {
        if (keyAttributeType(table, name)) used.insert(name);
    }
    if (used.size() == types.size()) return {};
    if (table.indexes.empty()) {
        return invalidParameter(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions");
    }
    std::vector<std::string> defined = namesOf(types);
    std::sort(defined.begin(), defined.end());
    return invalidParameter("Some AttributeDefinitions are not used. AttributeDefinitions: " + printed(defined) +
                            ", keys used: " + printed({used.begin(), used.end()}));
}

// ---- What else a table has ------------------------------------------------------------------------------------------

constexpr StreamWords kCreating = {
    "Table is being created with a stream enabled, UpdateViewType is required",
    "Table is being created with a stream disabled, UpdateViewType should not be specified"};

}  // namespace

Result<std::optional<std::optional<StreamView>>> streamIn(const json& body, const StreamWords& words) {
    std::optional<std::optional<StreamView>> stream;
    const json* specification = find(body, "StreamSpecification");
    if (specification == nullptr) return stream;
    stream = streamViewOf(text(*specification, "StreamViewType"));
    const bool enabled = flag(*specification, "StreamEnabled");
    if (enabled && !*stream) return invalidParameter(words.viewMissing);
    if (!enabled && *stream) return invalidParameter(words.viewTooMuch);
    return stream;
}

Result<std::optional<std::optional<std::string>>> encryptionIn(const json& body) {
    std::optional<std::optional<std::string>> encryption;
    const json* specification = find(body, "SSESpecification");
    if (specification == nullptr) return encryption;
    const std::string type = text(*specification, "SSEType");
    const std::string key = text(*specification, "KMSMasterKeyId");
    encryption.emplace();
    if (!flag(*specification, "Enabled")) {
        if (!type.empty()) return invalidParameter("SSEType can not be specified if Enabled is false");
        if (!key.empty()) return invalidParameter("KMSMasterKeyId can not be specified if Enabled is false");
        return encryption;
    }
    if (type == "AES256") return invalidParameter("SSEType AES256 is not supported");
    if (key.starts_with("arn:")) {
        *encryption = key;
    } else {
        *encryption = "arn:aws:kms:" + std::string(kRegion) + ":" + std::string(kAccountId) + ":key/" +
                      (key.empty() ? "aws-dynamodb" : key);
    }
    return encryption;
}

Result<std::optional<TableClass>> tableClassIn(const json& body) {
    if (!has(body, "TableClass")) return std::nullopt;
    const auto tableClass = tableClassOf(text(body, "TableClass"));
    if (tableClass) return tableClass;
    return invalid(
        "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
        "STANDARD_INFREQUENT_ACCESS].");
}

Result<void> checkTableBody(const json& body, std::span<const Member> members) {
    Result<void> checked = checkBody(body, members);
    const bool badType = !checked && checked.error().code == ErrorCode::serialization;
    if (badType || has(body, "TableName")) return checked;
    return invalid("The parameter 'TableName' is required but was not present in the request");
}

Result<Tags> tagsOf(const json& list) {
    Tags tags;
    for (const json& tag : list) {
        if (!has(tag, "Key")) return invalid("The Tag Key provided is invalid, Key: null");
        if (!has(tag, "Value")) return invalid("The Tag Value provided is invalid, Value: null");
        tags.emplace_back(text(tag, "Key"), text(tag, "Value"));
    }
    DRYDOCK_TRY(validateTags(tags));
    return tags;
}

Result<void> checkCreateTable(const json& body) {
    return checkTableBody(body, kCreateTableMembers);
}

Result<TableDefinition> createTableRequest(const json& body) {
    TableDefinition table;
    table.name = text(body, "TableName");
    table.throughput = throughputIn(body);
    const bool onDemand = text(body, "BillingMode") == "PAY_PER_REQUEST";
    if (onDemand && table.throughput) return invalidParameter(kNeitherUnits);
    if (!onDemand && !table.throughput) {
        return invalidParameter(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
    }
    DRYDOCK_TRY(checkBounds(table.throughput));
    table.mostOnDemand = onDemandIn(body);
    DRYDOCK_TRY(checkOnDemand(table.mostOnDemand, onDemand));
    DRYDOCK_ASSIGN(table.warmThroughput, warmThroughputIn(body, initialFloor(table.throughput), "table"));

    DRYDOCK_ASSIGN(const AttributeTypes types, attributeTypesIn(body));
    const json& keySchema = *find(body, "KeySchema");
    if (keySchema.size() > types.size()) {
        return invalid("Invalid KeySchema: Some index key attribute have no definition");
    }
    DRYDOCK_TRY(checkDefined(keySchema, types));
    DRYDOCK_TRY(checkKeyTypes(keySchema, false));
    table.key = keySchemaIn(keySchema, types);
    if (!has(body, "LocalSecondaryIndexes") && !has(body, "GlobalSecondaryIndexes")) {
        DRYDOCK_TRY(checkAllUsed(types, table));
    }
    DRYDOCK_TRY(addIndexes(body, "LocalSecondaryIndexes", types, table));
    DRYDOCK_TRY(addIndexes(body, "GlobalSecondaryIndexes", types, table));
    DRYDOCK_TRY(checkAllUsed(types, table));

    DRYDOCK_ASSIGN(const auto stream, streamIn(body, kCreating));
    if (stream) table.stream = *stream;
    DRYDOCK_ASSIGN(const auto encryption, encryptionIn(body));
    if (encryption) table.encryptionKey = *encryption;
    DRYDOCK_ASSIGN(table.tableClass, tableClassIn(body));
    if (const json* tags = find(body, "Tags")) {
        DRYDOCK_ASSIGN(table.tags, tagsOf(*tags));
    }
    table.deletionProtection = flag(body, "DeletionProtectionEnabled");
    return table;
}

}  // namespace drydock::storage::api
