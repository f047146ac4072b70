// DeskModels: the models that several screens share, made once over one client.
//
// Thread: GUI. Borrows the client, which outlives it. Lists with a filter and a selection of their own
// (DeviceListModel, FailedGroupModel, TimelineModel …) belong to their pages, made over `devices` and `client`.
#pragma once

#include <QObject>

#include "models/activity_model.h"
#include "models/alert_model.h"
#include "models/desk_client.h"
#include "models/device_store.h"
#include "models/firmware_model.h"
#include "models/format.h"
#include "models/group_list.h"
#include "models/overview_stats.h"

namespace drydock::models {

struct DeskModels {
    explicit DeskModels(DeskClient& deskClient, WallClock wallClock = systemWallClock());

    void load();  // once the screens stand

    DeskClient& client;
    WallClock now;
    DeviceStore devices;
    AlertModel alerts;
    FirmwareModel firmware;
    ActivityModel activity;
    GroupList groups;
    OverviewStats overview;
};

}  // namespace drydock::models
