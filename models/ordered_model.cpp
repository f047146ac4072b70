#include "models/ordered_model.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
namespace {

constexpr int kTickMs = 1000;
constexpr qint64 kCalmMs = 1000;
constexpr qint64 kCalmCosts = 10;       // a refresh may take a tenth of the time
constexpr std::size_t kMaxRanges = 64;  // dataChanged signals at once: each costs every view a look

// What may change while a record keeps its identity.
const QVector<int>& changingRoles() {
    static const QVector<int> roles = [] {
        QVector<int> all = {Qt::DisplayRole, Qt::ToolTipRole, Qt::AccessibleTextRole};
        for (int role = SortRole; role <= DifferenceRole; ++role) {
            if (role != IdRole && role != DeviceIdRole) all.push_back(role);
        }
        return all;
    }();
    return roles;
}

using Range = std::pair<int, int>;

// Contiguous ranges over sorted rows; when there would be too many, the narrowest gaps are bridged.
std::vector<Range> mergedRanges(const std::vector<int>& rows) {
    std::vector<int> gaps;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i] - rows[i - 1] > 1) gaps.push_back(rows[i] - rows[i - 1]);
    }
    int bridged = 1;
    if (gaps.size() >= kMaxRanges) {
        std::nth_element(gaps.begin(), gaps.begin() + (kMaxRanges - 1), gaps.end(), std::greater<>());
        bridged = gaps[kMaxRanges - 1];
    }
    std::vector<Range> ranges;
    for (const int row : rows) {
        if (!ranges.empty() && row - ranges.back().second <= bridged)
            ranges.back().second = row;
        else
            ranges.emplace_back(row, row);
    }
    return ranges;
}

}  // namespace

OrderedModel::OrderedModel(QObject* parent) : TableModel(parent) {
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(kFlushMs);
    connect(&m_flushTimer, &QTimer::timeout, this, &OrderedModel::emitDirty);
    m_calmTimer.setSingleShot(true);
    connect(&m_calmTimer, &QTimer::timeout, this, &OrderedModel::refreshWhenCalm);
    m_tickTimer.setInterval(kTickMs);
    connect(&m_tickTimer, &QTimer::timeout, this, [this] {
        if (rows() > 0) emit dataChanged(index(0, m_firstTicking), index(rows() - 1, m_lastTicking), {Qt::DisplayRole});
    });
}

void OrderedModel::setHandsOff(bool handsOff) {
    m_handsOff = handsOff;
    refreshWhenCalm();
}

void OrderedModel::refreshOrder() {
    QElapsedTimer cost;
    cost.start();
    auto fresh = computeOrder(m_sortColumn, m_sortOrder);
    if (fresh == m_order)
        emitDirty();
    else
        setOrder(std::move(fresh));
    setStale(false, 0);
    m_refreshCostMs = cost.elapsed();
    m_sinceRefresh.start();
}

void OrderedModel::refreshWhenCalm() {
    if (!m_handsOff || !m_stale) return;
    const qint64 pauseMs = std::max(kCalmMs, kCalmCosts * m_refreshCostMs);
    const qint64 restMs = m_sinceRefresh.isValid() ? pauseMs - m_sinceRefresh.elapsed() : 0;
    if (restMs > 0)
        m_calmTimer.start(static_cast<int>(restMs));
    else
        refreshOrder();
}

void OrderedModel::sort(int column, Qt::SortOrder order) {
    m_sortColumn = column < columns() ? std::max(column, -1) : -1;
    m_sortOrder = order;
    refreshOrder();
}

void OrderedModel::setFilterText(const QString& text) {
    const QString simple = text.simplified();
    if (simple == m_filterText) return;
    auto query = fleet::FleetQuery::compile(simple.toStdString(), vocabulary());
    if (!query) return;
    m_filterText = simple;
    takeQuery(std::move(*query));
}

QString OrderedModel::filterError(const QString& text) const {
    const auto query = fleet::FleetQuery::compile(text.toStdString(), vocabulary());
    return query ? QString() : toText(query.error().message);
}

int OrderedModel::rowOfRecord(std::uint32_t record) const {
    if (record >= m_rowOf.size() || m_rowOf[record] >= kPending) return -1;
    return static_cast<int>(m_rowOf[record]);
}

void OrderedModel::flush() {
    emitDirty();
    if (m_handsOff && m_stale) refreshOrder();
}

std::uint32_t& OrderedModel::rowSlot(std::uint32_t record) {
    if (record >= m_rowOf.size()) m_rowOf.resize(record + 1, kNoRow);
    return m_rowOf[record];
}

void OrderedModel::indexRows() {
    std::fill(m_rowOf.begin(), m_rowOf.end(), kNoRow);
    for (std::size_t row = 0; row < m_order.size(); ++row) rowSlot(m_order[row]) = static_cast<std::uint32_t>(row);
}

bool OrderedModel::isInPlace(std::uint32_t row) const {
    return (row == 0 || mayPrecede(m_order[row - 1], m_order[row])) &&
           (row + 1 >= m_order.size() || mayPrecede(m_order[row], m_order[row + 1]));
}

void OrderedModel::recordChanged(std::uint32_t record) {
    std::uint32_t& slot = rowSlot(record);
    const bool passes = passesFilter(record);
    if (slot < kPending) {
        valuesChanged(record);
        if (!m_stale && (!passes || !isInPlace(slot))) setStale(true, m_newcomers);
    } else if (slot == kNoRow && passes) {
        slot = kPending;
        setStale(true, m_newcomers + 1);
    } else if (slot == kPending && !passes) {
        slot = kNoRow;
        setStale(m_stale, m_newcomers - 1);
    }
}

void OrderedModel::valuesChanged(std::uint32_t record) {
    if (rowSlot(record) >= kPending) return;
    m_dirty.push_back(record);
    if (!m_flushTimer.isActive()) m_flushTimer.start();
}

void OrderedModel::recordsReplaced() {
    beginResetModel();
    m_dirty.clear();
    m_rowOf.clear();
    m_order = computeOrder(m_sortColumn, m_sortOrder);
    indexRows();
    endResetModel();
    setStale(false, 0);
}

void OrderedModel::appendRows(const std::vector<std::uint32_t>& records) {
    if (records.empty()) return;
    const int first = rows();
    beginInsertRows({}, first, first + static_cast<int>(records.size()) - 1);
    for (const std::uint32_t record : records) {
        rowSlot(record) = static_cast<std::uint32_t>(m_order.size());
        m_order.push_back(record);
    }
    endInsertRows();
    const auto begin = static_cast<std::uint32_t>(first);
    for (auto row = begin; row < m_order.size() && !m_stale; ++row) {
        if (!isInPlace(row)) setStale(true, m_newcomers);
    }
}

void OrderedModel::setTickingColumns(int first, int last) {
    m_firstTicking = first;
    m_lastTicking = last;
    if (first < 0)
        m_tickTimer.stop();
    else
        m_tickTimer.start();
}

QVariant OrderedModel::cell(int row, int column, int role) const {
    return recordCell(recordAt(row), column, role);
}

void OrderedModel::setOrder(std::vector<std::uint32_t> order) {
    emit orderAboutToChange();
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<std::uint32_t> records;
    records.reserve(static_cast<std::size_t>(before.size()));
    for (const QModelIndex& index : before) records.push_back(recordAt(index.row()));

    m_order = std::move(order);
    indexRows();
    m_dirty.clear();  // whoever shows rows reads them anew now

    QModelIndexList after;
    after.reserve(before.size());
    for (int i = 0; i < before.size(); ++i) {
        const int row = rowOfRecord(records[static_cast<std::size_t>(i)]);
        after.push_back(row < 0 ? QModelIndex() : index(row, before[i].column()));
    }
    changePersistentIndexList(before, after);
    emit layoutChanged({}, VerticalSortHint);
    emit orderChanged();
    setStale(m_stale, 0);
}

void OrderedModel::setStale(bool stale, int newcomers) {
    if (m_stale == stale && m_newcomers == newcomers) return;
    const bool becomes = stale && !m_stale;
    m_stale = stale;
    m_newcomers = newcomers;
    emit orderIsStaleChanged();
    // Not at once: this may be the first of many changes of one batch.
    if (becomes && m_handsOff) m_calmTimer.start(kFlushMs);
}

void OrderedModel::emitDirty() {
    m_flushTimer.stop();
    std::vector<int> changedRows;
    changedRows.reserve(m_dirty.size());
    for (const std::uint32_t record : std::exchange(m_dirty, {})) {
        if (const int row = rowOfRecord(record); row >= 0) changedRows.push_back(row);
    }
    std::sort(changedRows.begin(), changedRows.end());
    for (const auto& [first, last] : mergedRanges(changedRows))
        emit dataChanged(index(first, 0), index(last, columns() - 1), changingRoles());
}

}  // namespace drydock::models
