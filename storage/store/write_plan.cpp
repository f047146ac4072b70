#include "storage/store/write_plan.h"

#include <algorithm>
#include <set>

#include "storage/store/capacity.h"
#include "storage/store/item_rules.h"
#include "storage/store/keys.h"
#include "storage/value/codec.h"
#include "storage/value/stored_item.h"

namespace drydock::storage {
namespace {

Result<void> compileCondition(const std::string& text, ParameterUse& use, WritePlan& plan) {
    if (text.empty()) return {};
    DRYDOCK_ASSIGN(plan.condition, Condition::compile(text, use));
    return {};
}

Result<void> checkReturnValues(ReturnValues values) {
    if (values == ReturnValues::none || values == ReturnValues::allOld) return {};
    return invalid("ReturnValues can only be ALL_OLD or NONE");
}

Result<void> refuseKeyTargets(const KeySchema& schema, const Update& update) {
    for (const DocumentPath& path : update.targets()) {
        for (const auto* part : {&schema.partition, &schema.sort}) {
            for (const KeyAttribute& attribute : *part) {
                if (attribute.name != path.front().name) continue;
                return invalid("One or more parameter values were invalid: Cannot update attribute " + attribute.name +
                               ". This attribute is part of the key");
            }
        }
    }
    return {};
}

// A key that does not fit the table is the write's own mistake; one that fits no table is its request's.
Result<void> remember(WritePlan& plan, Result<void> checked) {
    if (checked) return {};
    if (isEmptyKeyError(checked.error())) return checked;
    plan.valid = false;
    plan.invalidItem = std::move(checked).error();
    return {};
}

// What the kinds of request have in common. Parameters without an expression are refused with the others.
template <class Request, class Compile>
Result<void> compile(const Request& request, WritePlan& plan, Compile compileMore) {
    plan.report = request.report;
    if (request.compiled) {
        plan.condition = request.compiled->condition;
        plan.update = request.compiled->update;
        return {};
    }
    if (request.condition.empty() && request.parameters.names.empty() && request.parameters.values.empty()) {
        ParameterUse none(request.parameters);
        return compileMore(none);
    }
    ParameterUse use(request.parameters);
    DRYDOCK_TRY(compileMore(use));
    DRYDOCK_TRY(compileCondition(request.condition, use, plan));
    return use.checkAllUsed();
}

Result<void> nothingMore(ParameterUse& /*use*/) {
    return {};
}

Result<void> plan(PutRequest&& request, WritePlan& plan) {
    DRYDOCK_TRY(checkReturnValues(request.returnValues));
    DRYDOCK_TRY(compile(request, plan, nothingMore));
    plan.action = WritePlan::Action::put;
    plan.returnValues = request.returnValues;
    plan.item = std::move(request.item);
    return remember(plan, encodeItemKey(plan.table->definition.key, plan.item, plan.key));
}

Result<void> plan(UpdateRequest&& request, WritePlan& plan) {
    const KeySchema& schema = plan.table->definition.key;
    DRYDOCK_TRY(compile(request, plan, [&](ParameterUse& use) -> Result<void> {
        if (request.update.empty()) return {};
        DRYDOCK_ASSIGN(plan.update, Update::compile(request.update, use));
        return {};
    }));
    if (plan.update) DRYDOCK_TRY(refuseKeyTargets(schema, *plan.update));
    plan.limitsWritten = request.limitsWritten;
    plan.action = WritePlan::Action::put;
    plan.returnValues = request.returnValues;
    plan.keyItem = std::move(request.key);
    return remember(plan, encodeRequestKey(schema, plan.keyItem, plan.key));
}

Result<void> plan(DeleteRequest&& request, WritePlan& plan) {
    DRYDOCK_TRY(checkReturnValues(request.returnValues));
    DRYDOCK_TRY(compile(request, plan, nothingMore));
    plan.action = WritePlan::Action::remove;
    plan.returnValues = request.returnValues;
    plan.keyItem = std::move(request.key);
    return remember(plan, encodeRequestKey(plan.table->definition.key, plan.keyItem, plan.key));
}

Result<void> plan(ConditionCheck&& request, WritePlan& plan) {
    if (request.compiled ? !request.compiled->condition : request.condition.empty())
        return invalid("The ConditionExpression parameter must be specified");
    DRYDOCK_TRY(compile(request, plan, nothingMore));
    plan.keyItem = std::move(request.key);
    return remember(plan, encodeRequestKey(plan.table->definition.key, plan.keyItem, plan.key));
}

const std::string& tableOf(const WriteRequest& request) {
    return std::visit([](const auto& each) -> const std::string& { return each.table; }, request);
}

// The parts of `item` an update wrote: what ProjectionExpression would give for the same paths.
Result<Item> writtenParts(const Update& update, const Item& item) {
    ExpressionParameters parameters;
    std::string text;
    for (const DocumentPath& path : update.targets()) {
        if (!text.empty()) text += ", ";
        for (const PathElement& element : path) {
            if (element.index) {
                text += "[" + std::to_string(*element.index) + "]";
                continue;
            }
            const std::string name = "#n" + std::to_string(parameters.names.size());
            parameters.names.emplace(name, element.name);
            if (&element != &path.front()) text += ".";
            text += name;
        }
    }
    ParameterUse use(parameters);
    DRYDOCK_ASSIGN(const Projection projection, Projection::compile(text, use));
    return projection.apply(item);
}

Result<void> fillResult(WritePlan& plan) {
    if (plan.returnValues == ReturnValues::none) return {};
    const std::optional<Item>& old = plan.old->item;
    switch (plan.returnValues) {
        case ReturnValues::none:
        case ReturnValues::allOld:
            plan.result.attributes = old;
            return {};
        case ReturnValues::allNew:
            plan.result.attributes = plan.item;
            return {};
        case ReturnValues::updatedOld:
            if (!old || !plan.update) return {};
            break;
        case ReturnValues::updatedNew:
            if (!plan.update) return {};
            break;
    }
    const Item& from = plan.returnValues == ReturnValues::updatedOld ? *old : plan.item;
    DRYDOCK_ASSIGN(Item parts, writtenParts(*plan.update, from));
    if (!parts.empty()) plan.result.attributes = std::move(parts);
    return {};
}

// The items that share the partition key, as they will be after the write.
Result<ItemCollection> collectionOf(sqlite::Connection& connection, const WritePlan& plan) {
    KeySchema partition;
    partition.partition = plan.table->definition.key.partition;
    ItemCollection collection;
    collection.key = keyAttributes(partition, plan.keyItem.empty() ? plan.item : plan.keyItem);
    std::string lower;
    DRYDOCK_TRY(encodeRequestKey(partition, collection.key, lower));
    std::string upper = lower;
    makeUpperBound(upper);
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT COALESCE(SUM(size), 0) FROM " + plan.table->dataName +
                                     " WHERE key >= ?1 AND key < ?2"));
    select->bindBlob(1, lower).bindBlob(2, upper);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    const std::int64_t before = row ? select->integer(0) : 0;
    collection.sizeBytes = static_cast<std::uint64_t>(before - plan.old->sizeBytes + plan.sizeBytes);
    return collection;
}

Result<void> measure(sqlite::Connection& connection, WritePlan& plan) {
    auto measures = std::make_shared<WriteMeasures>();
    const TableDefinition& definition = plan.table->definition;
    if (plan.report.capacity) {
        const Item* before = plan.old->item ? &*plan.old->item : nullptr;
        const MeasuredItem old{before, plan.old->sizeBytes};
        // A check changes nothing: it costs what its item would.
        if (plan.action == WritePlan::Action::none) {
            measures->capacity = writeUnits(definition, old, old);
        } else {
            const bool isPut = plan.action == WritePlan::Action::put;
            measures->capacity = writeUnits(definition, old, {isPut ? &plan.item : nullptr, plan.sizeBytes});
        }
    }
    const bool hasCollections = std::any_of(definition.indexes.begin(), definition.indexes.end(),
                                            [](const IndexDefinition& index) { return index.local; });
    if (plan.report.itemCollection && hasCollections && plan.action != WritePlan::Action::none) {
        DRYDOCK_ASSIGN(measures->collection, collectionOf(connection, plan));
    }
    plan.result.measures = std::move(measures);
    return {};
}

// An update's new item: the old one changed, or a new one made of the key and the update's effect on nothing. There is
// none where nothing was and the update only takes away.
Result<std::optional<Item>> updatedItem(const WritePlan& plan) {
    const Item nothing;
    const Item& before = plan.old->item ? *plan.old->item : nothing;
    DRYDOCK_ASSIGN(Item after, plan.update ? plan.update->apply(before) : Result<Item>(before));
    if (!plan.old->item && plan.update && after.empty()) return std::nullopt;
    for (const auto& [name, value] : plan.keyItem) after.set(name, value);
    return std::optional<Item>(std::move(after));
}

// Encodes the new item's keys in the indexes. A value no index takes is refused, unless the item had it before the
// index came, and the update leaves it as it is: such an item stays outside.
Result<void> encodeIndexKeys(WritePlan& plan, bool isUpdate) {
    const auto& indexes = plan.table->definition.indexes;
    plan.indexKeys.resize(indexes.size());
    IndexRefusals refusals;
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        Result<bool> encoded = encodeIndexKey(indexes[i], plan.item, plan.indexKeys[i], isUpdate);
        if (encoded) continue;
        const bool untouched =
            isUpdate && plan.old->item &&
            keyAttributes(indexes[i].key, *plan.old->item) == keyAttributes(indexes[i].key, plan.item);
        if (!untouched) refusals.add(indexes[i], std::move(encoded).error());
        plan.indexKeys[i].clear();
    }
    return refusals.result();
}

}  // namespace

std::optional<std::int64_t> expiryOf(const TableDefinition& definition, const Item& item) {
    if (!definition.ttlAttribute) return std::nullopt;
    const AttributeValue* value = item.find(*definition.ttlAttribute);
    const Number* number = value == nullptr ? nullptr : value->as<Number>();
    return number == nullptr ? std::nullopt : expiryAt(*number);
}

std::optional<std::int64_t> expiryAt(const Number& ttlValue) {
    if (ttlValue.negative()) return std::nullopt;
    if (const auto seconds = ttlValue.toInt64()) return seconds;
    // A fraction expires with its second; what lies beyond any calendar never does.
    const double seconds = ttlValue.toDouble();
    if (seconds >= 1e18) return std::nullopt;
    return static_cast<std::int64_t>(seconds);
}

bool isRequestError(const Error& error) {
    switch (error.code) {
        case ErrorCode::validation:
        case ErrorCode::conditionalCheckFailed:
        case ErrorCode::transactionCanceled:
        case ErrorCode::resourceNotFound:
        case ErrorCode::idempotentParameterMismatch:
            return true;
        case ErrorCode::corrupt:
            return error.sqliteCode == 0;  // one row that cannot be decoded, not a damaged file
        default:
            return false;
    }
}

Result<void> planWrite(const Catalogue& catalogue, WriteRequest&& request, WritePlan& planned) {
    DRYDOCK_ASSIGN(planned.table, catalogue.find(tableOf(request)));
    return std::visit([&](auto&& each) { return plan(std::forward<decltype(each)>(each), planned); },
                      std::move(request));
}

Result<OldImage> readOldImage(sqlite::Connection& connection, Table& table, const std::string& key, OldPart part) {
    OldImage image;
    part = std::max(part, table.oldPartNeeded());
    const bool sizeOnly = part == OldPart::size;
    DRYDOCK_ASSIGN(sqlite::Statement * select, (sizeOnly ? table.selectSize : table.selectItem).get(connection, [&] {
        return std::string(sizeOnly ? "SELECT size FROM " : "SELECT size, item FROM ") + table.dataName +
               " WHERE key = ?1";
    }));
    select->bindBlob(1, key);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(image.exists, select->step());
    if (!image.exists) return image;
    image.sizeBytes = select->integer(0);
    if (!sizeOnly) image.bytes = select->blob(1);
    if (part == OldPart::item) {
        DRYDOCK_ASSIGN(image.item, decodeItem(image.bytes));
    }
    if (const auto& ttl = table.definition.ttlAttribute) {
        DRYDOCK_ASSIGN(const std::optional<Number> value, storedNumber(image.bytes, *ttl));
        if (value) image.expires = expiryAt(*value);
    }
    return image;
}

Result<void> evaluate(sqlite::Connection& connection, WritePlan& plan) {
    if (!plan.valid) return fail(plan.invalidItem);
    const bool isUpdate = plan.action == WritePlan::Action::put && !plan.keyItem.empty();
    const bool looksAtOld = plan.condition || isUpdate || plan.returnValues != ReturnValues::none;
    const bool measured = plan.report.capacity || plan.report.itemCollection;
    const bool plainPut = plan.action == WritePlan::Action::put && !looksAtOld && !measured;
    if (plan.action == WritePlan::Action::put && !isUpdate) {
        DRYDOCK_ASSIGN(plan.sizeBytes, checkItem(plan.item, false));
    }
    if (!plainPut || !plan.table->growing) {
        const OldPart part = looksAtOld ? OldPart::item : OldPart::size;
        DRYDOCK_ASSIGN(plan.old, readOldImage(connection, *plan.table, plan.key, part));
    }
    if (plan.condition) {
        const Item nothing;
        if (!plan.condition->matches(plan.old->item ? *plan.old->item : nothing)) {
            return fail(ErrorCode::conditionalCheckFailed, "The conditional request failed");
        }
    }
    if (isUpdate) {
        DRYDOCK_ASSIGN(std::optional<Item> updated, updatedItem(plan));
        if (!updated) {
            plan.action = WritePlan::Action::none;
            return measured ? measure(connection, plan) : Result<void>();
        }
        plan.item = *std::move(updated);
        DRYDOCK_ASSIGN(plan.sizeBytes, checkItem(plan.item, true));
        if (plan.limitsWritten && plan.update) DRYDOCK_TRY(checkWritten(*plan.update, plan.item, plan.sizeBytes));
    }
    if (plan.action == WritePlan::Action::put) DRYDOCK_TRY(encodeIndexKeys(plan, isUpdate));
    if (measured) DRYDOCK_TRY(measure(connection, plan));
    return fillResult(plan);
}

Result<void> checkBatchWrites(const Catalogue& catalogue, const std::vector<WriteRequest>& writes) {
    std::set<std::pair<const Table*, std::string>> seen;
    for (const WriteRequest& write : writes) {
        DRYDOCK_ASSIGN(const Table* table, catalogue.find(tableOf(write)));
        const KeySchema& schema = table->definition.key;
        const auto* put = std::get_if<PutRequest>(&write);
        const auto* remove = std::get_if<DeleteRequest>(&write);
        std::string key;
        DRYDOCK_TRY(encodeRequestKey(schema, put != nullptr ? keyAttributes(schema, put->item) : remove->key, key));
        if (put != nullptr) {
            DRYDOCK_TRY(checkItem(put->item, false));
            std::string indexKey;
            IndexRefusals refusals;
            for (const IndexDefinition& index : table->definition.indexes) {
                if (auto encoded = encodeIndexKey(index, put->item, indexKey); !encoded)
                    refusals.add(index, std::move(encoded).error());
            }
            DRYDOCK_TRY(refusals.result());
        }
        if (!seen.emplace(table, std::move(key)).second) {
            return invalid("Provided list of item keys contains duplicates");
        }
    }
    return {};
}

}  // namespace drydock::storage
