// DevicesPage: every device, filtered, sorted, and the selected ones in detail.
// Thread: GUI.
#pragma once

#include "models/device_list_model.h"
#include "views/page.h"

namespace drydock::views {

class DeviceBrowser;

class DevicesPage : public Page {
    Q_OBJECT
public:
    explicit DevicesPage(const PageContext& context, QWidget* parent = nullptr);

    void open(const QString& target) override;
    [[nodiscard]] QString target() const override;
    void focusFilter() override;
    [[nodiscard]] QString selectionAsText() const override;

private:
    void showHint();

    PageContext m_context;
    models::DeviceListModel m_model;
    DeviceBrowser* m_browser;
};

}  // namespace drydock::views
