// FleetChanges: what one commit changed, in the fleet's words. Made from the store's change batch after commit, so that
// whatever wrote (telemetry, a timer, a person, a script), every screen hears of it the same way.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/fleet/alert.h"
#include "models/fleet/device.h"
#include "models/fleet/firmware.h"
#include "models/fleet/operator_action.h"
#include "storage/store/table_store.h"

namespace drydock::fleet {

struct FleetChanges {
    std::vector<DevicePatch> devices;  // at most one a device
    std::vector<Alert> alerts;
    std::vector<FirmwareRecord> firmware;
    std::vector<std::string> removedFirmware;  // ZIP names
    std::vector<AuditEntry> audit;
    std::vector<std::string> devicesWithHistory;  // ids whose timeline grew
    bool quarantineChanged = false;
    bool settingsChanged = false;
    bool groupsChanged = false;  // one came, went or has another query, or its filling began or ended
    bool productModelsChanged = false;

    [[nodiscard]] bool empty() const;
};

// The tables whose changes translate() understands: what to subscribe to.
[[nodiscard]] std::vector<std::string> watchedTables();

// Thread: any; pure.
[[nodiscard]] FleetChanges translate(const storage::ChangeBatch& batch);

// Adds `later` to `into`; a later part of a device replaces the earlier one.
void merge(FleetChanges& into, FleetChanges later);

}  // namespace drydock::fleet
