// FailedGroupModel: the queue for people: the devices in FailedToUpdate, longest waiting first.
// Thread: GUI. As DeviceListModel, with the phase fixed and other columns.
#pragma once

#include "models/device_list_model.h"

namespace drydock::models {

class FailedGroupModel final : public DeviceListModel {
    Q_OBJECT
public:
    // id, model, FW, since, cycles, last status, last seen, reports success, assignee, note.
    FailedGroupModel(DeviceStore& store, WallClock now, QObject* parent = nullptr);
};

}  // namespace drydock::models
