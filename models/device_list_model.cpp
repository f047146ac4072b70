#include "models/device_list_model.h"

#include <algorithm>
#include <utility>

#include "models/device_sorter.h"
#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
namespace {

using Column = DeviceListModel::Column;
using Text = DeviceColumns::Text;

std::optional<Text> textOf(Column column) {
    switch (column) {
        case Column::model:
            return Text::model;
        case Column::fw:
            return Text::fw;
        case Column::lastStatus:
            return Text::status;
        case Column::groups:
            return Text::groups;
        case Column::assignee:
            return Text::assignee;
        case Column::note:
            return Text::note;
        default:
            return std::nullopt;
    }
}

std::optional<std::int64_t> unlessZero(std::int64_t value) {
    return value == 0 ? std::nullopt : std::optional(value);
}

// What a column sorts by that is no text and not the id.
std::optional<std::int64_t> numberOf(const DeviceColumns& devices, std::uint32_t row, Column column) {
    switch (column) {
        case Column::phase:
            return static_cast<std::int64_t>(devices.phase(row));
        case Column::retries:
            return devices.retryCounter(row);
        case Column::cycles:
            return devices.cycle(row);
        case Column::lastSeen:
            return unlessZero(devices.lastSeenMs(row));
        case Column::countdown:
            return unlessZero(devices.dueMs(row));
        case Column::since:
            return unlessZero(devices.phaseSinceMs(row));
        case Column::reportsSuccess:
            return static_cast<std::int64_t>(!devices.reportsSuccess(row));  // those who do come first
        default:
            return std::nullopt;
    }
}

QVariant unlessZeroValue(std::int64_t ms) {
    return ms == 0 ? QVariant() : QVariant(static_cast<qlonglong>(ms));
}

std::vector<Text> textsOf(const std::vector<Column>& columns) {
    std::vector<Text> texts;
    for (const Column column : columns) {
        if (const auto text = textOf(column)) texts.push_back(*text);
    }
    return texts;
}

}  // namespace

std::vector<Column> DeviceListModel::deviceColumns() {
    return {Column::id,         Column::model,    Column::fw,        Column::phase,  Column::retries, Column::cycles,
            Column::lastStatus, Column::lastSeen, Column::countdown, Column::groups, Column::assignee};
}

DeviceListModel::DeviceListModel(DeviceStore& store, WallClock now, std::vector<Column> columns, QObject* parent)
    : OrderedModel(parent), m_store(&store), m_now(std::move(now)), m_columns(std::move(columns)) {
    connect(&store, &DeviceStore::rowsChanged, this, &DeviceListModel::takeRows);
    connect(&store, &DeviceStore::loadingChanged, this, &DeviceListModel::takeLoading);
    int firstTicking = -1;
    int lastTicking = -1;
    for (int i = 0; i < this->columns(); ++i) {
        const Column column = columnAt(i);
        if (column != Column::lastSeen && column != Column::countdown && column != Column::since) continue;
        if (firstTicking < 0) firstTicking = i;
        lastTicking = i;
    }
    setTickingColumns(firstTicking, lastTicking);
    if (store.columns().live() > 0) refreshOrder();
}

int DeviceListModel::columnOf(Column column) const {
    const auto found = std::find(m_columns.begin(), m_columns.end(), column);
    return found == m_columns.end() ? -1 : static_cast<int>(found - m_columns.begin());
}

QString DeviceListModel::deviceId(int row) const {
    return toText(m_store->columns().id(recordAt(row)));
}

int DeviceListModel::rowOf(const QString& deviceId) const {
    const DeviceColumns::Row row = m_store->columns().find(deviceId.toStdString());
    return row == DeviceColumns::kNone ? -1 : rowOfRecord(row);
}

void DeviceListModel::setFilter(const DeviceFilter& filter) {
    if (filter == m_filter) return;
    m_filter = filter;
    refreshOrder();
}

bool DeviceListModel::letsThrough(std::uint32_t row) const {
    const DeviceColumns& devices = m_store->columns();
    if (devices.removed(row)) return false;
    if (m_filter.seenSinceMs > 0 && devices.lastSeenMs(row) < m_filter.seenSinceMs) return false;
    return m_filter.phases.empty() ||
           std::find(m_filter.phases.begin(), m_filter.phases.end(), devices.phase(row)) != m_filter.phases.end();
}

bool DeviceListModel::passesFilter(std::uint32_t record) const {
    return letsThrough(record) && m_text.matches(m_store->columns(), record, textsOf(m_columns), m_now());
}

bool DeviceListModel::mayPrecede(std::uint32_t a, std::uint32_t b) const {
    const DeviceColumns& devices = m_store->columns();
    const bool descending = sortOrder() == Qt::DescendingOrder;
    const Column column = columnAt(std::max(sortColumn(), 0));
    if (column == Column::id) {
        const int difference = devices.foldedId(a).compare(devices.foldedId(b));
        return descending ? difference >= 0 : difference <= 0;
    }
    if (const auto text = textOf(column)) {
        if (devices.textId(a, *text) == devices.textId(b, *text)) return true;
        const std::string_view left = devices.text(a, *text);
        const std::string_view right = devices.text(b, *text);
        if (left.empty() || right.empty()) return right.empty();
        const int difference = compareTexts(*text, left, right);
        return descending ? difference >= 0 : difference <= 0;
    }
    const auto left = numberOf(devices, a, column);
    const auto right = numberOf(devices, b, column);
    if (!left || !right) return !right;
    return descending ? *left >= *right : *left <= *right;
}

std::vector<std::uint32_t> DeviceListModel::computeOrder(int sortBy, Qt::SortOrder order) {
    const DeviceColumns& devices = m_store->columns();
    m_sorted.clear();
    for (std::uint32_t row = 0; row < devices.size(); ++row) {
        if (letsThrough(row)) m_sorted.push_back(row);
    }
    m_sortedLacks = false;
    m_rowsSeen = static_cast<std::uint32_t>(devices.size());
    const bool descending = order == Qt::DescendingOrder;
    const Column column = columnAt(std::max(sortBy, 0));
    if (column == Column::id)
        sortById(devices, m_sorted, descending);
    else if (const auto text = textOf(column))
        sortByText(devices, m_sorted, *text, descending);
    else
        sortByNumber(
            devices, m_sorted,
            [column](const DeviceColumns& all, std::uint32_t row) { return numberOf(all, row, column); }, descending);
    return m_text.select(devices, m_sorted, textsOf(m_columns), m_now());
}

void DeviceListModel::takeQuery(fleet::FleetQuery query) {
    const DeviceFilterText earlier = m_text;
    m_text.set(std::move(query));
    if (m_sortedLacks) {
        refreshOrder();
        return;
    }
    // Without a new sort: what is typed shows at once, and rows keep their order among each other.
    const bool within = m_text.narrows(earlier) && pendingNewcomers() == 0;
    auto selected = m_text.select(m_store->columns(), within ? order() : m_sorted, textsOf(m_columns), m_now());
    selected.erase(std::remove_if(selected.begin(), selected.end(), [this](auto row) { return !letsThrough(row); }),
                   selected.end());
    if (selected != order()) setOrder(std::move(selected));
}

void DeviceListModel::takeRows(const std::vector<std::uint32_t>& added, const std::vector<std::uint32_t>& changed) {
    const bool loading = m_store->isLoading();
    std::vector<std::uint32_t> append;
    for (const std::uint32_t row : added) {
        if (row < m_rowsSeen)
            m_sortedLacks = true;  // came back: it may be in there already
        else if (letsThrough(row))
            m_sorted.push_back(row);
        m_rowsSeen = std::max(m_rowsSeen, row + 1);
        if (!loading)
            recordChanged(row);
        else if (rowOfRecord(row) < 0 && passesFilter(row))
            append.push_back(row);
    }
    appendRows(append);
    const bool filtered = m_filter != DeviceFilter();
    for (const std::uint32_t row : changed) {
        if (loading) {
            valuesChanged(row);
            continue;
        }
        if (filtered && !m_sortedLacks && rowOfRecord(row) < 0 && letsThrough(row)) m_sortedLacks = true;
        recordChanged(row);
    }
}

void DeviceListModel::takeLoading() {
    if (!m_store->isLoading()) refreshOrder();
}

QVariant DeviceListModel::recordCell(std::uint32_t record, int column, int role) const {
    const Column shown = columnAt(column);
    switch (role) {
        case Qt::DisplayRole:
            return display(record, shown);
        case Qt::ToolTipRole:
        case CopyRole:
            return copy(record, shown, role == CopyRole);
        case SortRole:
            if (const auto number = numberOf(m_store->columns(), record, shown)) return static_cast<qlonglong>(*number);
            return textOf(shown) || shown == Column::id ? display(record, shown) : QVariant();
        default:
            return fact(record, role);
    }
}

QString DeviceListModel::display(std::uint32_t row, Column column) const {
    const DeviceColumns& devices = m_store->columns();
    if (const auto text = textOf(column)) return toText(devices.text(row, *text));
    const fleet::Limits& limits = m_store->limits();
    const bool inCycle = devices.phase(row) != fleet::Phase::well;
    switch (column) {
        case Column::id:
            return toText(devices.id(row));
        case Column::phase:
            return Format::phase(devices.phase(row));
        case Column::retries:
            return inCycle ? QStringLiteral("%1/%2").arg(devices.retryCounter(row)).arg(limits.retriesPerCycle)
                           : QString();
        case Column::cycles:
            return inCycle ? QStringLiteral("%1/%2").arg(devices.cycle(row)).arg(limits.cycles) : QString();
        case Column::lastSeen:
            return Format::relativeTime(devices.lastSeenMs(row), m_now());
        case Column::countdown:
            return devices.dueMs(row) == 0 ? QString() : Format::countdown(devices.dueMs(row) - m_now());
        case Column::since:
            return devices.phaseSinceMs(row) == 0 ? QString()
                                                  : Format::relativeTime(devices.phaseSinceMs(row), m_now());
        case Column::reportsSuccess:
            return devices.reportsSuccess(row) ? tr("yes") : QString();
        default:
            return {};
    }
}

// The whole value: times in full, for a tooltip by locale, for a copy as ISO 8601.
QString DeviceListModel::copy(std::uint32_t row, Column column, bool iso) const {
    const DeviceColumns& devices = m_store->columns();
    const auto time = [iso](std::int64_t ms) { return iso ? Format::isoTime(ms) : Format::dateTime(ms); };
    switch (column) {
        case Column::lastSeen:
            return time(devices.lastSeenMs(row));
        case Column::countdown:
            return time(devices.dueMs(row));
        case Column::since:
            return time(devices.phaseSinceMs(row));
        default:
            return display(row, column);
    }
}

QVariant DeviceListModel::fact(std::uint32_t row, int role) const {
    const DeviceColumns& devices = m_store->columns();
    switch (role) {
        case IdRole:
        case DeviceIdRole:
            return toText(devices.id(row));
        case PhaseRole:
            return static_cast<int>(devices.phase(row));
        case RetryCounterRole:
            return devices.retryCounter(row);
        case RetryLimitRole:
            return m_store->limits().retriesPerCycle;
        case CycleRole:
            return devices.cycle(row);
        case CycleLimitRole:
            return m_store->limits().cycles;
        case DueRole:
            return unlessZeroValue(devices.dueMs(row));
        case PhaseSinceRole:
            return unlessZeroValue(devices.phaseSinceMs(row));
        case LastSeenRole:
            return unlessZeroValue(devices.lastSeenMs(row));
        case ReportsSuccessRole:
            return devices.reportsSuccess(row);
        case ClockOffRole:
            return devices.clockOff(row);
        case FaultRole: {
            const std::string_view fault = devices.text(row, Text::fault);
            return fault.empty() ? QVariant() : QVariant(toText(fault));
        }
        case RemovedRole:
            return devices.removed(row);
        default:
            return {};
    }
}

QString DeviceListModel::title(int column) const {
    switch (columnAt(column)) {
        case Column::id:
            return tr("Device");
        case Column::model:
            return tr("Model");
        case Column::fw:
            return tr("FW");
        case Column::phase:
            return tr("Phase");
        case Column::retries:
            return tr("Retries");
        case Column::cycles:
            return tr("Cycles");
        case Column::lastStatus:
            return tr("Last status");
        case Column::lastSeen:
            return tr("Last seen");
        case Column::countdown:
            return tr("Next step in");
        case Column::groups:
            return tr("Groups");
        case Column::assignee:
            return tr("Assigned to");
        case Column::since:
            return tr("Since");
        case Column::reportsSuccess:
            return tr("Reports success");
        case Column::note:
            return tr("Note");
    }
    return {};
}

bool DeviceListModel::isNumeric(int column) const {
    switch (columnAt(column)) {
        case Column::retries:
        case Column::cycles:
        case Column::lastSeen:
        case Column::countdown:
        case Column::since:
            return true;
        default:
            return false;
    }
}

}  // namespace drydock::models
