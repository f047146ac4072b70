// DevicesPage: every device, filtered, sorted, and the selected ones in detail.
// Thread: GUI.
#pragma once

#include "views/devices/device_list_page.h"

namespace drydock::views {

class DevicesPage final : public DeviceListPage {
    Q_OBJECT
public:
    explicit DevicesPage(const PageContext& context, QWidget* parent = nullptr);

    // Shows a dynamic group, and has the filter become its query.
    void editGroup(const QString& group);

private:
    void showHint();
};

}  // namespace drydock::views
