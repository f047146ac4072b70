// A small fleet for tests and screenshots: devices in every phase, firmware in every status, groups of both kinds,
// alerts, audit, history and quarantine. The same each time.
#pragma once

#include <algorithm>
#include <string>

#include "tests/models/fake_desk_client.h"

namespace drydock::tests {

inline constexpr std::int64_t kSampleMinuteMs = 60'000;
inline constexpr std::int64_t kSampleHourMs = 60 * kSampleMinuteMs;

// Device number `i`: its phase goes round well ×6, retrying, coolingOff, failing, failed.
inline fleet::DeviceDetail sampleDevice(int i, std::int64_t nowMs, const fleet::Limits& limits = {}) {
    static constexpr const char* kModels[] = {"wo:v8", "wo:v9", "hy:v2"};
    static constexpr const char* kVersions[] = {"2026.01.10", "2026.02.14", "2026.03.01"};
    fleet::DeviceDetail device;
    std::string id = "3hw";
    for (int n = i, digit = 0; digit < 4; ++digit, n /= 36) id += "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n * 7 % 36];
    device.thing.name = id + std::to_string(i);
    const std::string model = kModels[i % 3];
    const std::string fw = kVersions[i / 3 % 3];
    device.thing.attributes = {{"model", model}, {"FW", fw}, {"site", i % 2 == 0 ? "Hamburg" : "Łódź"}};
    device.thing.registeredMs = nowMs - 400 * kSampleHourMs;
    if (i % 4 == 0) device.thing.groups = {"canary"};

    const int place = i % 10;
    fleet::CycleState cycle;
    cycle.phaseSinceMs = nowMs - (i + 1) * kSampleMinuteMs;
    if (place == 6) {
        cycle.phase = fleet::Phase::retrying;
        cycle.retryCounter = 1 + i % (limits.retriesPerCycle - 1);
        cycle.resetRetryCount = i % 4 < 2 ? 0 : 1;
    } else if (place == 7) {
        cycle.phase = fleet::Phase::coolingOff;
        cycle.resetRetryCount = 1;
        cycle.dueMs = cycle.phaseSinceMs + limits.coolOffMs;
    } else if (place == 8) {
        cycle.phase = fleet::Phase::failing;
        cycle.resetRetryCount = limits.cycles;
        cycle.dueMs = nowMs + (i % 15 + 1) * kSampleMinuteMs;
    } else if (place == 9) {
        cycle.phase = fleet::Phase::failed;
        cycle.resetRetryCount = limits.cycles;
        cycle.reportsSuccess = i % 20 == 19;
        device.thing.groups.emplace_back(fleet::kFailedGroup);
        device.thing.assignee = i % 30 == 9 ? "mara" : "";
        device.thing.note = i % 30 == 19 ? "Antenna was loose; exchanged on site." : "";
    }
    device.thing.phase = cycle.phase;
    if (cycle.phase != fleet::Phase::well) {
        device.retries = fleet::RetryRecord{cycle, cycle.phaseSinceMs, i % 70 == 6 ? "counter above its limit" : ""};
        device.backup = device.thing.attributes;
    }
    const bool movedOut = cycle.phase == fleet::Phase::coolingOff;
    if (movedOut || cycle.phase == fleet::Phase::failing || cycle.phase == fleet::Phase::failed) {
        for (const char* name : {"model", "FW"})
            device.thing.attributes[name] = std::string(movedOut ? fleet::kMoveOutMark : fleet::kFailedMark);
    }
    fleet::DeviceStatus status;
    status.lastStatus = cycle.phase == fleet::Phase::well ? "succeeded" : cycle.reportsSuccess ? "updated" : "failed";
    status.lastSeenMs = nowMs - i * 11'000;
    status.deviceTimeMs = status.lastSeenMs - (i % 25 == 0 ? kSampleHourMs : 0);
    status.reportedModel = model;
    status.reportedFw = fw;
    status.values = {{"rssi", -50 - i % 40}, {"battery", 60 + i % 40}};
    device.status = std::move(status);
    return device;
}

inline std::vector<fleet::HistoryEntry> sampleHistory(const fleet::DeviceDetail& device, std::uint64_t& sequence,
                                                      std::int64_t nowMs) {
    std::vector<fleet::HistoryEntry> history;
    const auto add = [&](fleet::HistoryKind kind, std::string what, std::string detail) {
        const auto age = static_cast<std::int64_t>(history.size());
        history.push_back({++sequence, kind, nowMs - (40 - age) * 30 * kSampleMinuteMs, std::move(what),
                           std::move(detail), storage::Item{{"RetryCounter", static_cast<int>(age % 10)}}});
    };
    const fleet::Phase phase = device.thing.phase;
    add(fleet::HistoryKind::message, "succeeded", "FW " + device.status->reportedFw);
    if (phase == fleet::Phase::well) return history;
    for (int failure = 1; failure <= 10; ++failure)
        add(fleet::HistoryKind::message, "failed", "Failure " + std::to_string(failure) + " of 10.");
    add(fleet::HistoryKind::step, "coolingOff", "Moved out; attributes return in 24 h.");
    if (phase == fleet::Phase::coolingOff) return history;
    add(fleet::HistoryKind::step, "retrying", "Attributes restored.");
    for (int failure = 1; failure <= 10; ++failure)
        add(fleet::HistoryKind::message, "failed", "Failure " + std::to_string(failure) + " of 10, second cycle.");
    add(fleet::HistoryKind::step, "failing", "Second cycle used up.");
    if (phase != fleet::Phase::failed) return history;
    add(fleet::HistoryKind::step, "failed", "Joined FailedToUpdate.");
    add(fleet::HistoryKind::alert, "open", "Alert raised.");
    return history;
}

inline fleet::FirmwareRecord sampleFirmware(int i, std::int64_t nowMs) {
    using fleet::ReleaseStatus;
    static constexpr ReleaseStatus kStatuses[] = {
        ReleaseStatus::released, ReleaseStatus::released, ReleaseStatus::readyToTest, ReleaseStatus::testing,
        ReleaseStatus::revoked,  ReleaseStatus::deleted,  ReleaseStatus::error,       ReleaseStatus::processing};
    static constexpr const char* kVersions[] = {"2026.01.10", "2026.02.14", "2026.03.01", "2026.03.15",
                                                "2025.11.02", "2025.10.20", "",           "2026.04.01"};
    fleet::FirmwareRecord record;
    record.productId = i < 8 ? "wo:v8" : "wo:v9";
    record.application = "main";
    record.status = kStatuses[i % 8];
    record.zipName = "5f0c2a1e-0000-4000-8000-00000000000" + std::to_string(i % 10) + (i < 10 ? "" : "b") + ".zip";
    record.version = record.status == ReleaseStatus::error ? "ERROR#2026.02.30#" + record.zipName : kVersions[i % 8];
    record.firmwareClass = "device";
    record.firmwareType = "app";
    record.branch = "main";
    record.commit = "9f3c51d2e8a7b6c4d5e6f708192a3b4c5d6e7f8" + std::to_string(i % 10);
    record.created = "2026-03-01T10:00:00Z";
    record.originalName = record.productId + "-" + record.version + ".zip";
    record.zipSha256 = std::string(64, 'a');
    record.zipSizeBytes = 1'400'000ULL + 10'000ULL * static_cast<unsigned>(i);
    record.uploadedAtS = nowMs / 1000 - i * 86'400;
    record.statusHistory = {{ReleaseStatus::processing, record.uploadedAtS * 1000},
                            {ReleaseStatus::readyToTest, record.uploadedAtS * 1000 + 2000}};
    if (record.status != ReleaseStatus::processing && record.status != ReleaseStatus::readyToTest)
        record.statusHistory.push_back({record.status, record.uploadedAtS * 1000 + kSampleHourMs});
    // Each with other bytes in its application.
    std::string appHash = "0f5b2c9d";
    for (int digit = 0; digit < 56; ++digit) appHash += "0123456789abcdef"[(i * 7 + digit * 3) % 16];
    std::rotate(appHash.begin(), appHash.begin() + i % 8, appHash.begin() + 8);
    record.files = {{"app.bin", appHash, 1'048'576 + 12'288ULL * static_cast<unsigned>(i)},
                    {"bootloader.bin", std::string(64, 'c'), 26'000},
                    {"device.partitions.bin", std::string(64, 'd'), 3072}};
    record.partitions = {
        {"nvs", 0x9000}, {"otadata", 0xD000}, {"app0", 0x10000}, {"app1", 0x1A0000}, {"spiffs", 0x330000}};
    // What the desk keeps of a refused package.
    if (record.status == ReleaseStatus::error) {
        record.errorReason = "SHA256 mismatch for app.bin";
        record.manifest = "{\n  \"product_id\": \"" + record.productId +
                          "\",\n  \"application\": \"main\",\n  \"version\": \"2026.02.30\"\n}\n";
        record.files.clear();
        record.partitions.clear();
    }
    if (record.status == ReleaseStatus::deleted || record.status == ReleaseStatus::revoked)
        record.expiresAtS = nowMs / 1000 + (10 - i % 8) * 86'400;
    return record;
}

inline fleet::Alert sampleAlert(int i, const std::string& deviceId, std::int64_t nowMs) {
    fleet::Alert alert;
    alert.id = "alert-" + std::to_string(i);
    alert.deviceId = deviceId;
    alert.raisedMs = nowMs - (i + 1) * 7 * kSampleMinuteMs;
    alert.message = fleet::alertMessage(deviceId);
    alert.deduplicationId = std::string(32, 'e');
    if (i % 3 == 1) {
        alert.state = fleet::AlertState::acknowledged;
        alert.acknowledgedBy = "mara";
        alert.acknowledgedMs = alert.raisedMs + kSampleMinuteMs;
    } else if (i % 3 == 2) {
        alert.state = fleet::AlertState::resolved;
        alert.resolvedBy = "device reported success";
        alert.resolvedMs = alert.raisedMs + 2 * kSampleMinuteMs;
    }
    return alert;
}

inline fleet::AuditEntry sampleAudit(int i, std::int64_t nowMs) {
    fleet::AuditEntry entry;
    entry.sequence = static_cast<std::uint64_t>(i) + 1;
    entry.atMs = nowMs - std::int64_t{60 - i} * kSampleHourMs;
    entry.who = i % 2 == 0 ? "mara" : "jonas";
    entry.screen = i % 3 == 0 ? "devices" : "failed";
    entry.action = actionName(i % 2 == 0 ? fleet::ActionKind::restoreAttributes : fleet::ActionKind::assign);
    entry.target = "3hw" + std::to_string(i);
    entry.why = i % 5 == 0 ? "Reported by the site." : "";
    entry.summary = i % 2 == 0 ? "Restored 3 attributes." : "Assigned to mara.";
    entry.changes = {{"attributes.FW", "moveOut", "2026.02.14"}, {"attributes.model", "moveOut", "wo:v8"}};
    entry.undoable = i > 50;
    return entry;
}

// Fills the client: `devices` devices and what belongs to them.
inline void fillSampleFleet(FakeDeskClient& client, int devices = 300) {
    FakeDeskClient::Values& values = client.values;
    std::uint64_t sequence = 1000;
    int alerts = 0;
    for (int i = 0; i < devices; ++i) {
        const fleet::DeviceDetail device = sampleDevice(i, values.nowMs, values.limits);
        values.histories[device.thing.name] = sampleHistory(device, sequence, values.nowMs);
        if (device.thing.phase == fleet::Phase::failed)
            values.alerts.push_back(sampleAlert(alerts++, device.thing.name, values.nowMs));
        values.devices[device.thing.name] = device;
    }
    values.groups = {{std::string(fleet::kFailedGroup), {}, values.nowMs, false},
                     {"canary", {}, values.nowMs, false},
                     {"cooling-off", "phase:coolingOff", values.nowMs, false},
                     {"hamburg-v8", R"(attributes.site:Hamburg AND attributes.model:wo\:v8)", values.nowMs, false},
                     {"many-retries", "retries:>=5", values.nowMs, true}};
    for (int i = 0; i < 12; ++i) values.firmware.push_back(sampleFirmware(i, values.nowMs));
    for (int i = 0; i < 60; ++i) values.audit.push_back(sampleAudit(i, values.nowMs));
    for (std::uint64_t i = 0; i < 5; ++i) {
        const std::string raw = R"({"_id_":"3hw)" + std::to_string(i) + R"(","status":7})";
        values.quarantine.push_back({5 - i, values.nowMs - static_cast<std::int64_t>(i) * kSampleMinuteMs,
                                     "iot/device/data", "status: not a string", storage::Binary(raw.begin(), raw.end()),
                                     raw.size()});
    }
    values.status.connection = fleet::ConnectionState::connected;
    values.status.broker = "127.0.0.1:1883";
    values.status.connectionSinceMs = values.nowMs - kSampleHourMs;
    values.status.topics = {"iot/device/data"};
    values.status.messagesPerSecond = 1204;
    values.status.accounting = {8'120'331, 8'119'000, 1200, 5, 126};
}

}  // namespace drydock::tests
