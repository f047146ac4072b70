// drydockctl's groups and the query language, over a store nobody else holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/ctl_fixture.h"

namespace drydock::tests {
namespace {

using nlohmann::json;

using Words = std::vector<std::string>;

std::string message(const std::string& id, const std::string& status, const std::string& fw, int timestampMs) {
    return json{{"_id_", id}, {"timestamp", timestampMs}, {"status", status}, {"model", "wo:v8"}, {"FW", fw}}.dump();
}

class CtlGroupTest : public CtlTest {
protected:
    void SetUp() override {
        applied({message("abc", "failed", "2.27", 1), message("abd", "installing", "2.27", 2),
                 message("xyz", "failed", "2.28", 3), message("xyz", "failed", "2.28", 4)});
    }

    [[nodiscard]] Words found(const std::string& query) const {
        Words ids;
        for (const json& device : lines({"device", "list", "--query", query})) ids.push_back(device["deviceId"]);
        return ids;
    }
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
