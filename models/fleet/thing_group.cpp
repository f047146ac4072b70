#include "models/fleet/thing_group.h"

#include <algorithm>
#include <array>
#include <utility>

#include "models/fleet/query.h"
#include "models/fleet/retry_cycle.h"
#include "models/fleet/rows.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {
namespace {

using storage::AttributeValue;
using storage::Item;
using storage::Result;
using Kind = QueryField::Kind;

constexpr std::string_view kTaskPrefix = "group#";
constexpr std::array<const char*, 2> kTaskNames = {"fill", "empty"};

std::string joinedGroups(const Item* thing) {
    std::string joined;
    const AttributeValue* groups = thing != nullptr ? thing->find("groups") : nullptr;
    const auto* set = groups != nullptr ? groups->as<storage::StringSet>() : nullptr;
    if (set == nullptr) return joined;
    for (const std::string& group : set->values) joined += (joined.empty() ? "" : ", ") + group;
    return joined;
}

// The value of a field as a pin has it.
std::string pinText(const ThingRow& row, const QueryField& field) {
    if (!field.isNumber()) return foldedAscii(row.text(field));
    const auto number = row.number(field);
    return number ? std::to_string(*number) : std::string();
}

const Item& itemOrNothing(const Item* item) {
    static const Item nothing;
    return item != nullptr ? *item : nothing;
}

bool differ(const Item& before, const Item& after, const char* name) {
    const AttributeValue* was = before.find(name);
    const AttributeValue* is = after.find(name);
    if (was == nullptr || is == nullptr) return was != is;
    return !(*was == *is);
}

void addChangedAttributes(const Item* before, const Item* after, std::vector<QueryField>& changed) {
    const Item& was = itemOrNothing(before);
    const Item& is = itemOrNothing(after);
    for (const auto& [name, value] : was)
        if (differ(was, is, name.c_str())) changed.push_back({Kind::attribute, name});
    for (const auto& [name, value] : is)
        if (!was.contains(name)) changed.push_back({Kind::attribute, name});
}

}  // namespace

Result<void> checkGroupName(std::string_view name) {
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' ||
               c == '-';
    };
    if (name.empty() || name.size() > kMaxGroupNameBytes || !std::all_of(name.begin(), name.end(), isAllowed))
        return storage::invalid("A group's name has 1 to " + std::to_string(kMaxGroupNameBytes) +
                                " letters, digits and \"_\", \":\", \"-\".");
    return {};
}

Result<ThingQuery> compileGroupQuery(std::string_view text) {
    DRYDOCK_ASSIGN(ThingQuery query, ThingQuery::compile(text));
    constexpr const char* follows =
        " A group follows thingName, attributes.<name>, phase, retries, cycles, groups, assignee and note.";
    if (query.empty()) return storage::invalid("A dynamic group needs a query." + std::string(follows));
    if (query.hasWords())
        return storage::invalid(std::string("A group's query names the field of every value, as in phase:failed.") +
                                follows);
    for (const QueryField& field : query.fields())
        if (field.isOfMessage())
            return storage::invalid("A group can't follow \"" + field.name() + "\", which is of the latest message." +
                                    follows);
    return query;
}

ThingGroup toThingGroup(const Item& row) {
    ThingGroup group;
    group.name = row.string("groupName");
    if (row.string("kind") == "dynamic") group.query = row.string("query");
    group.createdMs = row.integer("createdAt");
    return group;
}

Item fromThingGroup(const ThingGroup& group) {
    Item row = rows::key(tables::kThingGroups, group.name);
    row.set("kind", group.query ? "dynamic" : "static");
    row.set("createdAt", group.createdMs);
    if (group.query) row.set("query", *group.query);
    return row;
}

Item groupTaskKey(std::string_view group) {
    return rows::key(tables::kDeskState, std::string(kTaskPrefix) + std::string(group));
}

bool isGroupTask(const Item& key) {
    return key.string("name").substr(0, kTaskPrefix.size()) == kTaskPrefix;
}

Item fromGroupTask(const GroupTask& task) {
    Item row = groupTaskKey(task.group);
    row.set("task", kTaskNames.at(static_cast<std::size_t>(task.kind)));
    if (!task.at.empty()) row.set("at", task.at);
    return row;
}

Result<std::vector<GroupTask>> loadGroupTasks(storage::TableReader& tables) {
    std::vector<GroupTask> tasks;
    DRYDOCK_TRY(forEachScanned(tables, tables::kDeskState, [&tasks](const Item& row) {
        if (!isGroupTask(row)) return true;
        const std::string_view name = row.string("name");
        const bool empties = row.string("task") == kTaskNames[1];
        tasks.push_back({std::string(name.substr(kTaskPrefix.size())),
                         empties ? GroupTask::Kind::empty : GroupTask::Kind::fill, std::string(row.string("at"))});
        return true;
    }));
    return tasks;
}

Result<std::vector<ThingGroup>> loadThingGroups(storage::TableReader& tables) {
    std::vector<ThingGroup> groups;
    DRYDOCK_TRY(forEachScanned(tables, tables::kThingGroups, [&groups](const Item& row) {
        groups.push_back(toThingGroup(row));
        return true;
    }));
    DRYDOCK_ASSIGN(const auto tasks, loadGroupTasks(tables));
    for (ThingGroup& group : groups)
        group.filling = group.query && std::any_of(tasks.begin(), tasks.end(), [&group](const GroupTask& task) {
                            return task.group == group.name;
                        });
    std::sort(groups.begin(), groups.end(), [](const ThingGroup& a, const ThingGroup& b) { return a.name < b.name; });
    return groups;
}

ThingRows::ThingRows(const Item* thing, const Item* retries, const Item* status, std::int64_t nowMs)
    : m_thing(thing), m_retries(retries), m_status(status), m_nowMs(nowMs), m_groups(joinedGroups(thing)) {}

std::string_view ThingRows::attribute(std::string_view name) const {
    const Item* attributes = m_thing != nullptr ? m_thing->map("attributes") : nullptr;
    return attributes != nullptr ? attributes->string(name) : std::string_view();
}

std::string_view ThingRows::reported(const char* name, const char* attributeName) const {
    const std::string_view said = m_status != nullptr ? m_status->string(name) : std::string_view();
    if (!said.empty()) return said;
    const std::string_view registered = attribute(attributeName);
    return isMark(registered) ? std::string_view() : registered;
}

std::string_view ThingRows::text(const QueryField& field) const {
    if (m_thing == nullptr) return {};
    switch (field.kind) {
        case Kind::thingName:
            return m_thing->string("thingName");
        case Kind::attribute:
            return attribute(field.attribute);
        case Kind::phase:
            return m_thing->string("phase", phaseName(Phase::well));
        case Kind::groups:
            return m_groups;
        case Kind::assignee:
            return m_thing->string("assignee");
        case Kind::note:
            return m_thing->string("note");
        case Kind::model:
            return reported("reportedModel", "model");
        case Kind::fw:
            return reported("reportedFw", "FW");
        case Kind::status:
            return m_status != nullptr ? m_status->string("lastStatus") : std::string_view();
        case Kind::retries:
        case Kind::cycles:
        case Kind::seen:
            break;
    }
    return {};
}

std::optional<std::int64_t> ThingRows::number(const QueryField& field) const {
    if (m_thing == nullptr) return std::nullopt;
    switch (field.kind) {
        case Kind::retries:
            return m_retries != nullptr ? m_retries->integer("RetryCounter") : 0;
        case Kind::cycles:
            return m_retries != nullptr ? m_retries->integer("ResetRetryCount") : 0;
        case Kind::seen:
            if (m_status != nullptr) return m_nowMs - m_status->integer("lastSeen");
            break;
        default:
            break;
    }
    return std::nullopt;
}

bool ThingRows::anyMatches(const TextPattern& word) const {
    constexpr std::array<Kind, 5> kinds = {Kind::thingName, Kind::phase, Kind::model, Kind::fw, Kind::status};
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](Kind kind) {
                           return word.matches(text(QueryField{kind, {}}));
                       }) ||
           word.matches(attribute("model")) || word.matches(attribute("FW"));
}

GroupIndex::GroupIndex(const std::vector<ThingGroup>& groups) {
    for (const ThingGroup& each : groups) {
        if (!each.query) continue;
        auto query = compileGroupQuery(*each.query);
        if (!query) continue;
        const std::size_t number = m_groups.size();
        const auto pins = query->pins();
        for (const ThingQuery::Pin& pin : pins) {
            Numbers& at = groupsOf(pin.field).byValue[pin.text];
            if (at.empty() || at.back() != number) at.push_back(number);
        }
        if (pins.empty()) {
            m_unpinned.push_back(number);
            for (const QueryField& field : query->fields()) groupsOf(field).unpinned.push_back(number);
        }
        const bool counters = std::any_of(query->fields().begin(), query->fields().end(),
                                          [](const QueryField& field) { return field.isNumber(); });
        m_readsCounters |= counters;
        m_groups.push_back({each.name, std::move(*query), counters, each.filling});
    }
}

GroupIndex::FieldGroups& GroupIndex::groupsOf(const QueryField& field) {
    const auto found = std::find_if(m_fields.begin(), m_fields.end(),
                                    [&field](const FieldGroups& each) { return each.field == field; });
    return found != m_fields.end() ? *found : m_fields.emplace_back(FieldGroups{field, {}, {}});
}

const GroupIndex::Group* GroupIndex::find(std::string_view name) const {
    const auto found =
        std::find_if(m_groups.begin(), m_groups.end(), [name](const Group& group) { return group.name == name; });
    return found == m_groups.end() ? nullptr : &*found;
}

std::vector<const GroupIndex::Group*> GroupIndex::touched(const ThingRow& before, const ThingRow& after,
                                                          const std::vector<QueryField>& changed) const {
    const auto hasChanged = [&changed](const QueryField& field) {
        return std::find(changed.begin(), changed.end(), field) != changed.end();
    };
    const auto reads = [&hasChanged](const ThingQuery& query) {
        return std::any_of(query.fields().begin(), query.fields().end(), hasChanged);
    };
    const bool comesOrGoes = std::any_of(changed.begin(), changed.end(),
                                         [](const QueryField& field) { return field.kind == Kind::thingName; });
    Numbers numbers;
    if (comesOrGoes) numbers = m_unpinned;  // a query may also ask for what a thing lacks
    for (const FieldGroups& each : m_fields) {
        if (!comesOrGoes && hasChanged(each.field))
            numbers.insert(numbers.end(), each.unpinned.begin(), each.unpinned.end());
        if (each.byValue.empty()) continue;
        const std::string was = pinText(before, each.field);
        const std::string is = pinText(after, each.field);
        const auto takeFrom = [&numbers, &each](const std::string& value) {
            const auto found = each.byValue.find(value);
            if (found != each.byValue.end()) numbers.insert(numbers.end(), found->second.begin(), found->second.end());
        };
        takeFrom(was);
        if (is != was) takeFrom(is);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<const Group*> found;
    for (const std::size_t number : numbers) {
        const Group& group = m_groups[number];
        if (comesOrGoes || reads(group.query)) found.push_back(&group);
    }
    return found;
}

std::vector<QueryField> changedFields(const Item* thingBefore, const Item* thingAfter, const Item* retriesBefore,
                                      const Item* retriesAfter) {
    std::vector<QueryField> changed;
    const Item& was = itemOrNothing(thingBefore);
    const Item& is = itemOrNothing(thingAfter);
    struct Named {
        Kind kind;
        const char* attribute;
    };
    constexpr std::array<Named, 5> ofThing = {{{Kind::thingName, "thingName"},
                                               {Kind::phase, "phase"},
                                               {Kind::groups, "groups"},
                                               {Kind::assignee, "assignee"},
                                               {Kind::note, "note"}}};
    for (const Named& each : ofThing)
        if (differ(was, is, each.attribute)) changed.push_back({each.kind, {}});
    addChangedAttributes(was.map("attributes"), is.map("attributes"), changed);
    constexpr std::array<Named, 2> ofRetries = {{{Kind::retries, "RetryCounter"}, {Kind::cycles, "ResetRetryCount"}}};
    for (const Named& each : ofRetries)
        if (itemOrNothing(retriesBefore).integer(each.attribute) != itemOrNothing(retriesAfter).integer(each.attribute))
            changed.push_back({each.kind, {}});
    return changed;
}

}  // namespace drydock::fleet
