#include "views/search.h"

#include <QKeyEvent>
#include <QPainter>

#include "models/device_store.h"
#include "models/firmware_model.h"
#include "models/fleet/text_target.h"
#include "models/text.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

Destination atDevice(const std::string& id) {
    return {QLatin1String(page_id::kDevices), QLatin1Char('=') + models::toText(id)};
}

}  // namespace

SearchResult resultOf(const QString& text, const models::DeviceStore& devices, const models::FirmwareModel& firmware) {
    const QString wanted = text.trimmed();
    const models::DeviceColumns& columns = devices.columns();
    const auto phaseOf = [&columns](const std::string& id) -> std::optional<fleet::Phase> {
        const models::DeviceColumns::Row row = columns.find(id);
        if (row == models::DeviceColumns::kNone || columns.removed(row)) return std::nullopt;
        return columns.phase(row);
    };
    const fleet::TextTarget target = fleet::targetOf(wanted.toStdString(), phaseOf);
    switch (target.kind) {
        case fleet::TextTarget::Kind::device:
            return {atDevice(target.deviceId), target.deviceId, target.action, {}};
        case fleet::TextTarget::Kind::trouble:
            // Whether there is such a device is known only once all are.
            if (devices.isLoading() && !target.deviceId.empty()) return {atDevice(target.deviceId), {}, {}, {}};
            return {{}, {}, {}, models::toText(target.message)};
        case fleet::TextTarget::Kind::words:
            break;
    }
    if (firmware.find(wanted) != nullptr)
        return {{QLatin1String(page_id::kFirmware), QLatin1Char('=') + wanted}, {}, {}, {}};
    return {{QLatin1String(page_id::kDevices), wanted}, {}, {}, {}};
}

SearchBox::SearchBox(QWidget* parent) : QLineEdit(parent) {
    setObjectName(QStringLiteral("searchField"));
    setPlaceholderText(tr("Device, ZIP, alert or filter"));
    setAccessibleName(tr("Search"));
    setToolTip(tr("Takes a device id, a ZIP name, an alert's text or JSON, or a filter for devices"));
    addAction(icon(Icon::search), LeadingPosition);
    connect(this, &QLineEdit::returnPressed, this, [this] {
        if (!text().trimmed().isEmpty()) emit submitted(text().trimmed());
    });
}

void SearchBox::focusSearch() {
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
}

void SearchBox::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void SearchBox::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    if (!text().isEmpty() || hasFocus()) return;
    QPainter painter(this);
    painter.setFont(textFont(TextSize::caption));
    painter.setPen(tokens(*this).quietText);
    painter.drawText(rect().adjusted(0, 0, -space::k3, 0), Qt::AlignRight | Qt::AlignVCenter,
                     QKeySequence(QStringLiteral("Ctrl+K")).toString(QKeySequence::NativeText));
}

}  // namespace drydock::views
