// The query language in drydockctl's lists of alerts, firmware, activity and quarantine.
#include "app/commands/fleet_json.h"
#include "models/fleet/record_fields.h"
#include "tests/app/ctl_fixture.h"
#include "tests/support/manual_clock.h"

namespace drydock::tests {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Words = std::vector<std::string>;

std::string failure(const std::string& id) {
    return json{{"_id_", id}, {"timestamp", 1}, {"status", "failed"}, {"model", "wo:v8"}, {"FW", "2.27"}}.dump();
}

class CtlQueryTest : public CtlTest {
protected:
    // An alert for each of these devices, half an hour ago.
    void raiseAlerts(const Words& ids) const {
        ManualClock clock{kArrivedMs - 3'600'000};
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        options.clock = &clock;
        options.settings = {{"cycle.retries", "1"}, {"cycle.cycles", "1"}};
        const auto core = app::DeskCore::start(options, {});
        ASSERT_TRUE(core) << core.error().message;
        std::vector<fleet::RawMessage> messages;
        for (const std::string& id : ids) messages.push_back({"iot/device/data", failure(id), clock.wallMs()});
        const auto applied = (*core)->call<storage::Result<void>>(
            [&messages](fleet::FleetService& service, storage::SqliteStore&) { return service.apply(messages); });
        ASSERT_TRUE(applied) << applied.error().message;
        clock.advance(1'800'000);
        ASSERT_TRUE((*core)->call<storage::Result<std::size_t>>(
            [](fleet::FleetService& service, storage::SqliteStore&) { return service.runDueTimers(10); }));
    }
    // The values of `key` of what `list` prints for a query.
    [[nodiscard]] std::vector<json> found(const std::string& list, const std::string& query, const char* key) const {
        std::vector<json> values;
        for (const json& each : lines({list, "list", "--query", query})) values.push_back(each.at(key));
        return values;
    }
};

TEST_F(CtlQueryTest, AlertListTakesAQuery) {
    raiseAlerts({"abc", "xyz"});
    ASSERT_THAT(lines({"alert", "list"}), SizeIs(2));
    const std::string id = found("alert", "deviceId:abc", "id").at(0);
    ASSERT_EQ(lines({"alert", "ack", id}).size(), 1U);
    EXPECT_THAT(found("alert", "state:open", "deviceId"), ElementsAre("xyz"));
    EXPECT_THAT(found("alert", "message:*abc* acknowledgedBy:* acknowledged:1h", "deviceId"), ElementsAre("abc"));
    EXPECT_THAT(found("alert", "raised:1h", "deviceId"), SizeIs(2));
    EXPECT_THAT(found("alert", "raised:>1h OR webhook:pending", "deviceId"), IsEmpty());
    EXPECT_THAT(found("alert", "XYZ manual", "deviceId"), ElementsAre("xyz"));
    EXPECT_THAT(lines({"alert", "list", "--state", "open", "--query", "deviceId:abc"}), IsEmpty());
}

TEST_F(CtlQueryTest, FirmwareListTakesAQuery) {
    applied({failure("abc")});
    for (const char* version : {"2.27", "2.28"}) {
        const std::string zip = m_directory / "sample.zip";
        ASSERT_EQ(runCtl({"firmware", "sample", "--out", zip, "--product", "wo:v8", "--version", version}).status, 0);
        ASSERT_EQ(lines({"firmware", "import", zip}).size(), 1U);
    }
    const std::string zip = found("firmware", "version:2.27", "zip_name").at(0);
    ASSERT_EQ(lines({"firmware", "set-status", zip, "TESTING"}).size(), 1U);
    EXPECT_THAT(found("firmware", "release_status:TESTING", "version"), ElementsAre("2.27"));
    EXPECT_THAT(found("firmware", "devices:1", "version"), ElementsAre("2.27"));
    EXPECT_THAT(found("firmware", "devices:0", "version"), ElementsAre("2.28"));
    EXPECT_THAT(found("firmware", "product_id:wo\\:v8 size:>0 uploaded:1h NOT expires:*", "version"), SizeIs(2));
    EXPECT_THAT(found("firmware", "wo:v8 ready", "version"), ElementsAre("2.28"));
}

TEST_F(CtlQueryTest, ActivityListTakesAQuery) {
    applied({failure("abc"), failure("xyz")});
    ASSERT_EQ(lines({"device", "note", "abc", "seen", "--why", "round"}).size(), 1U);
    ASSERT_EQ(lines({"device", "assign", "abc", "xyz", "mara"}).size(), 2U);
    EXPECT_THAT(found("activity", "action:setNote", "target"), ElementsAre("abc"));
    EXPECT_THAT(found("activity", "why:round at:1h undoable:true", "action"), ElementsAre("setNote"));
    EXPECT_THAT(found("activity", "bulk:* target:xyz", "action"), ElementsAre("assign"));
    EXPECT_THAT(found("activity", "NOT assign", "why"), ElementsAre("round"));
    EXPECT_THAT(found("activity", "undoneBy:*", "target"), IsEmpty());
}

TEST_F(CtlQueryTest, QuarantineListTakesAQueryAndLooksBeyondTheFirstPage) {
    Words messages = {"{\"_id_\":\"oldest\"}"};
    for (int i = 0; i < 600; ++i) messages.emplace_back("[1,2,3]");
    messages.emplace_back(200, 'x');
    applied(messages);
    EXPECT_THAT(found("quarantine", "payload:*oldest*", "sequence"), SizeIs(1));
    EXPECT_THAT(found("quarantine", "oldest", "sequence"), SizeIs(1));
    EXPECT_THAT(found("quarantine", "size:>=200", "sizeBytes"), ElementsAre(200));
    EXPECT_THAT(found("quarantine", "topic:iot/* arrived:1d", "sequence"), SizeIs(602));
    EXPECT_THAT(found("quarantine", "NOT reason:*", "sequence"), IsEmpty());
    EXPECT_THAT(lines({"quarantine", "list", "--query", "size:7", "--limit", "550"}), SizeIs(550));
    EXPECT_THAT(lines({"quarantine", "list"}), SizeIs(602));
    EXPECT_THAT(lines({"quarantine", "list", "--limit", "501"}), SizeIs(501));
    EXPECT_THAT(lines({"quarantine", "list", "--limit", "0"}), IsEmpty());
}

TEST_F(CtlQueryTest, AWrongQueryIsRefusedAsInDeviceList) {
    applied({failure("abc")});
    for (const char* list : {"device", "alert", "firmware", "activity", "quarantine"})
        expectFailure({list, "list", "--query", "a OR ("}, "The query, at character 7: expected a word, a field or");
    expectFailure({"alert", "list", "--query", "state:broken"},
                  "at character 7: expected a state instead of \"broken\": there are open, acknowledged, resolved.");
    expectFailure({"firmware", "list", "--query", "devices:many"}, "expected a number, as in devices:5");
    expectFailure({"activity", "list", "--query", "at:soon"}, "as in at:90s, at:5m, at:2h or at:1d");
    expectFailure({"quarantine", "list", "--query", "size:"}, "at character 6: expected a value after \"size:\"");
}

TEST_F(CtlQueryTest, TheHelpOfEveryListTellsOfTheQuery) {
    for (const char* list : {"device", "alert", "firmware", "activity", "quarantine"})
        EXPECT_THAT(runCtl({list, "list", "--help"}).out, HasSubstr("--query")) << list;
}

// What is printed may be asked for by the same name, but for what is a list or bytes.
void expectFieldFor(const json& printed, const fleet::QueryVocabulary& vocabulary, const Words& others) {
    for (const auto& [key, value] : printed.items()) {
        const bool isOther = std::find(others.begin(), others.end(), key) != others.end();
        EXPECT_EQ(vocabulary.find(key).has_value(), !isOther) << key;
    }
}

TEST(CtlQueryFields, AreNamedAsTheJsonIs) {
    fleet::FirmwareRecord firmware;
    firmware.expiresAtS = 1;
    for (const fleet::ManifestText& text : fleet::kManifestTexts) firmware.*text.member = "x";
    firmware.zipName = firmware.originalName = firmware.zipSha256 = firmware.errorReason = firmware.manifest = "x";
    expectFieldFor(app::alertToJson({}), fleet::alertFields(), {});
    expectFieldFor(app::firmwareToJson(firmware), fleet::firmwareFields(),
                   {"files", "manifest", "partition_offsets", "status_history"});
    expectFieldFor(app::auditToJson({}), fleet::activityFields(), {"changes"});
    expectFieldFor(app::quarantinedToJson({}), fleet::quarantineFields(), {});
}

}  // namespace
}  // namespace drydock::tests
