#include "models/fleet/tables.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "models/fleet/table_definition_files.h"
#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using TablesTest = FleetDesk;

TEST_F(TablesTest, KeysAreThoseOfTheDefinitionFiles) {
    for (const tables::TableKey& each : tables::kTables) {
        const auto described = store->describeTable(each.table);
        ASSERT_TRUE(described) << each.table;
        const storage::KeySchema& key = described->definition.key;
        EXPECT_EQ(key.partition.at(0).name, each.partition) << each.table;
        EXPECT_EQ(key.sort.empty() ? std::string() : key.sort[0].name, each.sort) << each.table;
    }
}

TEST_F(TablesTest, OnlyWhatChangesWithAStepKeepsAStreamAndRecovery) {
    for (const tables::TableKey& each : tables::kTables) {
        const auto definition = store->describeTable(each.table)->definition;
        const std::string name = each.table;
        const bool cheap = name == tables::kDeviceStatus || name == tables::kHistory || name == tables::kTelemetry ||
                           name == tables::kQuarantine || name == tables::kDeskState || name == tables::kOutbox ||
                           name == tables::kTimers || name == tables::kWebhookDeliveries;
        EXPECT_EQ(definition.stream.has_value(), !cheap) << name;
        EXPECT_EQ(definition.pointInTimeRecovery, !cheap) << name;
        EXPECT_TRUE(definition.deletionProtection) << name;
    }
}

TEST_F(TablesTest, ThingsAndFirmwareAreIndexedAsTheRulesSay) {
    const auto indexes = [this](const char* table) {
        std::map<std::string, std::string> hashes;
        const auto definition = store->describeTable(table)->definition;
        for (const storage::IndexDefinition& index : definition.indexes) {
            EXPECT_TRUE(index.key.sort.empty()) << index.name;
            EXPECT_EQ(index.projection, storage::ProjectionType::all) << index.name;
            hashes[index.name] = index.key.partition.at(0).name;
        }
        return hashes;
    };
    using Indexes = std::map<std::string, std::string>;
    EXPECT_EQ(indexes(tables::kThings), (Indexes{{"modelFw-index", "modelFw"}, {"phase-index", "phase"}}));
    EXPECT_EQ(indexes(tables::kFirmware),
              (Indexes{{"product_id-index", "product_id"}, {"zip_name-index", "zip_name"}}));
}

TEST_F(TablesTest, TheRetryRecordAndTheBackupAreStoredAsTheRulesNameThem) {
    failTimes("d1", 10);
    const storage::Item retries = row(tables::kRetries, "d1");
    EXPECT_EQ(retries.string("deviceId"), "d1");
    for (const auto& [name, value] : std::map<std::string, int>{{"RetryCounter", 0}, {"ResetRetryCount", 1}}) {
        ASSERT_NE(retries.find(name), nullptr) << name;
        EXPECT_NE(retries.find(name)->as<storage::Number>(), nullptr) << name;
        EXPECT_EQ(retries.integer(name), value);
    }
    EXPECT_EQ(retries.string("timestamp"), std::to_string(clock.wallMs()));
    EXPECT_EQ(retries.integer("restoreAt"), clock.wallMs() + 24 * kHourMs);
    EXPECT_EQ(row(tables::kAttributeBackup, "d1"),
              (storage::Item{{"deviceId", "d1"}, {"FW", "2.27"}, {"model", "wo:v8"}}));
}

TEST_F(TablesTest, FailedToUpdateAlwaysExists) {
    EXPECT_EQ(service->reader().groups().value().at(0).name, "FailedToUpdate");
    storage::DeleteRequest remove;
    remove.table = tables::kThingGroups;
    remove.key = rows::key(tables::kThingGroups, kFailedGroup);
    ASSERT_TRUE(store->write(std::move(remove)));
    reopen();
    EXPECT_EQ(service->reader().groups().value().at(0).name, "FailedToUpdate");
}

TEST_F(TablesTest, AnExistingTableIsLeftAlone) {
    report("d1", "failed");
    ASSERT_TRUE(tables::ensureTables(*store));
    EXPECT_EQ(rowCount(tables::kThings), 1U);
    const auto names = store->listTables().value();
    EXPECT_EQ(std::count(names.begin(), names.end(), "LayerCatalogue"), 0);
}

TEST(TableDefinitions, EveryShippedFileIsValidAndNamedAfterItsTable) {
    bool layers = false;
    for (const TableDefinitionFile& file : kTableDefinitionFiles) {
        const auto definitions = storage::parseDefinitionFile(file.json);
        ASSERT_TRUE(definitions) << file.name << ": " << definitions.error().message;
        ASSERT_EQ(definitions->size(), 1U);
        EXPECT_EQ(definitions->front().name, file.name);
        EXPECT_TRUE(storage::validate(definitions->front())) << file.name;
        layers |= file.name == "LayerCatalogue";
    }
    EXPECT_TRUE(layers);
}

}  // namespace
}  // namespace drydock::fleet
