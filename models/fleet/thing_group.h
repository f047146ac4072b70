// Thing groups: static ones, whose members are listed by hand, and dynamic ones, which have whatever matches a query.
//
// A dynamic group follows what changes with a step: the registry's attributes, phase, static groups, assignee and note,
// and the counters. Its members are stored nowhere: they are the things its query finds, whenever one asks, so they are
// right by themselves. What is kept up is who has been told to be a member (iot/groups/<group>).
// The thing's `groups` names static groups only.
// Thread: any; pure, except where a reader is taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/fleet/thing_fields.h"
#include "storage/store/table_store.h"

namespace drydock::fleet {

inline constexpr std::size_t kMaxGroupNameBytes = 128;
// So many members an action adds or removes at most, since what its undo needs is one row of the audit.
inline constexpr std::size_t kMostMembersAtOnce = 500;
// So many names a message about a group bears at most.
inline constexpr std::size_t kMostMembersTold = 500;

struct ThingGroup {
    std::string name;
    std::optional<std::string> query;  // none: a static group
    std::int64_t createdMs = 0;
    bool filling = false;  // dynamic, made or edited lately: not all of its members have been told of yet
};

// Why a thing is in a group.
struct GroupMembership {
    std::string group;
    bool dynamic = false;
    std::vector<std::string> reasons;  // dynamic: the query's clauses that hold; else a sentence
};

// Letters, digits and `_`, `:`, `-`, as AWS IoT has it. ErrorCode::validation says what is wrong.
[[nodiscard]] storage::Result<void> checkGroupName(std::string_view name);
// Also refuses what a group can't follow.
[[nodiscard]] storage::Result<FleetQuery> compileGroupQuery(std::string_view text);

[[nodiscard]] ThingGroup toThingGroup(const storage::Item& row);
[[nodiscard]] storage::Item fromThingGroup(const ThingGroup& group);

// What is left to be told of a dynamic group whose query was made, edited or deleted, in pieces: a row of DeskState.
// Things are looked at in the order of their names. Those up to `at` have been told of by the query as it is now, each
// other one by that of the first stage it belongs to.
struct GroupTask {
    struct Stage {
        std::string upTo;                  // the last name of it; empty: all the rest
        std::optional<std::string> query;  // none: nobody was a member
    };
    std::string group;
    std::string at;  // the last thing looked at
    std::vector<Stage> ahead;
};
// What there is to tell once a group's query has become another, by what was `left` to be told until then. None of both
// queries: the group is not dynamic. Nothing: whoever is a member has been told of.
[[nodiscard]] std::optional<GroupTask> taskOfEdit(const std::string& group, const std::optional<GroupTask>& left,
                                                  const std::optional<std::string>& before,
                                                  const std::optional<std::string>& after);
[[nodiscard]] storage::Item groupTaskKey(std::string_view group);
// Whether such a key of DeskState is a task's.
[[nodiscard]] bool isGroupTask(const storage::Item& key);
[[nodiscard]] storage::Item fromGroupTask(const GroupTask& task);
[[nodiscard]] GroupTask toGroupTask(const storage::Item& row);
[[nodiscard]] storage::Result<std::vector<GroupTask>> loadGroupTasks(storage::TableReader& tables);
// By name.
[[nodiscard]] storage::Result<std::vector<ThingGroup>> loadThingGroups(storage::TableReader& tables);

// A thing as its rows in the tables say. Borrows them; a row that is absent is nullptr.
class ThingRows final : public QueryRow {
public:
    explicit ThingRows(const storage::Item* thing, const storage::Item* retries = nullptr,
                       const storage::Item* status = nullptr, std::int64_t nowMs = 0);

    [[nodiscard]] std::string_view text(const QueryField& field) const override;
    [[nodiscard]] std::optional<std::int64_t> number(const QueryField& field) const override;
    [[nodiscard]] bool anyMatches(const TextPattern& word) const override;

private:
    [[nodiscard]] std::string_view attribute(std::string_view name) const;
    [[nodiscard]] std::string_view reported(const char* name, const char* attributeName) const;

    const storage::Item* m_thing;
    const storage::Item* m_attributes;  // nullptr: it has none
    const storage::Item* m_retries;
    const storage::Item* m_status;
    std::int64_t m_nowMs;
    std::string m_groups;  // joined
};

// The dynamic groups, ready to be asked which of them a change may concern.
class GroupIndex {
public:
    struct Group {
        std::string name;
        std::optional<FleetQuery> query;  // none: it was deleted, which has not been told of whom it concerns yet
        bool readsCounters = false;       // some query of it does

        // Whether it has a thing. `row` is not that of a thing that isn't there.
        [[nodiscard]] bool has(const QueryRow& row) const { return query && query->matches(row); }
        // Whether it would have told so, with what is still to be told.
        [[nodiscard]] bool hasTold(std::string_view thing, const QueryRow& row) const;
        // Not everything has been told.
        [[nodiscard]] bool isOpen() const { return !m_ahead.empty(); }

    private:
        friend class GroupIndex;
        struct Stage {
            std::string upTo;
            std::optional<FleetQuery> query;
        };
        std::string m_at;
        std::vector<Stage> m_ahead;
    };

    GroupIndex() = default;
    // A query that can't be compiled (a row written by hand) has no members.
    explicit GroupIndex(const std::vector<ThingGroup>& groups, const std::vector<GroupTask>& tasks = {});

    [[nodiscard]] const std::vector<Group>& groups() const { return m_groups; }
    [[nodiscard]] bool empty() const { return m_groups.empty(); }
    [[nodiscard]] const Group* find(std::string_view name) const;
    // Some group follows the counters.
    [[nodiscard]] bool readsCounters() const { return m_readsCounters; }
    // Groups that a thing may have entered or left, or be told to have, when these fields changed (its name: it came or
    // went). Each once.
    [[nodiscard]] std::vector<const Group*> touched(const QueryRow& before, const QueryRow& after,
                                                    const std::vector<QueryField>& changed) const;

private:
    std::vector<Group> m_groups;
    bool m_readsCounters = false;
    using Numbers = std::vector<std::size_t>;  // of m_groups
    struct FieldGroups {
        QueryField field;
        std::unordered_map<std::string, Numbers> byValue;  // groups with a pin on the field, by its folded value
        Numbers unpinned;                                  // groups without pins that read it
    };
    [[nodiscard]] FieldGroups& groupsOf(const QueryField& field);
    void add(Group group);

    std::vector<FieldGroups> m_fields;
    Numbers m_unpinned;
    Numbers m_open;
};

// The fields in which rows of a thing differ, with the rows of its counters.
[[nodiscard]] std::vector<QueryField> changedFields(const storage::Item* thingBefore, const storage::Item* thingAfter,
                                                    const storage::Item* retriesBefore,
                                                    const storage::Item* retriesAfter);

}  // namespace drydock::fleet
