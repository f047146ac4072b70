#include "models/fleet/row_diff.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/fleet/tables.h"
#include "models/fleet/text.h"
#include "storage/value/json.h"

namespace drydock::fleet {
namespace {

using storage::AttributeValue;
using storage::Item;

std::optional<AttributeValue> valueIn(const Item& item, std::string_view name) {
    const AttributeValue* value = item.find(name);
    if (value == nullptr) return std::nullopt;
    return *value;
}

const Item* mapIn(const Item& item, std::string_view name) {
    return item.map(name);
}

// Calls take(name, value before, value after) for each name in either whose values differ.
template <class Take>
void forEachDifferent(const Item& before, const Item& after, Take take) {
    for (const auto& [name, value] : before)
        if (const AttributeValue* other = after.find(name); other == nullptr || !(*other == value)) take(name);
    for (const auto& [name, value] : after)
        if (!before.contains(name)) take(name);
}

const Item& itemOrNothing(const std::optional<Item>& item) {
    static const Item nothing;
    return item ? *item : nothing;
}

std::optional<AttributeValue> fieldIn(const Item& item, const FieldDifference& field) {
    if (field.member.empty()) return valueIn(item, field.attribute);
    const Item* map = mapIn(item, field.attribute);
    return map != nullptr ? valueIn(*map, field.member) : std::nullopt;
}

void set(Item& item, const std::string& name, const std::optional<AttributeValue>& value) {
    if (value) {
        item.set(name, *value);
    } else {
        item.erase(name);
    }
}

void setField(Item& item, const FieldDifference& field) {
    if (field.member.empty()) return set(item, field.attribute, field.after);
    const Item* map = mapIn(item, field.attribute);
    Item members = map != nullptr ? *map : Item();
    set(members, field.member, field.after);
    item.set(field.attribute, std::move(members));
}

std::string shown(const std::optional<AttributeValue>& value) {
    if (!value) return {};
    if (const auto* text = value->as<std::string>()) return *text;
    if (const auto* number = value->as<storage::Number>()) return number->toString();
    if (const auto* flag = value->as<bool>()) return *flag ? "yes" : "no";
    if (const auto* set = value->as<storage::StringSet>()) {
        std::string text;
        for (const std::string& each : set->values) text += (text.empty() ? "" : ", ") + each;
        return text;
    }
    return storage::itemToPlainJson(Item{{"value", *value}})
        .at("value")
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string shownOrAbsent(const std::optional<AttributeValue>& value) {
    const std::string text = shown(value);
    return text.empty() ? "absent" : '"' + text + '"';
}

// A row as messages name it.
std::string rowName(const Item& key) {
    std::string text;
    for (const auto& [name, value] : key) text += (text.empty() ? "" : " ") + shown(value);
    return text;
}

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// A thing's phase is shown once, of the registry.
bool isForPeople(const RowChange& change, const FieldDifference& field) {
    if (change.table == tables::kAttributeBackup) return field.attribute != "deviceId";
    if (change.table == tables::kDeviceStatus) return isOneOf(field.attribute, {"lastSeen", "lastStatus"});
    if (change.table == tables::kRetries && isOneOf(field.attribute, {"phase", "phaseSince", "timestamp", "deviceId"}))
        return false;
    if (change.table == tables::kThingGroups && field.attribute == "createdAt") return false;
    // Of a package, what may be thousands is in its record.
    if (change.table == tables::kFirmware && isOneOf(field.attribute, {"pk", "files", "partition_offsets", "manifest"}))
        return false;
    return !isOneOf(field.attribute, {"modelFw", "status_history", "thingName", "alertId", "groupName"});
}

std::string forPeople(const FieldDifference& field, const std::optional<AttributeValue>& value) {
    if (value && isOneOf(field.attribute, {"restoreAt", "groupMoveAt", "acknowledgedAt", "resolvedAt", "registeredAt",
                                           "lastSeen", "ttl"})) {
        if (const auto* number = value->as<storage::Number>())
            if (const auto time = number->toInt64()) return isoTime(field.attribute == "ttl" ? *time * 1000 : *time);
    }
    return shown(value);
}

}  // namespace

std::vector<FieldDifference> difference(const RowChange& change) {
    const Item& before = itemOrNothing(change.before);
    const Item& after = itemOrNothing(change.after);
    std::vector<FieldDifference> fields;
    forEachDifferent(before, after, [&](const std::string& name) {
        const Item* mapBefore = mapIn(before, name);
        const Item* mapAfter = mapIn(after, name);
        if (mapBefore == nullptr || mapAfter == nullptr) {
            fields.push_back({name, {}, valueIn(before, name), valueIn(after, name)});
            return;
        }
        forEachDifferent(*mapBefore, *mapAfter, [&](const std::string& member) {
            fields.push_back({name, member, valueIn(*mapBefore, member), valueIn(*mapAfter, member)});
        });
    });
    std::sort(fields.begin(), fields.end(),
              [](const FieldDifference& a, const FieldDifference& b) { return a.name() < b.name(); });
    return fields;
}

RowChange reversed(RowChange change) {
    std::swap(change.before, change.after);
    return change;
}

RowChange reduced(const RowChange& change) {
    if (change.table == tables::kRetries) return change;
    RowChange less{change.table, change.key, {}, {}};
    if (change.before) less.before = change.key;
    if (change.after) less.after = change.key;
    // A firmware's record comes and goes whole, and may be as large as a row can be: which one, and in what state.
    const bool whole = change.table == tables::kFirmware && change.before.has_value() != change.after.has_value();
    for (const FieldDifference& field : difference(change)) {
        if (whole && !isOneOf(field.attribute, {"zip_name", "release_status", "status_history"})) continue;
        if (less.before) set(*less.before, field.attribute, valueIn(*change.before, field.attribute));
        if (less.after) set(*less.after, field.attribute, valueIn(*change.after, field.attribute));
    }
    return less;
}

bool changesByItself(const RowChange& change) {
    return change.table == tables::kDeviceStatus;
}

std::optional<std::string> obstacle(const RowChange& change, const std::optional<Item>& current) {
    if (change.before.has_value() != current.has_value())
        return change.table +
               (current ? " has " + rowName(change.key) + " by now." : " no longer has " + rowName(change.key) + '.');
    // The fields of a retry record make sense only together, so it has to be the very one.
    const bool whole = change.table == tables::kRetries;
    const RowChange moved{change.table, change.key, change.before, current};
    for (const FieldDifference& field : difference(whole ? moved : change)) {
        const auto now = fieldIn(itemOrNothing(current), field);
        if (now == field.before) continue;
        return field.name() + " changed meanwhile: it was " + shownOrAbsent(field.before) + " and is now " +
               shownOrAbsent(now) + '.';
    }
    return std::nullopt;
}

std::optional<Item> withChange(const RowChange& change, const std::optional<Item>& current) {
    if (!change.after) return std::nullopt;
    Item row = current ? *current : change.key;
    for (const FieldDifference& field : difference(change)) setField(row, field);
    return row;
}

bool sameFields(const std::vector<RowChange>& a, const std::vector<RowChange>& b) {
    const auto names = [](const std::vector<RowChange>& changes) {
        std::vector<std::string> all;
        for (const RowChange& change : changes) {
            if (changesByItself(change)) continue;
            std::string row = change.table;
            for (const auto& [name, value] : change.key) row += '\0' + shown(value);
            // When a phase was entered depends on when the change is made, so it may differ here and not there.
            for (const FieldDifference& field : difference(change))
                if (field.attribute != "phaseSince") all.push_back(row + '\0' + field.name());
        }
        std::sort(all.begin(), all.end());
        return all;
    };
    return names(a) == names(b);
}

std::vector<FieldChange> forPeople(const std::vector<RowChange>& changes, const std::vector<GroupMove>& moves) {
    const bool several = std::count_if(changes.begin(), changes.end(),
                                       [](const RowChange& change) { return change.table == tables::kThings; }) > 1;
    // Of several things, each field says whose it is.
    const auto of = [several](std::string_view thing) { return several ? std::string(thing) + ": " : std::string(); };
    std::vector<FieldChange> all;
    for (const RowChange& change : changes) {
        const std::string whose = change.table == tables::kThings ? of(change.key.string("thingName")) : std::string();
        for (const FieldDifference& field : difference(change)) {
            if (!isForPeople(change, field)) continue;
            const std::string name = change.table == tables::kAttributeBackup ? "backup." + field.name() : field.name();
            all.push_back({whose + name, forPeople(field, field.before), forPeople(field, field.after)});
        }
    }
    for (const GroupMove& move : moves) {
        constexpr const char* member = "member";
        all.push_back(
            {of(move.thing) + "dynamicGroups." + move.group, move.joins ? "" : member, move.joins ? member : ""});
    }
    return all;
}

}  // namespace drydock::fleet
