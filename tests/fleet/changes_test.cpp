#include "models/fleet/changes.h"

#include <gmock/gmock.h>

#include "models/fleet/firmware_package.h"
#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;

class ChangesTest : public FleetDesk {
protected:
    void listen() {
        store->setChangeListener(watchedTables(), [this](const std::shared_ptr<const storage::ChangeBatch>& batch) {
            merge(heard, translate(*batch));
        });
    }
    FleetChanges take() { return std::exchange(heard, {}); }

    FleetChanges heard;
};

TEST_F(ChangesTest, ASpanIsHeardOnceADeviceWithAllItsParts) {
    listen();
    apply({raw(payload("d1", 1, "failed")), raw(payload("d1", 2, "failed")), raw("nonsense")});
    const FleetChanges changes = take();
    ASSERT_EQ(changes.devices.size(), 1U);
    const DevicePatch& patch = changes.devices[0];
    EXPECT_EQ(patch.id, "d1");
    ASSERT_TRUE(patch.thing && patch.status && patch.retries);
    EXPECT_EQ(patch.thing->phase, Phase::retrying);
    EXPECT_EQ(patch.status->deviceTimeMs, 2);
    EXPECT_EQ(patch.retries->cycle.retryCounter, 2);
    EXPECT_THAT(changes.devicesWithHistory, ElementsAre("d1"));
    EXPECT_TRUE(changes.quarantineChanged);
    EXPECT_FALSE(changes.empty());
    EXPECT_TRUE(FleetChanges().empty());
}

TEST_F(ChangesTest, AlertsAndAuditAreHeard) {
    listen();
    failForGood("d1");
    FleetChanges changes = take();
    ASSERT_EQ(changes.alerts.size(), 1U);
    EXPECT_EQ(changes.alerts[0].state, AlertState::open);
    ASSERT_EQ(changes.devices.size(), 1U);
    EXPECT_EQ(changes.devices[0].thing->phase, Phase::failed);
    const ActionOutcome outcome = perform(ActionKind::release, "d1");
    changes = take();
    EXPECT_EQ(changes.alerts.at(0).state, AlertState::resolved);
    ASSERT_EQ(changes.audit.size(), 1U);
    EXPECT_TRUE(changes.audit[0].undoable);
    ASSERT_TRUE(service->undo(outcome.auditSequence, who));
    changes = take();
    ASSERT_EQ(changes.audit.size(), 2U);
}

TEST_F(ChangesTest, AnotherMappingOfProductsToModelsIsHeard) {
    listen();
    put(tables::kProductModels, {{"product_id", "wearable"}, {"models", storage::StringSet{{"wo:v8", "wo:v9"}}}});
    const FleetChanges changes = take();
    EXPECT_TRUE(changes.productModelsChanged);
    EXPECT_FALSE(changes.empty());
}

TEST_F(ChangesTest, FirmwareIsHeardAndAReplacedZipIsGone) {
    listen();
    const auto zip = directory / "a.zip";
    ASSERT_TRUE(writeSamplePackage(zip, "p", "app", "2026.01.01"));
    const FirmwareRecord first = tryImport(zip).value();
    EXPECT_EQ(take().firmware.at(0).zipName, first.zipName);
    perform(ActionKind::deleteFirmware, first.zipName);
    FleetChanges changes = take();
    ASSERT_EQ(changes.firmware.size(), 1U);
    EXPECT_EQ(changes.firmware[0].status, ReleaseStatus::deleted);
    const FirmwareRecord second = tryImport(zip).value();
    changes = take();
    EXPECT_THAT(changes.removedFirmware, ElementsAre(first.zipName));
    ASSERT_EQ(changes.firmware.size(), 1U);
    EXPECT_EQ(changes.firmware[0].zipName, second.zipName);
}

TEST_F(ChangesTest, GroupsAreHeardAsTheyAreMadeFilledEditedAndDeletedButNotSliceBySlice) {
    for (const char* id : {"d1", "d2", "d3", "d4"}) report(id, "downloading");
    listen();
    perform(ActionKind::createGroup, "well", "phase:well");
    EXPECT_TRUE(take().groupsChanged);
    ASSERT_EQ(service->tendGroups(2), 2U);
    EXPECT_TRUE(service->reader().group("well")->filling);
    EXPECT_FALSE(take().groupsChanged);
    while (service->reader().group("well")->filling) ASSERT_TRUE(service->tendGroups(2));
    EXPECT_TRUE(take().groupsChanged);
    report("d1", "downloading", "2.28");  // a member changes, its group doesn't
    EXPECT_FALSE(take().groupsChanged);
    perform(ActionKind::editGroup, "well", "phase:failed");
    EXPECT_TRUE(take().groupsChanged);
    perform(ActionKind::deleteGroup, "well");
    const FleetChanges deleted = take();
    EXPECT_TRUE(deleted.groupsChanged);
    EXPECT_FALSE(deleted.empty());
}

TEST_F(ChangesTest, RemovedRowsAreHeard) {
    failTimes("d1", 1);
    listen();
    for (const char* table : {tables::kRetries, tables::kThings}) {
        storage::DeleteRequest remove;
        remove.table = table;
        remove.key.set(std::string(tables::findTable(table)->partition), "d1");
        ASSERT_TRUE(store->write(std::move(remove)));
        if (table == tables::kRetries) {
            const FleetChanges changes = take();
            ASSERT_TRUE(changes.devices.at(0).retries);
            EXPECT_EQ(changes.devices[0].retries->cycle, CycleState());
        }
    }
    EXPECT_TRUE(take().devices.at(0).removed);
}

TEST(Changes, ALaterPartReplacesAnEarlierOneAndOthersStay) {
    FleetChanges into;
    DevicePatch first;
    first.id = "d1";
    first.thing = Thing{"d1", {{"FW", "1"}}, {}, Phase::well, 0, {}, {}};
    first.status = DeviceStatus();
    into.devices = {first};
    into.devicesWithHistory = {"d1"};
    FleetChanges later;
    DevicePatch second;
    second.id = "d1";
    second.thing = Thing{"d1", {{"FW", "2"}}, {}, Phase::well, 0, {}, {}};
    DevicePatch other;
    other.id = "d2";
    other.removed = true;
    later.devices = {second, other};
    later.devicesWithHistory = {"d1", "d2"};
    merge(into, later);
    ASSERT_EQ(into.devices.size(), 2U);
    EXPECT_EQ(into.devices[0].thing->attributes.at("FW"), "2");
    EXPECT_TRUE(into.devices[0].status);
    EXPECT_THAT(into.devicesWithHistory, ElementsAre("d1", "d2"));

    FleetChanges back;
    DevicePatch again;
    again.id = "d2";
    again.thing = Thing();
    DevicePatch gone;
    gone.id = "d1";
    gone.removed = true;
    back.devices = {again, gone};
    merge(into, back);
    EXPECT_FALSE(into.devices[1].removed);
    EXPECT_TRUE(into.devices[0].removed);
    EXPECT_FALSE(into.devices[0].thing);
}

TEST(Changes, FirmwareRemovedAndAddedAgainIsThere) {
    FirmwareRecord record;
    record.zipName = "a.zip";
    FleetChanges into;
    into.firmware = {record};
    FleetChanges removal;
    removal.removedFirmware = {"a.zip"};
    merge(into, removal);
    EXPECT_TRUE(into.firmware.empty());
    EXPECT_THAT(into.removedFirmware, ElementsAre("a.zip"));
    FleetChanges addition;
    addition.firmware = {record};
    merge(into, addition);
    EXPECT_EQ(into.firmware.size(), 1U);
    EXPECT_TRUE(into.removedFirmware.empty());
}

}  // namespace
}  // namespace drydock::fleet
