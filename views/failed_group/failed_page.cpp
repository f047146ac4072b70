#include "views/failed_group/failed_page.h"

#include "models/desk_models.h"
#include "models/failed_group_model.h"

namespace drydock::views {

namespace {
constexpr int kTableVersion = 2;
}  // namespace

FailedPage::FailedPage(const PageContext& context, QWidget* parent)
    : DeviceListPage(context, new models::FailedGroupModel(context.models.devices, context.models.now),
                     {{QLatin1String(page_id::kFailed), tr("FailedToUpdate"), Icon::failedGroup},
                      kTableVersion,
                      false,
                      false,
                      tr("Nothing waits for a person"),
                      {models::DeviceListModel::Column::lastSeen}},
                     parent) {
    const fleet::Limits& limits = context.models.client.limits();
    setEmptyHint(tr("After %1 failures in each of %2 cycles a device waits here until a person releases it.")
                     .arg(limits.retriesPerCycle)
                     .arg(limits.cycles));
    const models::OverviewStats& overview = context.models.overview;
    connect(&overview, &models::OverviewStats::tilesChanged, this,
            [this, &overview] { emit badgeChanged(static_cast<int>(overview.tiles().failed)); });
}

}  // namespace drydock::views
