#include "models/timeline_model.h"

#include <algorithm>
#include <utility>

#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
TimelineModel::TimelineModel(DeskClient& client, WallClock now, QObject* parent)
    : TableModel(parent), m_client(&client), m_now(std::move(now)) {
    connect(&client, &DeskClient::changed, this, [this](const std::shared_ptr<const fleet::FleetChanges>& changes) {
        const auto& grown = changes->devicesWithHistory;
        if (m_device.isEmpty() || std::find(grown.begin(), grown.end(), m_device.toStdString()) == grown.end()) return;
        fetchHead();
    });
}

void TimelineModel::setDevice(const QString& id) {
    if (id == m_device) return;
    beginResetModel();
    m_device = id;
    m_entries.clear();
    m_nextBefore.reset();
    m_fetchingHead = false;
    m_headIsStale = false;
    m_fetchingMore = false;
    ++m_token;
    endResetModel();
    setLoading(false);
    if (!m_device.isEmpty()) fetchHead();
}

void TimelineModel::setTimeZone(TimeZone zone) {
    m_zone = zone;
    if (rows() > 0) emit dataChanged(index(0, TimeColumn), index(rows() - 1, TimeColumn), {Qt::DisplayRole});
}

void TimelineModel::setLoading(bool loading) {
    if (loading == m_loading) return;
    m_loading = loading;
    emit loadingChanged();
}

void TimelineModel::fetchHead() {
    if (m_fetchingHead) {
        m_headIsStale = true;
        return;
    }
    m_fetchingHead = true;
    setLoading(true);
    m_client->fetchHistory(m_device, std::nullopt, this,
                           [this, token = m_token](storage::Result<fleet::HistoryPage> answer) {
                               if (token != m_token) return;
                               m_fetchingHead = false;
                               setLoading(m_fetchingMore);
                               if (answer)
                                   takeHead(std::move(*answer));
                               else
                                   emit failed(noticeFrom(answer.error(), tr("The timeline could not be loaded.")));
                               if (std::exchange(m_headIsStale, false)) fetchHead();
                           });
}

void TimelineModel::takeHead(fleet::HistoryPage page) {
    auto& fresh = page.entries;
    const std::uint64_t newest = m_entries.empty() ? 0 : m_entries.front().sequence;
    const auto known = std::find_if(fresh.begin(), fresh.end(),
                                    [newest](const fleet::HistoryEntry& entry) { return entry.sequence <= newest; });
    if (m_entries.empty() || (known == fresh.end() && page.nextBefore)) {
        // Nothing yet, or more news than a page: what lies between is fetched by scrolling.
        beginResetModel();
        m_entries = std::move(fresh);
        m_nextBefore = page.nextBefore;
        endResetModel();
        return;
    }
    if (known == fresh.begin()) return;
    beginInsertRows({}, 0, static_cast<int>(known - fresh.begin()) - 1);
    m_entries.insert(m_entries.begin(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(known));
    endInsertRows();
    dropTail();
}

void TimelineModel::dropTail() {
    if (m_entries.size() <= kMaxEntries) return;
    beginRemoveRows({}, static_cast<int>(kMaxEntries), rows() - 1);
    m_entries.resize(kMaxEntries);
    m_nextBefore = m_entries.back().sequence;
    endRemoveRows();
}

bool TimelineModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && m_nextBefore && !m_fetchingMore && m_entries.size() < kMaxEntries;
}

void TimelineModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent)) return;
    m_fetchingMore = true;
    setLoading(true);
    m_client->fetchHistory(m_device, m_nextBefore, this,
                           [this, token = m_token, before = m_nextBefore](storage::Result<fleet::HistoryPage> answer) {
                               if (token != m_token) return;
                               m_fetchingMore = false;
                               setLoading(m_fetchingHead);
                               if (!answer) {
                                   m_nextBefore.reset();  // a view would ask again at once, and for ever
                                   emit failed(noticeFrom(answer.error(), tr("The timeline could not be loaded.")));
                                   return;
                               }
                               // The head was replaced meanwhile: this page has no place any more.
                               if (before == m_nextBefore) takePage(std::move(*answer));
                           });
}

void TimelineModel::takePage(fleet::HistoryPage page) {
    m_nextBefore = page.nextBefore;
    if (page.entries.empty()) return;
    beginInsertRows({}, rows(), rows() + static_cast<int>(page.entries.size()) - 1);
    m_entries.insert(m_entries.end(), std::make_move_iterator(page.entries.begin()),
                     std::make_move_iterator(page.entries.end()));
    endInsertRows();
}

QVariant TimelineModel::cell(int row, int column, int role) const {
    const fleet::HistoryEntry& entry = this->entry(row);
    switch (role) {
        case IdRole:
            return static_cast<qulonglong>(entry.sequence);
        case DeviceIdRole:
            return m_device;
        case HistoryKindRole:
            return static_cast<int>(entry.kind);
        case PhaseRole: {
            const auto phase = fleet::phaseFromName(entry.what);
            return entry.kind == fleet::HistoryKind::step && phase ? QVariant(static_cast<int>(*phase)) : QVariant();
        }
        case TimeRole:
            return static_cast<qlonglong>(entry.atMs);
        default:
            break;
    }
    if (role == CopyRole && column == TimeColumn) return Format::isoTime(entry.atMs);
    if (role == Qt::ToolTipRole && column == TimeColumn) return Format::relativeTime(entry.atMs, m_now());
    if (role != Qt::DisplayRole && role != CopyRole && role != Qt::ToolTipRole) return {};
    switch (column) {
        case TimeColumn:
            return Format::dateTime(entry.atMs, m_zone);
        case KindColumn:
            return Format::historyKind(entry.kind);
        case WhatColumn:
            return whatText(entry);
        case DetailColumn:
            return toText(entry.detail);
        default:
            return {};
    }
}

QString TimelineModel::whatText(const fleet::HistoryEntry& entry) {
    switch (entry.kind) {
        case fleet::HistoryKind::step:
            if (const auto phase = fleet::phaseFromName(entry.what)) return Format::phase(*phase);
            break;
        case fleet::HistoryKind::action:
            return Format::auditAction(entry.what);
        case fleet::HistoryKind::alert:
            for (const auto state :
                 {fleet::AlertState::open, fleet::AlertState::acknowledged, fleet::AlertState::resolved}) {
                if (entry.what == fleet::alertStateName(state)) return Format::alertState(state);
            }
            break;
        case fleet::HistoryKind::message:
            break;
    }
    return toText(entry.what);
}

QString TimelineModel::title(int column) const {
    switch (column) {
        case TimeColumn:
            return tr("When");
        case KindColumn:
            return tr("Kind");
        case WhatColumn:
            return tr("What");
        default:
            return tr("Detail");
    }
}

}  // namespace drydock::models
