#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/fleet_json.h"
#include "app/commands/on_each.h"
#include "models/fleet/firmware_compare.h"
#include "models/fleet/record_fields.h"

namespace drydock::app {

using fleet::ActionKind;
using fleet::FirmwareRecord;
using storage::Result;
using storage::SqliteStore;

namespace {

Result<void> list(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto query, listQuery(arguments, fleet::firmwareFields()));
    const bool counts = query.reads(fleet::devicesField());
    fleet::FleetReader fleetReader(reader);
    DRYDOCK_ASSIGN(const auto records, fleetReader.firmware());
    for (const FirmwareRecord& record : records) {
        std::optional<std::uint64_t> devices;
        if (counts) {
            DRYDOCK_ASSIGN(devices, fleetReader.countDevicesOn(record.productId, record.version));
        }
        if (!query.matches(fleet::RecordRow(record, reader.nowMs(), devices))) continue;
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
    DRYDOCK_ASSIGN(const bool previewOnly, arguments.flag("preview"));
    if (previewOnly) {
        DRYDOCK_ASSIGN(const auto preview, answerOf<fleet::ActionPreview>([&](Answer<fleet::ActionPreview> answer) {
                           core.previewImport(file, std::move(answer));
                       }));
        sink(previewToJson(preview));
        return {};
    }
    DRYDOCK_ASSIGN(const FirmwareRecord record, answerOf<FirmwareRecord>([&](Answer<FirmwareRecord> answer) {
                       core.importFirmware(file, who, std::move(answer));
                   }));
    sink(firmwareToJson(record));
    return {};
}

template <ActionKind kind>
Result<void> act(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(fleet::ActionRequest request, actionRequest(kind, arguments, "id"));
    if (kind == ActionKind::setReleaseStatus) {
        DRYDOCK_ASSIGN(request.text, arguments.text("text"));
    }
    return app::act(core, request, arguments, who, sink);
}

// What a device would be offered: the same as over HTTP, but for the URLs.
Result<void> next(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string product, arguments.text("product"));
    DRYDOCK_ASSIGN(const std::string application, arguments.text("application"));
    DRYDOCK_ASSIGN(const std::string version, arguments.textOr("version", {}));
    const auto current = version.empty() ? std::nullopt : std::optional<std::string_view>(version);
    DRYDOCK_ASSIGN(const auto offers, fleet::FleetReader(reader).otaOffers(product, application, current));
    for (const FirmwareRecord& record : offers) sink(firmwareToJson(record));
    return {};
}

Result<void> compare(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string from, arguments.text("from"));
    DRYDOCK_ASSIGN(const std::string to, arguments.text("to"));
    fleet::FleetReader fleetReader(reader);
    DRYDOCK_ASSIGN(const FirmwareRecord before, fleetReader.firmwareByZip(from));
    DRYDOCK_ASSIGN(const FirmwareRecord after, fleetReader.firmwareByZip(to));
    nlohmann::json line = comparisonToJson(fleet::compareFirmware(before, after));
    line["from"] = from;
    line["to"] = to;
    sink(std::move(line));
    return {};
}

// By the process that holds the store: only there it is sure that the ZIP stays until it is copied.
Result<void> download(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/,
                      const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string zipName, arguments.text("zip"));
    DRYDOCK_ASSIGN(const std::string out, arguments.text("out"));
    DRYDOCK_ASSIGN(const std::uint64_t size, answerOf<std::uint64_t>([&](Answer<std::uint64_t> answer) {
                       core.saveFirmware(zipName, out, std::move(answer));
                   }));
    sink({{"zip_name", zipName}, {"file", out}, {"size", size}});
    return {};
}

constexpr std::string_view kSetStatus = "firmware set-status";
constexpr std::string_view kDelete = "firmware delete";

constexpr std::array<CommandEntry, 8> kCommands = {{
    {"firmware list", list, nullptr},
    {"firmware show", show, nullptr},
    {"firmware next", next, nullptr},
    {"firmware compare", compare, nullptr},
    {"firmware download", nullptr, download},
    {"firmware import", nullptr, import},
    {kSetStatus, nullptr, act<ActionKind::setReleaseStatus>, actOnEachWithText<kSetStatus>},
    {kDelete, nullptr, act<ActionKind::deleteFirmware>, actOnEach<kDelete>},
}};

}  // namespace

std::span<const CommandEntry> firmwareCommands() {
    return kCommands;
}

}  // namespace drydock::app
