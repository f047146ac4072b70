// drydockctl's actions on one device and on many, their undo, and looks at the past.
#include <csignal>
#include <set>

#include "app/commands/ctl_session.h"
#include "app/commands/on_each.h"
#include "tests/app/ctl_fixture.h"
#include "tests/support/manual_clock.h"

namespace drydock::tests {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string message(const std::string& id, int timestampMs, const std::string& status) {
    return R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(timestampMs) + R"(,"status":")" + status +
           R"(","model":"wo:v8","FW":"2.27"})";
}

class CtlActionTest : public CtlTest {
protected:
    // Each through its first cycle, so that it cools off.
    void cooling(const std::vector<std::string>& ids) {
        std::vector<std::string> payloads;
        for (const std::string& id : ids)
            for (int i = 0; i < 10; ++i) payloads.push_back(message(id, i, "failed"));
        applied(payloads);
    }
    json shown(const std::string& id) { return line({"device", "show", id}); }
    std::size_t activities() { return lines({"activity", "list"}).size(); }
    void expectWrongUsage(const std::vector<std::string>& words) {
        const FinishedProcess finished = ctl(words);
        EXPECT_EQ(finished.status, 2) << finished.out;
        EXPECT_TRUE(isOneLine(finished.error)) << finished.error;
    }
};

TEST_F(CtlActionTest, OneThatFailsDoesNotStopTheRestOfABulk) {
    cooling({"a", "b"});
    const FinishedProcess finished = ctl({"device", "restore", "a", "nobody", "b", "a"});
    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(finished.error, "drydockctl: 1 of 3 failed.\n");
    const std::vector<json> results = jsonLines(finished.out);
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0]["id"], "a");
    EXPECT_EQ(results[0]["canUndo"], true);
    EXPECT_EQ(results[1]["id"], "nobody");
    EXPECT_EQ(results[1]["error"]["code"], "notFound");
    EXPECT_THAT(results[1]["error"]["message"].get<std::string>(), HasSubstr("no device nobody"));
    EXPECT_EQ(results[2]["id"], "b");
    for (const char* id : {"a", "b"}) EXPECT_EQ(shown(id)["phase"], "retrying");
    const std::vector<json> activity = lines({"activity", "list"});
    ASSERT_EQ(activity.size(), 2U);
    for (const json& each : activity) EXPECT_EQ(each["bulk"], results[0]["auditSequence"]);
}

TEST_F(CtlActionTest, AQueryNamesTheDevicesOfABulk) {
    cooling({"a", "b"});
    applied({message("c", 1, "failed")});
    EXPECT_EQ(lines({"device", "restore", "--query", "phase:coolingOff"}).size(), 2U);
    EXPECT_THAT(lines({"device", "restore", "--query", "phase:coolingOff"}), IsEmpty());
    EXPECT_EQ(lines({"device", "note", "--query", "thingName:*", "seen", "--why", "round"}).size(), 3U);
    EXPECT_EQ(shown("c")["note"], "seen");
    expectFailure({"device", "delete", "--query", ""}, "thingName:*");
    expectFailure({"device", "delete", "--query", "phase:broken"}, "expected a phase");
    EXPECT_EQ(lines({"device", "list"}).size(), 3U);
}

TEST_F(CtlActionTest, ABulkIsUndoneRowByRowOrAsAWhole) {
    cooling({"a", "b", "c"});
    const std::vector<json> done = lines({"device", "restore", "a", "b", "c"});
    ASSERT_EQ(done.size(), 3U);
    const std::string bulk = done[0]["auditSequence"].dump();
    EXPECT_EQ(lines({"activity", "undo", done[1]["auditSequence"].dump()}).size(), 1U);
    EXPECT_EQ(shown("b")["phase"], "coolingOff");
    EXPECT_EQ(line({"activity", "undo", bulk, "--preview"})["target"], "a");
    EXPECT_EQ(shown("a")["phase"], "retrying");

    const std::vector<json> undone = lines({"activity", "undo", "--bulk", bulk});
    ASSERT_EQ(undone.size(), 2U);
    EXPECT_EQ(undone[0]["id"], done[2]["auditSequence"]);
    for (const char* id : {"a", "b", "c"}) EXPECT_EQ(shown(id)["phase"], "coolingOff");
    expectFailure({"activity", "undo", "--bulk", bulk}, "can be undone");
    EXPECT_EQ(line({"check"})["findings"], 0);
}

TEST_F(CtlActionTest, APreviewShowsWhatWouldChangeAndChangesNothing) {
    cooling({"a", "b"});
    const std::vector<json> previews = lines({"device", "restore", "a", "b", "--preview"});
    ASSERT_EQ(previews.size(), 2U);
    EXPECT_EQ(previews[0]["id"], "a");
    EXPECT_EQ(previews[0]["preview"], true);
    EXPECT_EQ(previews[0]["action"], "restoreAttributes");
    EXPECT_THAT(previews[0]["changes"],
                ::testing::Contains(json{{"field", "attributes.FW"}, {"before", "moveOut"}, {"after", "2.27"}}));
    EXPECT_EQ(line({"group", "create", "g", "--static", "--preview"})["preview"], true);
    EXPECT_EQ(shown("a")["phase"], "coolingOff");
    EXPECT_EQ(activities(), 0U);
    expectFailure({"group", "show", "g"}, "no thing group");
    expectFailure({"device", "release", "a", "--preview"}, "cooling off");
}

TEST_F(CtlActionTest, ACoolOffIsExtendedCutAndEnded) {
    cooling({"a"});
    EXPECT_EQ(lines({"device", "cool-off", "a", "--for", "48h"}).size(), 1U);
    const std::int64_t extended = shown("a")["restoreAt"];
    EXPECT_GE(extended, kArrivedMs + 48LL * 3'600'000);
    const std::int64_t until = extended / 1000 - 3600;
    EXPECT_EQ(lines({"device", "cool-off", "a", "--until", std::to_string(until)}).size(), 1U);
    EXPECT_EQ(shown("a")["restoreAt"], until * 1000);
    expectFailure({"device", "cool-off", "a", "--until", "2020-01-01T00:00:00Z"}, "has passed");
    expectFailure({"device", "cool-off", "a", "--for", "3650d"}, "more than a year");
    EXPECT_EQ(lines({"device", "cool-off", "a", "--end"}).size(), 1U);
    EXPECT_EQ(shown("a")["phase"], "retrying");
    EXPECT_EQ(shown("a")["attributes"]["FW"], "2.27");
    expectFailure({"device", "cool-off", "a", "--end"}, "not cooling off");
    expectWrongUsage({"device", "cool-off", "a"});
    expectWrongUsage({"device", "cool-off", "a", "--end", "--for", "1h"});
    expectWrongUsage({"device", "cool-off", "--end"});
    expectWrongUsage({"device", "cool-off", "a", "--for", "soon"});
    expectWrongUsage({"device", "restore", "a", "--query", "phase:failed"});
}

TEST_F(CtlActionTest, AttributesAreSetAndRemoved) {
    applied({message("a", 1, "downloading"), message("b", 1, "downloading")});
    EXPECT_EQ(lines({"device", "set", "a", "site=north", "rack=7"}).size(), 1U);
    EXPECT_EQ(shown("a")["attributes"], (json{{"FW", "2.27"}, {"model", "wo:v8"}, {"rack", "7"}, {"site", "north"}}));
    EXPECT_EQ(lines({"device", "set", "--remove", "rack", "a", "site=x=y"}).size(), 1U);
    EXPECT_EQ(shown("a")["attributes"], (json{{"FW", "2.27"}, {"model", "wo:v8"}, {"site", "x=y"}}));
    EXPECT_EQ(lines({"device", "set", "--query", "thingName:*", "site=south"}).size(), 2U);
    EXPECT_EQ(lines({"device", "set", "--query", "thingName:*", "--remove", "site"}).size(), 2U);
    EXPECT_FALSE(shown("b")["attributes"].contains("site"));
    expectFailure({"device", "set", "a", "FW=moveOut"}, "mark of the retry cycle");
    expectFailure({"device", "set", "a", "site=two words"}, "not valid");
    expectWrongUsage({"device", "set", "a"});
    expectWrongUsage({"device", "set", "site=north"});
    expectWrongUsage({"device", "set", "a", "site=north", "--query", "thingName:*"});
}

TEST_F(CtlActionTest, ManyDevicesAreAssignedAndNotedOn) {
    applied({message("a", 1, "downloading"), message("b", 1, "downloading")});
    EXPECT_EQ(lines({"device", "assign", "a", "b", "Grace Hopper"}).size(), 2U);
    EXPECT_EQ(shown("b")["assignee"], "Grace Hopper");
    EXPECT_EQ(lines({"device", "assign", "a", ""}).size(), 1U);
    EXPECT_TRUE(shown("a")["assignee"].is_null());
    expectWrongUsage({"device", "assign", "a"});
    expectWrongUsage({"device", "note", "--query", "thingName:*", "a", "text"});
    expectWrongUsage({"device", "note", "--query", "thingName:*"});
}

TEST_F(CtlActionTest, ADeletedDeviceHasLeftItsHistoryAndComesBackByUndo) {
    cooling({"a"});
    const json deleted = line({"device", "delete", "a", "--why", "scrapped"});
    expectFailure({"device", "show", "a"}, "no device a");
    EXPECT_EQ(lines({"device", "history", "a"}).back()["what"], "deleteDevice");
    EXPECT_EQ(line({"check"})["findings"], 0);
    EXPECT_EQ(lines({"activity", "undo", deleted["auditSequence"].dump()}).size(), 1U);
    EXPECT_EQ(shown("a")["phase"], "coolingOff");
    EXPECT_EQ(line({"check"})["findings"], 0);
}

TEST_F(CtlActionTest, AProcessThatHoldsTheStoreDoesABulkToo) {
    cooling({"a", "b"});
    ServeProcess serve({"--store", m_directory.path().string()});
    ASSERT_TRUE(serve.ready()["ready"]);
    const std::vector<json> done = lines({"device", "restore", "a", "b"});
    ASSERT_EQ(done.size(), 2U);
    EXPECT_EQ(lines({"activity", "undo", "--bulk", done[0]["auditSequence"].dump()}).size(), 2U);
    EXPECT_EQ(shown("a")["phase"], "coolingOff");
    static_cast<void>(serve.stop(SIGTERM));
}

TEST_F(CtlActionTest, ASignalStopsABulkBetweenTwoDevices) {
    applied({message("a", 1, "downloading"), message("b", 1, "downloading")});
    sigset_t interrupt;
    sigset_t before;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &before);
    raise(SIGINT);
    app::CtlSession session(m_directory.path());
    const auto done = app::onEach(session, "device note", {{"text", "seen"}}, {"a", "b"});
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "Stopped: 0 of 2 were dealt with.");
    EXPECT_EQ(activities(), 0U);
}

TEST_F(CtlActionTest, KilledAmidABulkEachDeviceIsBeforeOrAfter) {
    std::vector<std::string> ids;
    for (int i = 0; i < 60; ++i) ids.push_back("d" + std::to_string(i));
    cooling(ids);
    std::vector<std::string> command = {DRYDOCK_BINARY_DIR "/bin/drydockctl", "device", "restore", "--store",
                                        m_directory.path().string()};
    command.insert(command.end(), ids.begin(), ids.end());
    {
        ChildProcess bulk(command);
        EXPECT_THAT(bulk.readLine(), HasSubstr("auditSequence"));
        bulk.signal(SIGKILL);
        static_cast<void>(bulk.wait());
    }
    std::set<std::string> restored;
    for (const json& activity : lines({"activity", "list"})) restored.insert(activity["target"].get<std::string>());
    EXPECT_TRUE(restored.contains("d0"));
    for (const json& device : lines({"device", "list"})) {
        const bool done = restored.contains(device["deviceId"].get<std::string>());
        EXPECT_EQ(device["phase"], done ? "retrying" : "coolingOff") << device["deviceId"];
        EXPECT_EQ(device["attributes"]["FW"], done ? "2.27" : "moveOut") << device["deviceId"];
    }
    EXPECT_EQ(line({"check"})["findings"], 0);
    // What is left is done by the same command again.
    static_cast<void>(ctl({"device", "restore", "--query", "phase:coolingOff"}));
    EXPECT_THAT(lines({"device", "list", "--query", "phase:coolingOff"}), IsEmpty());
}

// --- as of a time

class CtlPastTest : public CtlActionTest {
protected:
    // What happens at a time long enough ago that nothing a command does now lies beside it.
    CtlPastTest() {
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        options.clock = &m_clock;
        options.settings = {{"cycle.retries", "2"}, {"cycle.cycles", "1"}};
        const auto core = app::DeskCore::start(options, {});
        EXPECT_TRUE(core) << core.error().message;
        if (!core) return;
        const auto apply = [&core, this](const std::vector<std::string>& payloads) {
            std::vector<fleet::RawMessage> messages;
            for (const std::string& each : payloads) messages.push_back({"iot/device/data", each, m_clock.wallMs()});
            const auto done = (*core)->call<storage::Result<void>>(
                [&messages](fleet::FleetService& service, storage::SqliteStore&) { return service.apply(messages); });
            EXPECT_TRUE(done) << done.error().message;
        };
        apply({message("a", 1, "failed"), message("b", 1, "downloading")});
        m_clock.advance(3'600'000);
        apply({message("a", 2, "failed")});
        m_clock.advance(3'600'000);
        const auto ran = (*core)->call<storage::Result<std::size_t>>(
            [](fleet::FleetService& service, storage::SqliteStore&) { return service.runDueTimers(10); });
        EXPECT_TRUE(ran);
        m_clock.advance(3'600'000);
    }
    // So many hours after the first message, as an option says it.
    [[nodiscard]] std::string at(double hours) const {
        return std::to_string((m_beginsMs + static_cast<std::int64_t>(hours * 3'600'000)) / 1000);
    }
    std::vector<std::string> ids(const std::vector<std::string>& words) {
        std::vector<std::string> found;
        for (const json& device : lines(words)) found.push_back(device["deviceId"]);
        return found;
    }

    const std::int64_t m_beginsMs = (kArrivedMs / 1000 - 10 * 3600) * 1000;
    ManualClock m_clock{m_beginsMs};
};

TEST_F(CtlPastTest, ADeviceIsShownAsOfATimeAndWhatIsNotKnownIsSaid) {
    EXPECT_EQ(shown("a")["phase"], "failed");
    const json then = line({"device", "show", "a", "--at", at(0.5)});
    EXPECT_EQ(then["phase"], "retrying");
    EXPECT_EQ(then["RetryCounter"], 1);
    EXPECT_EQ(then["attributes"]["FW"], "2.27");
    EXPECT_EQ(then["asOf"], m_beginsMs + 1'800'000);
    EXPECT_EQ(then["unknown"],
              json::array({"lastStatus", "lastSeen", "deviceTime", "clockOffset", "clockIsOff", "reported"}));
    for (const json& name : then["unknown"]) EXPECT_TRUE(then.at(name.get<std::string>()).is_null());
    EXPECT_EQ(line({"device", "show", "a", "--at", at(1.5)})["phase"], "failing");
    expectFailure({"device", "show", "nobody", "--at", at(0.5)}, "had no device nobody");
}

TEST_F(CtlPastTest, AListAndAGroupAreShownAsOfATime) {
    EXPECT_THAT(ids({"device", "list", "--at", at(0.5)}), ElementsAre("a", "b"));
    EXPECT_THAT(ids({"device", "list", "--at", at(0.5), "--query", "phase:retrying"}), ElementsAre("a"));
    EXPECT_THAT(ids({"device", "list", "--at", at(2.5), "--query", "phase:retrying"}), IsEmpty());
    EXPECT_THAT(ids({"device", "list", "--at", at(2.5), "--query", "groups:FailedToUpdate"}), ElementsAre("a"));
    EXPECT_EQ(line({"group", "show", "FailedToUpdate", "--at", at(1.5)})["members"], json::array());
    const json group = line({"group", "show", "FailedToUpdate", "--at", at(2.5)});
    EXPECT_EQ(group["members"], json::array({"a"}));
    EXPECT_EQ(group["unknown"], json::array({"state"}));
    expectFailure({"device", "list", "--at", at(0.5), "--query", "status:failed"}, "as it is now only");
}

TEST_F(CtlPastTest, ATimeNothingIsKnownOfIsRefused) {
    expectFailure({"device", "show", "a", "--at", at(-1)}, "before the log of changes, which begins at");
    expectFailure({"device", "list", "--at", at(1000)}, "still to come");
    expectFailure({"group", "show", "FailedToUpdate", "--at", at(-1)}, "before the log of changes");
    expectWrongUsage({"device", "show", "a", "--at", "yesterday"});
}

TEST_F(CtlPastTest, ManyAlertsAreAcknowledgedAndResolved) {
    const std::string id = line({"alert", "list"})["id"];
    const FinishedProcess finished = ctl({"alert", "ack", id, "alert-0"});
    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(jsonLines(finished.out).size(), 2U);
    EXPECT_EQ(line({"alert", "list"})["state"], "acknowledged");
    EXPECT_EQ(line({"alert", "resolve", id, "--preview"})["action"], "resolveAlert");
    EXPECT_EQ(lines({"alert", "resolve", id}).size(), 1U);
    EXPECT_EQ(line({"alert", "list"})["state"], "resolved");
    expectFailure({"alert", "resolve", id}, "already");
}

}  // namespace
}  // namespace drydock::tests
