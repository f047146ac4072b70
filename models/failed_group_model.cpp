#include "models/failed_group_model.h"

#include <utility>

namespace drydock::models {

FailedGroupModel::FailedGroupModel(DeviceStore& store, WallClock now, QObject* parent)
    : DeviceListModel(store, std::move(now),
                      // What decides comes first: a small window shows no more.
                      {Column::id, Column::since, Column::cycles, Column::lastStatus, Column::reportsSuccess,
                       Column::assignee, Column::note, Column::model, Column::fw, Column::lastSeen},
                      parent) {
    setFilter({{fleet::Phase::failed}, 0});
    sort(columnOf(Column::since), Qt::AscendingOrder);
}

}  // namespace drydock::models
