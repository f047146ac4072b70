// drydockctl's actions on many packages and many groups: a result a row, and one that fails doesn't stop the rest.
#include "tests/app/ctl_fixture.h"

namespace drydock::tests {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CtlBulkTest : public CtlTest {
protected:
    // Their stored names.
    std::vector<std::string> import(const std::vector<std::string>& versions) {
        std::vector<std::string> names;
        for (const std::string& version : versions) {
            const std::string zip = m_packages / (version + ".zip");
            EXPECT_EQ(runCtl({"firmware", "sample", "--out", zip, "--product", "p", "--version", version}).status, 0);
            names.push_back(line({"firmware", "import", zip})["zip_name"]);
        }
        return names;
    }
    std::string status(const std::string& zip) { return line({"firmware", "show", zip})["release_status"]; }
    std::vector<json> activity(const std::string& action) {
        std::vector<json> found;
        for (json& each : lines({"activity", "list"}))
            if (each["action"] == action) found.push_back(std::move(each));
        return found;
    }
    void expectWrongUsage(const std::vector<std::string>& words) {
        const FinishedProcess finished = ctl(words);
        EXPECT_EQ(finished.status, 2) << finished.out;
        EXPECT_TRUE(isOneLine(finished.error)) << finished.error;
    }

    TemporaryDirectory m_packages;
};

TEST_F(CtlBulkTest, ManyPackagesAreTakenToAnotherStatusAndOneThatFailsDoesNotStopTheRest) {
    const auto zips = import({"2026.01.01", "2026.02.01"});
    const FinishedProcess finished =
        ctl({"firmware", "set-status", zips[0], "none.zip", zips[1], "TESTING", "--why", "round"});
    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(finished.error, "drydockctl: 1 of 3 failed.\n");
    const std::vector<json> results = jsonLines(finished.out);
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0]["id"], zips[0]);
    EXPECT_EQ(results[1]["id"], "none.zip");
    EXPECT_EQ(results[1]["error"]["code"], "notFound");
    EXPECT_EQ(results[2]["id"], zips[1]);
    for (const std::string& zip : zips) EXPECT_EQ(status(zip), "TESTING");
    const std::vector<json> done = activity("setReleaseStatus");
    ASSERT_EQ(done.size(), 2U);
    for (const json& each : done) {
        EXPECT_EQ(each["bulk"], results[0]["auditSequence"]);
        EXPECT_EQ(each["why"], "round");
    }
    EXPECT_EQ(lines({"activity", "undo", "--bulk", results[0]["auditSequence"].dump()}).size(), 2U);
    for (const std::string& zip : zips) EXPECT_EQ(status(zip), "READY_TO_TEST");
}

TEST_F(CtlBulkTest, EachPackageIsVerifiedForItsOwnRelease) {
    const auto zips = import({"2026.01.01", "2026.02.01"});
    ASSERT_EQ(lines({"firmware", "set-status", zips[0], zips[1], "TESTING"}).size(), 2U);
    std::filesystem::remove(m_directory / "firmware" / zips[0]);
    const FinishedProcess finished = ctl({"firmware", "set-status", zips[0], zips[1], "RELEASED"});
    EXPECT_EQ(finished.status, 1);
    EXPECT_EQ(jsonLines(finished.out).size(), 2U);
    EXPECT_EQ(status(zips[0]), "TESTING");
    EXPECT_EQ(status(zips[1]), "RELEASED");
}

TEST_F(CtlBulkTest, ManyPackagesAreDeletedAfterAPreview) {
    const auto zips = import({"2026.01.01", "2026.02.01", "2026.03.01"});
    ASSERT_EQ(lines({"firmware", "set-status", zips[1], "TESTING"}).size(), 1U);
    ASSERT_EQ(lines({"firmware", "set-status", zips[1], "RELEASED"}).size(), 1U);
    const std::vector<json> previews = jsonLines(ctl({"firmware", "delete", zips[0], zips[2], "--preview"}).out);
    ASSERT_EQ(previews.size(), 2U);
    EXPECT_EQ(previews[0]["action"], "deleteFirmware");
    EXPECT_EQ(previews[0]["canUndo"], false);
    EXPECT_EQ(status(zips[0]), "READY_TO_TEST");

    const FinishedProcess finished = ctl({"firmware", "delete", zips[0], zips[1], zips[2]});
    EXPECT_EQ(finished.status, 1);
    const std::vector<json> results = jsonLines(finished.out);
    ASSERT_EQ(results.size(), 3U);
    EXPECT_THAT(results[1]["error"]["message"].get<std::string>(), HasSubstr("RELEASED"));
    EXPECT_EQ(status(zips[0]), "DELETED");
    EXPECT_EQ(status(zips[1]), "RELEASED");
    EXPECT_EQ(status(zips[2]), "DELETED");
    EXPECT_EQ(line({"check"})["findings"], 0);
}

TEST_F(CtlBulkTest, ManyGroupsAreDeletedAndComeBackByOneUndo) {
    applied({R"({"_id_":"a","timestamp":1,"status":"failed","model":"wo:v8","FW":"2.27"})"});
    ASSERT_EQ(lines({"group", "create", "v227", "--query", "attributes.FW:2.27"}).size(), 1U);
    ASSERT_EQ(lines({"group", "create", "bench", "--static"}).size(), 1U);
    ASSERT_EQ(lines({"group", "add", "bench", "a"}).size(), 1U);
    const FinishedProcess finished = ctl({"group", "delete", "v227", "FailedToUpdate", "bench"});
    EXPECT_EQ(finished.status, 1);
    const std::vector<json> results = jsonLines(finished.out);
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0]["id"], "v227");
    EXPECT_THAT(results[1]["error"]["message"].get<std::string>(), HasSubstr("always exists"));
    std::vector<std::string> left;
    for (const json& group : lines({"group", "list"})) left.push_back(group["group"]);
    EXPECT_THAT(left, ElementsAre("FailedToUpdate"));
    ASSERT_EQ(lines({"activity", "undo", "--bulk", results[0]["auditSequence"].dump()}).size(), 2U);
    EXPECT_EQ(line({"group", "show", "v227"})["members"], json::array({"a"}));
    EXPECT_EQ(line({"group", "show", "bench"})["members"], json::array({"a"}));
    EXPECT_EQ(line({"check"})["findings"], 0);
}

TEST_F(CtlBulkTest, AnImportIsPreviewedAndTakenBack) {
    const std::string zip = m_packages / "sample.zip";
    ASSERT_EQ(runCtl({"firmware", "sample", "--out", zip, "--product", "p"}).status, 0);
    // A preview makes no store.
    expectFailure({"firmware", "import", zip, "--preview"}, "There is no store");
    applied({});
    const json preview = line({"firmware", "import", zip, "--preview"});
    EXPECT_EQ(preview["preview"], true);
    EXPECT_EQ(preview["action"], "importFirmware");
    EXPECT_EQ(preview["target"], "sample.zip");
    EXPECT_THAT(preview["changes"], ::testing::Contains(json{{"field", "product_id"}, {"before", ""}, {"after", "p"}}));
    EXPECT_EQ(lines({"firmware", "list"}).size(), 0U);
    EXPECT_EQ(lines({"firmware", "import", zip}).size(), 1U);
    const std::vector<json> undoable = lines({"activity", "list", "--undoable"});
    ASSERT_EQ(undoable.size(), 1U);
    EXPECT_EQ(line({"activity", "undo", undoable[0]["id"].dump(), "--preview"})["action"], "importFirmware");
    EXPECT_EQ(lines({"activity", "undo", undoable[0]["id"].dump()}).size(), 1U);
    EXPECT_EQ(lines({"firmware", "list"}).size(), 0U);
}

TEST_F(CtlBulkTest, WhatIsMissingIsWrongUsage) {
    applied({});
    expectWrongUsage({"firmware", "set-status", "a.zip"});
    expectWrongUsage({"firmware", "set-status"});
    expectWrongUsage({"firmware", "delete"});
    expectWrongUsage({"group", "delete"});
    expectFailure({"firmware", "set-status", "a.zip", "b.zip"}, "no firmware a.zip");
}

}  // namespace
}  // namespace drydock::tests
