#include "models/desk_models.h"

#include <utility>

namespace drydock::models {

DeskModels::DeskModels(DeskClient& deskClient, WallClock wallClock)
    : client(deskClient),
      now(std::move(wallClock)),
      devices(client),
      alerts(client, now),
      firmware(client, devices, now),
      activity(client, now),
      groups(client),
      overview(devices, alerts, firmware, now) {}

void DeskModels::load() {
    alerts.load();
    firmware.load();
    activity.load();
    groups.load();
    devices.load();
}

}  // namespace drydock::models
