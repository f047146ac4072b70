#include "storage/api/table_shapes.h"

#include <array>

namespace drydock::storage::api {
namespace {

using Kind = Shape::Kind;
using Words = std::string_view;

// Attribute names have 1 to 255 characters everywhere in the API's tables.
constexpr Shape kAttributeName{.least = 1, .most = 255};
constexpr Shape kName{.least = 3, .most = 255, .isName = true};
constexpr Shape kPlainText{};
constexpr Shape kPlainFlag{.kind = Kind::boolean};
constexpr Shape kUnits{.kind = Kind::longInteger, .least = 1};
constexpr Shape kAnyUnits{.kind = Kind::longInteger};

constexpr std::array<Words, 3> kAttributeTypes = {"B", "N", "S"};
constexpr Shape kAttributeType{.words = kAttributeTypes};
constexpr std::array<Member, 2> kAttributeDefinitionMembers = {
    {{"AttributeName", &kAttributeName, true}, {"AttributeType", &kAttributeType, true}}};
constexpr Shape kAttributeDefinition{
    .kind = Kind::structure, .className = "AttributeDefinition", .members = kAttributeDefinitionMembers};
constexpr Shape kAttributeDefinitions{.kind = Kind::list, .element = &kAttributeDefinition};

constexpr std::array<Words, 2> kKeyTypes = {"HASH", "RANGE"};
constexpr Shape kKeyType{.words = kKeyTypes};
constexpr std::array<Member, 2> kKeyElementMembers = {
    {{"AttributeName", &kAttributeName, true}, {"KeyType", &kKeyType, true}}};
constexpr Shape kKeyElement{.kind = Kind::structure, .className = "KeySchemaElement", .members = kKeyElementMembers};
constexpr Shape kKeySchema{.kind = Kind::list, .element = &kKeyElement, .least = 1, .most = 2};
// A global index takes several attributes for each part of its key; how many is told in words of its own.
constexpr Shape kGlobalKeySchema{.kind = Kind::list, .element = &kKeyElement, .least = 1};

constexpr std::array<Words, 3> kProjectionTypes = {"ALL", "INCLUDE", "KEYS_ONLY"};
constexpr Shape kProjectionType{.words = kProjectionTypes};
constexpr Shape kNonKeyAttributes{.kind = Kind::list, .element = &kAttributeName, .least = 1};
constexpr std::array<Member, 2> kProjectionMembers = {
    {{"ProjectionType", &kProjectionType}, {"NonKeyAttributes", &kNonKeyAttributes}}};
constexpr Shape kProjection{.kind = Kind::structure, .className = "Projection", .members = kProjectionMembers};

constexpr std::array<Member, 2> kThroughputMembers = {
    {{"WriteCapacityUnits", &kUnits, true}, {"ReadCapacityUnits", &kUnits, true}}};
constexpr Shape kThroughput{
    .kind = Kind::structure, .className = "ProvisionedThroughput", .members = kThroughputMembers};
constexpr std::array<Member, 2> kOnDemandMembers = {
    {{"MaxReadRequestUnits", &kAnyUnits}, {"MaxWriteRequestUnits", &kAnyUnits}}};
constexpr Shape kOnDemand{.kind = Kind::structure, .className = "OnDemandThroughput", .members = kOnDemandMembers};

constexpr std::array<Member, 2> kWarmMembers = {
    {{"ReadUnitsPerSecond", &kAnyUnits}, {"WriteUnitsPerSecond", &kAnyUnits}}};
constexpr Shape kWarm{.kind = Kind::structure, .className = "WarmThroughput", .members = kWarmMembers};

constexpr std::array<Member, 3> kLocalIndexMembers = {
    {{"IndexName", &kName, true}, {"KeySchema", &kKeySchema, true}, {"Projection", &kProjection, true}}};
constexpr Shape kLocalIndex{.kind = Kind::structure, .className = "LocalSecondaryIndex", .members = kLocalIndexMembers};
constexpr Shape kLocalIndexes{.kind = Kind::list, .element = &kLocalIndex};
constexpr std::array<Member, 5> kGlobalIndexMembers = {{{"IndexName", &kName, true},
                                                        {"KeySchema", &kGlobalKeySchema, true},
                                                        {"Projection", &kProjection, true},
                                                        {"ProvisionedThroughput", &kThroughput},
                                                        {"WarmThroughput", &kWarm}}};
constexpr Shape kGlobalIndex{
    .kind = Kind::structure, .className = "GlobalSecondaryIndex", .members = kGlobalIndexMembers};
constexpr Shape kGlobalIndexes{.kind = Kind::list, .element = &kGlobalIndex};

constexpr std::array<Words, 2> kBillingModes = {"PROVISIONED", "PAY_PER_REQUEST"};
constexpr Shape kBillingMode{.words = kBillingModes};
constexpr std::array<Words, 4> kViewTypes = {"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"};
constexpr Shape kViewType{.words = kViewTypes};
constexpr std::array<Member, 2> kStreamMembers = {
    {{"StreamEnabled", &kPlainFlag, true}, {"StreamViewType", &kViewType}}};
constexpr Shape kStream{.kind = Kind::structure, .className = "StreamSpecification", .members = kStreamMembers};
constexpr std::array<Words, 2> kEncryptionTypes = {"AES256", "KMS"};
constexpr Shape kEncryptionType{.words = kEncryptionTypes};
constexpr std::array<Member, 3> kEncryptionMembers = {
    {{"Enabled", &kPlainFlag}, {"SSEType", &kEncryptionType}, {"KMSMasterKeyId", &kPlainText}}};
constexpr Shape kEncryption{.kind = Kind::structure, .className = "SSESpecification", .members = kEncryptionMembers};

constexpr std::array<Member, 2> kTagMembers = {{{"Key", &kPlainText}, {"Value", &kPlainText}}};
constexpr Shape kTag{.kind = Kind::structure, .className = "Tag", .members = kTagMembers};

constexpr std::array<Member, 3> kUpdateIndexMembers = {
    {{"IndexName", &kName, true}, {"ProvisionedThroughput", &kThroughput}, {"WarmThroughput", &kWarm}}};
constexpr Shape kUpdateIndex{
    .kind = Kind::structure, .className = "UpdateGlobalSecondaryIndexAction", .members = kUpdateIndexMembers};
constexpr Shape kCreateIndex{
    .kind = Kind::structure, .className = "CreateGlobalSecondaryIndexAction", .members = kGlobalIndexMembers};
constexpr std::array<Member, 1> kDeleteIndexMembers = {{{"IndexName", &kName, true}}};
constexpr Shape kDeleteIndex{
    .kind = Kind::structure, .className = "DeleteGlobalSecondaryIndexAction", .members = kDeleteIndexMembers};
constexpr std::array<Member, 3> kIndexUpdateMembers = {
    {{"Update", &kUpdateIndex}, {"Create", &kCreateIndex}, {"Delete", &kDeleteIndex}}};
constexpr Shape kIndexUpdate{
    .kind = Kind::structure, .className = "GlobalSecondaryIndexUpdate", .members = kIndexUpdateMembers};
constexpr Shape kIndexUpdates{.kind = Kind::list, .element = &kIndexUpdate};

constexpr Shape kTags{.kind = Kind::list, .element = &kTag};

constexpr std::array<Member, 14> kCreateTable = {{{"AttributeDefinitions", &kAttributeDefinitions, true},
                                                  {"TableName", &kName},
                                                  {"BillingMode", &kBillingMode},
                                                  {"ProvisionedThroughput", &kThroughput},
                                                  {"KeySchema", &kKeySchema, true},
                                                  {"GlobalSecondaryIndexes", &kGlobalIndexes},
                                                  {"LocalSecondaryIndexes", &kLocalIndexes},
                                                  {"StreamSpecification", &kStream},
                                                  {"SSESpecification", &kEncryption},
                                                  {"Tags", &kTags},
                                                  {"TableClass", &kPlainText},
                                                  {"DeletionProtectionEnabled", &kPlainFlag},
                                                  {"OnDemandThroughput", &kOnDemand},
                                                  {"WarmThroughput", &kWarm}}};

constexpr std::array<Member, 11> kUpdateTable = {{{"AttributeDefinitions", &kAttributeDefinitions},
                                                  {"TableName", &kName},
                                                  {"BillingMode", &kBillingMode},
                                                  {"ProvisionedThroughput", &kThroughput},
                                                  {"GlobalSecondaryIndexUpdates", &kIndexUpdates},
                                                  {"StreamSpecification", &kStream},
                                                  {"SSESpecification", &kEncryption},
                                                  {"TableClass", &kPlainText},
                                                  {"DeletionProtectionEnabled", &kPlainFlag},
                                                  {"OnDemandThroughput", &kOnDemand},
                                                  {"WarmThroughput", &kWarm}}};

}  // namespace

constinit const Shape kExactTableName = kName;
constinit const Shape kTagList = kTags;
constinit const Shape kGlobalIndexList = kGlobalIndexes;
constinit const Shape kLocalIndexList = kLocalIndexes;
constinit const Shape kTableThroughput = kThroughput;
constinit const Shape kMostOnDemand = kOnDemand;
constinit const Shape kTableBilling = kBillingMode;
constinit const Shape kTableEncryption = kEncryption;
constinit const std::span<const Member> kCreateTableMembers = kCreateTable;
constinit const std::span<const Member> kUpdateTableMembers = kUpdateTable;

}  // namespace drydock::storage::api
