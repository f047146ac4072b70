// What operators do: preview → perform → audit → undo, for every action by the same means.
//
// An action is planned as the rows it would change, whole before and after. The preview shows the difference; the
// act is conditional on it; the audit keeps it; undo is the way back, for as long as the fields it would set still
// hold what the action left there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.h"
#include "storage/value/attribute_value.h"

namespace drydock::fleet {

enum class ActionKind : std::uint8_t {
    restoreAttributes,  // device
    resetCounters,      // device
    release,            // device: out of FailedToUpdate
    moveToFailed,       // device
    setNote,            // device; `text`
    assign,             // device; `text` is the person, empty: nobody
    setCoolOff,         // device; `untilMs` is its new end, none: it ends at once, as by restoreAttributes
    editAttributes,     // device; `edits`
    deleteDevice,       // device: out of the registry, with all that is kept of it but history and activity
    setReleaseStatus,   // firmware (ZIP name); `text` is the status wanted
    deleteFirmware,     // firmware (ZIP name)
    acknowledgeAlert,   // alert id
    resolveAlert,       // alert id
    createGroup,        // group; `text` is its query, empty: a static group, whose first members are `things`
    editGroup,          // dynamic group; `text` is the query wanted
    deleteGroup,        // group
    addToGroup,         // static group; `things`
    removeFromGroup,    // static group; `things`
};
[[nodiscard]] const char* actionName(ActionKind kind);  // "restoreAttributes", … as in the audit
[[nodiscard]] std::optional<ActionKind> actionFromName(std::string_view name);

// What an action is done to.
enum class ActionSubject : std::uint8_t { device, firmware, alert, group };
[[nodiscard]] ActionSubject actionSubject(ActionKind kind);

// One registry attribute to be set or, without a value, removed.
struct AttributeEdit {
    std::string name;
    std::optional<std::string> value;
};

struct ActionRequest {
    ActionKind kind = ActionKind::restoreAttributes;
    std::string target;  // device id, ZIP name, alert id or group name
    std::string text;
    std::string why;  // the operator's reason, kept in the audit
    std::vector<std::string> things = {};
    std::optional<std::int64_t> untilMs = {};
    std::vector<AttributeEdit> edits = {};
    // Done with others at once: the audit sequence of the first of them; 0: this one is the first.
    std::optional<std::uint64_t> bulk = {};
};

// One row an action changes, as it is and as it would be; none: the row is absent.
struct RowChange {
    std::string table;
    storage::Item key;
    std::optional<storage::Item> before;
    std::optional<storage::Item> after;
};

// One line of the difference a person looks at.
struct FieldChange {
    std::string field;   // "attributes.FW", "RetryCounter", "release_status", "groups" …
    std::string before;  // empty: absent
    std::string after;
};

// A thing that enters or leaves a dynamic group, because something about it changes.
struct GroupMove {
    std::string thing;
    std::string group;
    bool joins = false;
    friend bool operator==(const GroupMove&, const GroupMove&) = default;
};

struct ActionPreview {
    std::string action;  // as in the audit; of an undo, what would be undone
    ActionRequest request;
    // Whom it concerns, where the target's id says nothing to a person: "wo:v8 main 2026.03.01" of a ZIP; else empty.
    std::string subject;
    std::vector<FieldChange> changes;   // what matters to a person, in reading order
    std::vector<std::string> warnings;  // e.g. "The device has not reported for 3 days."
    bool canUndo = true;                // false: confirm, it can't be taken back
    std::vector<RowChange> rows;        // the condition: perform() refuses when these have moved
    // Dynamic groups that things would leave and join. No condition: they follow from what the groups ask for when the
    // action is performed, and it says so when that is something else by then.
    std::vector<GroupMove> groupMoves;
};

struct Operator {
    std::string name;    // who: the login name
    std::string screen;  // from which screen or command
};

struct ActionOutcome {
    std::uint64_t auditSequence = 0;
    std::string summary;  // English, one line: "Restored 4 attributes of 3hwC2y7."
    bool canUndo = false;
};

struct AuditEntry {
    std::uint64_t sequence = 0;
    std::int64_t atMs = 0;
    std::string who;
    std::string screen;
    std::string action;  // actionName(), "undo", "importFirmware"
    std::string target;
    std::string why;
    std::string summary;
    std::vector<FieldChange> changes;
    std::optional<std::uint64_t> bulk;      // done with others at once: the sequence of the first
    bool undoable = false;                  // it could be when it was made and has not been since
    std::optional<std::uint64_t> undoneBy;  // the audit sequence of its undo
};

}  // namespace drydock::fleet
