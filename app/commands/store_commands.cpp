#include <algorithm>
#include <array>

#include "app/commands/command_arguments.h"
#include "models/fleet/history_check.h"
#include "models/fleet/tables.h"
#include "storage/store/salvage.h"

namespace drydock::app {

using nlohmann::json;
using storage::CheckFinding;
using storage::Result;
using storage::SqliteStore;

namespace {

void printFinding(const CheckFinding& finding, const LineSink& sink) {
    sink({{"table", finding.table}, {"what", finding.what}, {"repairable", finding.repairable}});
}

// A store that changed under the check would disagree with itself, so all is read from one state of it.
Result<void> check(SqliteStore& store, const Arguments& /*arguments*/, const LineSink& sink) {
    const SqliteStore::ReadScope scope(store);
    DRYDOCK_ASSIGN(const auto findings, store.check(false));
    for (const CheckFinding& finding : findings) printFinding(finding, sink);
    DRYDOCK_ASSIGN(auto disagreements, fleet::checkAgainstHistory(store, fleet::Limits()));
    for (std::string& what : disagreements) printFinding({fleet::tables::kHistory, std::move(what), false}, sink);
    sink({{"findings", findings.size() + disagreements.size()}, {"repaired", 0}});
    return {};
}

// Where nothing else can write meanwhile.
Result<void> repair(DeskCore& core, const Arguments& /*arguments*/, const fleet::Operator& /*who*/,
                    const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto findings,
                   core.call<Result<std::vector<CheckFinding>>>(
                       [](fleet::FleetService&, SqliteStore& store) { return store.check(true); }));
    for (const CheckFinding& finding : findings) printFinding(finding, sink);
    const auto repaired =
        std::count_if(findings.begin(), findings.end(), [](const CheckFinding& finding) { return finding.repairable; });
    sink({{"findings", findings.size()}, {"repaired", repaired}});
    return {};
}

constexpr std::array<CommandEntry, 2> kCommands = {{{"check", check, nullptr}, {"repair", nullptr, repair}}};

}  // namespace

Result<void> salvage(const std::filesystem::path& store, const LineSink& sink) {
    const auto findings = storage::salvageStore(store);
    if (!findings && findings.error().code == storage::ErrorCode::locked) return {};
    if (!findings) return fail(findings.error());
    for (const CheckFinding& finding : *findings) printFinding(finding, sink);
    return {};
}

std::span<const CommandEntry> storeCommands() {
    return kCommands;
}

}  // namespace drydock::app
