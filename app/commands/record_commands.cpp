#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/ctl_session.h"
#include "app/commands/fleet_json.h"
#include "app/commands/on_each.h"
#include "models/fleet/record_fields.h"

namespace drydock::app {

using fleet::ActionKind;
using storage::ErrorCode;
using storage::Result;
using storage::SqliteStore;

namespace {

constexpr std::size_t kPage = 500;
constexpr std::uint64_t kQuarantineShown = 1'000;

Result<std::optional<fleet::AlertState>> alertStateOf(const Arguments& arguments) {
    DRYDOCK_ASSIGN(const std::string name, arguments.textOr("state", {}));
    if (name.empty()) return std::nullopt;
    for (const auto state : {fleet::AlertState::open, fleet::AlertState::acknowledged, fleet::AlertState::resolved}) {
        if (name == fleet::alertStateName(state)) return state;
    }
    return fail(ErrorCode::validation, "An alert's state is open, acknowledged or resolved.");
}

Result<void> listAlerts(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto state, alertStateOf(arguments));
    DRYDOCK_ASSIGN(const auto query, listQuery(arguments, fleet::alertFields()));
    DRYDOCK_ASSIGN(const auto alerts, fleet::FleetReader(reader).alerts(state));
    for (const fleet::Alert& alert : alerts) {
        if (query.matches(fleet::RecordRow(alert, reader.nowMs()))) sink(alertToJson(alert));
    }
    return {};
}

Result<void> showAlert(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string id, arguments.text("id"));
    DRYDOCK_ASSIGN(const bool sns, arguments.flag("sns"));
    DRYDOCK_ASSIGN(const fleet::Alert alert, fleet::FleetReader(reader).alert(id));
    sink(sns ? nlohmann::json::parse(fleet::alertToSnsJson(alert)) : alertToJson(alert));
    return {};
}

template <ActionKind kind>
Result<void> act(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(fleet::ActionRequest request, actionRequest(kind, arguments, "id"));
    return app::act(core, request, arguments, who, sink);
}

Result<void> listActivity(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const bool undoableOnly, arguments.flag("undoable"));
    DRYDOCK_ASSIGN(const auto query, listQuery(arguments, fleet::activityFields()));
    fleet::FleetReader fleetReader(reader);
    std::optional<std::uint64_t> before;
    for (;;) {
        DRYDOCK_ASSIGN(const auto page, fleetReader.audit(before, kPage));
        for (const fleet::AuditEntry& entry : page) {
            if (undoableOnly && !entry.undoable) continue;
            if (query.matches(fleet::RecordRow(entry, reader.nowMs()))) sink(auditToJson(entry));
        }
        if (page.size() < kPage) return {};
        before = page.back().sequence;
    }
}

Result<void> undo(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::uint64_t sequence, arguments.number("id"));
    DRYDOCK_ASSIGN(const bool previewOnly, arguments.flag("preview"));
    if (previewOnly) {
        DRYDOCK_ASSIGN(const auto preview,
                       core.call<Result<fleet::ActionPreview>>([sequence](fleet::FleetService& service, SqliteStore&) {
                           return service.previewUndo(sequence);
                       }));
        sink(previewToJson(preview));
        return {};
    }
    DRYDOCK_ASSIGN(const auto outcome, answerOf<fleet::ActionOutcome>([&](Answer<fleet::ActionOutcome> answer) {
                       core.undo(sequence, who, std::move(answer));
                   }));
    printOutcome(outcome, sink);
    return tendGroups(core);
}

// Of a bulk, what has not been undone yet, the last first.
Result<void> undoEach(CtlSession& session, const Arguments& arguments) {
    nlohmann::json shared = arguments.values();
    DRYDOCK_ASSIGN(const auto bulk, arguments.optionalNumber("bulk"));
    std::vector<nlohmann::json> sequences;
    if (bulk) {
        DRYDOCK_ASSIGN(SqliteStore * reader, session.reader());
        DRYDOCK_ASSIGN(const auto entries, fleet::FleetReader(*reader).bulk(*bulk));
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
            if (entry->undoable) sequences.emplace_back(entry->sequence);
        if (sequences.empty())
            return fail(ErrorCode::refused, "No action of a bulk " + std::to_string(*bulk) + " can be undone.");
    } else {
        DRYDOCK_ASSIGN(const std::uint64_t sequence, arguments.number("id"));
        sequences.emplace_back(sequence);
    }
    return onEach(session, "activity undo", std::move(shared), sequences);
}

constexpr std::string_view kAcknowledge = "alert ack";
constexpr std::string_view kResolve = "alert resolve";

Result<void> listQuarantine(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto limit, arguments.optionalNumber("limit"));
    DRYDOCK_ASSIGN(const auto query, listQuery(arguments, fleet::quarantineFields()));
    fleet::FleetReader fleetReader(reader);
    std::uint64_t left = limit.value_or(kQuarantineShown);
    std::optional<std::uint64_t> before;
    while (left > 0) {
        DRYDOCK_ASSIGN(const auto page, fleetReader.quarantine(kPage, before));
        for (const fleet::QuarantinedMessage& message : page) {
            if (!query.matches(fleet::RecordRow(message, reader.nowMs()))) continue;
            sink(quarantinedToJson(message));
            if (--left == 0) break;
        }
        if (page.size() < kPage) break;
        before = page.back().sequence;
    }
    return {};
}

constexpr std::array<CommandEntry, 7> kCommands = {{
    {"alert list", listAlerts, nullptr},
    {"alert show", showAlert, nullptr},
    {kAcknowledge, nullptr, act<ActionKind::acknowledgeAlert>, actOnEach<kAcknowledge>},
    {kResolve, nullptr, act<ActionKind::resolveAlert>, actOnEach<kResolve>},
    {"activity list", listActivity, nullptr},
    {"activity undo", nullptr, undo, undoEach},
    {"quarantine list", listQuarantine, nullptr},
}};

}  // namespace

std::span<const CommandEntry> recordCommands() {
    return kCommands;
}

}  // namespace drydock::app
