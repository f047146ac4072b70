#include "views/pages.h"

#include "views/devices/devices_page.h"
#include "views/failed_group/failed_page.h"
#include "views/overview/overview_page.h"
#include "views/quarantine/quarantine_page.h"

namespace drydock::views {

std::vector<PageEntry> makePages(const PageContext& context) {
    return {
        {new OverviewPage(context)},
        {new DevicesPage(context)},
        {new FailedPage(context)},
        // Reached from the accounting in the status line.
        {new QuarantinePage(context), false},
    };
}

}  // namespace drydock::views
