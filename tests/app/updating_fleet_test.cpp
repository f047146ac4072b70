// The devices of an invented fleet as they update, without sockets: what they are told passes through the test.

#include "app/simulator/updating_fleet.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace drydock::app {
namespace {

using nlohmann::json;
using Kind = UpdateNews::Kind;

constexpr const char* kNew = "2026.03.01";
constexpr const char* kNewer = "2026.04.01";

class UpdatingFleetTest : public ::testing::Test {
protected:
    void make(std::uint64_t devices, double failRatio, double wrongImageRatio, double flakyRatio = 0) {
        m_devices = devices;
        m_number = 0;
        m_fleet.emplace(FleetPlan{devices, failRatio, 10, 1'711'320'000'000, 1},
                        UpdatePlan{flakyRatio, wrongImageRatio});
    }
    // What device 0 says at its next turn; the others take theirs as well.
    std::string turn() {
        std::string status;
        for (std::uint64_t device = 0; device < m_devices; ++device) {
            m_message = m_fleet->message(m_number + device);
            if (device == 0) {
                status = m_message.status;
                m_first = json::parse(m_message.payload);
            }
        }
        m_number += m_devices;
        return status;
    }
    // Whether device 0 wants to know after the turn it has just taken.
    [[nodiscard]] bool wantsToKnow() const { return m_fleet->question(m_number - m_devices).has_value(); }
    void tell(Kind kind, const std::string& version = {}) { m_fleet->hear({0, kind, version}); }
    // Device 0 asks at this turn and gets the update; what it says at the next.
    std::string attempt(const std::string& version = kNew) {
        turn();
        EXPECT_TRUE(wantsToKnow());
        m_fleet->asked(0);
        tell(Kind::offered, version);
        tell(Kind::fetched, version);
        return turn();
    }
    void setAttributes(const std::string& model, const std::string& fw) {
        m_fleet->hear("iot/device/" + m_fleet->fleet().deviceId(0) + "/attributes",
                      json{{"model", model}, {"FW", fw}}.dump());
    }
    void markAs(const std::string& mark) { setAttributes(mark, mark); }
    void restore() { setAttributes("wo:v8", "2.27"); }
    void setGroup(const std::string& group, const char* change) {
        m_fleet->hear("iot/groups/" + group, json{{"group", group}, {change, {m_fleet->fleet().deviceId(0)}}}.dump());
    }

    std::optional<UpdatingFleet> m_fleet;
    std::uint64_t m_devices = 1;
    std::uint64_t m_number = 0;
    SimulatedMessage m_message;
    json m_first;
};

TEST_F(UpdatingFleetTest, ADeviceAsksForItsModelAndVersionAtItsFirstTurn) {
    make(1, 0, 0);
    EXPECT_EQ(turn(), "idle");
    const auto question = m_fleet->question(0);
    ASSERT_TRUE(question);
    EXPECT_EQ(question->device, 0U);
    EXPECT_EQ(question->product, m_first["model"]);
    EXPECT_EQ(question->version, m_first["FW"]);
    m_fleet->asked(0);
    EXPECT_FALSE(wantsToKnow());
}

TEST_F(UpdatingFleetTest, AnUpdateIsDownloadedThenReportedWithTheNewVersionAndTheNextAskedForAtOnce) {
    make(1, 0, 0);
    turn();
    const json before = m_first;
    m_fleet->asked(0);
    EXPECT_EQ(turn(), "idle");
    tell(Kind::offered, kNew);
    EXPECT_EQ(turn(), "downloading");
    EXPECT_EQ(m_first["FW"], before["FW"]);
    tell(Kind::fetched, kNew);
    EXPECT_EQ(turn(), "succeeded");
    EXPECT_EQ(m_first["FW"], kNew);
    EXPECT_EQ(m_first["model"], before["model"]);
    EXPECT_EQ(m_fleet->question(m_number - 1)->version, kNew);
    EXPECT_EQ(attempt(kNewer), "succeeded");
    EXPECT_EQ(m_fleet->firmware(), (std::map<std::string, std::uint64_t>{{kNewer, 1}}));
}

TEST_F(UpdatingFleetTest, AnUpdateThatCanNotBeFetchedIsAFailureAndTriedAgainAtOnce) {
    make(1, 0, 0);
    turn();
    const json before = m_first;
    m_fleet->asked(0);
    tell(Kind::offered, kNew);
    tell(Kind::broken);
    EXPECT_EQ(turn(), "failed");
    EXPECT_EQ(m_first["FW"], before["FW"]);
    EXPECT_TRUE(wantsToKnow());
    EXPECT_EQ(turn(), "idle");
}

TEST_F(UpdatingFleetTest, WithoutAnOfferADeviceRestsForSomeTurns) {
    for (const Kind kind : {Kind::nothing, Kind::unanswered}) {
        make(1, 0, 0);
        turn();
        m_fleet->asked(0);
        tell(kind);
        for (std::uint64_t i = 1; i < kTurnsBetweenQuestions; ++i) {
            EXPECT_EQ(turn(), "idle");
            EXPECT_FALSE(wantsToKnow());
        }
        turn();
        EXPECT_TRUE(wantsToKnow());
        EXPECT_EQ(m_fleet->unanswered(), kind == Kind::unanswered ? 1U : 0U);
    }
}

TEST_F(UpdatingFleetTest, AMovedOutDeviceDoesNotTryAndTriesAgainWhenItReturns) {
    for (const std::string mark : {"moveOut", "failedtoupdate"}) {
        make(1, 0, 0);
        turn();
        m_fleet->asked(0);
        tell(Kind::nothing);
        markAs(mark);
        EXPECT_EQ(m_fleet->outside(), 1U);
        for (std::uint64_t i = 0; i < 3 * kTurnsBetweenQuestions; ++i) {
            EXPECT_EQ(turn(), "idle");
            EXPECT_FALSE(wantsToKnow());
        }
        restore();
        EXPECT_EQ(m_fleet->outside(), 0U);
        EXPECT_EQ(attempt(), "succeeded");
    }
}

TEST_F(UpdatingFleetTest, OneMarkedAttributeIsEnough) {
    for (const bool model : {true, false}) {
        make(1, 0, 0);
        turn();
        setAttributes(model ? "moveOut" : "wo:v8", model ? "2.27" : "moveOut");
        EXPECT_FALSE(wantsToKnow());
    }
}

TEST_F(UpdatingFleetTest, WhatWasUnderWayWhenADeviceWasMovedOutCountsForNothing) {
    for (const Kind kind : {Kind::fetched, Kind::broken, Kind::nothing}) {
        for (const bool returnsBefore : {true, false}) {
            make(1, 0, 0);
            turn();
            m_fleet->asked(0);
            tell(Kind::offered, kNew);
            markAs("moveOut");
            EXPECT_EQ(turn(), "idle");
            if (returnsBefore) {
                restore();
                EXPECT_EQ(turn(), "idle");
                EXPECT_FALSE(wantsToKnow());
            }
            tell(kind, kNew);
            restore();
            EXPECT_EQ(turn(), "idle");
            EXPECT_TRUE(wantsToKnow());
        }
    }
}

TEST_F(UpdatingFleetTest, WhatCameToItsEndJustBeforeADeviceWasMovedOutIsNotReported) {
    make(1, 0, 0);
    turn();
    m_fleet->asked(0);
    tell(Kind::offered, kNew);
    tell(Kind::fetched, kNew);
    markAs("moveOut");
    EXPECT_EQ(turn(), "idle");
    restore();
    EXPECT_EQ(turn(), "idle");
    EXPECT_EQ(attempt(), "succeeded");
}

TEST_F(UpdatingFleetTest, ABadBatchFailsUntilItHasCooledOff) {
    make(1, 1, 0);
    EXPECT_FALSE(m_fleet->hasWrongImage(0));
    for (int i = 0; i < 30; ++i) EXPECT_EQ(attempt(), "failed");
    markAs("moveOut");
    EXPECT_EQ(turn(), "idle");
    restore();
    EXPECT_EQ(attempt(), "succeeded");
    EXPECT_EQ(attempt(kNewer), "succeeded");
}

TEST_F(UpdatingFleetTest, AWrongImageFailsUntilAPersonHasReleasedTheDevice) {
    make(1, 1, 1);
    EXPECT_TRUE(m_fleet->hasWrongImage(0));
    EXPECT_EQ(attempt(), "failed");
    markAs("moveOut");
    EXPECT_EQ(turn(), "idle");
    restore();
    for (int i = 0; i < 30; ++i) EXPECT_EQ(attempt(), "failed");
    markAs("failedtoupdate");
    setGroup("FailedToUpdate", "added");
    EXPECT_EQ(turn(), "idle");
    restore();
    setGroup("FailedToUpdate", "removed");
    EXPECT_EQ(attempt(), "succeeded");
}

TEST_F(UpdatingFleetTest, ADeviceInFailedToUpdateIsOutsideAndOneInAnyOtherGroupIsNot) {
    make(1, 0, 0);
    turn();
    setGroup("wo-v8", "added");
    EXPECT_TRUE(wantsToKnow());
    setGroup("FailedToUpdate", "added");
    EXPECT_FALSE(wantsToKnow());
    setGroup("FailedToUpdate", "removed");
    EXPECT_TRUE(wantsToKnow());
}

// What is told of groups is not retained, attributes are.
TEST_F(UpdatingFleetTest, AttributesWithoutMarksEndAStayInFailedToUpdateThatNothingWasHeardOf) {
    make(1, 0, 0);
    turn();
    markAs("failedtoupdate");
    setGroup("FailedToUpdate", "added");
    restore();
    EXPECT_TRUE(wantsToKnow());
}

TEST_F(UpdatingFleetTest, FlakyAttemptsAreTheShareThatWasAskedFor) {
    make(1, 0, 0, 1);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(attempt(), "failed");
    make(1, 0, 0, 0.2);
    int failed = 0;
    for (int i = 0; i < 2000; ++i) failed += attempt() == "failed" ? 1 : 0;
    EXPECT_GT(failed, 300);
    EXPECT_LT(failed, 500);
}

TEST_F(UpdatingFleetTest, OfThoseThatKeepFailingExactlyTheShareHasAWrongImage) {
    for (const auto& [devices, failRatio, wrongRatio, wrong] :
         {std::tuple(1000U, 0.1, 0.5, 50U), std::tuple(10U, 0.5, 0.2, 1U), std::tuple(10U, 1.0, 1.0, 10U),
          std::tuple(10U, 0.5, 0.0, 0U), std::tuple(10U, 0.0, 0.5, 0U)}) {
        make(devices, failRatio, wrongRatio);
        unsigned count = 0;
        for (std::uint64_t device = 0; device < devices; ++device) {
            const bool isWrong = m_fleet->hasWrongImage(device);
            EXPECT_TRUE(!isWrong || m_fleet->fleet().keepsFailing(device));
            count += isWrong ? 1 : 0;
        }
        EXPECT_EQ(count, wrong) << devices << " " << failRatio << " " << wrongRatio;
    }
}

TEST_F(UpdatingFleetTest, WhatIsNoMessageForADeviceIsIgnored) {
    make(1, 0, 0);
    turn();
    const std::string id = m_fleet->fleet().deviceId(0);
    const std::string marked = R"({"model":"moveOut","FW":"moveOut"})";
    for (const auto& [topic, payload] : std::vector<std::pair<std::string, std::string>>{
             {"iot/device/" + id + "/attributes", "{"},
             {"iot/device/" + id + "/attributes", ""},
             {"iot/device/" + id + "/attributes", "[]"},
             {"iot/device/" + id + "/attributes", R"({"model":7,"FW":null})"},
             {"iot/device/other/attributes", marked},
             {"iot/device//attributes", marked},
             {"iot/device/attributes", marked},
             {"iot/device/" + id + "/other", marked},
             {"elsewhere", marked},
             {"iot/groups/FailedToUpdate", "{"},
             {"iot/groups/FailedToUpdate", "[]"},
             {"iot/groups/FailedToUpdate", R"({"added":7})"},
             {"iot/groups/FailedToUpdate", R"({"added":[7,"other"]})"}}) {
        m_fleet->hear(topic, payload);
        EXPECT_TRUE(wantsToKnow()) << topic << " " << payload;
    }
}

TEST_F(UpdatingFleetTest, EveryMessageIsOneOfTheDeviceWhoseTurnItIs) {
    make(3, 0, 0);
    for (std::uint64_t number = 0; number < 30; ++number) {
        const json message = json::parse(m_fleet->message(number).payload);
        EXPECT_EQ(message["_id_"], m_fleet->fleet().deviceId(number % 3));
        EXPECT_EQ(message["status"], "idle");
    }
}

}  // namespace
}  // namespace drydock::app
