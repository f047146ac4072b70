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
