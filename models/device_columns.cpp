#include "models/device_columns.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "models/text.h"

namespace drydock::models {
namespace {

constexpr std::size_t kFirstIndexSize = 1024;
// In the text of all attributes: after each name, and after each value.
constexpr char kAfterName = '\x1F';
constexpr char kAfterValue = '\x1E';

bool isMark(std::string_view attribute) {
    return attribute == fleet::kMoveOutMark || attribute == fleet::kFailedMark;
}

std::uint8_t toByte(int value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

template <class T>
std::size_t held(const std::vector<T>& column) {
    return column.capacity() * sizeof(T);
}

}  // namespace

DeviceColumns::DeviceColumns() : m_index(kFirstIndexSize, kNone) {}

void DeviceColumns::reserve(std::size_t devices) {
    m_idStart.reserve(devices);
    m_foldedStart.reserve(devices);
    for (auto& column : m_text) column.reserve(devices);
    for (auto* column : {&m_phase, &m_retryCounter, &m_cycle, &m_flags}) column->reserve(devices);
    for (auto* column : {&m_lastSeenMs, &m_dueMs, &m_phaseSinceMs}) column->reserve(devices);
    while (m_index.size() * 2 < devices * 3) growIndex();
}

DeviceColumns::Row DeviceColumns::find(std::string_view id) const {
    const std::size_t mask = m_index.size() - 1;
    for (std::size_t slot = std::hash<std::string_view>{}(id)&mask;; slot = (slot + 1) & mask) {
        const Row row = m_index[slot];
        if (row == kNone || this->id(row) == id) return row;
    }
}

std::string_view DeviceColumns::id(Row row) const {
    const std::size_t end = row + 1 < m_idStart.size() ? m_idStart[row + 1] : m_ids.size();
    return {m_ids.data() + m_idStart[row], end - m_idStart[row]};
}

std::string_view DeviceColumns::foldedId(Row row) const {
    const std::size_t end = row + 1 < m_foldedStart.size() ? m_foldedStart[row + 1] : m_foldedIds.size();
    return {m_foldedIds.data() + m_foldedStart[row], end - m_foldedStart[row] - 1};
}

std::string_view DeviceColumns::text(Row row, Text column) const {
    return m_pools[index(column)].text(m_text[index(column)][row]);
}

std::string_view DeviceColumns::attribute(Row row, std::string_view name) const {
    std::string_view rest = text(row, Text::attributes);
    while (!rest.empty()) {
        const std::size_t nameEnd = rest.find(kAfterName);
        const std::size_t valueEnd = rest.find(kAfterValue, nameEnd);
        if (rest.substr(0, nameEnd) == name) return rest.substr(nameEnd + 1, valueEnd - nameEnd - 1);
        rest.remove_prefix(valueEnd + 1);
    }
    return {};
}

void DeviceColumns::growIndex() {
    m_index.assign(m_index.size() * 2, kNone);
    const std::size_t mask = m_index.size() - 1;
    for (Row row = 0; row < m_phase.size(); ++row) {
        std::size_t slot = std::hash<std::string_view>{}(id(row)) & mask;
        while (m_index[slot] != kNone) slot = (slot + 1) & mask;
        m_index[slot] = row;
    }
}

DeviceColumns::Row DeviceColumns::add(std::string_view id) {
    if ((size() + 1) * 3 > m_index.size() * 2) growIndex();
    const std::size_t mask = m_index.size() - 1;
    std::size_t slot = std::hash<std::string_view>{}(id)&mask;
    while (m_index[slot] != kNone) slot = (slot + 1) & mask;

    const auto row = static_cast<Row>(size());
    m_index[slot] = row;
    m_idStart.push_back(static_cast<std::uint32_t>(m_ids.size()));
    m_ids.insert(m_ids.end(), id.begin(), id.end());
    const std::string folded = foldCase(id);
    m_foldedStart.push_back(static_cast<std::uint32_t>(m_foldedIds.size()));
    m_foldedIds.insert(m_foldedIds.end(), folded.begin(), folded.end());
    m_foldedIds.push_back('\0');
    for (auto& column : m_text) column.push_back(StringPool::kEmpty);
    m_phase.push_back(0);
    m_retryCounter.push_back(0);
    m_cycle.push_back(0);
    m_flags.push_back(kRemoved);  // until apply() counts it in
    m_lastSeenMs.push_back(0);
    m_dueMs.push_back(0);
    m_phaseSinceMs.push_back(0);
    return row;
}

DeviceColumns::Applied DeviceColumns::apply(const fleet::DevicePatch& patch) {
    Row row = find(patch.id);
    const bool wasLive = row != kNone && !removed(row);
    if (patch.removed) {
        if (!wasLive) return {};
        countOut(versionKey(row), m_phase[row]);
        setFlag(row, kRemoved, true);
        setDue(row, 0);
        return {row, false};
    }
    if (!wasLive && !patch.thing) return {};
    if (row == kNone) row = add(patch.id);

    const std::uint64_t oldVersion = versionKey(row);
    const std::uint8_t oldPhase = m_phase[row];
    const bool failure = patch.status && patch.status->lastStatus == fleet::kFailedStatus &&
                         patch.status->lastSeenMs != m_lastSeenMs[row];
    if (patch.thing) applyThing(row, *patch.thing);
    if (patch.status) applyStatus(row, *patch.status);
    if (patch.retries) applyRetries(row, *patch.retries);
    setFlag(row, kRemoved, false);
    if (wasLive && oldVersion == versionKey(row) && oldPhase == m_phase[row]) return {row, false, failure};
    if (wasLive) countOut(oldVersion, oldPhase);
    countIn(versionKey(row), m_phase[row]);
    return {row, !wasLive, failure};
}

void DeviceColumns::applyThing(Row row, const fleet::Thing& thing) {
    const auto take = [&](const char* name, Text column) {
        const auto found = thing.attributes.find(name);
        if (found != thing.attributes.end() && !isMark(found->second)) setText(row, column, found->second);
    };
    take("model", Text::model);
    take("FW", Text::fw);
    setText(row, Text::assignee, thing.assignee);
    setText(row, Text::note, thing.note);
    std::string attributes;
    for (const auto& [name, value] : thing.attributes) {
        // The separators have no place in a name or a value, so what bears one isn't found by a filter.
        if ((name + value).find_first_of({kAfterName, kAfterValue, '\0'}) != std::string::npos) continue;
        attributes.append(name).append(1, kAfterName).append(value).append(1, kAfterValue);
    }
    setText(row, Text::attributes, attributes);
    std::string groups;
    for (const std::string& group : thing.groups) {
        if (!groups.empty()) groups += ", ";
        groups += group;
    }
    setText(row, Text::groups, groups);
    m_phase[row] = static_cast<std::uint8_t>(thing.phase);
}

void DeviceColumns::applyStatus(Row row, const fleet::DeviceStatus& status) {
    setText(row, Text::status, status.lastStatus);
    if (!status.reportedModel.empty()) setText(row, Text::model, status.reportedModel);
    if (!status.reportedFw.empty()) setText(row, Text::fw, status.reportedFw);
    m_lastSeenMs[row] = status.lastSeenMs;
    setFlag(row, kClockOff, status.clockIsOff());
}

void DeviceColumns::applyRetries(Row row, const fleet::RetryRecord& retries) {
    m_phase[row] = static_cast<std::uint8_t>(retries.cycle.phase);
    m_retryCounter[row] = toByte(retries.cycle.retryCounter);
    m_cycle[row] = toByte(retries.cycle.resetRetryCount);
    m_phaseSinceMs[row] = retries.cycle.phaseSinceMs;
    setDue(row, retries.cycle.dueMs.value_or(0));
    setFlag(row, kReportsSuccess, retries.cycle.reportsSuccess);
    setText(row, Text::fault, retries.fault);
}

void DeviceColumns::setText(Row row, Text column, std::string_view text) {
    StringPool& pool = m_pools[index(column)];
    std::uint32_t& held = m_text[index(column)][row];
    if (pool.text(held) == text) return;
    const std::uint32_t old = held;
    held = pool.acquire(text);
    pool.release(old);
}

void DeviceColumns::setFlag(Row row, std::uint8_t flag, bool on) {
    m_flags[row] = static_cast<std::uint8_t>(on ? m_flags[row] | flag : m_flags[row] & ~flag);
}

void DeviceColumns::setDue(Row row, std::int64_t dueMs) {
    if (m_dueMs[row] == dueMs) return;
    if (m_dueMs[row] != 0) m_due.erase({m_dueMs[row], row});
    if (dueMs != 0) m_due.emplace(dueMs, row);
    m_dueMs[row] = dueMs;
}

std::uint64_t DeviceColumns::versionKey(Row row) const {
    return std::uint64_t{textId(row, Text::model)} << 32 | textId(row, Text::fw);
}

void DeviceColumns::countIn(std::uint64_t version, std::uint8_t phase) {
    ++m_live;
    ++m_phaseCounts[phase];
    ++m_versionCounts[version];
}

void DeviceColumns::countOut(std::uint64_t version, std::uint8_t phase) {
    --m_live;
    --m_phaseCounts[phase];
    const auto counted = m_versionCounts.find(version);
    if (--counted->second == 0) m_versionCounts.erase(counted);
}

std::size_t DeviceColumns::count(std::string_view model, std::string_view fw) const {
    const auto numberOf = [&](Text column, std::string_view text) -> std::uint64_t {
        return m_pools[index(column)].find(text);
    };
    const std::uint64_t modelId = numberOf(Text::model, model);
    const std::uint64_t fwId = numberOf(Text::fw, fw);
    if ((modelId == StringPool::kEmpty) != model.empty() || (fwId == StringPool::kEmpty) != fw.empty()) return 0;
    const auto found = m_versionCounts.find(modelId << 32 | fwId);
    return found == m_versionCounts.end() ? 0 : found->second;
}

std::vector<DeviceColumns::VersionCount> DeviceColumns::versions() const {
    std::vector<VersionCount> counts;
    counts.reserve(m_versionCounts.size());
    for (const auto& [key, devices] : m_versionCounts) {
        counts.push_back({pool(Text::model).text(static_cast<std::uint32_t>(key >> 32)),
                          pool(Text::fw).text(static_cast<std::uint32_t>(key)), devices});
    }
    std::sort(counts.begin(), counts.end(), [](const VersionCount& a, const VersionCount& b) {
        return std::tie(a.model, a.fw) < std::tie(b.model, b.fw);
    });
    return counts;
}

std::size_t DeviceColumns::seenSince(std::int64_t ms) const {
    std::size_t seen = 0;
    for (std::size_t row = 0; row < m_lastSeenMs.size(); ++row)
        seen += static_cast<std::size_t>(m_lastSeenMs[row] >= ms && (m_flags[row] & kRemoved) == 0);
    return seen;
}

std::vector<DeviceColumns::Row> DeviceColumns::nextDue(std::size_t limit) const {
    std::vector<Row> rows;
    for (auto due = m_due.begin(); due != m_due.end() && rows.size() < limit; ++due) rows.push_back(due->second);
    return rows;
}

std::size_t DeviceColumns::bytes() const {
    constexpr std::size_t kTreeNodeBytes = 48;
    std::size_t total = held(m_ids) + held(m_foldedIds) + held(m_idStart) + held(m_foldedStart) + held(m_index) +
                        held(m_phase) + held(m_retryCounter) + held(m_cycle) + held(m_flags) + held(m_lastSeenMs) +
                        held(m_dueMs) + held(m_phaseSinceMs) + m_due.size() * kTreeNodeBytes;
    for (const auto& column : m_text) total += held(column);
    for (const StringPool& pool : m_pools) total += pool.bytes();
    return total;
}

}  // namespace drydock::models
