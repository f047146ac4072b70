// drydockctl alone: its words, exit statuses and what its commands do to a store nobody else holds.

#include <fstream>

#include <sqlite3.h>

#include "tests/app/ctl_fixture.h"
#include "tests/support/damage.h"

namespace drydock::tests {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string failure(const std::string& id, int timestampMs) {
    return R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(timestampMs) +
           R"(,"status":"failed","model":"wo:v8","FW":"2.27"})";
}

TEST_F(CtlTest, EveryCommandHasHelpAndVersion) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{},
                                                                                       {"serve"},
                                                                                       {"simulate"},
                                                                                       {"check"},
                                                                                       {"device"},
                                                                                       {"device", "list"},
                                                                                       {"device", "show"},
                                                                                       {"device", "note"},
                                                                                       {"firmware", "import"},
                                                                                       {"group", "create"},
                                                                                       {"alert", "ack"},
                                                                                       {"activity", "undo"},
                                                                                       {"quarantine", "list"},
                                                                                       {"table", "query"},
                                                                                       {"table", "create"},
                                                                                       {"table", "restore"},
                                                                                       {"table", "sql"},
                                                                                       {"table", "stream"},
                                                                                       {"report"}}) {
        auto help = words;
        help.emplace_back("--help");
        const FinishedProcess helped = runCtl(help);
        EXPECT_EQ(helped.status, 0);
        EXPECT_THAT(helped.out, HasSubstr("Usage: drydockctl"));
        auto version = words;
        version.emplace_back("--version");
        const FinishedProcess versioned = runCtl(version);
        EXPECT_EQ(versioned.status, 0) << versioned.error;
        EXPECT_EQ(versioned.out, "drydockctl " DRYDOCK_VERSION "\n");
    }
}

TEST_F(CtlTest, WrongUsageIsStatusTwoAndOneLine) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {},
             {"device"},
             {"device", "explode"},
             {"device", "show"},
             {"device", "show", "a", "b"},
             {"device", "list", "--nope"},
             {"device", "list", "--query"},
             {"activity", "undo", "three"},
             {"serve", "--cool-off", "soon"},
             {"serve", "--broker", "http://example.org"},
             {"serve", "--mqtt-version", "4"},
             {"simulate"},
             {"simulate", "--broker", "mqtt://127.0.0.1", "--messages", "1", "--seconds", "1"},
             {"simulate", "--broker", "mqtt://127.0.0.1", "--ota", "ftp://127.0.0.1"},
             {"simulate", "--broker", "mqtt://127.0.0.1", "--flaky-ratio", "0.1"},
             {"simulate", "--broker", "mqtt://127.0.0.1", "--ota", "http://127.0.0.1", "--wrong-image-ratio", "2"},
             {"simulate", "--broker", "mqtt://127.0.0.1", "--ota", "http://127.0.0.1", "--application", ""},
             {"table", "scan", "T", "--limit", "-1"},
             {"firmware", "import"},
             {"group", "create", "g"},
             {"group", "create", "g", "--static", "--query", "phase:failed"},
             {"group", "add", "g"},
             {"group", "edit", "g"},
             {"device", "list", "--store"}}) {
        const FinishedProcess finished = runCtl(words);
        EXPECT_EQ(finished.status, 2);
        EXPECT_TRUE(isOneLine(finished.error)) << finished.error;
        EXPECT_THAT(finished.error, HasSubstr("--help"));
        EXPECT_THAT(finished.out, IsEmpty());
    }
}

TEST_F(CtlTest, OptionsMayStandAnywhere) {
    applied({failure("a", 1)});
    const std::string store = m_directory.path().string();
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"--store", store, "device", "show", "a"},
                                               {"device", "--store", store, "show", "a"},
                                               {"device", "show", "--store=" + store, "a"},
                                               {"device", "show", "a", "--store", store}}) {
        const FinishedProcess finished = runCtl(words);
        EXPECT_EQ(finished.status, 0) << finished.error;
        EXPECT_THAT(finished.out, HasSubstr("\"deviceId\":\"a\""));
    }
}

TEST_F(CtlTest, ADeviceMayBeNamedLikeACommand) {
    applied({failure("list", 1), failure("alert", 1)});
    EXPECT_EQ(line({"device", "show", "list"})["deviceId"], "list");
    EXPECT_EQ(line({"device", "show", "alert"})["deviceId"], "alert");
}

TEST_F(CtlTest, AStoreThatIsNotThereIsNamedAndNotMade) {
    const std::string absent = m_directory / "absent";
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"device", "list"}, {"device", "note", "a", "x"}, {"check"}, {"table", "list"}}) {
        auto all = words;
        all.insert(all.end(), {"--store", absent});
        const FinishedProcess finished = runCtl(all);
        EXPECT_EQ(finished.status, 1);
        EXPECT_EQ(finished.error, "drydockctl: There is no store in " + absent + ".\n");
    }
    EXPECT_FALSE(std::filesystem::exists(absent));
}

TEST_F(CtlTest, ShowsADevice) {
    applied({failure("a", 1), failure("a", 2)});
    const json device = line({"device", "show", "a"});
    EXPECT_EQ(device["deviceId"], "a");
    EXPECT_EQ(device["phase"], "retrying");
    EXPECT_EQ(device["RetryCounter"], 2);
    EXPECT_EQ(device["ResetRetryCount"], 0);
    EXPECT_EQ(device["attributes"], (json{{"model", "wo:v8"}, {"FW", "2.27"}}));
    EXPECT_EQ(device["backup"], (json{{"model", "wo:v8"}, {"FW", "2.27"}}));
    EXPECT_EQ(device["groups"], json::array());
    EXPECT_EQ(device["lastStatus"], "failed");
    EXPECT_EQ(device["lastSeen"], kArrivedMs);
    EXPECT_TRUE(device["restoreAt"].is_null());
    EXPECT_TRUE(device["moveAt"].is_null());
    EXPECT_EQ(device["clockIsOff"], true);
    expectFailure({"device", "show", "nobody"}, "nobody");
}

TEST_F(CtlTest, ListsDevicesByWords) {
    applied({failure("abc", 1), failure("xyz", 1), R"({"_id_":"ok-1","timestamp":1,"status":"Downloading"})"});
    const auto ids = [this](const std::string& query) {
        std::vector<std::string> found;
        for (const json& device : lines({"device", "list", "--query", query})) found.push_back(device["deviceId"]);
        return found;
    };
    EXPECT_EQ(lines({"device", "list"}).size(), 3U);
    EXPECT_EQ(ids("RETRYING wo:v8"), (std::vector<std::string>{"abc", "xyz"}));
    EXPECT_EQ(ids("retrying XY"), (std::vector<std::string>{"xyz"}));
    EXPECT_EQ(ids("downloading"), (std::vector<std::string>{"ok-1"}));
    EXPECT_EQ(ids("retrying downloading"), std::vector<std::string>{});
}

TEST_F(CtlTest, HistoryReadsAsALog) {
    applied({failure("a", 1), failure("a", 2), failure("a", 3)});
    std::vector<std::int64_t> timestamps;
    std::uint64_t last = 0;
    for (const json& entry : lines({"device", "history", "a"})) {
        EXPECT_GT(entry["sequence"].get<std::uint64_t>(), last);
        last = entry["sequence"];
        if (entry["kind"] == "message") timestamps.push_back(entry["fields"]["timestamp"]);
    }
    EXPECT_EQ(timestamps, (std::vector<std::int64_t>{1, 2, 3}));
    const std::vector<json> newest = lines({"device", "history", "a", "--limit", "1"});
    ASSERT_EQ(newest.size(), 1U);
    EXPECT_EQ(newest[0]["sequence"], last);
    expectFailure({"device", "history", "nobody"}, "nobody");
}

TEST_F(CtlTest, ActionsAreDoneAuditedAndUndone) {
    applied({failure("a", 1)});
    const json outcome = line({"device", "note", "a", "on the bench", "--why", "battery"});
    EXPECT_EQ(outcome["canUndo"], true);
    EXPECT_EQ(line({"device", "show", "a"})["note"], "on the bench");
    const std::vector<json> activity = lines({"activity", "list", "--undoable"});
    ASSERT_EQ(activity.size(), 1U);
    EXPECT_EQ(activity[0]["id"], outcome["auditSequence"]);
    EXPECT_EQ(activity[0]["why"], "battery");
    EXPECT_EQ(activity[0]["screen"], "drydockctl device note");
    const std::string id = outcome["auditSequence"].dump();
    EXPECT_EQ(lines({"activity", "undo", id}).size(), 1U);
    EXPECT_TRUE(line({"device", "show", "a"})["note"].is_null());
    expectFailure({"activity", "undo", id}, "");
    expectFailure({"device", "note", "nobody", "x"}, "nobody");
}

TEST_F(CtlTest, AFailedDeviceIsReleased) {
    applied({failure("a", 1)});
    EXPECT_EQ(lines({"device", "fail", "a"}).size(), 1U);
    EXPECT_EQ(line({"device", "show", "a"})["phase"], "failed");
    EXPECT_EQ(line({"device", "show", "a"})["groups"], json::array({"FailedToUpdate"}));
    EXPECT_EQ(lines({"device", "release", "a"}).size(), 1U);
    const json released = line({"device", "show", "a"});
    EXPECT_EQ(released["phase"], "well");
    EXPECT_EQ(released["groups"], json::array());
    EXPECT_EQ(released["attributes"]["FW"], "2.27");
    expectFailure({"device", "release", "a"}, "");
}

TEST_F(CtlTest, QuarantineShowsReasonAndPayload) {
    applied({"[1,2,3]", std::string("\xff\xfe{", 3), "{\"a\":\u00fc}", std::string("{\"a\0\":1}", 8)});
    const std::vector<json> all = lines({"quarantine", "list"});
    ASSERT_EQ(all.size(), 4U);
    for (const json& message : all) {
        EXPECT_FALSE(message["reason"].get<std::string>().empty());
        EXPECT_TRUE(message.contains("payload") != message.contains("payloadBase64"));
    }
    EXPECT_EQ(lines({"quarantine", "list", "--limit", "1"}).size(), 1U);
}

TEST_F(CtlTest, FirmwareGoesFromImportToRelease) {
    const std::string zip = m_directory / "sample.zip";
    const std::string store = m_directory / "store";
    ASSERT_EQ(runCtl({"firmware", "sample", "--out", zip, "--product", "p", "--version", "2026.04.01"}).status, 0);
    const FinishedProcess imported = runCtl({"firmware", "import", zip, "--store", store});
    ASSERT_EQ(imported.status, 0) << imported.error;
    const json record = jsonLines(imported.out).at(0);
    EXPECT_EQ(record["product_id"], "p");
    EXPECT_EQ(record["version"], "2026.04.01");
    EXPECT_EQ(record["release_status"], "READY_TO_TEST");
    const std::string name = record["zip_name"];

    const auto setStatus = [&](const std::string& status) {
        return runCtl({"firmware", "set-status", name, status, "--store", store});
    };
    const FinishedProcess tooEarly = setStatus("RELEASED");
    EXPECT_EQ(tooEarly.status, 1);
    EXPECT_THAT(tooEarly.error, HasSubstr("READY_TO_TEST"));
    EXPECT_EQ(setStatus("TESTING").status, 0);
    EXPECT_EQ(setStatus("RELEASED").status, 0);
    const FinishedProcess shown = runCtl({"firmware", "show", name, "--store", store});
    EXPECT_EQ(jsonLines(shown.out).at(0)["release_status"], "RELEASED");
    EXPECT_EQ(runCtl({"firmware", "delete", name, "--store", store}).status, 1);
    EXPECT_EQ(jsonLines(runCtl({"firmware", "list", "--store", store}).out).size(), 1U);
}

TEST_F(CtlTest, FirmwareIsOfferedComparedAndDownloaded) {
    const std::string store = m_directory / "store";
    std::vector<std::string> names;
    for (const char* version : {"2026.01.01", "2026.02.01"}) {
        const std::string zip = m_directory / version;
        ASSERT_EQ(runCtl({"firmware", "sample", "--out", zip, "--product", "p", "--version", version}).status, 0);
        names.push_back(jsonLines(runCtl({"firmware", "import", zip, "--store", store}).out).at(0)["zip_name"]);
    }
    const auto next = [&store](const std::vector<std::string>& device) {
        std::vector<std::string> words = {"firmware", "next", "--store", store};
        words.insert(words.end(), device.begin(), device.end());
        return runCtl(words);
    };
    EXPECT_EQ(next({"p", "main"}).status, 1);
    for (const std::string& name : names) {
        for (const char* status : {"TESTING", "RELEASED"})
            ASSERT_EQ(runCtl({"firmware", "set-status", name, status, "--store", store}).status, 0);
    }
    EXPECT_EQ(jsonLines(next({"p", "main"}).out).size(), 2U);
    EXPECT_EQ(jsonLines(next({"p", "main", "2026.01.01"}).out).at(0)["version"], "2026.02.01");
    const FinishedProcess ahead = next({"p", "main", "2026.03.01"});
    EXPECT_EQ(ahead.status, 1);
    EXPECT_THAT(ahead.error, HasSubstr("ahead of all"));

    const FinishedProcess compared = runCtl({"firmware", "compare", names[0], names[1], "--store", store});
    ASSERT_EQ(compared.status, 0) << compared.error;
    const json comparison = jsonLines(compared.out).at(0);
    EXPECT_EQ(comparison["fields"]["version"], (json{{"before", "2026.01.01"}, {"after", "2026.02.01"}}));
    EXPECT_EQ(comparison["files"]["changed"].at(0)["name"], "firmware.bin");
    EXPECT_TRUE(comparison["files"]["added"].empty());
    EXPECT_TRUE(comparison["partitions"].empty());
    EXPECT_EQ(runCtl({"firmware", "compare", names[0], "none.zip", "--store", store}).status, 1);

    const std::string copy = m_directory / "copy.zip";
    ASSERT_EQ(runCtl({"firmware", "download", names[0], "--out", copy, "--store", store}).status, 0);
    EXPECT_EQ(std::filesystem::file_size(copy), std::filesystem::file_size(m_directory / "2026.01.01"));
    EXPECT_EQ(runCtl({"firmware", "download", "none.zip", "--out", copy, "--store", store}).status, 1);
}

TEST_F(CtlTest, OneBadPackageDoesNotStopTheRest) {
    const std::string good = m_directory / "good.zip";
    const std::string bad = m_directory / "bad.zip";
    const std::string store = m_directory / "store";
    ASSERT_EQ(runCtl({"firmware", "sample", "--out", good}).status, 0);
    std::ofstream(bad) << "no ZIP";
    const FinishedProcess finished = runCtl({"firmware", "import", bad, good, "--store", store});
    EXPECT_EQ(finished.status, 1);
    EXPECT_TRUE(isOneLine(finished.error)) << finished.error;
    EXPECT_EQ(jsonLines(finished.out).size(), 1U);
}

TEST_F(CtlTest, TablesAreReadAndWrittenInBothFormats) {
    applied({});
    const std::string item = R"({"thingName":{"S":"t1"},"phase":{"S":"well"}})";
    EXPECT_EQ(lines({"table", "put", "Things", "--item", item}).size(), 1U);
    EXPECT_EQ(line({"table", "get", "Things", "--key", R"({"thingName":{"S":"t1"}})"}), json::parse(item));
    EXPECT_EQ(line({"table", "get", "Things", "--plain", "--key", R"({"thingName":"t1"})"}),
              (json{{"thingName", "t1"}, {"phase", "well"}}));
    EXPECT_EQ(line({"table", "describe", "Things"})["itemCount"], 1);
    EXPECT_FALSE(lines({"table", "list"}).empty());
    expectFailure({"table", "get", "Things", "--key", R"({"thingName":{"S":"t2"}})"}, "no item");
    expectFailure({"table", "get", "Nothing", "--key", R"({"a":{"S":"t2"}})"}, "");
    expectFailure({"table", "get", "Things", "--key", "{"}, "--key");
    expectFailure({"table", "put", "Things", "--item", item, "--condition", "attribute_not_exists(thingName)"}, "");
}

TEST_F(CtlTest, PagesGoOnAfterTheLastKey) {
    applied({failure("a", 1), failure("a", 2), failure("a", 3)});
    const std::vector<std::string> query = {
        "table",    "query",         "DeviceHistory", "--key-condition", "#d = :d", "--names", R"({"#d":"deviceId"})",
        "--values", R"({":d":"a"})", "--plain",       "--limit",         "2"};
    std::size_t items = 0;
    std::string startKey;
    for (int page = 0; page < 20; ++page) {
        auto words = query;
        if (!startKey.empty()) words.insert(words.end(), {"--start-key", startKey});
        const std::vector<json> all = lines(words);
        const bool more = !all.empty() && all.back().contains("LastEvaluatedKey");
        items += all.size() - (more ? 1 : 0);
        if (!more) break;
        startKey = all.back()["LastEvaluatedKey"].dump();
    }
    EXPECT_EQ(items, line({"table", "describe", "DeviceHistory"})["itemCount"]);
    EXPECT_EQ(lines({"table", "scan", "DeviceHistory"}).size(), items);
}

TEST_F(CtlTest, CheckFindsNothingInAHealthyStoreAndCountersThatDisagree) {
    applied({failure("a", 1), failure("a", 2)});
    EXPECT_EQ(line({"check"})["findings"], 0);
    json record = line({"table", "get", "DeviceFirmwareRetries", "--key", R"({"deviceId":{"S":"a"}})"});
    record["RetryCounter"] = {{"N", "7"}};
    EXPECT_EQ(lines({"table", "put", "DeviceFirmwareRetries", "--item", record.dump()}).size(), 1U);
    const FinishedProcess found = ctl({"check"});
    EXPECT_EQ(found.status, 1);
    EXPECT_TRUE(isOneLine(found.error)) << found.error;
    const std::vector<json> all = jsonLines(found.out);
    ASSERT_GE(all.size(), 2U);
    EXPECT_GT(all.back()["findings"], 0);
}

TEST_F(CtlTest, CheckRepairsWhatCanBeRepairedAndSaysSo) {
    applied({failure("a", 1)});
    sqlite3* store = nullptr;
    ASSERT_EQ(sqlite3_open((m_directory / "store.db").c_str(), &store), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(store, "UPDATE tables SET item_count = item_count + 1 WHERE name = 'Things'", nullptr,
                           nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(store);
    EXPECT_EQ(ctl({"check"}).status, 1);
    const FinishedProcess repaired = ctl({"check", "--repair"});
    EXPECT_EQ(repaired.status, 0) << repaired.error;
    const std::vector<json> all = jsonLines(repaired.out);
    ASSERT_EQ(all.size(), 3U) << repaired.out;
    EXPECT_EQ(all[0]["table"], "Things");
    EXPECT_EQ(all[1], (json{{"findings", 1}, {"repaired", 1}}));
    EXPECT_EQ(all[2], (json{{"findings", 0}, {"repaired", 0}}));
}

TEST_F(CtlTest, CheckSetsADamagedFileAsideAndSavesTheRest) {
    applied({failure("a", 1), failure("b", 1)});
    damageTable(m_directory / "store.db", "index_1_0");
    const FinishedProcess found = ctl({"check"});
    EXPECT_EQ(found.status, 1);
    ASSERT_FALSE(jsonLines(found.out).empty());
    EXPECT_EQ(jsonLines(found.out).front()["repairable"], false);
    const FinishedProcess repaired = ctl({"check", "--repair"});
    EXPECT_EQ(repaired.status, 0) << repaired.error;
    EXPECT_NE(repaired.out.find("set aside as " + (m_directory / "store.db.damaged-").string()), std::string::npos)
        << repaired.out;
    EXPECT_EQ(jsonLines(repaired.out).back(), (json{{"findings", 0}, {"repaired", 0}}));
    EXPECT_EQ(jsonLines(ctl({"device", "list"}).out).size(), 2U);
}

}  // namespace
}  // namespace drydock::tests
