// A fleet service over a real store in a directory of its own, with a clock the test moves.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "models/fleet/firmware_desk.h"
#include "models/fleet/fleet_service.h"
#include "models/fleet/history_check.h"
#include "models/fleet/rows.h"
#include "models/fleet/tables.h"
#include "storage/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::fleet {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;

inline std::string payload(const std::string& id, std::int64_t timestampMs, const std::string& status,
                           const std::string& model = "wo:v8", const std::string& fw = "2.27") {
    return R"({"_id_":")" + id + R"(","timestamp":")" + std::to_string(timestampMs) + R"(","status":")" + status +
           R"(","model":")" + model + R"(","FW":")" + fw + "\"}";
}

class FleetDesk : public testing::Test {
protected:
    FleetDesk() {
        options.firmwareDirectory = directory / "firmware";
        open();
    }

    void open() {
        storage::StoreOptions storeOptions;
        storeOptions.durable = false;
        storeOptions.clock = &clock;
        auto opened = storage::SqliteStore::open(directory / "store", storeOptions);
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
        auto served = FleetService::open(*store, clock, options);
        ASSERT_TRUE(served) << served.error().message;
        service = std::move(*served);
    }

    // As after the end of the process.
    void reopen() {
        service.reset();
        store.reset();
        open();
    }

    [[nodiscard]] RawMessage raw(std::string text) const {
        return {"iot/device/data", std::move(text), clock.wallMs()};
    }

    void apply(const std::vector<RawMessage>& messages) {
        const auto applied = service->apply(messages);
        ASSERT_TRUE(applied) << applied.error().message;
    }
    void send(const std::string& text) { apply({raw(text)}); }
    // A message of its own each time: the device's clock moves on.
    void report(const std::string& id, const std::string& status, const std::string& fw = "2.27") {
        send(payload(id, ++deviceTimeMs, status, "wo:v8", fw));
    }
    void failTimes(const std::string& id, int times) {
        std::vector<RawMessage> messages;
        messages.reserve(static_cast<std::size_t>(times));
        for (int i = 0; i < times; ++i) messages.push_back(raw(payload(id, ++deviceTimeMs, "failed")));
        apply(messages);
    }
    // To the phase failed, through both cycles.
    void failForGood(const std::string& id) {
        failTimes(id, 10);
        clock.advance(24 * kHourMs);
        runTimers();
        failTimes(id, 10);
        clock.advance(15 * kMinuteMs);
        runTimers();
    }
    std::size_t runTimers() {
        const auto ran = service->runDueTimers(1000);
        EXPECT_TRUE(ran) << ran.error().message;
        return ran.value_or(0);
    }

    DeviceDetail device(const std::string& id) {
        auto detail = service->reader().device(id);
        EXPECT_TRUE(detail) << detail.error().message;
        return detail ? *detail : DeviceDetail();
    }
    CycleState cycle(const std::string& id) { return device(id).retries.value_or(RetryRecord()).cycle; }
    std::vector<Alert> alerts(std::optional<AlertState> state = {}) { return service->reader().alerts(state).value(); }
    std::vector<OutboxMessage> outbox() { return service->outbox(0, 10'000).value(); }
    std::vector<HistoryEntry> history(const std::string& id) {
        auto entries = service->reader().history(id, {}, 10'000).value().entries;
        return {entries.rbegin(), entries.rend()};
    }
    std::size_t rowCount(const char* table) { return store->describeTable(table).value().itemCount; }

    void put(const char* table, storage::Item item) {
        storage::PutRequest request;
        request.table = table;
        request.item = std::move(item);
        ASSERT_TRUE(store->write(std::move(request)));
    }
    storage::Item row(const char* table, const std::string& id) {
        return store->get({table, rows::key(table, id), {}, {}}).value().value_or(storage::Item());
    }

    // Every row of the fleet's tables, for comparing whole states.
    std::map<std::string, std::vector<storage::Item>> everything() {
        std::map<std::string, std::vector<storage::Item>> all;
        for (const auto& table : tables::kTables) {
            storage::ScanRequest request;
            request.table = table.table;
            for (;;) {
                auto page = store->scan(request).value();
                for (auto& item : page.items) all[table.table].push_back(std::move(item));
                if (!page.lastEvaluatedKey) break;
                request.exclusiveStartKey = page.lastEvaluatedKey;
            }
        }
        return all;
    }
    void expectConsistent() {
        const auto findings = checkAgainstHistory(*store, options.limits);
        ASSERT_TRUE(findings) << findings.error().message;
        for (const std::string& finding : *findings) ADD_FAILURE() << finding;
        const auto storeFindings = store->check(false);
        ASSERT_TRUE(storeFindings) << storeFindings.error().message;
        for (const auto& finding : *storeFindings) ADD_FAILURE() << finding.table << ": " << finding.what;
    }

    ActionPreview preview(ActionKind kind, const std::string& target, const std::string& text = {}) {
        return preview(ActionRequest{kind, target, text, "because"});
    }
    ActionPreview preview(const ActionRequest& request) {
        auto made = service->preview(request);
        EXPECT_TRUE(made) << made.error().message;
        return made ? *made : ActionPreview();
    }
    // With what is to be verified verified before, as the desk core does.
    Result<ActionOutcome> tryPerform(const ActionPreview& preview) {
        DRYDOCK_ASSIGN(const FirmwareStore* files, service->firmwareFiles());
        DRYDOCK_ASSIGN(const auto verified, files->verify(releasesIn(preview.rows)));
        return service->perform(preview, who, verified);
    }
    Result<FirmwareRecord> tryImport(const std::filesystem::path& zip) {
        DRYDOCK_ASSIGN(const FirmwareStore* files, service->firmwareFiles());
        DRYDOCK_ASSIGN(StagedImport staged, files->stage(zip, clock.wallMs()));
        return service->importFirmware(std::move(staged), who);
    }
    ActionOutcome perform(ActionKind kind, const std::string& target, const std::string& text = {}) {
        return perform(ActionRequest{kind, target, text, "because"});
    }
    ActionOutcome perform(const ActionRequest& request) {
        auto done = tryPerform(preview(request));
        EXPECT_TRUE(done) << done.error().message;
        return done ? *done : ActionOutcome();
    }

    tests::TemporaryDirectory directory;
    tests::ManualClock clock;
    FleetOptions options;
    std::unique_ptr<storage::SqliteStore> store;
    std::unique_ptr<FleetService> service;
    Operator who{"ada", "tests"};
    std::int64_t deviceTimeMs = 1'711'320'000'000;
};

}  // namespace drydock::fleet
