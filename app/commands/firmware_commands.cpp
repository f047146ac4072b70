#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/fleet_json.h"

namespace drydock::app {

using fleet::ActionKind;
using fleet::FirmwareRecord;
using storage::Result;
using storage::SqliteStore;

namespace {

Result<void> list(SqliteStore& reader, const Arguments& /*arguments*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto records, fleet::FleetReader(reader).firmware());
    for (const FirmwareRecord& record : records) {
        nlohmann::json line = firmwareToJson(record);
        // A package may hold thousands; `firmware show` has them.
        line.erase("files");
        sink(std::move(line));
    }
    return {};
}

Result<void> show(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string zipName, arguments.text("zip"));
    DRYDOCK_ASSIGN(const FirmwareRecord record, fleet::FleetReader(reader).firmwareByZip(zipName));
    sink(firmwareToJson(record));
    return {};
}

Result<void> import(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string file, arguments.text("file"));
    DRYDOCK_ASSIGN(const FirmwareRecord record, answerOf<FirmwareRecord>([&](Answer<FirmwareRecord> answer) {
                       core.importFirmware(file, who, std::move(answer));
                   }));
    sink(firmwareToJson(record));
    return {};
}

template <ActionKind kind>
Result<void> act(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    fleet::ActionRequest request;
    request.kind = kind;
    DRYDOCK_ASSIGN(request.target, arguments.text("zip"));
    DRYDOCK_ASSIGN(request.why, arguments.textOr("why", {}));
    if (kind == ActionKind::setReleaseStatus) {
        DRYDOCK_ASSIGN(request.text, arguments.text("status"));
    }
    return perform(core, request, who, sink);
}

constexpr std::array<CommandEntry, 5> kCommands = {{
    {"firmware list", list, nullptr},
    {"firmware show", show, nullptr},
    {"firmware import", nullptr, import},
    {"firmware set-status", nullptr, act<ActionKind::setReleaseStatus>},
    {"firmware delete", nullptr, act<ActionKind::deleteFirmware>},
}};

}  // namespace

std::span<const CommandEntry> firmwareCommands() {
    return kCommands;
}

}  // namespace drydock::app
