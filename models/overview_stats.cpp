#include "models/overview_stats.h"

#include <algorithm>
#include <utility>

#include "models/text.h"

namespace drydock::models {
namespace {

constexpr int kSampleEveryMs = 1000;

}  // namespace

void TimeSeries::add(Sample sample) {
    if (m_samples.size() < m_capacity) {
        m_samples.push_back(sample);
        return;
    }
    m_samples[m_oldest] = sample;
    m_oldest = (m_oldest + 1) % m_capacity;
}

std::vector<TimeSeries::Sample> TimeSeries::samples() const {
    std::vector<Sample> inOrder;
    inOrder.reserve(m_samples.size());
    for (std::size_t i = 0; i < m_samples.size(); ++i) inOrder.push_back(m_samples[(m_oldest + i) % m_samples.size()]);
    return inOrder;
}

OverviewStats::OverviewStats(const DeviceStore& devices, const AlertModel& alerts, const FirmwareModel& firmware,
                             WallClock now, QObject* parent)
    : QObject(parent),
      m_devices(&devices),
      m_alerts(&alerts),
      m_firmware(&firmware),
      m_now(std::move(now)),
      m_sampledMs(m_now()) {
    connect(&devices, &DeviceStore::failuresReported, this, [this](std::uint64_t reported) { m_failures += reported; });
    connect(&devices, &DeviceStore::loadingChanged, this, &OverviewStats::countTiles);
    connect(&alerts, &AlertModel::countsChanged, this, &OverviewStats::countTiles);
    m_timer.setInterval(kSampleEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &OverviewStats::sample);
    m_timer.start();
}

void OverviewStats::sample() {
    const std::int64_t nowMs = m_now();
    // A wall clock that was set back, or this timer late: a second at least.
    const std::int64_t elapsedMs = std::max<std::int64_t>(nowMs - m_sampledMs, kSampleEveryMs);
    m_messageRate.add({nowMs, m_devices->client().status().messagesPerSecond});
    const auto failures = static_cast<double>(std::exchange(m_failures, 0));
    m_failureRate.add({nowMs, failures * 1000.0 / static_cast<double>(elapsedMs)});
    m_sampledMs = nowMs;
    countTiles();
    emit sampled();
}

void OverviewStats::countTiles() {
    const DeviceColumns& devices = m_devices->columns();
    Tiles tiles;
    tiles.devices = devices.live();
    tiles.seenLately = devices.seenSince(std::max<std::int64_t>(m_now() - kSeenWindowMs, 1));
    tiles.retrying = devices.count(fleet::Phase::retrying);
    tiles.coolingOff = devices.count(fleet::Phase::coolingOff);
    tiles.failing = devices.count(fleet::Phase::failing);
    tiles.failed = devices.count(fleet::Phase::failed);
    tiles.openAlerts = static_cast<std::size_t>(m_alerts->count(fleet::AlertState::open));
    if (tiles == m_tiles) return;
    m_tiles = tiles;
    emit tilesChanged();
}

std::vector<OverviewStats::ModelVersions> OverviewStats::versionsByModel() const {
    std::vector<ModelVersions> models;
    for (const DeviceColumns::VersionCount& count : m_devices->columns().versions()) {
        const QString model = toText(count.model);
        if (models.empty() || models.back().model != model) models.push_back({model, 0, {}});
        models.back().devices += count.devices;
        models.back().versions.push_back({toText(count.fw), count.devices});
    }
    std::stable_sort(models.begin(), models.end(),
                     [](const ModelVersions& a, const ModelVersions& b) { return a.devices > b.devices; });
    return models;
}

std::vector<OverviewStats::Restore> OverviewStats::nextRestores(std::size_t limit) const {
    const DeviceColumns& devices = m_devices->columns();
    std::vector<Restore> restores;
    for (const DeviceColumns::Row row : devices.nextDue(limit))
        restores.push_back({toText(devices.id(row)), devices.phase(row), devices.dueMs(row)});
    return restores;
}

}  // namespace drydock::models
