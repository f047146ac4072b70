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

constexpr std::string_view kTaskPrefix = "group#";

std::string joinedGroups(const Item* thing) {
    std::string joined;
    const AttributeValue* groups = thing != nullptr ? thing->find("groups") : nullptr;
    const auto* set = groups != nullptr ? groups->as<storage::StringSet>() : nullptr;
    if (set == nullptr) return joined;
    for (const std::string& group : set->values) joined.append(joined.empty() ? "" : kTextsSeparator).append(group);
    return joined;
}

// The value of a field as a pin has it.
std::string pinText(const QueryRow& row, const QueryField& field) {
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
        if (differ(was, is, name.c_str())) changed.push_back(thingField(ThingField::attribute, name));
    for (const auto& [name, value] : is)
        if (!was.contains(name)) changed.push_back(thingField(ThingField::attribute, name));
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

Result<FleetQuery> compileGroupQuery(std::string_view text) {
    DRYDOCK_ASSIGN(FleetQuery query, FleetQuery::compile(text, thingFields()));
    constexpr const char* follows =
        " A group follows thingName, attributes.<name>, phase, retries, cycles, groups, assignee and note.";
    if (query.empty()) return storage::invalid("A dynamic group needs a query." + std::string(follows));
    if (query.hasWords())
        return storage::invalid(std::string("A group's query names the field of every value, as in phase:failed.") +
                                follows);
    for (const QueryField& field : query.fields())
        if (isOfMessage(field))
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
    storage::List stages;
    for (const GroupTask::Stage& stage : task.ahead) {
        Item each;
        if (stage.query) each.set("query", *stage.query);
        each.set("upTo", stage.upTo);
        stages.emplace_back(std::move(each));
    }
    Item row = groupTaskKey(task.group);
    row.set("ahead", std::move(stages));
    if (!task.at.empty()) row.set("at", task.at);
    return row;
}

GroupTask toGroupTask(const Item& row) {
    GroupTask task;
    task.group = row.string("name").substr(kTaskPrefix.size());
    task.at = row.string("at");
    const AttributeValue* ahead = row.find("ahead");
    const auto* stages = ahead != nullptr ? ahead->as<storage::List>() : nullptr;
    if (stages == nullptr) return task;
    for (const AttributeValue& value : *stages) {
        const Item* each = value.as<Item>();
        if (each == nullptr) continue;
        GroupTask::Stage& stage = task.ahead.emplace_back();
        stage.upTo = each->string("upTo");
        if (each->contains("query")) stage.query = each->string("query");
    }
    return task;
}

Result<std::vector<GroupTask>> loadGroupTasks(storage::TableReader& tables) {
    std::vector<GroupTask> tasks;
    DRYDOCK_TRY(forEachScanned(tables, tables::kDeskState, [&tasks](const Item& row) {
        if (isGroupTask(row)) tasks.push_back(toGroupTask(row));
        return true;
    }));
    return tasks;
}

std::optional<GroupTask> taskOfEdit(const std::string& group, const std::optional<GroupTask>& left,
                                    const std::optional<std::string>& before, const std::optional<std::string>& after) {
    GroupTask task{group, {}, {}};
    // A stage like the one before it is part of that.
    const auto add = [&task](GroupTask::Stage stage) {
        if (!task.ahead.empty() && task.ahead.back().query == stage.query) {
            task.ahead.back().upTo = std::move(stage.upTo);
        } else {
            task.ahead.push_back(std::move(stage));
        }
    };
    if (!left) {
        add({{}, before});
    } else {
        if (!left->at.empty()) add({left->at, before});
        for (const GroupTask::Stage& stage : left->ahead) add(stage);
    }
    if (task.ahead.size() == 1 && task.ahead.front().query == after) return std::nullopt;
    return task;
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
    : m_thing(thing),
      m_attributes(thing != nullptr ? thing->map("attributes") : nullptr),
      m_retries(retries),
      m_status(status),
      m_nowMs(nowMs),
      m_groups(joinedGroups(thing)) {}

std::string_view ThingRows::attribute(std::string_view name) const {
    return m_attributes != nullptr ? m_attributes->string(name) : std::string_view();
}

std::string_view ThingRows::reported(const char* name, const char* attributeName) const {
    const std::string_view said = m_status != nullptr ? m_status->string(name) : std::string_view();
    if (!said.empty()) return said;
    const std::string_view registered = attribute(attributeName);
    return isMark(registered) ? std::string_view() : registered;
}

std::string_view ThingRows::text(const QueryField& field) const {
    if (m_thing == nullptr) return {};
    switch (thingFieldOf(field)) {
        case ThingField::thingName:
            return m_thing->string("thingName");
        case ThingField::attribute:
            return attribute(field.attribute);
        case ThingField::phase:
            return m_thing->string("phase", phaseName(Phase::well));
        case ThingField::groups:
            return m_groups;
        case ThingField::assignee:
            return m_thing->string("assignee");
        case ThingField::note:
            return m_thing->string("note");
        case ThingField::model:
            return reported("reportedModel", "model");
        case ThingField::fw:
            return reported("reportedFw", "FW");
        case ThingField::status:
            return m_status != nullptr ? m_status->string("lastStatus") : std::string_view();
        case ThingField::retries:
        case ThingField::cycles:
        case ThingField::seen:
            break;
    }
    return {};
}

std::optional<std::int64_t> ThingRows::number(const QueryField& field) const {
    if (m_thing == nullptr) return std::nullopt;
    switch (thingFieldOf(field)) {
        case ThingField::retries:
            return m_retries != nullptr ? m_retries->integer("RetryCounter") : 0;
        case ThingField::cycles:
            return m_retries != nullptr ? m_retries->integer("ResetRetryCount") : 0;
        case ThingField::seen:
            if (m_status != nullptr) return m_nowMs - m_status->integer("lastSeen");
            break;
        default:
            break;
    }
    return std::nullopt;
}

bool ThingRows::anyMatches(const TextPattern& word) const {
    constexpr std::array<ThingField, 5> fields = {ThingField::thingName, ThingField::phase, ThingField::model,
                                                  ThingField::fw, ThingField::status};
    return std::any_of(fields.begin(), fields.end(),
                       [&](ThingField field) { return word.matches(text(thingField(field))); }) ||
           word.matches(attribute("model")) || word.matches(attribute("FW"));
}

bool GroupIndex::Group::hasTold(std::string_view thing, const QueryRow& row) const {
    if (m_ahead.empty() || thing <= m_at) return has(row);
    const auto stage = std::find_if(m_ahead.begin(), m_ahead.end(),
                                    [thing](const Stage& each) { return each.upTo.empty() || thing <= each.upTo; });
    return stage != m_ahead.end() && stage->query && stage->query->matches(row);
}

GroupIndex::GroupIndex(const std::vector<ThingGroup>& groups, const std::vector<GroupTask>& tasks) {
    const auto compiled = [](const std::optional<std::string>& text) {
        std::optional<FleetQuery> query;
        if (!text) return query;
        if (auto made = compileGroupQuery(*text)) query = std::move(*made);
        return query;
    };
    std::vector<Group> all;
    for (const ThingGroup& each : groups) {
        if (!each.query) continue;
        Group& group = all.emplace_back();
        group.name = each.name;
        group.query = compiled(each.query);
    }
    for (const GroupTask& task : tasks) {
        auto found =
            std::find_if(all.begin(), all.end(), [&task](const Group& each) { return each.name == task.group; });
        if (found == all.end()) {
            found = all.insert(all.end(), Group());
            found->name = task.group;
        }
        found->m_at = task.at;
        for (const GroupTask::Stage& stage : task.ahead) found->m_ahead.push_back({stage.upTo, compiled(stage.query)});
    }
    for (Group& each : all) add(std::move(each));
}

void GroupIndex::add(Group group) {
    const auto counts = [](const std::optional<FleetQuery>& query) {
        return query && std::any_of(query->fields().begin(), query->fields().end(),
                                    [](const QueryField& field) { return field.isNumber(); });
    };
    group.readsCounters =
        counts(group.query) || std::any_of(group.m_ahead.begin(), group.m_ahead.end(),
                                           [&counts](const Group::Stage& stage) { return counts(stage.query); });
    m_readsCounters |= group.readsCounters;
    const std::size_t number = m_groups.size();
    if (group.isOpen()) {
        m_open.push_back(number);
    } else if (group.query) {
        const auto pins = group.query->pins();
        for (const FleetQuery::Pin& pin : pins) {
            Numbers& at = groupsOf(pin.field).byValue[pin.text];
            if (at.empty() || at.back() != number) at.push_back(number);
        }
        if (pins.empty()) {
            m_unpinned.push_back(number);
            for (const QueryField& field : group.query->fields()) groupsOf(field).unpinned.push_back(number);
        }
    }
    m_groups.push_back(std::move(group));
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

std::vector<const GroupIndex::Group*> GroupIndex::touched(const QueryRow& before, const QueryRow& after,
                                                          const std::vector<QueryField>& changed) const {
    const auto hasChanged = [&changed](const QueryField& field) {
        return std::find(changed.begin(), changed.end(), field) != changed.end();
    };
    const auto reads = [&hasChanged](const FleetQuery& query) {
        return std::any_of(query.fields().begin(), query.fields().end(), hasChanged);
    };
    const bool comesOrGoes = std::any_of(changed.begin(), changed.end(), [](const QueryField& field) {
        return thingFieldOf(field) == ThingField::thingName;
    });
    Numbers numbers = m_open;
    // A query may also ask for what a thing lacks.
    if (comesOrGoes) numbers.insert(numbers.end(), m_unpinned.begin(), m_unpinned.end());
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
        if (comesOrGoes || group.isOpen() || reads(*group.query)) found.push_back(&group);
    }
    return found;
}

std::vector<QueryField> changedFields(const Item* thingBefore, const Item* thingAfter, const Item* retriesBefore,
                                      const Item* retriesAfter) {
    std::vector<QueryField> changed;
    const Item& was = itemOrNothing(thingBefore);
    const Item& is = itemOrNothing(thingAfter);
    struct Named {
        ThingField field;
        const char* attribute;
    };
    constexpr std::array<Named, 5> ofThing = {{{ThingField::thingName, "thingName"},
                                               {ThingField::phase, "phase"},
                                               {ThingField::groups, "groups"},
                                               {ThingField::assignee, "assignee"},
                                               {ThingField::note, "note"}}};
    for (const Named& each : ofThing)
        if (differ(was, is, each.attribute)) changed.push_back(thingField(each.field));
    addChangedAttributes(was.map("attributes"), is.map("attributes"), changed);
    constexpr std::array<Named, 2> ofRetries = {
        {{ThingField::retries, "RetryCounter"}, {ThingField::cycles, "ResetRetryCount"}}};
    for (const Named& each : ofRetries)
        if (itemOrNothing(retriesBefore).integer(each.attribute) != itemOrNothing(retriesAfter).integer(each.attribute))
            changed.push_back(thingField(each.field));
    return changed;
}

}  // namespace drydock::fleet
