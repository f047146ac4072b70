#include "models/alert_model.h"

#include <algorithm>
#include <utility>

#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
AlertModel::AlertModel(DeskClient& client, WallClock now, QObject* parent)
    : RecordModel(parent), m_client(&client), m_now(std::move(now)) {
    setTickingColumns(RaisedColumn, RaisedColumn);
    connect(&client, &DeskClient::changed, this,
            [this](const std::shared_ptr<const fleet::FleetChanges>& changes) { take(changes->alerts, true); });
}

void AlertModel::load() {
    m_loading = true;
    emit loadingChanged();
    m_client->fetchAlerts(this, [this](storage::Result<std::vector<fleet::Alert>> answer) {
        m_loading = false;
        if (answer) {
            take(*answer, false);
            refreshOrder();
        } else {
            emit failed(noticeFrom(answer.error(), tr("The alerts could not be loaded.")));
        }
        emit loadingChanged();
    });
}

void AlertModel::take(const std::vector<fleet::Alert>& alerts, bool announce) {
    if (alerts.empty()) return;
    std::vector<fleet::Alert> fresh;
    for (const fleet::Alert& alert : alerts) {
        const auto [known, added] = m_byId.try_emplace(alert.id, recordCount());
        if (added) {
            m_alerts.push_back(alert);
            if (announce && alert.state == fleet::AlertState::open) fresh.push_back(alert);
        } else if (announce) {
            m_alerts[known->second] = alert;
        }
        recordChanged(known->second);
    }
    emit countsChanged();
    if (!fresh.empty()) emit raised(fresh);
}

const fleet::Alert& AlertModel::alert(int row) const {
    return m_alerts[recordAt(row)];
}

int AlertModel::rowOf(const QString& alertId) const {
    const auto known = m_byId.find(alertId.toStdString());
    return known == m_byId.end() ? -1 : rowOfRecord(known->second);
}

int AlertModel::count(fleet::AlertState state) const {
    return static_cast<int>(std::count_if(m_alerts.begin(), m_alerts.end(),
                                          [state](const fleet::Alert& alert) { return alert.state == state; }));
}

std::vector<fleet::Alert> AlertModel::newest(std::size_t limit) const {
    std::vector<std::uint32_t> records(m_alerts.size());
    for (std::uint32_t i = 0; i < records.size(); ++i) records[i] = i;
    const auto end = records.begin() + static_cast<std::ptrdiff_t>(std::min(limit, records.size()));
    std::partial_sort(records.begin(), end, records.end(),
                      [this](std::uint32_t a, std::uint32_t b) { return comesBefore(a, b); });
    std::vector<fleet::Alert> alerts;
    std::transform(records.begin(), end, std::back_inserter(alerts),
                   [this](std::uint32_t record) { return m_alerts[record]; });
    return alerts;
}

void AlertModel::setStateFilter(std::optional<fleet::AlertState> state) {
    if (state == m_stateFilter) return;
    m_stateFilter = state;
    refreshOrder();
}

bool AlertModel::isIncluded(std::uint32_t record) const {
    return !m_stateFilter || m_alerts[record].state == *m_stateFilter;
}

fleet::RecordRow AlertModel::queryRow(std::uint32_t record) const {
    return {m_alerts[record], m_now()};
}

std::vector<std::string> AlertModel::searchTexts(std::uint32_t record) const {
    auto texts = RecordModel::searchTexts(record);
    texts.push_back(Format::alertState(m_alerts[record].state).toStdString());
    return texts;
}

bool AlertModel::comesBefore(std::uint32_t a, std::uint32_t b) const {
    const fleet::Alert& left = m_alerts[a];
    const fleet::Alert& right = m_alerts[b];
    return left.raisedMs != right.raisedMs ? left.raisedMs > right.raisedMs : left.id < right.id;
}

QVariant AlertModel::recordCell(std::uint32_t record, int column, int role) const {
    const fleet::Alert& alert = m_alerts[record];
    switch (role) {
        case IdRole:
            return toText(alert.id);
        case DeviceIdRole:
            return toText(alert.deviceId);
        case AlertStateRole:
            return static_cast<int>(alert.state);
        case TimeRole:
            return static_cast<qlonglong>(alert.raisedMs);
        default:
            break;
    }
    if (role == SortRole && column == StateColumn) return static_cast<qlonglong>(alert.state);
    if (role == SortRole && column == RaisedColumn) return static_cast<qlonglong>(alert.raisedMs);
    if (role == CopyRole && column == RaisedColumn) return Format::isoTime(alert.raisedMs);
    if (role == Qt::ToolTipRole && column == RaisedColumn) return Format::dateTime(alert.raisedMs);
    if (role != Qt::DisplayRole && role != SortRole && role != CopyRole && role != Qt::ToolTipRole) return {};
    switch (column) {
        case StateColumn:
            return Format::alertState(alert.state);
        case DeviceColumn:
            return toText(alert.deviceId);
        case MessageColumn:
            return toText(alert.message);
        case RaisedColumn:
            return Format::relativeTime(alert.raisedMs, m_now());
        case ByColumn:
            return toText(alert.state == fleet::AlertState::resolved ? alert.resolvedBy : alert.acknowledgedBy);
        default:
            return {};
    }
}

QString AlertModel::title(int column) const {
    switch (column) {
        case StateColumn:
            return tr("State");
        case DeviceColumn:
            return tr("Device");
        case MessageColumn:
            return tr("Alert");
        case RaisedColumn:
            return tr("Raised");
        default:
            return tr("By");
    }
}

}  // namespace drydock::models
