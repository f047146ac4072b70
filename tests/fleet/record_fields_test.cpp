// The vocabularies of the lists that are not things: each field of each list, and the grammar over all of them.
#include "models/fleet/record_fields.h"

#include <iostream>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/fleet/thing_fields.h"

namespace drydock::fleet {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::int64_t kNowMs = 1'750'000'000'000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 24 * 60 * kMinuteMs;

using Queries = std::vector<std::string>;

storage::Result<FleetQuery> compiled(const std::string& text, const QueryVocabulary& vocabulary) {
    auto query = FleetQuery::compile(text, vocabulary);
    EXPECT_TRUE(query) << text << ": " << (query ? "" : query.error().message);
    return query;
}

std::string error(const std::string& text, const QueryVocabulary& vocabulary) {
    const auto query = FleetQuery::compile(text, vocabulary);
    return query ? "" : query.error().message;
}

// `found` find the row and name every field there is; `missed` don't find it.
void expectFields(const QueryVocabulary& vocabulary, const RecordRow& row, const Queries& found,
                  const Queries& missed) {
    std::set<std::string> named;
    for (const std::string& text : found) {
        const auto query = compiled(text, vocabulary);
        if (!query) continue;
        EXPECT_TRUE(query->matches(row)) << text;
        for (const QueryField& field : query->fields()) named.insert(field.name());
    }
    for (const std::string& text : missed) {
        const auto query = compiled(text, vocabulary);
        EXPECT_FALSE(query && query->matches(row)) << text;
    }
    for (const FieldDefinition& field : vocabulary.fields()) EXPECT_THAT(named, Contains(std::string(field.name)));
}

Alert alert() {
    Alert made;
    made.id = "alert-17";
    made.deviceId = "3hwC2y7";
    made.state = AlertState::resolved;
    made.raisedMs = kNowMs - 2 * kDayMs;
    made.message = alertMessage("3hwC2y7");
    made.deduplicationId = "d41d8cd9";
    made.acknowledgedBy = "mara";
    made.acknowledgedMs = kNowMs - kDayMs;
    made.resolvedBy = "device released";
    made.resolvedMs = kNowMs - kMinuteMs;
    made.delivery = DeliveryState::refused;
    made.deliveredMs = kNowMs - kDayMs;
    made.deliveryRefusal = "410 Gone";
    return made;
}

FirmwareRecord firmware() {
    FirmwareRecord made;
    made.productId = "wo:v8";
    made.application = "main";
    made.version = "2026.03.01";
    made.firmwareClass = "device";
    made.firmwareType = "app";
    made.branch = "release/3";
    made.commit = "9f3c51d2";
    made.created = "2026-03-01T10:00:00Z";
    made.zipName = "5f0c2a1e.zip";
    made.originalName = "wo-v8.zip";
    made.zipSha256 = "abcdef";
    made.zipSizeBytes = 1'400'000;
    made.uploadedAtS = (kNowMs - 3 * kDayMs) / 1000;
    made.status = ReleaseStatus::revoked;
    made.expiresAtS = (kNowMs + 7 * kDayMs) / 1000;
    made.errorReason = "Missing file: app.bin";
    return made;
}

AuditEntry action() {
    AuditEntry made;
    made.sequence = 42;
    made.atMs = kNowMs - 90 * kMinuteMs;
    made.who = "mara";
    made.screen = "devices";
    made.action = "restoreAttributes";
    made.target = "3hwC2y7";
    made.why = "Reported by the site.";
    made.summary = "Restored 3 attributes.";
    made.bulk = 40;
    made.undoable = true;
    made.undoneBy = 50;
    return made;
}

QuarantinedMessage message() {
    const std::string raw = R"({"_id_":"3hw","status":7})";
    return {7,
            kNowMs - 10 * kMinuteMs,
            "iot/device/data",
            "status: not a string",
            storage::Binary(raw.begin(), raw.end()),
            200'000};
}

TEST(RecordFields, AnAlertHasItsFields) {
    const Alert each = alert();
    expectFields(alertFields(), RecordRow(each, kNowMs),
                 {"id:alert-17",
                  "deviceId:3hwC2y7",
                  "thingName:3HW*",
                  "state:resolved",
                  "state:open,resolved",
                  "message:*manual*",
                  "text:device*",
                  "raised:2d",
                  "raisedAt:>1d",
                  "acknowledgedBy:mara",
                  "acknowledged:1d",
                  "acknowledgedAt:*",
                  "resolvedBy:device*",
                  "resolved:<=1m",
                  "resolvedAt:[30s TO 2m]",
                  "deduplicationId:d41*",
                  "deduplicated:false",
                  "webhook:refused",
                  "webhookAt:>1h",
                  "webhookRefusal:410*",
                  "state:(open OR resolved) AND NOT acknowledgedBy:jonas",
                  "3hw MARA intervention released"},
                 {"id:17", "state:open", "message:manual", "raised:1d", "acknowledgedBy:mar", "resolvedBy:device",
                  "resolved:>1m", "deduplicated:true", "webhook:none", "alert-17", "410", "d41d8cd9"});
    Alert fresh;
    fresh.id = "alert-18";
    fresh.raisedMs = kNowMs;
    for (const char* lacking : {"acknowledged:*", "resolved:>1s", "acknowledgedBy:*", "webhookAt:*", "deviceId:*"})
        EXPECT_FALSE(compiled(lacking, alertFields())->matches(RecordRow(fresh, kNowMs))) << lacking;
}

TEST(RecordFields, AFirmwareHasItsFields) {
    const FirmwareRecord each = firmware();
    expectFields(firmwareFields(), RecordRow(each, kNowMs, 12),
                 {"product_id:wo:v8",
                  "product:wo*",
                  "application:main",
                  "version:2026.03.01",
                  "version:>=2026.02.28",
                  "class:device",
                  "firmware_type:app",
                  "branch:release/3",
                  "commit:9f3c*",
                  "created:2026-03*",
                  "release_status:REVOKED",
                  "status:revoked,released",
                  "error_reason:missing*",
                  "zip_name:5f0c*",
                  "zip:5f0c2a1e.zip",
                  "original_name:wo-v8.zip",
                  "zip_sha256:abcdef",
                  "size:>1000000",
                  "zip_size:1400000",
                  "uploaded:3d",
                  "uploaded_at:>2d",
                  "expires:7d",
                  "ttl:>6d",
                  "devices:12",
                  "devices:[1 TO 20]",
                  "wo:v8 2026.03 REVOKED",
                  "\"missing file\""},
                 {"product_id:wo", "version:<2026.03", "status:TESTING", "size:<1000000", "uploaded:2d", "expires:6d",
                  "devices:0", "abcdef", "firmware_type:device", "devices:>12"});
    FirmwareRecord kept;
    kept.zipName = "kept.zip";
    for (const char* lacking : {"expires:*", "error_reason:*", "devices:>=0"})
        EXPECT_FALSE(compiled(lacking, firmwareFields())->matches(RecordRow(kept, kNowMs, std::nullopt))) << lacking;
    EXPECT_TRUE(compiled("devices:1 OR zip:kept*", firmwareFields())->reads(devicesField()));
    EXPECT_FALSE(compiled("status:RELEASED", firmwareFields())->reads(devicesField()));
}

TEST(RecordFields, AnActionHasItsFields) {
    const AuditEntry each = action();
    expectFields(activityFields(), RecordRow(each, kNowMs),
                 {"id:42", "id:>=40", "at:2h", "at:>1h", "who:Mara", "screen:devices", "action:restoreAttributes",
                  "action:restore*", "target:3hw*", "summary:*attributes*", "why:reported*", "bulk:40", "bulk:*",
                  "undoable:true", "undoneBy:>42", "mara restored", "site NOT jonas"},
                 {"id:41", "at:1h", "who:mar", "screen:failed", "action:restore", "why:site", "bulk:>40",
                  "undoable:false", "undoneBy:42", "jonas"});
    AuditEntry alone;
    for (const char* lacking : {"bulk:*", "undoneBy:>=0", "why:*", "undoable:true"})
        EXPECT_FALSE(compiled(lacking, activityFields())->matches(RecordRow(alone, kNowMs))) << lacking;
}

TEST(RecordFields, AQuarantinedMessageHasItsFields) {
    const QuarantinedMessage each = message();
    expectFields(
        quarantineFields(), RecordRow(each, kNowMs),
        {"sequence:7", "arrived:10m", "arrivedAt:<1h", "topic:iot/*", "reason:status*",
         "reason:\"status: not a string\"", "size:>=200000", "sizeBytes:200000", "payload:*3hw*", "payload:*",
         "status: not a string", "iot/device _id_"},
        {"sequence:6", "arrived:5m", "topic:iot", "reason:status", "size:<200000", "payload:3hw", "not NOT string"});
    QuarantinedMessage empty;
    EXPECT_FALSE(compiled("payload:*", quarantineFields())->matches(RecordRow(empty, kNowMs)));
    EXPECT_TRUE(compiled("size:0", quarantineFields())->matches(RecordRow(empty, kNowMs)));
}

// ---- the grammar, over every vocabulary

struct List {
    std::string name;
    const QueryVocabulary* vocabulary = nullptr;
    Alert alert = fleet::alert();
    FirmwareRecord firmware = fleet::firmware();
    AuditEntry action = fleet::action();
    QuarantinedMessage message = fleet::message();

    [[nodiscard]] RecordRow row() const {
        if (vocabulary == &alertFields()) return {alert, kNowMs};
        if (vocabulary == &firmwareFields()) return {firmware, kNowMs, 12};
        if (vocabulary == &activityFields()) return {action, kNowMs};
        return {message, kNowMs};
    }
    [[nodiscard]] bool matches(const std::string& text) const {
        const auto query = compiled(text, *vocabulary);
        return query && query->matches(row());
    }
};

std::vector<List> lists() {
    return {{"alerts", &alertFields()},
            {"firmware", &firmwareFields()},
            {"activity", &activityFields()},
            {"quarantine", &quarantineFields()}};
}

// Something a field of this type may be asked for, and what is wrong with something else.
std::string valueFor(const FieldDefinition& field) {
    if (field.type == FieldType::number) return "5";
    if (field.type == FieldType::duration) return "5m";
    return field.type == FieldType::choice ? std::string(field.values.front()) : "anything";
}

std::string complaintOf(const FieldDefinition& field) {
    const std::string name(field.name);
    if (field.type == FieldType::number) return "expected a number, as in " + name + ":5 or " + name + ":>=5";
    if (field.type == FieldType::duration) return "expected a number and a unit, as in " + name + ":90s";
    if (field.type != FieldType::choice) return {};
    return "expected a " + std::string(field.noun) + " instead of \"nonsense\": there are " +
           std::string(field.values.front()) + ", ";
}

TEST(RecordFields, EveryFieldTakesItsValuesUnderAllItsNamesInAnyCase) {
    for (const List& list : lists()) {
        for (const FieldDefinition& field : list.vocabulary->fields()) {
            std::vector<std::string_view> names = field.otherNames;
            names.push_back(field.name);
            for (const std::string_view name : names) {
                for (const std::string& written : {std::string(name), foldedAscii(name)}) {
                    const auto query = compiled(written + ':' + valueFor(field), *list.vocabulary);
                    ASSERT_TRUE(query && query->fields().size() == 1) << list.name << ' ' << written;
                    EXPECT_EQ(query->fields().front().name(), field.name);
                }
            }
        }
    }
}

TEST(RecordFields, NoTwoFieldsShareAName) {
    std::vector<const QueryVocabulary*> all = {&thingFields()};
    for (const List& list : lists()) all.push_back(list.vocabulary);
    for (const QueryVocabulary* vocabulary : all) {
        std::set<std::string> names;
        for (const FieldDefinition& field : vocabulary->fields()) {
            EXPECT_TRUE(names.insert(foldedAscii(field.name)).second) << field.name;
            for (const std::string_view other : field.otherNames)
                EXPECT_TRUE(names.insert(foldedAscii(other)).second) << other;
        }
    }
}

TEST(RecordFields, AnErrorNamesThePlaceAndWhatThisFieldTakes) {
    for (const List& list : lists()) {
        for (const FieldDefinition& field : list.vocabulary->fields()) {
            const std::string name(field.name);
            EXPECT_THAT(error("x " + name + ":nonsense", *list.vocabulary), HasSubstr(complaintOf(field)));
            EXPECT_THAT(
                error("x " + name + ':', *list.vocabulary),
                HasSubstr("at character " + std::to_string(name.size() + 4) + ": expected a value after \"" + name));
        }
        EXPECT_THAT(error("(a", *list.vocabulary), HasSubstr("at character 3: expected \")\""));
        EXPECT_THAT(error("a AND", *list.vocabulary), HasSubstr("at character 6: expected a word, a field or \"(\""));
    }
}

TEST(RecordFields, WhatNamesNoFieldIsAWord) {
    for (const List& list : lists()) {
        const auto query = compiled("wo:v8 phaser:set note:this", *list.vocabulary);
        EXPECT_TRUE(query->fields().empty());
        EXPECT_TRUE(query->hasWords());
        EXPECT_FALSE(query->matches(list.row()));
    }
    EXPECT_TRUE(lists()[1].matches("wo:v8"));
}

TEST(RecordFields, AStarAloneIsEveryRow) {
    for (const List& list : lists()) {
        EXPECT_TRUE(list.matches("*")) << list.name;
        EXPECT_FALSE(list.matches("NOT *")) << list.name;
        EXPECT_TRUE(list.matches("")) << list.name;
    }
}

TEST(RecordFields, AnyTextIsReadOrRefusedWithAReason) {
    const unsigned seed = std::random_device()();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    for (const List& list : lists()) {
        std::vector<std::string> pieces = {"(", ")", "[",  "]", "{",    "}", "\"", "\\", " AND ", " OR ", "NOT ",
                                           "*", "?", ">=", "<", " TO ", ",", " ",  "ł",  "5",     "5m",   "true"};
        for (const FieldDefinition& field : list.vocabulary->fields()) pieces.push_back(std::string(field.name) + ':');
        for (int round = 0; round < 5000; ++round) {
            std::string text;
            for (unsigned i = 0; i < random() % 12; ++i) text += pieces[random() % pieces.size()];
            const auto query = FleetQuery::compile(text, *list.vocabulary);
            if (!query) {
                EXPECT_THAT(query.error().message, HasSubstr("at character")) << text;
                continue;
            }
            const bool matched = query->matches(list.row());
            std::string together;
            for (const auto& conjunct : query->conjuncts()) together += conjunct.text + ' ';
            EXPECT_EQ(list.matches(together), matched) << text << " as " << together;
        }
    }
}

}  // namespace
}  // namespace drydock::fleet
