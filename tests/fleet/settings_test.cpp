#include "models/fleet/settings.h"

#include <set>

#include <gmock/gmock.h>

#include "models/fleet/firmware_package.h"
#include "models/fleet/settings_desk.h"
#include "models/fleet/webhook_url.h"
#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Settings, eachConstantOfTheRulesHasItsDefault) {
    std::map<std::string, std::string> defaults;
    for (const SettingDefinition& each : settingDefinitions())
        defaults.emplace(std::string(each.name), each.get(Settings()));
    const std::map<std::string, std::string> wanted = {{"alerts.deduplication", "5m"},
                                                       {"alerts.webhook", ""},
                                                       {"clock.jump", "1h"},
                                                       {"clock.tolerance", "5m"},
                                                       {"cycle.coolOff", "24h"},
                                                       {"cycle.cycles", "2"},
                                                       {"cycle.groupMoveDelay", "15m"},
                                                       {"cycle.retries", "10"},
                                                       {"cycle.successEnds", "yes"},
                                                       {"cycle.successStatuses", "succeeded,success,updated"},
                                                       {"firmware.maxFiles", "10000"},
                                                       {"firmware.maxRatio", "200"},
                                                       {"firmware.maxUnpacked", "1073741824B"},
                                                       {"firmware.releaseDevelopment", "no"},
                                                       {"keep.firmware", "10d"},
                                                       {"keep.history", "90d"},
                                                       {"keep.quarantine", "7d"},
                                                       {"keep.quarantinedBytes", "4096B"},
                                                       {"keep.resolvedAlerts", "365d"},
                                                       {"keep.revokedFiles", "90d"},
                                                       {"keep.telemetry", "7d"},
                                                       {"message.maxDepth", "32"},
                                                       {"message.maxId", "128"},
                                                       {"message.maxSize", "131072B"},
                                                       {"store.budget", "20GB"}};
    EXPECT_EQ(defaults, wanted);
}

// What `list` prints is what `set` takes.
TEST(Settings, everyValueIsReadBackAsItIsWritten) {
    for (const SettingDefinition& each : settingDefinitions()) {
        Settings settings;
        EXPECT_TRUE(applySetting(each, settings, each.get(Settings()))) << each.name;
        EXPECT_EQ(each.get(settings), each.get(Settings())) << each.name;
    }
    const std::vector<std::pair<const char*, const char*>> others = {
        {"cycle.coolOff", "2s"},         {"cycle.groupMoveDelay", "1500ms"},
        {"keep.history", "1d"},          {"store.budget", "1500MB"},
        {"message.maxSize", "64kB"},     {"keep.quarantinedBytes", "1B"},
        {"firmware.maxUnpacked", "2GB"}, {"cycle.successStatuses", "done"},
        {"cycle.successEnds", "no"},     {"alerts.webhook", "https://example.com/hook?a=b"}};
    for (const auto& [name, text] : others) {
        Settings settings;
        const SettingDefinition& definition = *findSetting(name).value();
        ASSERT_TRUE(applySetting(definition, settings, text)) << name;
        EXPECT_EQ(definition.get(settings), text);
    }
}

TEST(Settings, aBadValueIsRefusedNamingWhatIsAllowed) {
    const std::vector<std::pair<const char*, const char*>> bad = {{"cycle.retries", "0"},
                                                                  {"cycle.retries", "1001"},
                                                                  {"cycle.retries", "ten"},
                                                                  {"cycle.retries", "3 "},
                                                                  {"cycle.retries", ""},
                                                                  {"cycle.cycles", "-1"},
                                                                  {"cycle.coolOff", "24"},
                                                                  {"cycle.coolOff", "0s"},
                                                                  {"cycle.coolOff", "4000d"},
                                                                  {"keep.history", "36h"},
                                                                  {"keep.history", "90"},
                                                                  {"store.budget", "20"},
                                                                  {"store.budget", "999kB"},
                                                                  {"message.maxSize", "131073B"},
                                                                  {"message.maxSize", "132kB"},
                                                                  {"message.maxSize", "0B"},
                                                                  {"message.maxId", "129"},
                                                                  {"message.maxDepth", "33"},
                                                                  {"keep.quarantinedBytes", "1MB"},
                                                                  {"firmware.maxFiles", "65536"},
                                                                  {"firmware.maxRatio", "0"},
                                                                  {"firmware.maxUnpacked", "101GB"},
                                                                  {"clock.jump", "60"},
                                                                  {"store.budget", "9999999999999TB"},
                                                                  {"cycle.successEnds", "true"},
                                                                  {"cycle.successStatuses", ""},
                                                                  {"cycle.successStatuses", "a,,b"},
                                                                  {"cycle.successStatuses", "ok,failed"},
                                                                  {"alerts.webhook", "example"}};
    for (const auto& [name, text] : bad) {
        Settings settings;
        const SettingDefinition& definition = *findSetting(name).value();
        const auto refused = applySetting(definition, settings, text);
        ASSERT_FALSE(refused) << name << ' ' << text;
        EXPECT_THAT(refused.error().message, HasSubstr(std::string(definition.allowed)));
        EXPECT_EQ(definition.get(settings), definition.get(Settings()));
    }
}

TEST(Settings, anUnknownNameIsRefusedListingThoseThereAre) {
    const auto unknown = findSetting("cycle.retry");
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("cycle.retries"));
}

TEST(WebhookUrl, httpsAnywhereAndHttpOnThisMachineOnly) {
    for (const char* good :
         {"https://example.com", "https://example.com:8443/a/b?c=d", "https://10.0.0.1/", "https://[2001:db8::1]:443/x",
          "http://localhost:8080/", "http://127.0.0.1/hook", "http://127.9.8.7:1", "http://[::1]:8080/"})
        EXPECT_TRUE(isWebhookUrl(good)) << good;
    for (const char* bad : {"http://example.com/",
                            "http://10.0.0.1/",
                            "http://127.0.0.1.example.com/",
                            "http://127.1/",
                            "http://127.0.0.256/",
                            "http://localhost.example.com/",
                            "http://localhost@example.com/",
                            "https://user:pass@example.com/",
                            "http://127.0.0.1\\@example.com/",
                            "https://",
                            "https:///path",
                            "https://example.com:0/",
                            "https://example.com:65536/",
                            "https://example.com:80:80/",
                            "https://[::1",
                            "https://exa mple.com/",
                            "https://example.com/\n",
                            "ftp://example.com/",
                            "file:///etc/passwd",
                            "HTTPS:example.com",
                            "example.com",
                            "http://[::1]x/",
                            "https://ex\xC3\xA4mple.com/"})
        EXPECT_FALSE(isWebhookUrl(bad)) << bad;
}

class SettingsDesk : public FleetDesk {
protected:
    Result<ActionOutcome> change(const std::string& name, const std::optional<std::string>& text) {
        ActionOutcome outcome;
        DRYDOCK_TRY(service->change([&](FleetTransaction& transaction) -> Result<void> {
            DRYDOCK_ASSIGN(outcome, changeSetting(transaction, name, text, who, clock.wallMs()));
            return {};
        }));
        return outcome;
    }
    void set(const std::string& name, const std::string& text) {
        const auto changed = change(name, text);
        ASSERT_TRUE(changed) << changed.error().message;
    }
    SettingState state(const std::string& name) {
        const std::vector<SettingState> states = readSettings(*store, Settings()).value();
        for (const SettingState& each : states)
            if (each.definition->name == name) return each;
        ADD_FAILURE() << name;
        return {};
    }
    // As whoever reads the store beside the process that serves: nothing but the store says what holds.
    Settings asSeenByOthers() { return loadSettings(*store, Settings()).value().settings; }
};

TEST_F(SettingsDesk, aSettingHoldsAtOnceAndAfterARestart) {
    set("cycle.retries", "3");
    failTimes("a", 3);
    EXPECT_EQ(cycle("a").phase, Phase::coolingOff);
    reopen();
    EXPECT_EQ(service->options().limits.retriesPerCycle, 3);
    EXPECT_EQ(state("cycle.retries").source, SettingSource::store);
    ASSERT_TRUE(change("cycle.retries", std::nullopt));
    EXPECT_EQ(service->options().limits.retriesPerCycle, 10);
    EXPECT_EQ(state("cycle.retries").source, SettingSource::byDefault);
}

TEST_F(SettingsDesk, eachChangeIsOneTransactionWithARowInTheAudit) {
    set("cycle.coolOff", "12h");
    const auto audit = service->reader().audit({}, 10).value();
    ASSERT_THAT(audit, SizeIs(1));
    EXPECT_EQ(audit[0].who, "ada");
    EXPECT_EQ(audit[0].action, "changeSetting");
    EXPECT_EQ(audit[0].target, "cycle.coolOff");
    EXPECT_EQ(audit[0].summary, "Set cycle.coolOff to 12h.");
    EXPECT_TRUE(audit[0].undoable);

    const auto changed = everything();
    for (const char* text : {"13", "never", ""}) EXPECT_FALSE(change("cycle.coolOff", text)) << text;
    EXPECT_FALSE(change("cycle.cooloff", "13h"));
    EXPECT_EQ(change("cycle.coolOff", "12h").error().code, storage::ErrorCode::refused);
    EXPECT_EQ(everything(), changed);

    ASSERT_TRUE(service->undo(audit[0].sequence, who));
    EXPECT_EQ(service->options().limits.coolOffMs, 24 * kHourMs);
    EXPECT_EQ(rowCount(tables::kSettings), 0U);
}

TEST_F(SettingsDesk, whatARunIsToldHoldsOverTheStoreAndIsWhatOthersSee) {
    set("cycle.coolOff", "12h");
    options.settingsOfThisRun = SettingTexts{{"cycle.coolOff", "2s"}};
    reopen();
    EXPECT_EQ(service->options().limits.coolOffMs, 2'000);
    EXPECT_EQ(asSeenByOthers().limits.coolOffMs, 2'000);
    EXPECT_EQ(state("cycle.coolOff").source, SettingSource::commandLine);

    // A setting made meanwhile is for when the run has ended.
    set("cycle.coolOff", "6h");
    EXPECT_EQ(service->options().limits.coolOffMs, 2'000);
    EXPECT_EQ(asSeenByOthers().limits.coolOffMs, 2'000);

    // One that serves nothing leaves it as it was; the next that serves begins anew.
    options.settingsOfThisRun.reset();
    reopen();
    EXPECT_EQ(service->options().limits.coolOffMs, 2'000);
    options.settingsOfThisRun = SettingTexts();
    reopen();
    EXPECT_EQ(service->options().limits.coolOffMs, 6 * kHourMs);
    EXPECT_EQ(asSeenByOthers().limits.coolOffMs, 6 * kHourMs);
}

TEST_F(SettingsDesk, anUndoDoesNotTakeWhatTheRunWasTold) {
    options.settingsOfThisRun = SettingTexts{{"cycle.coolOff", "2s"}};
    reopen();
    const auto outcome = change("cycle.coolOff", "12h");
    ASSERT_TRUE(outcome);
    EXPECT_THAT(outcome->summary, HasSubstr("For this run"));
    ASSERT_TRUE(service->undo(outcome->auditSequence, who));
    EXPECT_EQ(asSeenByOthers().limits.coolOffMs, 2'000);
}

TEST_F(SettingsDesk, aRunThatIsToldNonsenseDoesNotBegin) {
    service.reset();
    for (const SettingTexts& texts : {SettingTexts{{"cycle.coolOff", "soon"}}, SettingTexts{{"cycle.warmUp", "1h"}}}) {
        options.settingsOfThisRun = texts;
        const auto opened = FleetService::open(*store, clock, options);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, storage::ErrorCode::validation);
    }
    EXPECT_THAT(loadSettings(*store, Settings()).value().troubles, IsEmpty());
}

// Whoever may write the tables may write there anything.
TEST_F(SettingsDesk, aStoredValueThatIsNoneIsNamedAndTheDefaultHolds) {
    put(tables::kSettings, {{"name", "cycle.retries"}, {"value", "many"}});
    put(tables::kSettings, {{"name", "cycle.cycles"}, {"value", 3}});
    put(tables::kSettings, {{"name", "of.another.version"}, {"value", "x"}});
    ASSERT_TRUE(service->reloadSettings());
    EXPECT_EQ(service->options().limits.retriesPerCycle, 10);
    EXPECT_EQ(service->options().limits.cycles, 2);
    EXPECT_THAT(service->settingTroubles(), ElementsAre(HasSubstr("cycle.cycles"), HasSubstr("cycle.retries")));
    EXPECT_THAT(state("cycle.retries").trouble, HasSubstr("many"));
    set("cycle.retries", "4");
    EXPECT_THAT(service->settingTroubles(), ElementsAre(HasSubstr("cycle.cycles")));
}

TEST_F(SettingsDesk, keepingTimesAreThoseOfTheSettingsWhenARowIsWritten) {
    report("a", "fine");
    set("keep.telemetry", "2d");
    report("b", "fine");
    clock.advance(3 * 24 * kHourMs);
    EXPECT_EQ(service->sweep(100).value(), 1U);
    EXPECT_EQ(rowCount(tables::kTelemetry), 1U);
}

TEST_F(SettingsDesk, eachKeepingTimeIsASetting) {
    for (const auto& [name, text] : std::map<std::string, std::string>{{"keep.history", "2d"},
                                                                       {"keep.telemetry", "3d"},
                                                                       {"keep.quarantine", "4d"},
                                                                       {"keep.resolvedAlerts", "5d"},
                                                                       {"keep.firmware", "6d"}})
        set(name, text);
    const auto expiry = [this](const char* table) {
        std::set<std::int64_t> days;
        const auto all = everything();
        for (const storage::Item& item : all.at(table))
            days.insert((item.integer("ttl") - item.integer("at", item.integer("arrivedAt")) / 1000) / (24 * 60 * 60));
        return days;
    };
    report("a", "fine");
    report("a", "failed");
    send("nonsense");
    EXPECT_THAT(expiry(tables::kHistory), ElementsAre(2));
    EXPECT_THAT(expiry(tables::kTelemetry), ElementsAre(3));
    EXPECT_THAT(expiry(tables::kQuarantine), ElementsAre(4));

    failForGood("b");
    const Alert alert = alerts().at(0);
    EXPECT_FALSE(row(tables::kAlerts, alert.id).contains("ttl"));
    perform(ActionKind::resolveAlert, alert.id);
    const std::int64_t nowS = clock.wallMs() / 1000;
    constexpr std::int64_t dayS = 24 * 60 * 60;
    EXPECT_EQ(row(tables::kAlerts, alert.id).integer("ttl"), nowS + 5 * dayS);

    const auto zip = directory / "sample.zip";
    ASSERT_TRUE(writeSamplePackage(zip, "p", "a", "2026.03.01"));
    const FirmwareRecord record = tryImport(zip).value();
    perform(ActionKind::deleteFirmware, record.zipName);
    EXPECT_EQ(service->reader().firmwareByZip(record.zipName)->expiresAtS, nowS + 6 * dayS);
}

TEST_F(SettingsDesk, whatAMessageMayBeIsASetting) {
    set("message.maxSize", "100B");
    set("message.maxId", "4");
    set("message.maxDepth", "2");
    set("keep.quarantinedBytes", "10B");
    const std::string start = R"({"_id_":"abcd","timestamp":1,"status":"x")";
    send(start + "}");
    EXPECT_EQ(service->counters().applied, 1U);
    send(R"({"_id_":"abcde","timestamp":1,"status":"x"})");
    send(start + R"(,"a":{"b":{}}})");
    send(start + std::string(100, ' ') + "}");
    EXPECT_EQ(service->counters().applied, 1U);
    const auto kept = service->reader().quarantine(10).value();
    ASSERT_THAT(kept, SizeIs(3));
    EXPECT_EQ(kept[0].reason, "payload: over 100 bytes");
    EXPECT_EQ(kept[2].reason, "_id_: longer than 4 bytes");
    for (const QuarantinedMessage& each : kept) EXPECT_THAT(each.raw, SizeIs(10));
}

TEST_F(SettingsDesk, howFarADevicesClockMayBeOffIsASettingFromItsNextMessageOn) {
    const auto say = [this](int n) { send(payload("a", clock.wallMs() - 10 * kMinuteMs + n, "fine")); };
    say(1);
    EXPECT_TRUE(device("a").status->clockIsOff());
    set("clock.tolerance", "1h");
    EXPECT_TRUE(device("a").status->clockIsOff());
    say(2);
    EXPECT_FALSE(device("a").status->clockIsOff());
    reopen();
    EXPECT_FALSE(device("a").status->clockIsOff());
    ASSERT_TRUE(change("clock.tolerance", std::nullopt));
    say(3);
    EXPECT_TRUE(device("a").status->clockIsOff());
}

TEST_F(SettingsDesk, whatAPackageMayBeIsASettingAlsoOfARunningDesk) {
    const auto zip = directory / "sample.zip";
    ASSERT_TRUE(writeSamplePackage(zip, "p", "a", "2026.03.01"));
    for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{{"firmware.maxFiles", "2"},
                                                                                     {"firmware.maxUnpacked", "1kB"}}) {
        set(name, text);
        const auto refused = tryImport(zip);
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().code, storage::ErrorCode::refused);
        ASSERT_TRUE(change(name, std::nullopt));
    }
    set("firmware.maxFiles", "2");
    reopen();
    EXPECT_FALSE(tryImport(zip));
    ASSERT_TRUE(change("firmware.maxFiles", std::nullopt));
    EXPECT_TRUE(tryImport(zip));
}

// Each step is to be judged by the limits that held when it was made.
TEST_F(SettingsDesk, theCheckReplaysEachStepByTheLimitsOfItsTime) {
    failTimes("a", 5);
    set("cycle.retries", "3");
    failTimes("b", 3);
    failTimes("a", 1);
    EXPECT_EQ(cycle("a").phase, Phase::coolingOff);
    set("cycle.retries", "20");
    failTimes("c", 12);
    EXPECT_EQ(cycle("c").phase, Phase::retrying);
    const auto undone = service->reader().audit({}, 1).value();
    ASSERT_TRUE(service->undo(undone[0].sequence, who));
    failTimes("d", 3);
    EXPECT_EQ(cycle("d").phase, Phase::coolingOff);
    expectConsistent();
    reopen();
    expectConsistent();
}

}  // namespace
}  // namespace drydock::fleet
