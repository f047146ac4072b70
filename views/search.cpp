#include "views/search.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QUrl>

#include "models/device_columns.h"
#include "models/firmware_model.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

// The alert's message as the fleet words it; the text around it (a mail's, a chat's) doesn't matter.
QString deviceOfAlert(const QString& text) {
    static const QRegularExpression alert(QStringLiteral("Device (\\S+) exceeded retry limits"));
    const QRegularExpressionMatch match = alert.match(text);
    return match.hasMatch() ? match.captured(1) : QString();
}

QString deviceOfJson(const QString& text) {
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    // SNS envelopes come with either spelling of the key.
    const QString message = object.value(QStringLiteral("Message")).toString();
    return deviceOfAlert(message.isEmpty() ? object.value(QStringLiteral("message")).toString() : message);
}

QString deviceOfAddress(const QString& text) {
    const QString prefix = QStringLiteral("drydock://device/");
    return text.startsWith(prefix) ? QUrl::fromPercentEncoding(text.mid(prefix.size()).toUtf8()) : QString();
}

}  // namespace

Destination destinationOf(const QString& text, const models::DeviceColumns& devices,
                          const models::FirmwareModel& firmware) {
    const QString wanted = text.trimmed();
    const QString devicesPage = QLatin1String(page_id::kDevices);
    for (const auto deviceIn : {deviceOfAddress, deviceOfJson, deviceOfAlert}) {
        const QString id = deviceIn(wanted);
        if (!id.isEmpty()) return {devicesPage, QLatin1Char('=') + id};
    }
    const models::DeviceColumns::Row row = devices.find(wanted.toStdString());
    if (row != models::DeviceColumns::kNone && !devices.removed(row)) {
        return {devicesPage, QLatin1Char('=') + wanted};
    }
    if (firmware.find(wanted) != nullptr) return {QLatin1String(page_id::kFirmware), QLatin1Char('=') + wanted};
    return {devicesPage, wanted};
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
