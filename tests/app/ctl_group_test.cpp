// drydockctl's groups and the query language, over a store nobody else holds.
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/mqtt/journal.h"
#include "app/services/desk_core.h"
#include "tests/support/ctl.h"
#include "tests/support/temporary_directory.h"

namespace drydock::tests {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

std::string message(const std::string& id, const std::string& status, const std::string& fw, int timestampMs) {
    return json{{"_id_", id}, {"timestamp", timestampMs}, {"status", status}, {"model", "wo:v8"}, {"FW", fw}}.dump();
}

class CtlGroupTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::vector<fleet::RawMessage> messages;
        const std::int64_t nowMs = storage::SystemClock().wallMs();
        int timestampMs = 0;
        for (const auto& [id, status, fw] : std::vector<std::array<std::string, 3>>{{"abc", "failed", "2.27"},
                                                                                    {"abd", "installing", "2.27"},
                                                                                    {"xyz", "failed", "2.28"},
                                                                                    {"xyz", "failed", "2.28"}})
            messages.push_back({"iot/device/data", message(id, status, fw, ++timestampMs), nowMs});
        {
            const auto journal = app::Journal::open(m_directory / "journal.db", 0);
            ASSERT_TRUE(journal) << journal.error().message;
            ASSERT_TRUE((*journal)->append(messages));
        }
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        const auto core = app::DeskCore::start(options, {});
        ASSERT_TRUE(core) << core.error().message;
        ASSERT_TRUE((*core)->drain(kProcessPatience));
    }

    [[nodiscard]] FinishedProcess ctl(Words words) const {
        words.insert(words.end(), {"--store", m_directory.path().string()});
        return runCtl(words);
    }
    [[nodiscard]] std::vector<json> lines(const Words& words) const {
        const FinishedProcess finished = ctl(words);
        EXPECT_EQ(finished.status, 0) << finished.error;
        EXPECT_THAT(finished.error, IsEmpty());
        return jsonLines(finished.out);
    }
    [[nodiscard]] json line(const Words& words) const {
        const std::vector<json> all = lines(words);
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? json() : all.front();
    }
    void expectFailure(const Words& words, const std::string& reason) const {
        const FinishedProcess finished = ctl(words);
        EXPECT_EQ(finished.status, 1);
        EXPECT_THAT(finished.error, HasSubstr(reason));
        EXPECT_THAT(finished.out, IsEmpty());
    }
    [[nodiscard]] Words found(const std::string& query) const {
        Words ids;
        for (const json& device : lines({"device", "list", "--query", query})) ids.push_back(device["deviceId"]);
        return ids;
    }

    TemporaryDirectory m_directory;
};

TEST_F(CtlGroupTest, DeviceListTakesTheQueryLanguage) {
    EXPECT_EQ(found(R"(attributes.model:wo\:v8 AND attributes.FW:2.27)"), (Words{"abc", "abd"}));
    EXPECT_EQ(found("phase:retrying"), (Words{"abc", "xyz"}));
    EXPECT_EQ(found("retries:>=2"), (Words{"xyz"}));
    EXPECT_EQ(found("retries:[0 TO 1]"), (Words{"abc", "abd"}));
    EXPECT_EQ(found("thingName:ab*"), (Words{"abc", "abd"}));
    EXPECT_EQ(found("(2.28 OR installing) AND NOT xyz"), (Words{"abd"}));
    EXPECT_EQ(found("status:failed seen:1h"), (Words{"abc", "xyz"}));
    EXPECT_EQ(found(""), (Words{"abc", "abd", "xyz"}));
    expectFailure({"device", "list", "--query", "phase:("}, "at character 8: expected a word");
}

TEST_F(CtlGroupTest, ADynamicGroupHasWhatItsQueryFinds) {
    EXPECT_EQ(line({"group", "create", "v227", "--query", "attributes.FW:2.27", "--why", "roll-out"})["canUndo"], true);
    const json group = line({"group", "show", "v227"});
    EXPECT_EQ(group["kind"], "dynamic");
    EXPECT_EQ(group["query"], "attributes.FW:2.27");
    EXPECT_EQ(group["state"], "active");
    EXPECT_EQ(group["memberCount"], 2);
    EXPECT_EQ(group["members"], (json{"abc", "abd"}));
    const json device = line({"device", "show", "abc"});
    EXPECT_EQ(device["groups"], (json::array({"v227"})));
    EXPECT_EQ(device["groupReasons"], (json{{"v227", json::array({"attributes.FW:2.27"})}}));
    EXPECT_EQ(lines({"device", "list", "--query", "xyz"}).at(0)["groups"], json::array());

    EXPECT_EQ(lines({"group", "edit", "v227", "--query", "attributes.FW:2.28"}).size(), 1U);
    EXPECT_EQ(line({"group", "show", "v227"})["members"], (json::array({"xyz"})));
    EXPECT_EQ(line({"check"})["findings"], 0);
    const std::string edit = lines({"activity", "list", "--undoable"}).at(0)["id"].dump();
    EXPECT_EQ(lines({"activity", "undo", edit}).size(), 1U);
    EXPECT_EQ(line({"group", "show", "v227"})["members"], (json{"abc", "abd"}));

    EXPECT_EQ(lines({"group", "delete", "v227"}).size(), 1U);
    expectFailure({"group", "show", "v227"}, "There is no thing group v227.");
    EXPECT_EQ(lines({"table", "scan", "ThingGroupMembers"}).size(), 0U);
    EXPECT_EQ(line({"check"})["findings"], 0);
}

TEST_F(CtlGroupTest, AStaticGroupHasWhoWasAdded) {
    EXPECT_EQ(lines({"group", "create", "bench", "--static"}).size(), 1U);
    EXPECT_EQ(line({"group", "add", "bench", "xyz", "abc"})["summary"], "Added 2 things to bench.");
    EXPECT_EQ(line({"group", "show", "bench"})["members"], (json{"abc", "xyz"}));
    EXPECT_EQ(found("groups:bench"), (Words{"abc", "xyz"}));
    EXPECT_EQ(line({"group", "remove", "bench", "abc"})["summary"], "Removed 1 thing from bench.");
    EXPECT_EQ(line({"device", "show", "xyz"})["groups"], json::array({"bench"}));
    Words names;
    for (const json& group : lines({"group", "list"})) names.push_back(group["group"]);
    EXPECT_EQ(names, (Words{"FailedToUpdate", "bench"}));
    expectFailure({"group", "add", "bench", "nobody"}, "no device nobody");
    EXPECT_EQ(lines({"group", "delete", "bench"}).size(), 1U);
    EXPECT_EQ(line({"device", "show", "xyz"})["groups"], json::array());
}

TEST_F(CtlGroupTest, RefusalsAreOneClearLine) {
    expectFailure({"group", "delete", "FailedToUpdate"}, "always exists");
    expectFailure({"group", "add", "FailedToUpdate", "abc"}, "move devices there");
    expectFailure({"group", "create", "FailedToUpdate", "--static"}, "already");
    expectFailure({"group", "create", "g", "--query", ""}, "needs a query");
    expectFailure({"group", "create", "g", "--query", "attributes.FW:"}, "expected a value");
    expectFailure({"group", "create", "g", "--query", "status:failed"}, "latest message");
    expectFailure({"group", "create", "g/h", "--static"}, "letters, digits");
    expectFailure({"group", "show", "nothing"}, "There is no thing group nothing.");
}

}  // namespace
}  // namespace drydock::tests
