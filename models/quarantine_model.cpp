#include "models/quarantine_model.h"

#include <algorithm>
#include <utility>

#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
QuarantineModel::QuarantineModel(DeskClient& client, WallClock now, QObject* parent)
    : RecordModel(parent), m_client(&client), m_now(std::move(now)) {
    setTickingColumns(ArrivedColumn, ArrivedColumn);
    connect(&client, &DeskClient::changed, this, [this](const std::shared_ptr<const fleet::FleetChanges>& changes) {
        if (m_following && changes->quarantineChanged) load();
    });
}

void QuarantineModel::load() {
    m_following = true;
    if (m_loading) {
        m_again = true;
        return;
    }
    m_loading = true;
    emit loadingChanged();
    m_client->fetchQuarantine(this, [this](storage::Result<std::vector<fleet::QuarantinedMessage>> answer) {
        m_loading = false;
        if (answer)
            take(std::move(*answer));
        else
            emit failed(noticeFrom(answer.error(), tr("The quarantine could not be loaded.")));
        emit loadingChanged();
        if (std::exchange(m_again, false)) load();
    });
}

void QuarantineModel::take(std::vector<fleet::QuarantinedMessage> messages) {
    std::uint64_t newest = 0;
    for (const auto& message : m_messages) newest = std::max(newest, message.sequence);
    const auto fresh = static_cast<std::size_t>(std::count_if(
        messages.begin(), messages.end(), [newest](const auto& message) { return message.sequence > newest; }));
    if (m_messages.empty() || m_messages.size() + fresh > kMaxMessages) {
        m_messages = std::move(messages);
        recordsReplaced();
        return;
    }
    for (auto& message : messages) {
        if (message.sequence <= newest) continue;
        m_messages.push_back(std::move(message));
        recordChanged(recordCount() - 1);
    }
}

const fleet::QuarantinedMessage& QuarantineModel::message(int row) const {
    return m_messages[recordAt(row)];
}

QString QuarantineModel::readable(const storage::Binary& raw) {
    QString decoded = QString::fromUtf8(reinterpret_cast<const char*>(raw.data()), static_cast<int>(raw.size()));
    if (!decoded.contains(QChar::ReplacementCharacter) &&
        std::all_of(decoded.cbegin(), decoded.cend(), [](QChar c) { return c >= QLatin1Char(' ') || c.isSpace(); }))
        return decoded;
    QString escaped;
    for (const std::uint8_t byte : raw) {
        if (byte >= 0x20 && byte < 0x7F)
            escaped += QLatin1Char(static_cast<char>(byte));
        else
            escaped += QStringLiteral("\\x%1").arg(byte, 2, 16, QLatin1Char('0'));
    }
    return escaped;
}

fleet::RecordRow QuarantineModel::queryRow(std::uint32_t record) const {
    return {m_messages[record], m_now()};
}

std::vector<std::string> QuarantineModel::searchTexts(std::uint32_t record) const {
    const fleet::QuarantinedMessage& message = m_messages[record];
    return {message.reason, message.topic, readable(message.raw).toStdString()};
}

bool QuarantineModel::comesBefore(std::uint32_t a, std::uint32_t b) const {
    return m_messages[a].sequence > m_messages[b].sequence;
}

QVariant QuarantineModel::recordCell(std::uint32_t record, int column, int role) const {
    const fleet::QuarantinedMessage& message = m_messages[record];
    if (role == IdRole) return static_cast<qulonglong>(message.sequence);
    if (role == TimeRole) return static_cast<qlonglong>(message.arrivedMs);
    if (column == ArrivedColumn) {
        if (role == SortRole) return static_cast<qlonglong>(message.arrivedMs);
        if (role == CopyRole) return Format::isoTime(message.arrivedMs);
        if (role == Qt::ToolTipRole) return Format::dateTime(message.arrivedMs);
    }
    if (column == SizeColumn && role == SortRole) return static_cast<qlonglong>(message.sizeBytes);
    if (column == SizeColumn && role == CopyRole) return QString::number(message.sizeBytes);
    if (role != Qt::DisplayRole && role != SortRole && role != CopyRole && role != Qt::ToolTipRole) return {};
    switch (column) {
        case ArrivedColumn:
            return Format::relativeTime(message.arrivedMs, m_now());
        case ReasonColumn:
            return toText(message.reason);
        case TopicColumn:
            return toText(message.topic);
        case SizeColumn:
            return Format::size(message.sizeBytes);
        case PayloadColumn:
            return readable(message.raw);
        default:
            return {};
    }
}

QString QuarantineModel::title(int column) const {
    switch (column) {
        case ArrivedColumn:
            return tr("Arrived");
        case ReasonColumn:
            return tr("Reason");
        case TopicColumn:
            return tr("Topic");
        case SizeColumn:
            return tr("Size");
        default:
            return tr("Payload");
    }
}

bool QuarantineModel::isNumeric(int column) const {
    return column == ArrivedColumn || column == SizeColumn;
}

}  // namespace drydock::models
