// Settings from the command line, the store and other hands, as a core and drydockctl go by them.
#include <csignal>
#include <future>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "models/fleet/tables.h"
#include "tests/app/ctl_fixture.h"
#include "tests/app/desk_core_fixture.h"
#include "tests/app/webhook_receiver.h"

namespace drydock::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DeskCoreSettingsTest : public DeskCoreTest {
protected:
    // As the endpoint and `table put` do it.
    void putSetting(const std::string& name, const std::string& value) {
        storage::PutRequest put;
        put.table = fleet::tables::kSettings;
        put.item = {{"name", name}, {"value", value}};
        std::promise<void> done;
        m_core->commit({{{std::move(put)}}}, [&done](const auto&) { done.set_value(); });
        done.get_future().wait();
    }
    int retriesPerCycle(const DeskCore& core) { return core.status().limits.retriesPerCycle; }
};

TEST_F(DeskCoreSettingsTest, ARunningCoreTakesOverWhatIsWrittenToTheirTable) {
    start();
    EXPECT_EQ(retriesPerCycle(*m_core), 10);
    putSetting("cycle.retries", "4");
    EXPECT_TRUE(tests::eventually([this] { return retriesPerCycle(*m_core) == 4; }));
    deliverFailures("a", 4);
    EXPECT_TRUE(reaches("a", fleet::Phase::coolingOff));
    putSetting("cycle.retries", "some");
    EXPECT_TRUE(tests::eventually([this] {
        const auto troubles = m_core->status().troubles;
        return troubles.size() == 1 && troubles[0].find("cycle.retries") != std::string::npos;
    }));
    EXPECT_EQ(retriesPerCycle(*m_core), 10);
}

TEST_F(DeskCoreSettingsTest, ACoreThatLooksOnGoesByWhatTheOwnerGoesBy) {
    m_options.settings = {{"cycle.coolOff", "2s"}};
    start();
    DeskOptions onlooking;
    onlooking.storeDirectory = m_options.storeDirectory;
    onlooking.clock = &m_clock;
    onlooking.readOnly = true;
    const auto onlooker = DeskCore::start(onlooking, {});
    ASSERT_TRUE(onlooker) << onlooker.error().message;
    EXPECT_EQ((*onlooker)->status().limits.coolOffMs, 2'000);
    putSetting("cycle.retries", "4");
    EXPECT_TRUE(tests::eventually([&] {
        m_clock.advance(500);
        (*onlooker)->post([](fleet::FleetService&, storage::SqliteStore&) {});
        return retriesPerCycle(**onlooker) == 4;
    }));
}

TEST_F(DeskCoreSettingsTest, ACoreIsNotStartedWithASettingThatIsNone) {
    m_options.settings = {{"cycle.retries", "-1"}};
    const auto core = DeskCore::start(m_options, {});
    ASSERT_FALSE(core);
    EXPECT_THAT(core.error().message, HasSubstr("a whole number from 1 to 1000"));
}

}  // namespace
}  // namespace drydock::app

namespace drydock::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class CtlSettingsTest : public CtlTest {
protected:
    void makeStore() const {
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        ASSERT_TRUE(app::DeskCore::start(options, {}));
    }
    [[nodiscard]] json setting(const std::string& name) const {
        for (json& each : lines({"settings", "list"}))
            if (each["name"] == name) return each;
        ADD_FAILURE() << name;
        return {};
    }
    [[nodiscard]] json device(const std::string& id) const { return line({"device", "show", id}); }
    static std::string failure(int timestamp) {
        return R"({"_id_":"a","timestamp":)" + std::to_string(timestamp) +
               R"(,"status":"failed","model":"wo:v8","FW":"2.27"})";
    }
    static std::vector<std::string> failures(int count) {
        std::vector<std::string> payloads;
        for (int i = 1; i <= count; ++i) payloads.push_back(failure(i));
        return payloads;
    }
};

TEST_F(CtlSettingsTest, ListSetAndResetWithTheirAudit) {
    makeStore();
    const json before = setting("cycle.retries");
    EXPECT_EQ(before["value"], "10");
    EXPECT_EQ(before["default"], "10");
    EXPECT_EQ(before["unit"], "count");
    EXPECT_EQ(before["source"], "default");
    EXPECT_EQ(line({"settings", "set", "cycle.retries", "3"})["summary"], "Set cycle.retries to 3.");
    EXPECT_EQ(setting("cycle.retries")["value"], "3");
    EXPECT_EQ(setting("cycle.retries")["source"], "store");
    EXPECT_EQ(line({"activity", "list"})["action"], "changeSetting");
    EXPECT_EQ(line({"settings", "reset", "cycle.retries"})["summary"], "Set cycle.retries back to its default.");
    EXPECT_EQ(setting("cycle.retries"), before);

    expectFailure({"settings", "set", "cycle.retries", "many"}, "a whole number from 1 to 1000");
    expectFailure({"settings", "set", "cycle.tries", "3"}, "There is no setting \"cycle.tries\"; there are");
    expectFailure({"settings", "set", "alerts.webhook", "http://example.com/"}, "an https address");
    expectFailure({"settings", "reset", "cycle.retries"}, "has its default already");
    EXPECT_EQ(lines({"activity", "list"}).size(), 2U);
    const FinishedProcess unfinished = ctl({"settings", "set", "cycle.retries"});
    EXPECT_EQ(unfinished.status, 2);
}

TEST_F(CtlSettingsTest, AStoreWithoutTheirTableHasDefaults) {
    ASSERT_TRUE(storage::SqliteStore::open(m_directory.path()));
    EXPECT_EQ(setting("keep.history")["value"], "90d");
}

TEST_F(CtlSettingsTest, WhatServeIsToldIsWhatEveryoneSees) {
    applied(failures(10));
    {
        ServeProcess serve({"--store", m_directory.path().string(), "--cool-off", "3h"});
        ASSERT_EQ(serve.ready()["ready"], true);
        EXPECT_EQ(setting("cycle.coolOff")["value"], "3h");
        EXPECT_EQ(setting("cycle.coolOff")["source"], "command line");
        EXPECT_EQ(line({"settings", "set", "cycle.retries", "4"})["canUndo"], true);
        EXPECT_EQ(setting("cycle.retries")["value"], "4");
        EXPECT_EQ(ctl({"check"}).status, 0);
        ASSERT_EQ(serve.stop(SIGTERM)["waiting"], 0);
    }
    EXPECT_EQ(setting("cycle.coolOff")["value"], "3h") << "as the last run left it";
    EXPECT_EQ(ctl({"check"}).status, 0);
    {
        ServeProcess serve({"--store", m_directory.path().string()});
        ASSERT_EQ(serve.ready()["ready"], true);
        EXPECT_EQ(setting("cycle.coolOff")["value"], "24h");
        EXPECT_EQ(setting("cycle.retries")["value"], "4");
        ASSERT_EQ(serve.stop(SIGTERM)["waiting"], 0);
    }
}

// The tenth failure of one cycle was the tenth when it came, whatever makes a cycle now.
TEST_F(CtlSettingsTest, TheCheckGoesByTheSettingsOfTheStore) {
    makeStore();
    ASSERT_EQ(ctl({"settings", "set", "cycle.retries", "3"}).status, 0);
    applied(failures(3));
    EXPECT_EQ(device("a")["phase"], "coolingOff");
    const FinishedProcess checked = ctl({"check"});
    EXPECT_EQ(checked.status, 0) << checked.out;
    ASSERT_EQ(ctl({"settings", "reset", "cycle.retries"}).status, 0);
    EXPECT_EQ(ctl({"check"}).status, 0);
}

TEST_F(CtlSettingsTest, AnAlertIsShownAndAsSnsJson) {
    makeStore();
    EXPECT_EQ(ctl({"settings", "set", "cycle.retries", "1"}).status, 0);
    EXPECT_EQ(ctl({"settings", "set", "cycle.cycles", "1"}).status, 0);
    EXPECT_EQ(ctl({"settings", "set", "cycle.groupMoveDelay", "1ms"}).status, 0);
    applied(failures(1));
    ServeProcess serve({"--store", m_directory.path().string()});
    ASSERT_EQ(serve.ready()["ready"], true);
    ASSERT_TRUE(eventually([this] { return device("a")["phase"] == "failed"; }));
    const json listed = line({"alert", "list"});
    EXPECT_EQ(listed["webhook"], "none");
    const std::string id = listed["id"];
    EXPECT_EQ(line({"alert", "show", id}), listed);
    const json sns = line({"alert", "show", id, "--sns"});
    EXPECT_EQ(sns["Type"], "Notification");
    EXPECT_EQ(sns["Message"], listed["message"]);
    expectFailure({"alert", "show", "alert-0"}, "alert-0");
}

// kill -9 with a delivery under way: it is posted again by whoever serves next.
TEST_F(CtlSettingsTest, AKilledProcessLosesNoDelivery) {
    WebhookReceiver receiver;
    receiver.hold();
    makeStore();
    for (const auto& [name, value] : std::map<std::string, std::string>{{"cycle.retries", "1"},
                                                                        {"cycle.cycles", "1"},
                                                                        {"cycle.groupMoveDelay", "1ms"},
                                                                        {"alerts.webhook", receiver.url()}})
        ASSERT_EQ(ctl({"settings", "set", name, value}).status, 0);
    applied(failures(1));
    {
        ServeProcess serve({"--store", m_directory.path().string()});
        ASSERT_EQ(serve.ready()["ready"], true);
        ASSERT_TRUE(eventually([&] { return receiver.count() >= 1; }));
        EXPECT_EQ(line({"alert", "list"})["webhook"], "pending");
        serve.kill();
    }
    receiver.release();
    ServeProcess serve({"--store", m_directory.path().string()});
    ASSERT_EQ(serve.ready()["ready"], true);
    ASSERT_TRUE(eventually([this] { return line({"alert", "list"})["webhook"] == "delivered"; }));
    std::set<std::string> ids;
    for (const auto& request : receiver.requests()) ids.insert(request.headers.at("x-amz-sns-message-id"));
    EXPECT_EQ(ids.size(), 1U);
}

}  // namespace
}  // namespace drydock::tests
