#include "views/pages.h"

#include "views/activity/activity_page.h"
#include "views/alerts/alerts_page.h"
#include "views/devices/devices_page.h"
#include "views/failed_group/failed_page.h"
#include "views/firmware/firmware_page.h"
#include "views/overview/overview_page.h"
#include "views/quarantine/quarantine_page.h"

namespace drydock::views {

std::vector<PageEntry> makePages(const PageContext& context) {
    return {
        {new OverviewPage(context)},
        {new DevicesPage(context)},
        {new FirmwarePage(context)},
        {new FailedPage(context)},
        {new AlertsPage(context)},
        {new ActivityPage(context)},
        // Reached from the accounting in the status line.
        {new QuarantinePage(context), false},
    };
}

}  // namespace drydock::views
