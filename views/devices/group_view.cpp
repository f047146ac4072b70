#include "views/devices/group_view.h"

#include <QCoreApplication>

#include "models/fleet/retry_cycle.h"
#include "models/group_list.h"

namespace drydock::views {

namespace {
struct GroupText {
    Q_DECLARE_TR_FUNCTIONS(drydock::views::GroupText)
};
}  // namespace

Destination viewOf(const fleet::ThingGroup& group) {
    if (group.name == fleet::kFailedGroup) return {QLatin1String(page_id::kFailed), {}, {}};
    return {QLatin1String(page_id::kDevices), models::filterOf(group), {}};
}

Icon groupIcon(bool dynamic) {
    return dynamic ? Icon::dynamicGroup : Icon::staticGroup;
}

QString groupKind(bool dynamic) {
    return dynamic ? GroupText::tr("dynamic group") : GroupText::tr("static group");
}

}  // namespace drydock::views
