// Differences of rows, field by field: what a preview shows, what an act and an undo are conditional on.
//
// A field is an attribute, or a member of an attribute that is a map on both sides ("attributes.FW"). A retry record is
// taken as a whole: its fields make sense only together.
// Thread: any; pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fleet/operator_action.h"
#include "storage/value/attribute_value.h"

namespace drydock::fleet {

struct FieldDifference {
    std::string attribute;
    std::string member;  // empty: the whole attribute
    std::optional<storage::AttributeValue> before;
    std::optional<storage::AttributeValue> after;

    [[nodiscard]] std::string name() const { return member.empty() ? attribute : attribute + '.' + member; }
};

// In order of name.
[[nodiscard]] std::vector<FieldDifference> difference(const RowChange& change);

// The change the other way round.
[[nodiscard]] RowChange reversed(RowChange change);

// Only the key and what differs, which is all that an undo needs; of a firmware's record that comes or goes, what tells
// it from another and from what becomes of it.
[[nodiscard]] RowChange reduced(const RowChange& change);

// The row of a device's latest message, which may change at any time without anybody's doing. What is done to it is no
// condition of an act.
[[nodiscard]] bool changesByItself(const RowChange& change);

// Why `current` can't take `change`: a field to be changed no longer holds what the change expects there. In words
// for a person; nothing when it can.
[[nodiscard]] std::optional<std::string> obstacle(const RowChange& change, const std::optional<storage::Item>& current);

// `current` with the change made to it, its other fields left alone. Precondition: no obstacle.
[[nodiscard]] std::optional<storage::Item> withChange(const RowChange& change,
                                                      const std::optional<storage::Item>& current);

// The same fields of the same rows, whatever their values and but for what changes by itself.
[[nodiscard]] bool sameFields(const std::vector<RowChange>& a, const std::vector<RowChange>& b);

// The difference as a person reads it, without what merely follows (index attributes, times of change); then the
// dynamic groups that things leave and join by it, a line each: "dynamicGroups.v227", from "member" or to it.
[[nodiscard]] std::vector<FieldChange> forPeople(const std::vector<RowChange>& changes,
                                                 const std::vector<GroupMove>& moves = {});

}  // namespace drydock::fleet
