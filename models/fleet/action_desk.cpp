#include "models/fleet/action_desk.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "models/fleet/action_plan.h"
#include "models/fleet/group_desk.h"
#include "models/fleet/row_diff.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;

constexpr const char* kUndo = "undo";

std::vector<RowChange> reducedAll(const std::vector<RowChange>& changes) {
    std::vector<RowChange> less;
    less.reserve(changes.size());
    std::transform(changes.begin(), changes.end(), std::back_inserter(less), reduced);
    return less;
}

// The device's own record of the action, with the state of the cycle it left.
Result<void> addActionHistory(FleetTransaction& transaction, const AuditEntry& audit, bool begins) {
    DRYDOCK_ASSIGN(const auto retries, transaction.row(tables::kRetries, rows::key(tables::kRetries, audit.target)));
    HistoryEntry entry;
    entry.sequence = audit.sequence;
    entry.kind = HistoryKind::action;
    entry.atMs = audit.atMs;
    entry.what = audit.action;
    entry.detail = audit.summary;
    if (!audit.why.empty()) entry.detail += " (" + audit.why + ')';
    entry.fields.set("by", audit.who);
    if (begins) entry.fields.set("began", true);
    const CycleState cycle = retries ? rows::toRetryRecord(*retries).cycle : CycleState();
    entry.fields.set("ResetRetryCount", cycle.resetRetryCount);
    entry.fields.set("RetryCounter", cycle.retryCounter);
    entry.fields.set("phase", phaseName(cycle.phase));
    if (cycle.reportsSuccess) entry.fields.set("reportsSuccess", true);
    transaction.addHistory(audit.target, std::move(entry));
    return {};
}

struct Undo {
    AuditEntry audit;  // of the action to be undone
    Item auditRow;
    std::vector<RowChange> changes;  // made in the transaction
    std::vector<GroupMove> groupMoves;
};

Result<Undo> planUndo(FleetTransaction& transaction, std::uint64_t auditSequence, std::string_view who,
                      std::int64_t nowMs) {
    const Item key = rows::key(tables::kAudit, tables::kOnlyList, static_cast<std::int64_t>(auditSequence));
    DRYDOCK_ASSIGN(const auto row, transaction.row(tables::kAudit, key));
    if (!row) return storage::fail(ErrorCode::notFound, "There is no activity " + std::to_string(auditSequence) + '.');
    Undo undo{rows::toAuditEntry(*row), *row, {}, {}};
    if (undo.audit.undoneBy)
        return storage::fail(ErrorCode::refused,
                             "This was undone already, by activity " + std::to_string(*undo.audit.undoneBy) + '.');
    if (!undo.audit.undoable)
        return storage::fail(ErrorCode::refused, "The activity \"" + undo.audit.action + "\" can't be undone.");
    for (const RowChange& done : rows::toRowChanges(*row)) {
        const RowChange back = reversed(done);
        const tables::TableKey* table = tables::findTable(back.table);
        if (table == nullptr)
            return storage::fail(ErrorCode::refused, "The activity changed " + back.table + ", which is unknown.");
        DRYDOCK_ASSIGN(const auto current, transaction.row(table->table, back.key));
        if (const auto why = obstacle(back, current)) return storage::fail(ErrorCode::refused, *why);
        DRYDOCK_TRY(transaction.setRow({back.table, back.key, current, withChange(back, current)}, nowMs));
    }
    if (undo.audit.action == actionName(ActionKind::moveToFailed))
        DRYDOCK_TRY(transaction.resolveAlerts(undo.audit.target, nowMs, nameOf(who), undo.audit.atMs));
    undo.changes = transaction.changes();
    DRYDOCK_TRY(checkGroupsAfter(transaction, undo.changes));
    DRYDOCK_ASSIGN(undo.groupMoves, transaction.groupMoves());
    return undo;
}

}  // namespace

Result<ActionPreview> previewAction(FleetTransaction& transaction, const ActionRequest& request, std::int64_t nowMs) {
    DRYDOCK_ASSIGN(ActionPlan plan, planAction(transaction, request, {}, nowMs));
    ActionPreview preview;
    preview.action = actionName(request.kind);
    preview.request = request;
    preview.rows = transaction.changes();
    DRYDOCK_ASSIGN(preview.groupMoves, transaction.groupMoves());
    preview.changes = forPeople(preview.rows, preview.groupMoves);
    preview.subject = std::move(plan.subject);
    preview.warnings = std::move(plan.warnings);
    preview.canUndo = plan.canUndo;
    return preview;
}

Result<ActionOutcome> performAction(FleetTransaction& transaction, const ActionPreview& preview, const Operator& who,
                                    std::int64_t nowMs) {
    for (const RowChange& previewed : preview.rows) {
        if (changesByItself(previewed)) continue;
        const tables::TableKey* table = tables::findTable(previewed.table);
        if (table == nullptr) return storage::fail(ErrorCode::validation, "There is no table " + previewed.table + '.');
        DRYDOCK_ASSIGN(const auto current, transaction.row(table->table, previewed.key));
        if (const auto why = obstacle(previewed, current)) return storage::fail(ErrorCode::conflict, *why);
    }
    AuditEntry audit = transaction.newAudit(who, nowMs);
    DRYDOCK_ASSIGN(const ActionPlan plan, planAction(transaction, preview.request, who.name, nowMs));
    const auto changes = transaction.changes();
    if (!sameFields(changes, preview.rows))
        return storage::fail(ErrorCode::conflict, "Other fields would change now than the preview showed.");

    DRYDOCK_ASSIGN(const auto groupMoves, transaction.groupMoves());

    audit.action = actionName(preview.request.kind);
    audit.target = preview.request.target;
    audit.why = preview.request.why;
    audit.summary = plan.summary;
    audit.changes = forPeople(changes, groupMoves);
    audit.undoable = plan.canUndo;
    if (preview.request.bulk) audit.bulk = *preview.request.bulk == 0 ? audit.sequence : *preview.request.bulk;
    if (actionSubject(preview.request.kind) == ActionSubject::device)
        DRYDOCK_TRY(addActionHistory(transaction, audit, plan.begins));
    transaction.addAudit(audit, reducedAll(changes));
    ActionOutcome outcome{audit.sequence, audit.summary, audit.undoable};
    if (groupMoves != preview.groupMoves)
        outcome.summary += " It left and joined other dynamic groups than the preview showed; the activity names them.";
    return outcome;
}

Result<ActionPreview> previewUndoAction(FleetTransaction& transaction, std::uint64_t auditSequence,
                                        std::int64_t nowMs) {
    DRYDOCK_ASSIGN(Undo undo, planUndo(transaction, auditSequence, {}, nowMs));
    ActionPreview preview;
    preview.action = undo.audit.action;
    if (const auto kind = actionFromName(undo.audit.action)) preview.request.kind = *kind;
    preview.request.target = undo.audit.target;
    preview.rows = std::move(undo.changes);
    preview.groupMoves = std::move(undo.groupMoves);
    preview.changes = forPeople(preview.rows, preview.groupMoves);
    preview.canUndo = false;
    return preview;
}

Result<ActionOutcome> undoAction(FleetTransaction& transaction, std::uint64_t auditSequence, const Operator& who,
                                 std::int64_t nowMs) {
    AuditEntry audit = transaction.newAudit(who, nowMs);
    DRYDOCK_ASSIGN(Undo undo, planUndo(transaction, auditSequence, who.name, nowMs));
    audit.action = kUndo;
    audit.target = undo.audit.target;
    audit.summary = "Undid: " + undo.audit.summary;
    audit.changes = forPeople(undo.changes, undo.groupMoves);
    const auto kind = actionFromName(undo.audit.action);
    if (kind && actionSubject(*kind) == ActionSubject::device) DRYDOCK_TRY(addActionHistory(transaction, audit, false));
    transaction.addAudit(audit, reducedAll(undo.changes));
    undo.auditRow.set("undoneBy", static_cast<std::int64_t>(audit.sequence));
    const Item key = rows::keyOf(tables::kAudit, undo.auditRow);
    DRYDOCK_TRY(transaction.setRow({tables::kAudit, key, {}, std::move(undo.auditRow)}, nowMs));
    return ActionOutcome{audit.sequence, audit.summary, false};
}

}  // namespace drydock::fleet
