// drydockctl's commands on tables and reports, alone and beside a process that serves.

#include <csignal>
#include <fstream>
#include <iterator>
#include <set>

#include "app/commands/command_service.h"
#include "app/commands/local_socket.h"
#include "models/fleet/firmware.h"
#include "storage/recovery/table_recovery.h"
#include "storage/value/json.h"
#include "tests/app/ctl_fixture.h"

namespace drydock::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

using Words = std::vector<std::string>;

constexpr const char* kDefinitions = R"({
    "DeviceLog": {"pk": {"name": "id", "type": "STRING"}, "sk": {"name": "n", "type": "NUMBER"},
                  "enable_stream": true, "pitr": true},
    "Shelf": {"pk": {"name": "id", "type": "STRING"}, "deletion_protection": true}})";

class CtlTableTest : public CtlTest {
protected:
    [[nodiscard]] fs::path fileWith(const std::string& name, const std::string& text) const {
        const fs::path file = m_files / name;
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    [[nodiscard]] static std::string textOf(const fs::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    [[nodiscard]] static Words joined(Words words, const Words& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    [[nodiscard]] std::vector<json> create(const Words& more = {}) const {
        return lines(joined({"table", "create", "--definition", fileWith("tables.json", kDefinitions).string()}, more));
    }
    [[nodiscard]] std::set<std::string> tables() const {
        std::set<std::string> names;
        for (const json& table : lines({"table", "list"})) names.insert(table["table"]);
        return names;
    }
    void put(const std::string& table, const json& item) const {
        EXPECT_EQ(lines({"table", "put", table, "--plain", "--item", item.dump()}).size(), 1U);
    }
    [[nodiscard]] std::vector<json> scan(const std::string& table) const {
        return lines({"table", "scan", table, "--plain"});
    }
    [[nodiscard]] std::uint64_t itemCount(const std::string& table) const {
        return line({"table", "describe", table})["itemCount"];
    }
    [[nodiscard]] Words followWords(const std::string& table) const {
        return {std::string(DRYDOCK_BINARY_DIR) + "/bin/drydockctl",
                "table",
                "stream",
                table,
                "--follow",
                "--plain",
                "--store",
                m_directory.path().string()};
    }

    TemporaryDirectory m_files;
};

// ---- Tables ---------------------------------------------------------------------------------------------------------

TEST_F(CtlTableTest, CreateMakesAllTablesOfAFileAndAStoreWhereThereIsNone) {
    EXPECT_EQ(create(), (std::vector<json>{{{"table", "DeviceLog"}, {"created", true}},
                                           {{"table", "Shelf"}, {"created", true}}}));
    EXPECT_EQ(tables().count("DeviceLog") + tables().count("Shelf"), 2U);
    EXPECT_EQ(line({"table", "describe", "Shelf"})["definition"]["deletionProtection"], true);
}

TEST_F(CtlTableTest, CreateMakesTheOneTableThatIsNamed) {
    EXPECT_EQ(create({"Shelf"}).size(), 1U);
    EXPECT_EQ(tables().count("DeviceLog"), 0U);
    expectFailure({"table", "create", "--definition", (m_files / "tables.json").string(), "Nothing"},
                  "The file defines no table \"Nothing\"; it has DeviceLog, Shelf.");
}

TEST_F(CtlTableTest, ATableThatIsThereKeepsTheOthersOfTheFileFromBeingCreated) {
    EXPECT_EQ(create({"Shelf"}).size(), 1U);
    expectFailure({"table", "create", "--definition", (m_files / "tables.json").string()},
                  "Table already exists: Shelf (so nothing was created)");
    EXPECT_EQ(tables().count("DeviceLog"), 0U);
}

TEST_F(CtlTableTest, AMistakeInADefinitionFileIsNamedByItsPath) {
    applied({});
    const std::string file = fileWith("bad.json", R"({"Shelf": {"pk": {"name": "id", "type": "TEXT"}}})").string();
    expectFailure({"table", "create", "--definition", file}, "$.Shelf.pk.type: must be STRING, NUMBER or BINARY");
    expectFailure({"table", "create", "--definition", fileWith("none.json", "{}").string()}, "defines no table");
    expectFailure({"table", "create", "--definition", (m_files / "absent.json").string()}, "absent.json");
    expectFailure({"table", "create", "--definition", m_files.path().string()}, m_files.path().string());
}

TEST_F(CtlTableTest, APrefixNamesTablesAndTheirParametersKeepTheBaseName) {
    EXPECT_EQ(create({"DeviceLog", "--organization", "Acme", "--app", "my_shop"})[0]["table"],
              "acme-my-shop-devicelog");
    const std::string arn = "arn:aws:dynamodb:local:000000000000:table/acme-my-shop-devicelog";
    EXPECT_EQ(line({"table", "parameters", "DYNAMODB_TABLE_DEVICE_LOG"}),
              (json{{"name", "DYNAMODB_TABLE_DEVICE_LOG"}, {"value", arn}}));
    const json stream = line({"table", "parameters", "DYNAMODB_TABLE_STREAM_DEVICE_LOG"});
    EXPECT_THAT(stream["value"].get<std::string>(), HasSubstr(arn + "/stream/"));
    const json described = line({"table", "describe", "acme-my-shop-devicelog"});
    EXPECT_EQ(described["arn"], arn);
    EXPECT_EQ(described["parameters"],
              (json{{"DYNAMODB_TABLE_DEVICE_LOG", arn}, {"DYNAMODB_TABLE_STREAM_DEVICE_LOG", stream["value"]}}));
}

TEST_F(CtlTableTest, ParametersOfTablesWithoutAPrefixGoByTheirNames) {
    applied({});
    EXPECT_EQ(line({"table", "parameters", "DYNAMODB_TABLE_DEVICE_HISTORY"})["value"],
              "arn:aws:dynamodb:local:000000000000:table/DeviceHistory");
    EXPECT_GT(lines({"table", "parameters"}).size(), tables().size());
    expectFailure({"table", "parameters", "DYNAMODB_TABLE_NOTHING"}, "There is no parameter DYNAMODB_TABLE_NOTHING");
}

TEST_F(CtlTableTest, DeleteTakesATableUnlessItIsProtected) {
    EXPECT_EQ(create().size(), 2U);
    EXPECT_EQ(line({"table", "delete", "DeviceLog"}), (json{{"table", "DeviceLog"}, {"deleted", true}}));
    EXPECT_EQ(tables().count("DeviceLog"), 0U);
    expectFailure({"table", "delete", "Shelf"}, "protected against deletion");
    EXPECT_EQ(tables().count("Shelf"), 1U);
    expectFailure({"table", "delete", "DeviceLog"}, "DeviceLog");
}

// ---- Items ----------------------------------------------------------------------------------------------------------

TEST_F(CtlTableTest, UpdateChangesAttributesAndPrintsWhatIsAskedFor) {
    EXPECT_EQ(create({"Shelf"}).size(), 1U);
    put("Shelf", {{"id", "a"}, {"n", 1}});
    const Words words = {"table",    "update",           "Shelf",   "--plain",       "--key",    R"({"id":"a"})",
                         "--update", "SET #n = #n + :x", "--names", R"({"#n":"n"})", "--values", R"({":x":2})"};
    EXPECT_EQ(line(words), (json{{"table", "Shelf"}, {"updated", true}}));
    EXPECT_EQ(line(joined(words, {"--return", "ALL_NEW"}))["attributes"], (json{{"id", "a"}, {"n", 5}}));
    EXPECT_EQ(line(joined(words, {"--return", "UPDATED_OLD"}))["attributes"], (json{{"n", 5}}));
    expectFailure(joined(words, {"--condition", "#n = :x"}), "The conditional request failed");
    EXPECT_EQ(scan("Shelf"), (std::vector<json>{{{"id", "a"}, {"n", 7}}}));
    EXPECT_EQ(ctl(joined(words, {"--return", "EVERYTHING"})).status, 2);
}

TEST_F(CtlTableTest, RemoveSaysWhetherThereWasAnItem) {
    EXPECT_EQ(create({"Shelf"}).size(), 1U);
    put("Shelf", {{"id", "a"}, {"n", 1}});
    const Words words = {"table", "remove", "Shelf", "--key", R"({"id":{"S":"a"}})"};
    expectFailure(joined(words, {"--condition", "n > :x", "--values", R"({":x":{"N":"1"}})"}), "conditional");
    EXPECT_EQ(line(words), (json{{"table", "Shelf"}, {"removed", true}}));
    EXPECT_EQ(line(words), (json{{"table", "Shelf"}, {"removed", false}}));
    EXPECT_TRUE(scan("Shelf").empty());
}

TEST_F(CtlTableTest, StatementsReadPageByPageAndWrite) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    const auto sql = [](const std::string& statement, const Words& more = {}) {
        return joined({"table", "sql", statement}, more);
    };
    const std::string insert = "INSERT INTO DeviceLog VALUE {'id':'a','n':?}";
    EXPECT_EQ(line(sql(insert, {"--parameters", R"([{"N":"1"}])"})), (json{{"executed", true}}));
    EXPECT_EQ(line(sql(insert, {"--parameters", "[2]", "--plain"})), (json{{"executed", true}}));
    const std::string select = "SELECT * FROM DeviceLog WHERE id='a'";
    const std::vector<json> first = lines(sql(select, {"--limit", "1"}));
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0], (json{{"id", {{"S", "a"}}}, {"n", {{"N", "1"}}}}));
    const std::vector<json> second = lines(sql(select, {"--plain", "--next-token", first[1]["NextToken"]}));
    EXPECT_EQ(second, (std::vector<json>{{{"id", "a"}, {"n", 2}}}));
    EXPECT_EQ(lines(sql("UPDATE DeviceLog SET x='y' WHERE id='a' AND n=1 RETURNING ALL NEW *", {"--plain"})),
              (std::vector<json>{{{"id", "a"}, {"n", 1}, {"x", "y"}}}));
    expectFailure(sql("INSERT INTO DeviceLog VALUE {'id':'a','n':1}"), "Duplicate primary key");
    expectFailure(sql("SELECT"), "");
    expectFailure(sql(select, {"--parameters", "{}"}), "--parameters: must be a JSON list");
    expectFailure(sql("SELECT * FROM Nothing"), "not found");
}

// ---- Files ----------------------------------------------------------------------------------------------------------

TEST_F(CtlTableTest, ATableGoesToAFileOfEachFormatAndBack) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    put("DeviceLog", {{"id", "a"}, {"n", 1}, {"text", "say \"hi\",\ntwice"}});
    put("DeviceLog", {{"id", "b"}, {"n", 2.5}, {"text", "ü"}});
    const std::vector<json> items = scan("DeviceLog");
    const std::vector<Words> cases = {{"a.json"}, {"a.jsonl.gz"}, {"a.jsonl", "--plain"},
                                      {"a.csv"},  {"a.csv.gz"},   {"a.txt", "--format", "json"}};
    for (const Words& each : cases) {
        SCOPED_TRACE(each[0]);
        const std::string file = m_files / each[0];
        const Words options(each.begin() + 1, each.end());
        EXPECT_EQ(line(joined({"table", "export", "DeviceLog", "--out", file}, options)),
                  (json{{"table", "DeviceLog"}, {"file", file}, {"items", 2}}));
        for (const json& item : items) {
            const json key = {{"id", item["id"]}, {"n", item["n"]}};
            EXPECT_EQ(line({"table", "remove", "DeviceLog", "--plain", "--key", key.dump()})["removed"], true);
        }
        const json imported = line(joined({"table", "import", "DeviceLog", file}, options));
        EXPECT_EQ(imported["imported"], 2);
        EXPECT_EQ(imported["errors"], 0);
        EXPECT_EQ(imported["complete"], true);
        EXPECT_EQ(scan("DeviceLog"), items);
    }
}

TEST_F(CtlTableTest, FilesWhoseFormatIsNotSaidAreRefused) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    expectFailure({"table", "export", "DeviceLog", "--out", m_files / "a.txt"}, "a.txt");
    EXPECT_FALSE(fs::exists(m_files / "a.txt"));
    expectFailure({"table", "export", "DeviceLog", "--out", m_files / "a.csv", "--plain"}, "--plain");
    expectFailure({"table", "export", "Nothing", "--out", m_files / "a.csv"}, "not found");
    expectFailure({"table", "import", "DeviceLog", m_files / "absent.json"}, "The file cannot be opened.\n");
    EXPECT_EQ(ctl({"table", "export", "DeviceLog", "--out", m_files / "a", "--format", "xml"}).status, 2);
}

TEST_F(CtlTableTest, AnImportReportsWhatItLeavesOutAndGoesOnBehindAPosition) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    const std::string good = "{\"Item\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}\n";
    const std::string file = fileWith("a.json", good + "rubbish\n{\"Item\":{\"id\":{\"S\":\"a\"}}}\n").string();
    const FinishedProcess finished = ctl({"table", "import", "DeviceLog", file});
    EXPECT_EQ(finished.status, 1);
    EXPECT_TRUE(isOneLine(finished.error)) << finished.error;
    EXPECT_THAT(finished.error, HasSubstr("2. The first: "));
    const json tally = jsonLines(finished.out).at(0);
    EXPECT_EQ(tally["imported"], 1);
    EXPECT_EQ(tally["errors"], 2);
    EXPECT_EQ(tally["position"], fs::file_size(file));

    std::ofstream(file, std::ios::app) << "{\"Item\":{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"2\"}}}\n";
    const json rest = line({"table", "import", "DeviceLog", file, "--from", tally["position"].dump()});
    EXPECT_EQ(rest["imported"], 1);
    EXPECT_EQ(scan("DeviceLog").size(), 2U);
}

TEST_F(CtlTableTest, ItemsOfTheLargestSizeAreImported) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    std::string text;
    for (int n = 0; n < 4; ++n) {
        const json item = {{"id", "a"}, {"n", n}, {"quotes", std::string(390'000, '"')}};
        text += item.dump() + "\n";
    }
    EXPECT_EQ(line({"table", "import", "DeviceLog", fileWith("a.jsonl", text).string(), "--plain"})["imported"], 4);
    EXPECT_EQ(itemCount("DeviceLog"), 4U);
}

// ---- Backups and the past -------------------------------------------------------------------------------------------

TEST_F(CtlTableTest, ABackupIsRestoredToANewTable) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    put("DeviceLog", {{"id", "a"}, {"n", 1}});
    const json backup = line({"table", "backup", "DeviceLog"});
    EXPECT_EQ(backup["complete"], true);
    EXPECT_EQ(backup["itemCount"], 1);
    const std::string arn = backup["backupArn"];
    put("DeviceLog", {{"id", "a"}, {"n", 2}});
    const json restored = line({"table", "restore", "--backup", arn, "--to", "Copy"});
    EXPECT_EQ(restored["table"], "Copy");
    EXPECT_EQ(restored["complete"], true);
    EXPECT_EQ(restored["itemCount"], 1);
    EXPECT_EQ(restored["backupArn"], arn);
    EXPECT_EQ(scan("Copy"), (std::vector<json>{{{"id", "a"}, {"n", 1}}}));
    expectFailure({"table", "restore", "--backup", arn, "--to", "Copy"}, "Table already exists: Copy");
    expectFailure({"table", "restore", "Things", "--backup", arn, "--to", "Other"}, "a backup of the table DeviceLog");
    expectFailure({"table", "restore", "--backup", arn + "0", "--to", "Other"}, "Backup not found");
    expectFailure({"table", "backup", "Nothing"}, "Table not found: Nothing");
}

TEST_F(CtlTableTest, ATableIsRestoredToAPointInTime) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    put("DeviceLog", {{"id", "a"}, {"n", 1}});
    const std::int64_t createdMs = line({"table", "describe", "DeviceLog"})["createdAt"];
    // The moment of its making: it is kept, and the table was empty then.
    const std::string at = std::to_string(createdMs / 1000) + "." + std::to_string(createdMs % 1000 + 1000).substr(1);
    const json restored = line({"table", "restore", "DeviceLog", "--at", at, "--to", "Then"});
    EXPECT_EQ(restored["complete"], true);
    EXPECT_EQ(restored["restoredTo"], createdMs);
    EXPECT_TRUE(scan("Then").empty());
    expectFailure({"table", "restore", "DeviceLog", "--at", "1970-01-01T00:00:00Z", "--to", "Other"},
                  "is not within what is kept");
    expectFailure({"table", "restore", "DeviceHistory", "--at", at, "--to", "Other"}, "");
    EXPECT_EQ(tables().count("Other"), 0U);
}

TEST_F(CtlTableTest, ARestoreWantsATimeOrABackup) {
    for (const Words& words : std::vector<Words>{{"T", "--to", "New"},
                                                 {"--at", "1711320208", "--to", "New"},
                                                 {"T", "--at", "1711320208"},
                                                 {"T", "--at", "yesterday", "--to", "New"},
                                                 {"T", "--at", "1711320208", "--backup", "x", "--to", "New"}}) {
        const FinishedProcess finished = ctl(joined({"table", "restore"}, words));
        EXPECT_EQ(finished.status, 2);
        EXPECT_TRUE(isOneLine(finished.error)) << finished.error;
    }
}

// ---- Streams --------------------------------------------------------------------------------------------------------

TEST_F(CtlTableTest, AStreamPrintsItsRecordsAsTheApiNamesThem) {
    EXPECT_EQ(create().size(), 2U);
    put("DeviceLog", {{"id", "a"}, {"n", 1}});
    put("DeviceLog", {{"id", "a"}, {"n", 1}, {"x", "y"}});
    EXPECT_EQ(lines({"table", "remove", "DeviceLog", "--plain", "--key", R"({"id":"a","n":1})"}).size(), 1U);
    const std::vector<json> records = lines({"table", "stream", "DeviceLog"});
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0]["eventName"], "INSERT");
    EXPECT_EQ(records[1]["eventName"], "MODIFY");
    EXPECT_EQ(records[2]["eventName"], "REMOVE");
    const json key = {{"id", {{"S", "a"}}}, {"n", {{"N", "1"}}}};
    json changed = key;
    changed["x"] = {{"S", "y"}};
    EXPECT_EQ(records[1]["dynamodb"]["Keys"], key);
    EXPECT_EQ(records[1]["dynamodb"]["OldImage"], key);
    EXPECT_EQ(records[1]["dynamodb"]["NewImage"], changed);
    EXPECT_LT(records[0]["dynamodb"]["SequenceNumber"], records[1]["dynamodb"]["SequenceNumber"]);
    EXPECT_EQ(lines({"table", "stream", "DeviceLog", "--plain"})[2]["dynamodb"]["OldImage"],
              (json{{"id", "a"}, {"n", 1}, {"x", "y"}}));
    expectFailure({"table", "stream", "Shelf"}, "The table Shelf has no stream.");
    expectFailure({"table", "stream", "Nothing"}, "not found");
}

TEST_F(CtlTableTest, AFollowedStreamGoesOnUntilStopped) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    ServeProcess serve({"--store", m_directory.path().string()});
    ASSERT_EQ(serve.ready()["ready"], true);
    put("DeviceLog", {{"id", "a"}, {"n", 1}});
    for (const int signal : {SIGINT, SIGTERM}) {
        ChildProcess follower(followWords("DeviceLog"));
        EXPECT_EQ(json::parse(follower.readLine())["dynamodb"]["NewImage"], (json{{"id", "a"}, {"n", 1}}));
        if (signal == SIGINT) put("DeviceLog", {{"id", "b"}, {"n", 2}});
        EXPECT_EQ(json::parse(follower.readLine())["dynamodb"]["NewImage"], (json{{"id", "b"}, {"n", 2}}));
        follower.signal(signal);
        EXPECT_EQ(follower.readLine(), "");
        EXPECT_EQ(follower.wait(), 0);
    }
    EXPECT_EQ(serve.stop(SIGTERM)["waiting"], 0);
}

// ---- Beside a process that serves -----------------------------------------------------------------------------------

TEST_F(CtlTableTest, EveryCommandWorksBesideAProcessThatServes) {
    ServeProcess serve({"--store", m_directory.path().string()});
    ASSERT_EQ(serve.ready()["ready"], true);
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    std::string text;
    for (int n = 0; n < 1200; ++n) text += json{{"id", "a"}, {"n", n}}.dump() + "\n";
    const std::string file = fileWith("a.jsonl", text).string();
    EXPECT_EQ(line({"table", "import", "DeviceLog", file, "--plain"})["imported"], 1200);
    const json backup = line({"table", "backup", "DeviceLog"});
    EXPECT_EQ(backup["itemCount"], 1200);
    EXPECT_EQ(line({"table", "restore", "--backup", backup["backupArn"], "--to", "Copy"})["itemCount"], 1200);
    EXPECT_EQ(line({"table", "sql", "DELETE FROM DeviceLog WHERE id='a' AND n=0"}), (json{{"executed", true}}));
    EXPECT_EQ(itemCount("DeviceLog"), 1199U);
    EXPECT_EQ(line({"table", "delete", "Copy"})["deleted"], true);

    // What only reads asks nothing of it.
    serve.signal(SIGSTOP);
    EXPECT_EQ(line({"table", "export", "DeviceLog", "--out", file})["items"], 1199);
    EXPECT_EQ(line({"table", "sql", "SELECT n FROM DeviceLog WHERE id='a' AND n=7", "--plain"}), (json{{"n", 7}}));
    EXPECT_EQ(lines({"table", "stream", "DeviceLog"}).size(), 1201U);
    EXPECT_EQ(ctl({"report", "firmware"}).status, 0);
    serve.signal(SIGCONT);
    EXPECT_EQ(serve.stop(SIGTERM)["waiting"], 0);
}

class CommandServiceTest : public ::testing::Test {
protected:
    CommandServiceTest() {
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        options.commandsOnly = true;
        auto core = app::DeskCore::start(options, {});
        EXPECT_TRUE(core) << core.error().message;
        m_core = std::move(*core);
    }
    [[nodiscard]] std::string refusal(const std::string& command, const json& arguments) const {
        const json reply = app::runCommand({{"command", command}, {"arguments", arguments}, {"who", "anna"}}, *m_core);
        return reply.contains("error") ? reply["error"]["code"] : "";
    }

    TemporaryDirectory m_directory;
    std::unique_ptr<app::DeskCore> m_core;
};

TEST_F(CommandServiceTest, CommandsThatRunInDrydockctlAreNoRequests) {
    for (const char* command : {"table export", "table stream", "report"}) {
        EXPECT_EQ(refusal(command, json::object()), "validation") << command;
    }
}

TEST_F(CommandServiceTest, RequestsThatMakeNoSenseAreRefused) {
    EXPECT_EQ(refusal("table import", {{"table", "Things"}}), "validation");
    EXPECT_EQ(refusal("table import", {{"table", "Things"}, {"items", {1}}}), "validation");
    EXPECT_NE(refusal("table import", {{"table", "Things"}, {"items", {"rubbish!"}}}), "");
    EXPECT_EQ(refusal("table import", {{"table", "Things"}, {"items", {"/////w=="}}}), "corrupt");
    EXPECT_EQ(refusal("table create", {{"definitions", "[]"}}), "validation");
    EXPECT_EQ(refusal("table sql", {{"body", "no JSON"}}), "validation");
    EXPECT_EQ(refusal("table restore", {{"table", "Things"}, {"to", "New"}, {"atMs", "then"}}), "validation");
    EXPECT_EQ(refusal("table restore step", {{"table", "Nothing"}}), "notFound");
    EXPECT_EQ(refusal("table backup step", {{"backup", "arn"}}), "backupNotFound");
    EXPECT_EQ(
        refusal(
            "table update",
            {{"table", "Things"}, {"key", R"({"thingName":{"S":"a"}})"}, {"update", "SET x = x"}, {"return", "ALL"}}),
        "validation");
}

// ---- Reports --------------------------------------------------------------------------------------------------------

class CtlReportTest : public CtlTableTest {
protected:
    void putFirmware(const std::string& version) const {
        fleet::FirmwareRecord record;
        record.productId = "wo:v8";
        record.application = "main";
        record.version = version;
        record.status = fleet::ReleaseStatus::testing;
        record.zipSizeBytes = 2048;
        put("Firmware", storage::itemToPlainJson(fleet::firmwareToItem(record)));
    }
};

TEST_F(CtlReportTest, FirmwareIsReportedInEachFormat) {
    applied({});
    putFirmware("2026.03.01");
    putFirmware("2026.04.01");
    const FinishedProcess markdown = ctl({"report", "firmware"});
    EXPECT_EQ(markdown.status, 0) << markdown.error;
    EXPECT_THAT(markdown.out, HasSubstr("## Product: wo:v8\n\n### Application: main\n"));
    EXPECT_LT(markdown.out.find("2026.04.01"), markdown.out.find("2026.03.01"));
    EXPECT_THAT(ctl({"report", "firmware", "--format", "html"}).out, HasSubstr("<td>2026.03.01</td>"));
    EXPECT_THAT(ctl({"report", "firmware", "--format", "csv"}).out, HasSubstr("wo:v8,main,2026.03.01,TESTING,,2048,"));
}

TEST_F(CtlReportTest, AReportReplacesItsFileWholeAndItsNameSaysTheFormat) {
    applied({});
    putFirmware("2026.03.01");
    const fs::path file = fileWith("firmware.html", "old");
    EXPECT_EQ(line({"report", "firmware", "--out", file.string()}),
              (json{{"table", "Firmware"}, {"file", file.string()}, {"items", 1}}));
    EXPECT_EQ(textOf(file), ctl({"report", "firmware", "--format", "html"}).out);
    EXPECT_EQ(std::distance(fs::directory_iterator(m_files.path()), fs::directory_iterator()), 1);
    expectFailure({"report", "firmware", "--out", m_files / "absent" / "a.md"}, "absent");
}

TEST_F(CtlReportTest, LayersAreReportedFromTheCatalogueUnderAnyName) {
    const std::string definition = std::string(DRYDOCK_SOURCE_DIR) + "/resources/tables/LayerCatalogue.json";
    EXPECT_EQ(lines({"table", "create", "--definition", definition, "--organization", "acme", "--app", "otel"}).size(),
              1U);
    expectFailure({"report", "layers"}, "LayerCatalogue");
    put("acme-otel-layercatalogue", {{"distribution", "full"},
                                     {"architecture", "arm64"},
                                     {"layer_arn", "arn:aws:lambda:eu-west-1:1:layer:l:3"},
                                     {"region", "eu-west-1"},
                                     {"layer_version_str", "0_12_0"}});
    EXPECT_THAT(ctl({"report", "layers", "--table", "acme-otel-layercatalogue"}).out,
                HasSubstr("## Distribution: full\n\n### Architecture: arm64\n\n"
                          "| Region | Layer ARN | Version | Published |\n| --- | --- | --- | --- |\n"
                          "| eu-west-1 | arn:aws:lambda:eu-west-1:1:layer:l:3 | 0_12_0 | |\n"));
}

TEST_F(CtlReportTest, ADefinitionFileReportsAnyTable) {
    EXPECT_EQ(create({"DeviceLog"}).size(), 1U);
    put("DeviceLog", {{"id", "a"}, {"n", 1}});
    const std::string file = fileWith("log.json", R"({"title":"Log","table":"DeviceLog",
        "group_by":[{"attribute":"id","heading":"Device"},{"attribute":"kind","heading":"Kind"}],
        "columns":[{"attribute":"n","heading":"Number"}]})")
                                 .string();
    EXPECT_EQ(ctl({"report", "--definition", file, "--format", "csv"}).out, "Device,Kind,Number\r\na,,1\r\n");
    expectFailure({"report", "--definition", fileWith("bad.json", "{}").string()}, "bad.json: $.title: is missing");
    expectFailure({"report", "nothing"}, "there are firmware, layers");
    EXPECT_EQ(ctl({"report"}).status, 2);
    EXPECT_EQ(ctl({"report", "firmware", "--definition", file}).status, 2);
    EXPECT_EQ(ctl({"report", "firmware", "--format", "pdf"}).status, 2);
}

}  // namespace
}  // namespace drydock::tests
