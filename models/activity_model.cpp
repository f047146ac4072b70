#include "models/activity_model.h"

#include <algorithm>
#include <utility>

#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
ActivityModel::ActivityModel(DeskClient& client, WallClock now, QObject* parent)
    : RecordModel(parent), m_client(&client), m_now(std::move(now)) {
    setTickingColumns(TimeColumn, TimeColumn);
    connect(&client, &DeskClient::changed, this,
            [this](const std::shared_ptr<const fleet::FleetChanges>& changes) { takeNews(changes->audit); });
}

void ActivityModel::load() {
    m_atEnd = false;
    fetch(std::nullopt);
}

bool ActivityModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && m_loaded && !m_loading && !m_atEnd;
}

void ActivityModel::fetchMore(const QModelIndex& parent) {
    if (canFetchMore(parent)) fetch(m_oldest);
}

void ActivityModel::fetch(std::optional<std::uint64_t> before) {
    m_loading = true;
    emit loadingChanged();
    m_client->fetchAudit(before, this, [this](storage::Result<std::vector<fleet::AuditEntry>> answer) {
        m_loading = false;
        if (answer) {
            m_loaded = true;
            takePage(*answer);
        } else {
            m_atEnd = true;  // a view would ask again at once, and for ever
            emit failed(noticeFrom(answer.error(), tr("The activity could not be loaded.")));
        }
        emit loadingChanged();
    });
}

void ActivityModel::takePage(const std::vector<fleet::AuditEntry>& entries) {
    m_atEnd = m_atEnd || entries.empty();
    std::vector<std::uint32_t> append;
    for (const fleet::AuditEntry& entry : entries) {
        m_oldest = m_oldest == 0 ? entry.sequence : std::min(m_oldest, entry.sequence);
        const auto [known, added] = m_bySequence.try_emplace(entry.sequence, recordCount());
        if (!added) continue;  // came by a change, which is at least as new
        m_entries.push_back(entry);
        if (passesFilter(known->second)) append.push_back(known->second);
    }
    appendRows(append);
}

void ActivityModel::takeNews(const std::vector<fleet::AuditEntry>& entries) {
    for (const fleet::AuditEntry& entry : entries) {
        // An old entry that was never shown, changed by its undo: its page brings it.
        if (m_loaded && entry.sequence < m_oldest) continue;
        const auto [known, added] = m_bySequence.try_emplace(entry.sequence, recordCount());
        if (added)
            m_entries.push_back(entry);
        else
            m_entries[known->second] = entry;
        recordChanged(known->second);
    }
}

const fleet::AuditEntry& ActivityModel::entry(int row) const {
    return m_entries[recordAt(row)];
}

int ActivityModel::rowOf(std::uint64_t sequence) const {
    const auto known = m_bySequence.find(sequence);
    return known == m_bySequence.end() ? -1 : rowOfRecord(known->second);
}

fleet::RecordRow ActivityModel::queryRow(std::uint32_t record) const {
    return {m_entries[record], m_now()};
}

std::vector<std::string> ActivityModel::searchTexts(std::uint32_t record) const {
    auto texts = RecordModel::searchTexts(record);
    texts.push_back(Format::auditAction(m_entries[record].action).toStdString());
    return texts;
}

bool ActivityModel::comesBefore(std::uint32_t a, std::uint32_t b) const {
    return m_entries[a].sequence > m_entries[b].sequence;
}

QVariant ActivityModel::recordCell(std::uint32_t record, int column, int role) const {
    const fleet::AuditEntry& entry = m_entries[record];
    switch (role) {
        case IdRole:
            return static_cast<qulonglong>(entry.sequence);
        case TimeRole:
            return static_cast<qlonglong>(entry.atMs);
        case UndoableRole:
            return entry.undoable;
        case UndoneByRole:
            return entry.undoneBy ? QVariant(static_cast<qulonglong>(*entry.undoneBy)) : QVariant();
        default:
            break;
    }
    if (column == TimeColumn) {
        if (role == SortRole) return static_cast<qlonglong>(entry.atMs);
        if (role == CopyRole) return Format::isoTime(entry.atMs);
        if (role == Qt::ToolTipRole) return Format::dateTime(entry.atMs);
    }
    if (role != Qt::DisplayRole && role != SortRole && role != CopyRole && role != Qt::ToolTipRole) return {};
    switch (column) {
        case TimeColumn:
            return Format::relativeTime(entry.atMs, m_now());
        case WhoColumn:
            return toText(entry.who);
        case ActionColumn:
            return Format::auditAction(entry.action);
        case TargetColumn:
            return toText(entry.target);
        case SummaryColumn:
            return toText(entry.summary);
        case WhyColumn:
            return toText(entry.why);
        case ScreenColumn:
            return toText(entry.screen);
        default:
            return {};
    }
}

QString ActivityModel::title(int column) const {
    switch (column) {
        case TimeColumn:
            return tr("When");
        case WhoColumn:
            return tr("Who");
        case ActionColumn:
            return tr("Action");
        case TargetColumn:
            return tr("On");
        case SummaryColumn:
            return tr("What came of it");
        case WhyColumn:
            return tr("Why");
        default:
            return tr("From");
    }
}

}  // namespace drydock::models
