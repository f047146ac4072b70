#include "models/fleet/device_desk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "models/fleet/tables.h"
#include "models/fleet/text.h"
#include "storage/value/utf8.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

struct Planning {
    FleetTransaction& transaction;
    const ActionRequest& request;
    std::string_view who;
    std::int64_t nowMs;

    // As the device's timeline names them.
    [[nodiscard]] std::string by() const { return nameOf(who); }
};

Result<Thing> targetThing(const Planning& in) {
    std::optional<Thing> thing;
    if (!in.request.target.empty()) {
        DRYDOCK_ASSIGN(thing, in.transaction.thing(in.request.target));
    }
    if (!thing) return storage::fail(ErrorCode::notFound, "The registry has no device " + in.request.target + '.');
    return std::move(*thing);
}

// For actions that put a device to another state: a person should know that it is silent.
Result<void> warnOfSilence(const Planning& in, ActionPlan& plan) {
    DRYDOCK_ASSIGN(const auto row,
                   in.transaction.row(tables::kDeviceStatus, rows::key(tables::kDeviceStatus, in.request.target)));
    if (!row) {
        plan.warnings.emplace_back("The device has never reported.");
        return {};
    }
    const std::int64_t days = (in.nowMs - rows::toDeviceStatus(*row).lastSeenMs) / kDayMs;
    if (days >= 1)
        plan.warnings.push_back("The device has not reported for " + counted(static_cast<std::uint64_t>(days), "day") +
                                '.');
    return {};
}

// For what goes out can't be taken back.
Result<void> warnOfAlert(const Planning& in, ActionPlan& plan) {
    DRYDOCK_ASSIGN(const auto alerts, alertsOfDevice(in.transaction.tables(), in.request.target));
    const bool isOut =
        std::any_of(alerts.begin(), alerts.end(), [](const Alert& each) { return each.state != AlertState::resolved; });
    if (!isOut) plan.warnings.emplace_back("An alert goes out. An undo resolves it, but can't call it back.");
    return {};
}

std::size_t changedAttributes(const Thing& before, const Thing& after) {
    std::size_t count = 0;
    for (const auto& [name, value] : after.attributes) {
        const auto at = before.attributes.find(name);
        count += at == before.attributes.end() || at->second != value ? 1U : 0U;
    }
    for (const auto& [name, value] : before.attributes) count += after.attributes.contains(name) ? 0U : 1U;
    return count;
}

// --- steps of the cycle

CycleEvent eventOf(ActionKind kind) {
    switch (kind) {
        case ActionKind::resetCounters:
            return CycleEvent::reset;
        case ActionKind::release:
            return CycleEvent::release;
        case ActionKind::moveToFailed:
            return CycleEvent::moveToFailed;
        default:
            return CycleEvent::restoreNow;
    }
}

Result<ActionPlan> planCycle(const Planning& in) {
    DRYDOCK_ASSIGN(const Thing before, targetThing(in));
    const std::string& id = in.request.target;
    DRYDOCK_ASSIGN(const StepReport report, in.transaction.stepDevice(id, eventOf(in.request.kind), in.nowMs, in.by()));
    if (report.refusal) return refused(*report.refusal);
    DRYDOCK_ASSIGN(const Thing after, targetThing(in));
    const std::string attributes = counted(changedAttributes(before, after), "attribute");

    ActionPlan plan;
    plan.begins = report.began();
    DRYDOCK_TRY(warnOfSilence(in, plan));
    switch (in.request.kind) {
        case ActionKind::resetCounters:
            plan.summary = "Reset the counters of " + id + '.';
            break;
        case ActionKind::release:
            plan.summary = "Released " + id + " from FailedToUpdate; restored " + attributes + '.';
            break;
        case ActionKind::moveToFailed:
            plan.summary = "Moved " + id + " to FailedToUpdate.";
            DRYDOCK_TRY(warnOfAlert(in, plan));
            break;
        case ActionKind::setCoolOff:
            plan.summary = "Ended the cool-off of " + id + "; restored " + attributes + '.';
            break;
        default:
            if (before == after && report.before == report.after)
                return refused("There is nothing to restore: the attributes of " + id + " are those of the backup.");
            plan.summary = "Restored " + attributes + " of " + id + '.';
    }
    return plan;
}

Result<ActionPlan> planCoolOff(const Planning& in) {
    DRYDOCK_ASSIGN(const Thing thing, targetThing(in));
    const Item key = rows::key(tables::kRetries, thing.name);
    DRYDOCK_ASSIGN(const auto row, in.transaction.row(tables::kRetries, key));
    RetryRecord record = row ? rows::toRetryRecord(*row) : RetryRecord();
    if (const auto why = coolOffRefusal(record.cycle, in.request.untilMs, in.nowMs)) return refused(*why);
    if (!in.request.untilMs) return planCycle(in);

    const auto before = record.cycle.dueMs;
    record.cycle.dueMs = in.request.untilMs;
    record.fault.clear();
    Item after = row.value_or(Item());
    rows::write(thing.name, record, after);
    DRYDOCK_TRY(in.transaction.setRow({tables::kRetries, key, {}, std::move(after)}, in.nowMs));
    ActionPlan plan;
    DRYDOCK_TRY(warnOfSilence(in, plan));
    plan.summary = "The cool-off of " + thing.name + " ends at " + isoTime(*in.request.untilMs);
    plan.summary += before ? " instead of " + isoTime(*before) + '.' : ".";
    return plan;
}

// --- what people write

Result<void> checkText(const std::string& text, std::string_view what, std::size_t mostBytes, bool lines) {
    const auto isControl = [lines](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && !(lines && (c == '\n' || c == '\t'))) || byte == 0x7F;
    };
    if (text.size() > mostBytes)
        return storage::invalid(std::string(what) + " has at most " + std::to_string(mostBytes) + " bytes.");
    if (!storage::isValidUtf8(text)) return storage::invalid(std::string(what) + " must be UTF-8.");
    if (std::any_of(text.begin(), text.end(), isControl))
        return storage::invalid(std::string(what) + " contains a control character.");
    return {};
}

Result<ActionPlan> planText(const Planning& in) {
    DRYDOCK_ASSIGN(Thing thing, targetThing(in));
    const std::string& text = in.request.text;
    ActionPlan plan;
    if (in.request.kind == ActionKind::setNote) {
        DRYDOCK_TRY(checkText(text, "A note", kMaxNoteBytes, true));
        if (thing.note == text) return refused("That is the note already.");
        thing.note = text;
        plan.summary = (text.empty() ? "Removed the note of " : "Noted on ") + thing.name + '.';
    } else {
        DRYDOCK_TRY(checkText(text, "A person's name", kMaxAssigneeBytes, false));
        if (thing.assignee == text)
            return refused(text.empty() ? "The device is assigned to nobody already."
                                        : "The device is assigned to " + text + " already.");
        thing.assignee = text;
        plan.summary = text.empty() ? "Took " + thing.name + " from its assignee."
                                    : "Assigned " + thing.name + " to " + text + '.';
    }
    DRYDOCK_TRY(in.transaction.setThing(thing, in.nowMs));
    return plan;
}

// --- attributes

// Returns whether that changed anything.
bool makeEdit(Attributes& attributes, const AttributeEdit& edit) {
    if (!edit.value) return attributes.erase(edit.name) > 0;
    const auto [at, added] = attributes.try_emplace(edit.name, *edit.value);
    if (!added && at->second == *edit.value) return false;
    at->second = *edit.value;
    return true;
}

std::string namesOf(const std::vector<const AttributeEdit*>& edits) {
    std::string names;
    for (const AttributeEdit* edit : edits) names += (names.empty() ? "" : ", ") + edit->name;
    return names;
}

Result<void> refuseMarked(const Thing& thing, const AttributeEdit& edit) {
    const auto at = thing.attributes.find(edit.name);
    if (at == thing.attributes.end() || !isMark(at->second)) return {};
    return refused(edit.name + " is marked " + at->second +
                   " by the retry cycle, and its own value is in the backup. " +
                   (thing.phase == Phase::coolingOff ? "End the cool-off first." : "Release the device first."));
}

Result<ActionPlan> planEdit(const Planning& in) {
    DRYDOCK_ASSIGN(Thing thing, targetThing(in));
    DRYDOCK_TRY(checkAttributeEdits(in.request.edits));
    DRYDOCK_ASSIGN(auto backup, in.transaction.backup(thing.name));
    std::vector<const AttributeEdit*> set;
    std::vector<const AttributeEdit*> removed;
    bool reported = false;
    for (const AttributeEdit& edit : in.request.edits) {
        DRYDOCK_TRY(refuseMarked(thing, edit));
        if (backup) makeEdit(*backup, edit);
        if (!makeEdit(thing.attributes, edit)) continue;
        (edit.value ? set : removed).push_back(&edit);
        reported |= edit.name == "model" || edit.name == "FW";
    }
    if (set.empty() && removed.empty()) return refused("The attributes of " + thing.name + " are so already.");
    if (thing.attributes.size() > kMaxAttributes)
        return refused("A thing has at most " + std::to_string(kMaxAttributes) + " attributes. Remove some first.");

    DRYDOCK_TRY(in.transaction.setThing(thing, in.nowMs));
    if (backup) {
        DRYDOCK_TRY(in.transaction.setRow({tables::kAttributeBackup,
                                           rows::key(tables::kAttributeBackup, thing.name),
                                           {},
                                           rows::fromBackup(thing.name, *backup)},
                                          in.nowMs));
    }
    ActionPlan plan;
    if (!set.empty()) plan.summary = "Set " + namesOf(set) + " of " + thing.name;
    if (!removed.empty())
        plan.summary +=
            (set.empty() ? "Removed " + namesOf(removed) + " of " + thing.name : ", removed " + namesOf(removed));
    plan.summary += '.';
    if (reported) plan.warnings.emplace_back("What the device reports next of model and FW takes this one's place.");
    return plan;
}

// --- deletion

Result<ActionPlan> planDelete(const Planning& in) {
    DRYDOCK_ASSIGN(const Thing thing, targetThing(in));
    constexpr std::array<const char*, 4> kept = {tables::kThings, tables::kRetries, tables::kAttributeBackup,
                                                 tables::kDeviceStatus};
    for (const char* table : kept) {
        const Item key = rows::key(table, thing.name);
        DRYDOCK_ASSIGN(const auto row, in.transaction.row(table, key));
        if (row) DRYDOCK_TRY(in.transaction.setRow({table, key, {}, {}}, in.nowMs));
    }
    DRYDOCK_TRY(in.transaction.resolveAlerts(thing.name, in.nowMs, in.by()));
    ActionPlan plan;
    plan.summary = "Deleted " + thing.name + " from the registry.";
    if (thing.phase != Phase::well)
        plan.warnings.push_back(std::string("The device is amid a retry cycle: ") + phaseName(thing.phase) + '.');
    plan.warnings.emplace_back("Its history and activity stay. The next message from it registers it anew.");
    return plan;
}

}  // namespace

Result<ActionPlan> planDeviceAction(FleetTransaction& transaction, const ActionRequest& request, std::string_view who,
                                    std::int64_t nowMs) {
    const Planning in{transaction, request, who, nowMs};
    switch (request.kind) {
        case ActionKind::setNote:
        case ActionKind::assign:
            return planText(in);
        case ActionKind::setCoolOff:
            return planCoolOff(in);
        case ActionKind::editAttributes:
            return planEdit(in);
        case ActionKind::deleteDevice:
            return planDelete(in);
        default:
            return planCycle(in);
    }
}

}  // namespace drydock::fleet
