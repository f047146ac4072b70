// FailedPage: the queue for people: the devices in FailedToUpdate, longest waiting first, and what can be done to them.
// Thread: GUI.
#pragma once

#include "views/devices/device_list_page.h"

namespace drydock::views {

class FailedPage final : public DeviceListPage {
    Q_OBJECT
public:
    explicit FailedPage(const PageContext& context, QWidget* parent = nullptr);
};

}  // namespace drydock::views
