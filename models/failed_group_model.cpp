#include "models/failed_group_model.h"

#include <utility>

namespace drydock::models {

FailedGroupModel::FailedGroupModel(DeviceStore& store, WallClock now, QObject* parent)
    : DeviceListModel(store, std::move(now),
                      {Column::id, Column::model, Column::fw, Column::since, Column::cycles, Column::lastStatus,
                       Column::lastSeen, Column::reportsSuccess, Column::assignee, Column::note},
                      parent) {
    setFilter({{fleet::Phase::failed}, 0});
    sort(columnOf(Column::since), Qt::AscendingOrder);
}

}  // namespace drydock::models
