// Where a text in the search box leads: a device id, a drydock:// address, an alert's text or its SNS JSON, a ZIP
// name; anything else filters the devices.
// Thread: GUI (reads the models).
#pragma once

#include <QLineEdit>
#include <QString>

#include "views/page.h"

namespace drydock::models {
class DeviceColumns;
class FirmwareModel;
}  // namespace drydock::models

namespace drydock::views {

[[nodiscard]] Destination destinationOf(const QString& text, const models::DeviceColumns& devices,
                                        const models::FirmwareModel& firmware);

// The box itself.
class SearchBox : public QLineEdit {
    Q_OBJECT
public:
    explicit SearchBox(QWidget* parent = nullptr);
    void focusSearch();

signals:
    void submitted(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace drydock::views
