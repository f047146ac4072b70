#include "storage/table/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace drydock::tests {
namespace {

using namespace storage;
using ::testing::HasSubstr;

std::string errorOf(std::string_view text) {
    const auto parsed = parseDefinitionFile(text);
    return parsed ? "accepted" : parsed.error().message;
}

TableDefinition things() {
    TableDefinition definition;
    definition.name = "Things";
    definition.key.partition = {{"id", AttributeType::S}};
    return definition;
}

IndexDefinition globalIndex(const std::string& name) {
    IndexDefinition index;
    index.name = name;
    index.key.partition = {{"status", AttributeType::S}};
    return index;
}

std::string validationOf(const TableDefinition& definition) {
    const auto valid = validate(definition);
    return valid ? "valid" : valid.error().message;
}

TEST(DefinitionFile, ReadsEveryField) {
    const auto parsed = parseDefinitionFile(R"({
        "Things": {
            "pk": {"name": "id", "type": "STRING"},
            "sk": {"name": "at", "type": "NUMBER"},
            "enable_stream": true,
            "indexes": {"status": {"pk": {"name": "status", "type": "STRING"}, "sk": {"name": "raw", "type": "BINARY"}},
                        "by-age-index": {"pk": {"name": "age", "type": "NUMBER"}}},
            "tag_key": "team", "tag_value": "desk", "ttl": "expires",
            "deletion_protection": true, "pitr": true},
        "Small": {"pk": {"name": "k", "type": "BINARY"}}})");
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->size(), 2U);
    const TableDefinition& small = parsed->at(0);
    EXPECT_EQ(small.name, "Small");
    EXPECT_EQ(small.key.partition, (std::vector<KeyAttribute>{{"k", AttributeType::B}}));
    EXPECT_FALSE(small.stream || small.ttlAttribute || small.deletionProtection || small.pointInTimeRecovery);
    const TableDefinition& table = parsed->at(1);
    EXPECT_EQ(table.key.sort, (std::vector<KeyAttribute>{{"at", AttributeType::N}}));
    EXPECT_EQ(table.stream, StreamView::newAndOldImages);
    ASSERT_EQ(table.indexes.size(), 2U);
    EXPECT_EQ(table.indexes[0].name, "by-age-index");
    EXPECT_EQ(table.indexes[1].name, "status-index");
    EXPECT_EQ(table.indexes[1].key.sort, (std::vector<KeyAttribute>{{"raw", AttributeType::B}}));
    EXPECT_EQ(table.indexes[1].projection, ProjectionType::all);
    EXPECT_EQ(table.ttlAttribute, "expires");
    EXPECT_TRUE(table.deletionProtection);
    EXPECT_TRUE(table.pointInTimeRecovery);
    EXPECT_EQ(table.tags, (std::vector<std::pair<std::string, std::string>>{{"team", "desk"}}));
}

TEST(DefinitionFile, NamesThePathOfWhatIsWrong) {
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"name": "id", "type": "TEXT"}}})"),
              "$.Things.pk.type: must be STRING, NUMBER or BINARY");
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"name": "id", "type": 7}}})"),
              "$.Things.pk.type: must be STRING, NUMBER or BINARY");
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"type": "STRING"}}})"), "$.Things.pk.name: is missing");
    EXPECT_EQ(errorOf(R"({"Things": {}})"), "$.Things.pk: is missing");
    EXPECT_EQ(errorOf(R"({"Things": []})"), "$.Things: must be an object");
    EXPECT_EQ(errorOf(R"([])"), "$: must be an object");
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"name": "id", "type": "STRING"}, "stream": true}})"),
              "$.Things.stream: is not a known key");
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"name": "id", "type": "STRING"}, "enable_stream": "yes"}})"),
              "$.Things.enable_stream: must be true or false");
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"name": "id", "type": "STRING"}, "ttl": 5}})"),
              "$.Things.ttl: must be a string");
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"name": "id", "type": "STRING"}, "tag_key": "a"}})"),
              "$.Things.tag_value: is missing");
    EXPECT_EQ(errorOf(R"({"Things": {"pk": {"name": "id", "type": "STRING"},
                          "indexes": {"by": {"pk": {"name": "", "type": "STRING"}}}}})"),
              "$.Things.indexes.by.pk.name: must not be empty");
    EXPECT_THAT(errorOf("{"), ::testing::StartsWith("$: "));
    EXPECT_THAT(
        errorOf(R"({"Things": {"pk": {"name": "id", "type": "STRING"}, "sk": {"name": "id", "type": "STRING"}}})"),
        ::testing::StartsWith("$.Things: Both the Hash Key and the Range Key"));
    EXPECT_THAT(errorOf(std::string(100, '[') + std::string(100, ']')), ::testing::StartsWith("$: "));
}

TEST(TableName, JoinsPrefixAppAndBaseInLowerCaseWithHyphens) {
    EXPECT_EQ(tableName("Acme", "Support Desk", "device_history").value(), "acme-support-desk-device-history");
    EXPECT_EQ(tableName("", "", "Things").value(), "things");
}

TEST(TableName, IsCutTo255WithAHashThatKeepsItUnique) {
    const std::string base(300, 'x');
    const std::string first = tableName("acme", "desk", base + "1").value();
    const std::string second = tableName("acme", "desk", base + "2").value();
    EXPECT_EQ(first.size(), 255U);
    EXPECT_EQ(second.size(), 255U);
    EXPECT_NE(first, second);
    EXPECT_EQ(first.substr(0, 246), second.substr(0, 246));
    EXPECT_EQ(first, tableName("acme", "desk", base + "1").value());
    EXPECT_EQ(tableName("a", "b", std::string(251, 'x')).value().size(), 255U);
}

TEST(TableName, RefusesWhatDynamoDbWouldRefuse) {
    EXPECT_FALSE(tableName("", "", "ab"));
    EXPECT_FALSE(tableName("acme", "desk", ""));
    EXPECT_FALSE(tableName("acme", "desk", "a/b"));
}

TEST(IndexName, EndsInIndexOnce) {
    EXPECT_EQ(indexName("status"), "status-index");
    EXPECT_EQ(indexName("status-index"), "status-index");
}

TEST(Validate, AcceptsAPlainTable) {
    EXPECT_EQ(validationOf(things()), "valid");
}

TEST(Validate, RefusesNames) {
    TableDefinition table = things();
    table.name = "ab";
    EXPECT_EQ(validationOf(table),
              "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have "
              "length greater than or equal to 3");
    table.name = "a b c";
    EXPECT_THAT(validationOf(table), HasSubstr("regular expression pattern: [a-zA-Z0-9_.-]+"));
    table.name = std::string(256, 'a');
    EXPECT_THAT(validationOf(table), HasSubstr("less than or equal to 255"));
}

TEST(Validate, RefusesKeys) {
    TableDefinition table = things();
    table.key.partition.clear();
    EXPECT_THAT(validationOf(table), HasSubstr("No Hash Key specified"));
    table = things();
    table.key.sort = {{"id", AttributeType::S}};
    EXPECT_THAT(validationOf(table), HasSubstr("have the same name"));
    table = things();
    table.key.partition[0].type = AttributeType::BOOL;
    EXPECT_THAT(validationOf(table), HasSubstr("[B, N, S]"));
    table = things();
    table.indexes = {globalIndex("one")};
    table.indexes[0].key.partition = {{"id", AttributeType::N}};
    EXPECT_THAT(validationOf(table), HasSubstr("two types"));
}

TEST(Validate, HoldsTheLimitsOnIndexes) {
    TableDefinition table = things();
    for (int i = 0; i < 20; ++i) table.indexes.push_back(globalIndex("index" + std::to_string(i)));
    EXPECT_EQ(validationOf(table), "valid");
    table.indexes.push_back(globalIndex("one-too-many"));
    EXPECT_THAT(validationOf(table), HasSubstr("per-table limit of 20"));

    table = things();
    table.indexes = {globalIndex("twice"), globalIndex("twice")};
    EXPECT_THAT(validationOf(table), HasSubstr("Duplicate index name"));

    table = things();
    table.indexes = {globalIndex("wide")};
    for (const char* name : {"b", "c", "d"}) table.indexes[0].key.partition.push_back({name, AttributeType::S});
    EXPECT_EQ(validationOf(table), "valid");
    table.indexes[0].key.partition.push_back({"e", AttributeType::S});
    EXPECT_THAT(validationOf(table), HasSubstr("maximum allowed number of HASH key attributes"));
}

TEST(Validate, LocalIndexesShareThePartitionKey) {
    TableDefinition table = things();
    IndexDefinition local = globalIndex("local");
    local.local = true;
    local.key = {{{"id", AttributeType::S}}, {{"at", AttributeType::N}}};
    table.indexes = {local};
    EXPECT_THAT(validationOf(table), HasSubstr("does not have a range key"));
    table.key.sort = {{"seq", AttributeType::N}};
    EXPECT_EQ(validationOf(table), "valid");
    table.indexes[0].key.partition = {{"other", AttributeType::S}};
    EXPECT_THAT(validationOf(table), HasSubstr("same leading hash key"));
    table.indexes.clear();
    for (int i = 0; i < 6; ++i) {
        local.name = "local" + std::to_string(i);
        table.indexes.push_back(local);
    }
    EXPECT_THAT(validationOf(table), HasSubstr("per-table limit of 5"));
}

TEST(Validate, ProjectionAndItsAttributesGoTogether) {
    TableDefinition table = things();
    table.indexes = {globalIndex("some")};
    table.indexes[0].projection = ProjectionType::include;
    EXPECT_THAT(validationOf(table), HasSubstr("NonKeyAttributes is not specified"));
    table.indexes[0].nonKeyAttributes = {"a"};
    EXPECT_EQ(validationOf(table), "valid");
    table.indexes[0].projection = ProjectionType::keysOnly;
    EXPECT_THAT(validationOf(table), HasSubstr("ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"));
}

TEST(Validate, HoldsTheLimitsOnTagsAndRecovery) {
    TableDefinition table = things();
    table.tags = {{"team", "desk"}, {"team", "other"}};
    EXPECT_EQ(validationOf(table), "Duplicate Tag Keys provided as input: Duplicate Tag Key found team");
    table.tags = {{std::string(129, 'x'), ""}};
    EXPECT_THAT(validationOf(table), HasSubstr("The Tag Key provided is invalid"));
    table.tags = {{"x", std::string(257, 'x')}};
    EXPECT_THAT(validationOf(table), HasSubstr("The Tag Value provided is invalid"));
    table = things();
    table.recoveryDays = 0;
    EXPECT_THAT(validationOf(table), HasSubstr("greater than or equal to 1"));
    table.recoveryDays = 36;
    EXPECT_THAT(validationOf(table), HasSubstr("less than or equal to 35"));
    table.recoveryDays = 1;
    EXPECT_EQ(validationOf(table), "valid");
}

TEST(Words, AreThoseOfTheApi) {
    EXPECT_STREQ(wordOf(StreamView::newAndOldImages), "NEW_AND_OLD_IMAGES");
    EXPECT_EQ(streamViewOf("KEYS_ONLY"), StreamView::keysOnly);
    EXPECT_EQ(streamViewOf("ALL"), std::nullopt);
    EXPECT_EQ(projectionOf(wordOf(ProjectionType::include)), ProjectionType::include);
    EXPECT_EQ(tableClassOf(wordOf(TableClass::standard)), TableClass::standard);
}

TEST(DefinitionJson, RoundTripsEveryField) {
    TableDefinition table = things();
    table.key.sort = {{"at", AttributeType::N}};
    table.indexes = {globalIndex("one"), globalIndex("two")};
    table.indexes[0].projection = ProjectionType::include;
    table.indexes[0].nonKeyAttributes = {"a", "b"};
    table.indexes[1].projection = ProjectionType::keysOnly;
    table.indexes[1].local = true;
    table.ttlAttribute = "expires";
    table.deletionProtection = true;
    table.pointInTimeRecovery = true;
    table.recoveryDays = 7;
    table.tags = {{"a", "1"}, {"b", ""}};
    table.throughput = Throughput{5, 6};
    table.indexes[0].throughput = Throughput{7, 8};
    table.mostOnDemand = Throughput{9, -1};
    table.tableClass = TableClass::standardInfrequentAccess;
    table.encryptionKey = "arn:aws:kms:local:000000000000:key/x";
    for (const StreamView view :
         {StreamView::keysOnly, StreamView::newImage, StreamView::oldImage, StreamView::newAndOldImages}) {
        table.stream = view;
        const auto back = definitionFromJson(definitionToJson(table));
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(*back, table);
    }
    const auto plain = definitionFromJson(definitionToJson(things()));
    ASSERT_TRUE(plain);
    EXPECT_EQ(*plain, things());
}

TEST(DefinitionJson, ADamagedFormIsAnError) {
    for (const char* text : {"{}", "[]", "null", R"({"name": 5})"}) {
        const auto read = definitionFromJson(nlohmann::json::parse(text));
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    }
    nlohmann::json unknown = definitionToJson(things());
    unknown["stream"] = "SIDEWAYS";
    EXPECT_FALSE(definitionFromJson(unknown));
}

}  // namespace
}  // namespace drydock::tests
