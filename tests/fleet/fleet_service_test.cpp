#include "models/fleet/fleet_service.h"

#include <fstream>
#include <iostream>
#include <random>

#include <gmock/gmock.h>

#include "models/fleet/rows.h"
#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using FleetServiceTest = FleetDesk;

TEST_F(FleetServiceTest, TheSampleFileIsAppliedDeduplicatedAndQuarantined) {
    std::ifstream file(std::string(DRYDOCK_SOURCE_DIR) + "/tests/fleet/data/telemetry.jsonl");
    std::vector<RawMessage> messages;
    for (std::string line; std::getline(file, line);) messages.push_back(raw(line));
    ASSERT_EQ(messages.size(), 11U);
    apply(messages);
    const AppliedCounters& counters = service->counters();
    EXPECT_EQ(counters.applied, 4U);
    EXPECT_EQ(counters.duplicate, 1U);
    EXPECT_EQ(counters.quarantined, 6U);
    EXPECT_EQ(counters.position, 11U);
    EXPECT_EQ(cycle("3hwC2y7").retryCounter, 2);
    EXPECT_EQ(device("7kQp0aZ").status->lastStatus, "succeeded");
    EXPECT_FALSE(device("7kQp0aZ").retries.has_value());
    EXPECT_EQ(device("Zürich-12").status->lastStatus, "downloading");
    EXPECT_TRUE(device("Zürich-12").thing.attributes.empty());
    EXPECT_TRUE(device("3hwC2y7").status->clockIsOff() == false);
    const auto quarantined = service->reader().quarantine(100).value();
    ASSERT_EQ(quarantined.size(), 6U);
    EXPECT_EQ(quarantined.back().reason, "_id_: empty");
    EXPECT_EQ(quarantined.back().topic, "iot/device/data");
    expectConsistent();
}

TEST_F(FleetServiceTest, AnUnknownDeviceIsRegisteredFromItsFirstMessage) {
    report("d1", "downloading", "1.0");
    const DeviceDetail detail = device("d1");
    EXPECT_EQ(detail.thing.attributes, (Attributes{{"FW", "1.0"}, {"model", "wo:v8"}}));
    EXPECT_EQ(detail.thing.phase, Phase::well);
    EXPECT_EQ(detail.thing.registeredMs, clock.wallMs());
    EXPECT_EQ(rowCount(tables::kTelemetry), 1U);
    EXPECT_EQ(rowCount(tables::kHistory), 0U);
    EXPECT_EQ(service->reader().countDevicesOn("wo:v8", "1.0").value(), 1U);
}

TEST_F(FleetServiceTest, TheWholeCycleEndsInFailedToUpdateWithOneAlert) {
    const Attributes own{{"FW", "2.27"}, {"model", "wo:v8"}};
    failTimes("d1", 9);
    EXPECT_EQ(cycle("d1").retryCounter, 9);
    EXPECT_EQ(device("d1").thing.attributes, own);
    failTimes("d1", 1);
    EXPECT_EQ(cycle("d1").phase, Phase::coolingOff);
    EXPECT_EQ(cycle("d1").resetRetryCount, 1);
    EXPECT_EQ(cycle("d1").dueMs, clock.wallMs() + 24 * kHourMs);
    EXPECT_EQ(device("d1").thing.attributes, (Attributes{{"FW", "moveOut"}, {"model", "moveOut"}}));
    EXPECT_EQ(device("d1").backup, own);
    EXPECT_EQ(service->nextTimerMs().value(), cycle("d1").dueMs);
    failTimes("d1", 3);
    EXPECT_EQ(cycle("d1").retryCounter, 0);

    clock.advance(24 * kHourMs - 1);
    EXPECT_EQ(runTimers(), 0U);
    clock.advance(1);
    EXPECT_EQ(runTimers(), 1U);
    EXPECT_EQ(runTimers(), 0U);
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    EXPECT_EQ(device("d1").thing.attributes, own);

    failTimes("d1", 10);
    EXPECT_EQ(cycle("d1").phase, Phase::failing);
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "failedtoupdate");
    EXPECT_TRUE(alerts().empty());
    clock.advance(15 * kMinuteMs);
    EXPECT_EQ(runTimers(), 1U);
    EXPECT_EQ(cycle("d1").phase, Phase::failed);
    EXPECT_EQ(cycle("d1").resetRetryCount, 2);
    EXPECT_THAT(device("d1").thing.groups, ElementsAre("FailedToUpdate"));
    EXPECT_THAT(service->reader().groupMembers("FailedToUpdate").value(), ElementsAre("d1"));
    ASSERT_EQ(alerts(AlertState::open).size(), 1U);
    EXPECT_EQ(alerts()[0].message, "Device d1 exceeded retry limits twice. Manual intervention required.");
    failTimes("d1", 12);
    clock.advance(kHourMs);
    runTimers();
    EXPECT_EQ(alerts().size(), 1U);
    EXPECT_EQ(device("d1").backup, own);
    EXPECT_FALSE(service->nextTimerMs().value().has_value());
    expectConsistent();
}

TEST_F(FleetServiceTest, WhatLeavesIsInTheOutboxInOrder) {
    failForGood("a/b");
    std::vector<std::string> topics;
    for (const OutboxMessage& message : outbox()) topics.push_back(message.topic);
    const std::string attributes = "iot/device/a%2Fb/attributes";
    EXPECT_THAT(topics, ElementsAre(attributes, attributes, attributes, "iot/groups/FailedToUpdate",
                                    "alerts/FailedFirmwareUpdate"));
    const auto messages = outbox();
    EXPECT_EQ(messages[0].payload, R"({"FW":"moveOut","model":"moveOut"})");
    EXPECT_TRUE(messages[0].retain);
    EXPECT_EQ(messages[1].payload, R"({"FW":"2.27","model":"wo:v8"})");
    EXPECT_EQ(messages[3].payload, R"({"added":["a/b"],"group":"FailedToUpdate","removed":[]})");
    EXPECT_FALSE(messages[4].retain);
    EXPECT_THAT(messages[4].payload, HasSubstr("Firmware Update Failure Alert"));
    EXPECT_EQ(service->outboxBacklog(), 5U);
    const std::vector<std::uint64_t> done = {messages[0].sequence, messages[1].sequence};
    ASSERT_TRUE(service->outboxDone(done));
    ASSERT_TRUE(service->outboxDone(done));
    EXPECT_EQ(service->outboxBacklog(), 3U);
    reopen();
    EXPECT_EQ(service->outboxBacklog(), 3U);
    EXPECT_EQ(outbox().front().sequence, messages[2].sequence);
}

TEST_F(FleetServiceTest, TwentyMessagesThreeTimesOverCountOnce) {
    std::vector<RawMessage> messages;
    messages.reserve(20);
    for (int i = 0; i < 20; ++i)
        messages.push_back(
            raw(payload("d" + std::to_string(i % 3), 1'711'320'000'000 + i, i % 5 == 4 ? "downloading" : "failed")));
    apply(messages);
    const auto first = everything();
    apply(messages);
    for (const RawMessage& message : messages) apply({message});
    EXPECT_EQ(service->counters().applied, 20U);
    EXPECT_EQ(service->counters().duplicate, 40U);
    EXPECT_EQ(service->counters().position, 60U);
    auto last = everything();
    last.erase(tables::kDeskState);
    for (const auto& [table, items] : first) {
        if (table == tables::kDeskState) continue;
        EXPECT_EQ(items, last[table]) << table;
    }
    expectConsistent();
}

TEST_F(FleetServiceTest, AMessageTwiceInOneSpanCountsOnce) {
    const RawMessage same = raw(payload("d1", 1, "failed"));
    apply({same, same, raw(payload("d1", 1, "failed", "other", "9"))});
    EXPECT_EQ(service->counters().applied, 1U);
    EXPECT_EQ(service->counters().duplicate, 2U);
    EXPECT_EQ(cycle("d1").retryCounter, 1);
}

TEST_F(FleetServiceTest, AnImpossibleStateStopsTheDeviceAndNoOther) {
    failTimes("d1", 3);
    storage::Item broken = row(tables::kRetries, "d1");
    broken.set("RetryCounter", -1);
    put(tables::kRetries, broken);
    apply({raw(payload("d1", 9001, "failed")), raw(payload("d2", 9001, "failed")), raw(payload("d1", 9002, "failed"))});
    EXPECT_EQ(service->counters().applied, 6U);
    EXPECT_EQ(device("d1").retries->cycle.retryCounter, -1);
    EXPECT_THAT(device("d1").retries->fault, HasSubstr("RetryCounter is -1"));
    EXPECT_EQ(cycle("d2").retryCounter, 1);
    EXPECT_THAT(checkAgainstHistory(*store, options.limits).value(), ElementsAre(HasSubstr("stopped by a fault")));
    perform(ActionKind::resetCounters, "d1");
    EXPECT_EQ(device("d1").retries->fault, "");
    EXPECT_EQ(cycle("d1").phase, Phase::well);
}

TEST_F(FleetServiceTest, ARetryLimitLoweredBelowACounterAppliesAtTheNextFailure) {
    failTimes("d1", 7);
    options.limits.retriesPerCycle = 5;
    reopen();
    EXPECT_EQ(cycle("d1").retryCounter, 7);
    failTimes("d1", 1);
    EXPECT_EQ(device("d1").retries->fault, "");
    EXPECT_EQ(cycle("d1").phase, Phase::coolingOff);
    EXPECT_EQ(cycle("d1").resetRetryCount, 1);
}

TEST_F(FleetServiceTest, HistoryTellsAStepBeforeTheAlertThatFollowsFromIt) {
    const auto kindsAfter = [this](const std::string& what) {
        std::vector<HistoryKind> kinds;
        bool found = false;
        for (const HistoryEntry& entry : history("d1")) {
            if (entry.kind == HistoryKind::message) continue;
            found = found || entry.what == what;
            if (found) kinds.push_back(entry.kind);
        }
        return kinds;
    };
    failForGood("d1");
    EXPECT_THAT(kindsAfter(phaseName(Phase::failed)), ElementsAre(HistoryKind::step, HistoryKind::alert));
    perform(ActionKind::release, "d1");
    EXPECT_THAT(kindsAfter("release"), ElementsAre(HistoryKind::action, HistoryKind::step, HistoryKind::alert));
}

TEST_F(FleetServiceTest, AMessageUnderATopicThatIsNoTextIsQuarantinedLikeAnyOther) {
    RawMessage broken = raw("rubbish");
    broken.topic = "iot/\xFF/data";
    apply({broken, raw(payload("d1", 1, "failed"))});
    EXPECT_EQ(service->counters().quarantined, 1U);
    EXPECT_EQ(service->counters().applied, 1U);
    EXPECT_EQ(service->reader().quarantine(1).value().at(0).topic, "iot/?/data");
}

TEST_F(FleetServiceTest, RowsWithoutTheirAttributesAreReadAsEmpty) {
    report("d1", "failed");
    for (const char* table :
         {tables::kThings, tables::kDeviceStatus, tables::kRetries, tables::kAlerts, tables::kAttributeBackup})
        put(table, rows::key(table, "bare"));
    put(tables::kAudit, rows::key(tables::kAudit, tables::kOnlyList, 7));
    put(tables::kQuarantine, rows::key(tables::kQuarantine, tables::kOnlyList, 7));
    put(tables::kHistory, rows::key(tables::kHistory, "bare", "e#1"));
    put(tables::kFirmware, firmwareKey("p", "a", "1"));
    const DeviceDetail detail = device("bare");
    EXPECT_TRUE(detail.thing.attributes.empty());
    EXPECT_EQ(service->reader().audit({}, 10).value().size(), 1U);
    EXPECT_EQ(service->reader().quarantine(10).value().size(), 1U);
    EXPECT_TRUE(service->reader().history("bare", {}, 10).value().entries.empty());
    EXPECT_EQ(service->reader().firmware().value().size(), 1U);
    EXPECT_TRUE(checkAgainstHistory(*store, options.limits));
    report("bare", "failed");
    reopen();
    EXPECT_EQ(service->counters().applied, 2U);
}

TEST_F(FleetServiceTest, SuccessEndsTheCycleAndRestoresFromACoolOff) {
    failTimes("d1", 4);
    report("d1", "succeeded", "2.28");
    EXPECT_EQ(cycle("d1").phase, Phase::well);
    EXPECT_EQ(cycle("d1").retryCounter, 0);
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "2.28");
    EXPECT_EQ(device("d1").backup->at("FW"), "2.28");

    failTimes("d1", 10);
    ASSERT_EQ(cycle("d1").phase, Phase::coolingOff);
    report("d1", "updated", "2.29");
    EXPECT_EQ(cycle("d1").phase, Phase::well);
    EXPECT_EQ(device("d1").thing.attributes, (Attributes{{"FW", "2.29"}, {"model", "wo:v8"}}));
    EXPECT_EQ(device("d1").thing.phase, Phase::well);
    EXPECT_EQ(rowCount(tables::kTimers), 0U);
    expectConsistent();
}

TEST_F(FleetServiceTest, SuccessOfAFailedDeviceIsShownAndChangesNothingElse) {
    failForGood("d1");
    report("d1", "succeeded", "3.0");
    EXPECT_EQ(cycle("d1").phase, Phase::failed);
    EXPECT_TRUE(cycle("d1").reportsSuccess);
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "failedtoupdate");
    EXPECT_EQ(device("d1").status->reportedFw, "3.0");
    expectConsistent();
}

TEST_F(FleetServiceTest, OnlyAnHonestReportChangesAttributes) {
    report("d1", "downloading", "1.0");
    report("d1", "failed", "9.9");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "1.0");
    report("d1", "downloading", "1.1");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "1.1");
    EXPECT_EQ(device("d1").backup->at("FW"), "1.1");
    report("d1", "downloading", "moveOut");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "1.1");
    failTimes("d1", 9);
    ASSERT_EQ(cycle("d1").phase, Phase::coolingOff);
    report("d1", "downloading", "1.2");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "moveOut");
    EXPECT_EQ(device("d1").backup->at("FW"), "1.1");
    send(R"({"_id_":"d2","timestamp":1,"status":"downloading"})");
    report("d2", "failed", "4.0");
    EXPECT_EQ(device("d2").backup, (Attributes{{"FW", "4.0"}, {"model", "wo:v8"}}));
    report("d3", "failed", "failedtoupdate");
    EXPECT_EQ(device("d3").backup, (Attributes{{"model", "wo:v8"}}));
    expectConsistent();
}

TEST_F(FleetServiceTest, TheLastToArriveIsTheStatusShown) {
    apply({raw(payload("d1", 500, "downloading")), raw(payload("d1", 300, "installing"))});
    EXPECT_EQ(device("d1").status->lastStatus, "installing");
    EXPECT_EQ(device("d1").status->deviceTimeMs, 300);
    EXPECT_TRUE(device("d1").status->clockIsOff());
    apply({raw(payload("d1", 500, "downloading"))});
    EXPECT_EQ(device("d1").status->lastStatus, "installing");
    send(payload("d1", clock.wallMs() - 5 * kMinuteMs, "x"));
    EXPECT_FALSE(device("d1").status->clockIsOff());
}

TEST_F(FleetServiceTest, QuarantineKeepsTheFirstBytesAndTheReason) {
    const std::string large = "{" + std::string(10'000, 'x');
    apply({raw(large), raw(payload("d1", 1, "failed"))});
    const auto kept = service->reader().quarantine(10).value();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].raw.size(), 4096U);
    EXPECT_EQ(kept[0].sizeBytes, large.size());
    EXPECT_FALSE(kept[0].reason.empty());
    EXPECT_EQ(service->counters().applied, 1U);
}

TEST_F(FleetServiceTest, WhatTheStoreRefusesIsQuarantinedAlone) {
    // An empty name is fine in JSON, but the engine takes no attribute without a name.
    const std::string nameless = R"({"_id_":"d9","timestamp":1,"status":"failed","model":"m","FW":"1","":1})";
    apply({raw(payload("d1", 1, "failed")), raw(nameless), raw(payload("d1", 2, "failed"))});
    const AppliedCounters& counters = service->counters();
    EXPECT_EQ(counters.applied + counters.quarantined, 3U);
    EXPECT_EQ(counters.position, 3U);
    EXPECT_EQ(cycle("d1").retryCounter, 2);
    expectConsistent();
}

TEST_F(FleetServiceTest, HistoryTellsTheTimelineInPages) {
    failTimes("d1", 10);
    clock.advance(24 * kHourMs);
    runTimers();
    std::vector<std::string> told;
    for (const HistoryEntry& entry : history("d1"))
        if (entry.kind == HistoryKind::step) told.push_back(entry.what);
    EXPECT_THAT(told, ElementsAre("retrying", "coolingOff", "retrying"));
    EXPECT_EQ(history("d1").front().what, "failed");
    EXPECT_EQ(history("d1").front().detail, "Failure 1 of 10, cycle 1 of 2.");
    std::size_t entries = 0;
    std::optional<std::uint64_t> before;
    do {
        const HistoryPage page = service->reader().history("d1", before, 4).value();
        entries += page.entries.size();
        before = page.nextBefore;
    } while (before);
    EXPECT_EQ(entries, 13U);
}

TEST_F(FleetServiceTest, ExpiredRowsAreSweptAndWhatIsKeptCanStillBeChecked) {
    report("d1", "downloading");
    failTimes("d1", 10);
    send("nonsense");
    clock.advance(8 * 24 * kHourMs);
    EXPECT_EQ(service->sweep(1000).value(), 2U);
    EXPECT_EQ(rowCount(tables::kTelemetry), 0U);
    EXPECT_EQ(rowCount(tables::kQuarantine), 0U);
    runTimers();
    clock.advance(83 * 24 * kHourMs);
    EXPECT_GT(service->sweep(1000).value(), 10U);
    EXPECT_EQ(cycle("d1").resetRetryCount, 1);
    expectConsistent();
    failTimes("d1", 3);
    expectConsistent();
}

TEST_F(FleetServiceTest, TheCheckNamesWhatDisagrees) {
    failTimes("d1", 4);
    failTimes("d2", 10);
    failForGood("d3");
    expectConsistent();
    storage::Item retries = row(tables::kRetries, "d1");
    retries.set("RetryCounter", 3);
    put(tables::kRetries, retries);
    storage::Item backup = row(tables::kAttributeBackup, "d2");
    backup.set("FW", "moveOut");
    put(tables::kAttributeBackup, backup);
    storage::Item thing = row(tables::kThings, "d3");
    thing.erase("groups");
    put(tables::kThings, thing);
    put(tables::kTimers, rows::timerRow(5, "d1"));
    std::string all;
    const auto findings = checkAgainstHistory(*store, options.limits).value();
    for (const std::string& finding : findings) all += finding + '\n';
    EXPECT_THAT(all, HasSubstr("d1: RetryCounter is 3, by its history 4"));
    EXPECT_THAT(all, HasSubstr("d2: the backup of FW is the mark moveOut"));
    EXPECT_THAT(all, HasSubstr("d3: it has failed, but is not in FailedToUpdate"));
    EXPECT_THAT(all, HasSubstr("d3: it is a member of FailedToUpdate, but"));
    EXPECT_THAT(all, HasSubstr("d1: there is a timer"));
}

TEST_F(FleetServiceTest, WhateverHappensTheTablesAgreeWithTheHistory) {
    const unsigned seed = std::random_device()();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    const std::vector<std::string> statuses = {"failed", "failed", "failed", "failed", "downloading", "succeeded"};
    for (int round = 0; round < 400; ++round) {
        const std::string id = "d" + std::to_string(random() % 4);
        switch (random() % 8) {
            case 0:
                clock.advance(static_cast<std::int64_t>(random() % 30) * kHourMs);
                runTimers();
                break;
            case 1:
                // Refusals and conflicts are as good an outcome as any: they must change nothing.
                if (const auto made = service->preview({static_cast<ActionKind>(random() % 6), id, "text", {}})) {
                    EXPECT_TRUE(service->perform(*made, who));
                }
                break;
            case 2:
                if (const std::vector<AuditEntry> last = service->reader().audit({}, 1).value(); !last.empty())
                    static_cast<void>(service->undo(last[0].sequence, who).has_value());
                break;
            default: {
                std::vector<RawMessage> messages;
                for (unsigned i = 0; i <= random() % 9; ++i) {
                    const std::string& status = statuses[random() % statuses.size()];
                    messages.push_back(raw(payload(id, ++deviceTimeMs, status, "wo:v8", std::to_string(random() % 3))));
                }
                apply(messages);
            }
        }
        if (round % 40 == 39) {
            expectConsistent();
            reopen();
        }
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
}

TEST_F(FleetServiceTest, AllDevicesComeInPiecesAndStopOnRequest) {
    std::vector<RawMessage> messages;
    messages.reserve(4500);
    for (int i = 0; i < 4500; ++i) messages.push_back(raw(payload("d" + std::to_string(i), 1, "failed")));
    apply(messages);
    std::map<std::string, int> parts;
    ASSERT_TRUE(service->reader().forEachDevice([&parts](const std::vector<DevicePatch>& piece) {
        EXPECT_LE(piece.size(), 2000U);
        for (const DevicePatch& patch : piece)
            parts[patch.id] += (patch.thing ? 1 : 0) + (patch.status ? 10 : 0) + (patch.retries ? 100 : 0);
        return true;
    }));
    EXPECT_EQ(parts.size(), 4500U);
    for (const auto& [id, sum] : parts) ASSERT_EQ(sum, 111) << id;
    int pieces = 0;
    ASSERT_TRUE(service->reader().forEachDevice([&pieces](const std::vector<DevicePatch>&) { return ++pieces < 2; }));
    EXPECT_EQ(pieces, 2);
}

TEST_F(FleetServiceTest, ABackupOfAnAttributeCalledLikeItsKeySurvives) {
    report("d1", "downloading");
    storage::Item thing = row(tables::kThings, "d1");
    storage::Item attributes = *thing.map("attributes");
    attributes.set("deviceId", "their own");
    attributes.set("_deviceId", "another");
    thing.set("attributes", attributes);
    put(tables::kThings, thing);
    failTimes("d1", 10);
    clock.advance(24 * kHourMs);
    runTimers();
    EXPECT_EQ(device("d1").thing.attributes,
              (Attributes{{"FW", "2.27"}, {"model", "wo:v8"}, {"deviceId", "their own"}, {"_deviceId", "another"}}));
}

TEST_F(FleetServiceTest, ASecondAlertWithinFiveMinutesIsStoredButNotTold) {
    options.limits.groupMoveDelayMs = 1000;
    options.limits.coolOffMs = 1000;
    reopen();
    const auto fail = [this] {
        failTimes("d1", 10);
        clock.advance(1000);
        runTimers();
        failTimes("d1", 10);
        clock.advance(1000);
        runTimers();
    };
    const auto told = [this] {
        int count = 0;
        for (const OutboxMessage& message : outbox()) count += message.topic == kAlertMqttTopic ? 1 : 0;
        return count;
    };
    fail();
    perform(ActionKind::release, "d1");
    fail();
    EXPECT_EQ(alerts().size(), 2U);
    EXPECT_EQ(alerts(AlertState::open).size(), 1U);
    EXPECT_EQ(told(), 1);
    perform(ActionKind::release, "d1");
    clock.advance(5 * kMinuteMs);
    fail();
    EXPECT_EQ(told(), 2);
    expectConsistent();
}

}  // namespace
}  // namespace drydock::fleet
