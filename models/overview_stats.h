// OverviewStats: the figures of the Overview page and the badges, counted once a second.
//
// Thread: GUI. Borrows store, alerts and firmware, which outlive it.
#pragma once

#include <cstdint>
#include <vector>

#include <QObject>
#include <QString>
#include <QTimer>

#include "models/alert_model.h"
#include "models/device_store.h"
#include "models/firmware_model.h"
#include "models/format.h"

namespace drydock::models {

// The last `capacity` samples of a figure.
class TimeSeries {
public:
    struct Sample {
        std::int64_t atMs = 0;
        double value = 0;
    };
    explicit TimeSeries(std::size_t capacity) : m_capacity(capacity) {}
    void add(Sample sample);
    [[nodiscard]] std::vector<Sample> samples() const;  // oldest first
    [[nodiscard]] std::size_t size() const { return m_samples.size(); }

private:
    std::size_t m_capacity;
    std::vector<Sample> m_samples;
    std::size_t m_oldest = 0;
};

class OverviewStats : public QObject {
    Q_OBJECT
public:
    static constexpr std::int64_t kSeenWindowMs = 5LL * 60 * 1000;
    static constexpr std::size_t kSamples = 60 * 60;  // an hour, a sample a second

    struct Tiles {
        std::size_t devices = 0;
        std::size_t seenLately = 0;  // in the last kSeenWindowMs
        std::size_t retrying = 0;
        std::size_t coolingOff = 0;
        std::size_t failing = 0;
        std::size_t failed = 0;
        std::size_t openAlerts = 0;
        friend bool operator==(const Tiles&, const Tiles&) = default;
    };
    struct Version {
        QString fw;
        std::size_t devices = 0;
    };
    struct ModelVersions {
        QString model;
        std::size_t devices = 0;
        std::vector<Version> versions;  // by FW
    };
    struct Restore {
        QString deviceId;
        fleet::Phase phase = fleet::Phase::coolingOff;  // coolingOff: attributes return; failing: the group move
        std::int64_t dueMs = 0;
    };

    OverviewStats(const DeviceStore& devices, const AlertModel& alerts, const FirmwareModel& firmware, WallClock now,
                  QObject* parent = nullptr);

    [[nodiscard]] const Tiles& tiles() const { return m_tiles; }
    [[nodiscard]] const TimeSeries& messageRate() const { return m_messageRate; }  // messages/s
    // Devices a second whose latest message says "failed"; of several within one commit the last counts.
    [[nodiscard]] const TimeSeries& failureRate() const { return m_failureRate; }
    [[nodiscard]] std::vector<ModelVersions> versionsByModel() const;  // the model with the most devices first
    [[nodiscard]] int firmwareCount(fleet::ReleaseStatus status) const { return m_firmware->count(status); }
    [[nodiscard]] std::vector<Restore> nextRestores(std::size_t limit) const;  // soonest first
    [[nodiscard]] std::vector<fleet::Alert> newestAlerts(std::size_t limit) const { return m_alerts->newest(limit); }

    // Counts and samples now rather than with the timer; for tests.
    void sample();

signals:
    void tilesChanged();
    void sampled();  // every second: the series grew; also the time to look at versions and restores anew

private:
    void countTiles();

    const DeviceStore* m_devices;
    const AlertModel* m_alerts;
    const FirmwareModel* m_firmware;
    WallClock m_now;
    QTimer m_timer;
    Tiles m_tiles;
    TimeSeries m_messageRate{kSamples};
    TimeSeries m_failureRate{kSamples};
    std::uint64_t m_failures = 0;  // since the last sample
    std::int64_t m_sampledMs = 0;
};

}  // namespace drydock::models
