#include "models/fleet/past_fleet.h"

#include <iostream>
#include <random>

#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

class PastFleetTest : public OperatorDesk {
protected:
    PastFleet at(std::int64_t atMs) {
        auto past = PastFleet::at(*store, atMs);
        EXPECT_TRUE(past) << past.error().message;
        return *past;
    }
    // Now, with what comes later a minute behind it.
    std::int64_t now() {
        const std::int64_t nowMs = clock.wallMs();
        clock.advance(kMinuteMs);
        return nowMs;
    }
    void createGroup(const std::string& name, const std::string& query) {
        perform(ActionKind::createGroup, name, query);
        while (service->tendGroups(100).value() > 0) {
        }
    }
    void tryOn(const std::string& id, ActionKind kind) {
        const auto made = service->preview({kind, id, {}, {}});
        if (!made) return;
        ASSERT_TRUE(service->perform(*made, who));
    }
    std::vector<std::string> found(std::int64_t atMs, const std::string& text) {
        const auto query = FleetQuery::compile(text, thingFields());
        EXPECT_TRUE(query) << text;
        EXPECT_TRUE(checkPastQuery(*query)) << text;
        std::vector<std::string> ids;
        const auto walked =
            at(atMs).forEachMatch(*query, [&ids](const DeviceDetail& device) { ids.push_back(device.thing.name); });
        EXPECT_TRUE(walked) << walked.error().message;
        return ids;
    }
};

TEST_F(PastFleetTest, ADeviceIsShownAsItWasThen) {
    failTimes("d1", 4);
    const std::int64_t retrying = now();
    perform(ActionKind::setNote, "d1", "seen");
    failTimes("d1", 6);
    const std::int64_t cooling = now();
    perform(ActionKind::restoreAttributes, "d1");
    perform(ActionKind::setNote, "d1", "");
    const std::int64_t restored = now();

    const DeviceDetail first = at(retrying).device("d1").value();
    EXPECT_EQ(first.thing.phase, Phase::retrying);
    EXPECT_EQ(first.retries->cycle.retryCounter, 4);
    EXPECT_EQ(first.thing.note, "");
    EXPECT_EQ(first.backup->at("FW"), "2.27");
    EXPECT_FALSE(first.status.has_value());
    const DeviceDetail second = at(cooling).device("d1").value();
    EXPECT_EQ(second.thing.attributes.at("FW"), "moveOut");
    EXPECT_EQ(second.thing.note, "seen");
    EXPECT_EQ(second.retries->cycle.resetRetryCount, 1);
    EXPECT_TRUE(second.retries->cycle.dueMs.has_value());
    const DeviceDetail third = at(restored).device("d1").value();
    EXPECT_EQ(third.thing.attributes.at("FW"), "2.27");
    EXPECT_EQ(third.thing.note, "");
}

TEST_F(PastFleetTest, ADeviceThatWasDeletedIsThereAsItWas) {
    const std::int64_t before = now();
    failTimes("d1", 4);
    const std::int64_t known = now();
    perform({ActionKind::deleteDevice, "d1", {}, {}});
    const std::int64_t gone = now();
    EXPECT_EQ(at(known).device("d1")->retries->cycle.retryCounter, 4);
    for (const std::int64_t atMs : {before, gone}) {
        const auto absent = at(atMs).device("d1");
        ASSERT_FALSE(absent);
        EXPECT_EQ(absent.error().code, ErrorCode::notFound);
        EXPECT_THAT(absent.error().message, HasSubstr("had no device d1 at 20"));
    }
    EXPECT_THAT(found(known, ""), ElementsAre("d1"));
    EXPECT_TRUE(found(gone, "").empty());
}

TEST_F(PastFleetTest, AListIsFilteredByWhatWasThen) {
    for (const char* id : {"a", "b", "c", "d"}) report(id, "downloading");
    failTimes("b", 10);
    failTimes("d", 3);
    const std::int64_t then = now();
    perform(ActionKind::restoreAttributes, "b");
    failTimes("d", 7);
    failTimes("a", 5);
    now();
    EXPECT_THAT(found(then, ""), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(found(then, "phase:coolingOff"), ElementsAre("b"));
    EXPECT_THAT(found(then, "retries:>=1"), ElementsAre("d"));
    EXPECT_THAT(found(then, "attributes.FW:moveOut"), ElementsAre("b"));
    EXPECT_THAT(found(clock.wallMs(), "phase:coolingOff"), ElementsAre("d"));
    EXPECT_THAT(found(clock.wallMs(), "retries:>=1"), ElementsAre("a"));
}

TEST_F(PastFleetTest, AGroupHasTheMembersItHadThen) {
    for (const char* id : {"a", "b"}) report(id, "downloading");
    const std::int64_t none = now();
    perform(ActionKind::createGroup, "bench");
    createGroup("failing", "retries:>=1");
    ActionRequest add{ActionKind::addToGroup, "bench", {}, {}};
    add.things = {"a"};
    perform(add);
    failTimes("b", 1);
    const std::int64_t then = now();
    add.kind = ActionKind::removeFromGroup;
    perform(add);
    perform(ActionKind::deleteGroup, "bench");
    perform(ActionKind::editGroup, "failing", "retries:>=5");
    while (service->tendGroups(100).value() > 0) {
    }
    now();
    EXPECT_THAT(at(then).groupMembers("bench").value(), ElementsAre("a"));
    EXPECT_THAT(at(then).groupMembers("failing").value(), ElementsAre("b"));
    EXPECT_EQ(at(then).group("failing")->query, "retries:>=1");
    EXPECT_EQ(at(then).groups()->size(), 3U);
    const auto memberships = at(then).device("b")->memberships;
    ASSERT_EQ(memberships.size(), 1U);
    EXPECT_EQ(memberships.at(0).group, "failing");
    EXPECT_EQ(at(none).group("bench").error().code, ErrorCode::notFound);
    EXPECT_EQ(at(clock.wallMs()).groupMembers("bench").error().code, ErrorCode::notFound);
    EXPECT_TRUE(at(clock.wallMs()).groupMembers("failing")->empty());
}

TEST_F(PastFleetTest, ATimeBeforeTheLogOrStillToComeIsRefused) {
    const std::int64_t begins = clock.wallMs();
    now();
    EXPECT_EQ(pastBegins(*store).value(), begins);
    const auto early = PastFleet::at(*store, begins - 1);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, ErrorCode::invalidRestoreTime);
    EXPECT_THAT(early.error().message,
                HasSubstr("before the log of changes, which begins at 2024-03-24T22:40:00.000Z"));
    const auto late = PastFleet::at(*store, clock.wallMs() + 1);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::invalidRestoreTime);
    EXPECT_THAT(late.error().message, HasSubstr("still to come"));
    EXPECT_TRUE(PastFleet::at(*store, begins));
    EXPECT_TRUE(PastFleet::at(*store, clock.wallMs()));
    clock.advance(36 * 24 * kHourMs);
    EXPECT_FALSE(PastFleet::at(*store, begins));
}

TEST_F(PastFleetTest, WhatHasNoLogIsNotAskedFor) {
    for (const char* text : {"status:failed", "seen:<5m", "model:wo*", "FW:2.27", "wo"}) {
        const auto checked = checkPastQuery(FleetQuery::compile(text, thingFields()).value());
        ASSERT_FALSE(checked) << text;
        EXPECT_EQ(checked.error().code, ErrorCode::validation);
        EXPECT_THAT(checked.error().message, HasSubstr("as it is now only"));
    }
}

// Whatever happens to a fleet, it is found again as it was at each minute.
TEST_F(PastFleetTest, TheFleetIsAsItWasAtEveryTime) {
    const unsigned seed = std::random_device()();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    const auto pick = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
    const auto everyDevice = [this](auto& reader) {
        std::map<std::string, DeviceDetail> all;
        const auto walked =
            reader.forEachMatch(FleetQuery::compile("", thingFields()).value(),
                                [&all](DeviceDetail device) { all.emplace(device.thing.name, std::move(device)); });
        EXPECT_TRUE(walked) << walked.error().message;
        return all;
    };
    createGroup("busy", "retries:>=3");
    std::map<std::int64_t, std::map<std::string, DeviceDetail>> kept;
    for (int minute = 0; minute < 60; ++minute) {
        for (int i = 0; i < 6; ++i) {
            const std::string id = "d" + std::to_string(pick(12));
            switch (pick(8)) {
                case 0:
                    tryOn(id, ActionKind::deleteDevice);
                    break;
                case 1:
                    tryOn(id, ActionKind::restoreAttributes);
                    break;
                case 2:
                    report(id, "downloading", "2." + std::to_string(pick(3)));
                    break;
                default:
                    failTimes(id, static_cast<int>(1 + pick(5)));
            }
        }
        if (pick(10) == 0) clock.advance(24 * kHourMs);
        runTimers();
        FleetReader reader = service->reader();
        const auto devices = everyDevice(reader);
        kept.emplace(now(), devices);
    }
    for (const auto& [atMs, devices] : kept) {
        if (atMs < pastBegins(*store).value()) continue;
        PastFleet past = at(atMs);
        const auto then = everyDevice(past);
        ASSERT_EQ(then.size(), devices.size()) << atMs;
        for (const auto& [id, device] : devices) {
            ASSERT_TRUE(then.contains(id)) << id;
            EXPECT_EQ(then.at(id).thing, device.thing);
            EXPECT_EQ(then.at(id).retries.has_value(), device.retries.has_value()) << id;
            EXPECT_EQ(then.at(id).retries.value_or(RetryRecord()).cycle, device.retries.value_or(RetryRecord()).cycle);
            EXPECT_EQ(then.at(id).memberships.size(), device.memberships.size());
        }
    }
}

}  // namespace
}  // namespace drydock::fleet
