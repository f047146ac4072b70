// FailedPage: the queue for people: the devices in FailedToUpdate, longest waiting first, and what can be done to them.
// Thread: GUI.
#pragma once

#include "models/failed_group_model.h"
#include "views/page.h"

namespace drydock::views {

class DeviceBrowser;

class FailedPage : public Page {
    Q_OBJECT
public:
    explicit FailedPage(const PageContext& context, QWidget* parent = nullptr);

    void open(const QString& target) override;
    [[nodiscard]] QString target() const override;
    void focusFilter() override;
    [[nodiscard]] QString selectionAsText() const override;

private:
    models::FailedGroupModel m_model;
    DeviceBrowser* m_browser;
};

}  // namespace drydock::views
