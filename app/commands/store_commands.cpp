#include <array>

#include "app/commands/command_arguments.h"
#include "models/fleet/tables.h"

namespace drydock::app {

using nlohmann::json;
using storage::CheckFinding;
using storage::Result;

namespace {

Result<std::vector<CheckFinding>> findAll(fleet::FleetService& service, storage::SqliteStore& store, bool repair) {
    DRYDOCK_ASSIGN(auto findings, store.check(repair));
    DRYDOCK_ASSIGN(auto disagreements, service.checkAgainstHistory());
    for (std::string& what : disagreements) findings.push_back({fleet::tables::kHistory, std::move(what), false});
    return findings;
}

// Runs where nothing else can write meanwhile, for a store that changes under the check would disagree with itself.
Result<void> check(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const bool repair, arguments.flag("repair"));
    DRYDOCK_ASSIGN(const auto findings, core.call<Result<std::vector<CheckFinding>>>(
                                            [repair](fleet::FleetService& service, storage::SqliteStore& store) {
                                                return findAll(service, store, repair);
                                            }));
    std::size_t repaired = 0;
    for (const CheckFinding& finding : findings) {
        if (repair && finding.repairable) ++repaired;
        sink({{"table", finding.table}, {"what", finding.what}, {"repairable", finding.repairable}});
    }
    sink({{"findings", findings.size()}, {"repaired", repaired}});
    return {};
}

constexpr std::array<CommandEntry, 1> kCommands = {{{"check", nullptr, check}}};

}  // namespace

std::span<const CommandEntry> storeCommands() {
    return kCommands;
}

}  // namespace drydock::app
