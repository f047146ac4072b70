// Where a text in the search box leads: a device id, a drydock:// address, an alert's text or its SNS JSON, a ZIP
// name; anything else filters the devices.
// Thread: GUI (reads the models).
#pragma once

#include <optional>
#include <string>

#include <QLineEdit>
#include <QString>

#include "models/fleet/operator_action.h"
#include "views/page.h"

namespace drydock::models {
class DeviceStore;
class FirmwareModel;
}  // namespace drydock::models

namespace drydock::views {

struct SearchResult {
    Destination destination;                  // its page is empty where there is none
    std::string deviceId;                     // of the one device it names; empty: it names none that is known
    std::optional<fleet::ActionKind> action;  // what fits that device, to be made ready
    QString trouble;                          // why it leads nowhere; empty: it does lead somewhere
};
[[nodiscard]] SearchResult resultOf(const QString& text, const models::DeviceStore& devices,
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
