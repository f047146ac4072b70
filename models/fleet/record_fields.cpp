#include "models/fleet/record_fields.h"

#include <algorithm>
#include <utility>

namespace drydock::fleet {
namespace {

using Number = std::optional<std::int64_t>;

// What goes into a number besides the record.
struct Circumstances {
    std::int64_t nowMs = 0;
    Number devices;
};

// A field, and where a record has it: in a text or in a number, as the field's type says.
template <class Record>
struct RecordField {
    FieldDefinition definition;
    std::string_view (*text)(const Record&) = nullptr;
    Number (*number)(const Record&, const Circumstances&) = nullptr;
    bool hasWords = false;  // words that stand alone are looked for in it
};

template <class Record>
struct RecordFields {
    explicit RecordFields(std::vector<RecordField<Record>> all) : fields(std::move(all)), vocabulary(definitions()) {}

    std::vector<RecordField<Record>> fields;
    QueryVocabulary vocabulary;

private:
    [[nodiscard]] std::vector<FieldDefinition> definitions() const {
        std::vector<FieldDefinition> found;
        for (const auto& field : fields) found.push_back(field.definition);
        return found;
    }
};

constexpr bool kHasWords = true;

template <auto member, class Record>
std::string_view textOf(const Record& record) {
    return record.*member;
}

template <class T>
Number numberFrom(const T& value) {
    return static_cast<std::int64_t>(value);
}
template <class T>
Number numberFrom(const std::optional<T>& value) {
    return value ? numberFrom(*value) : std::nullopt;
}

template <auto member, class Record>
Number numberOf(const Record& record, const Circumstances& /*now*/) {
    return numberFrom(record.*member);
}

// How long ago; a time of 0 is none.
template <auto member, class Record>
Number ageOf(const Record& record, const Circumstances& now) {
    return record.*member == 0 ? std::nullopt : Number(now.nowMs - record.*member);
}

template <auto member, class Record>
std::string_view truthOf(const Record& record) {
    return record.*member ? "true" : "false";
}

FieldDefinition truth(std::string_view name) {
    return {name, FieldType::choice, {}, "truth value", {"true", "false"}};
}

// The names of all values of an enumeration up to its last.
template <class Enum>
std::vector<std::string_view> namesUpTo(Enum last, const char* (*nameOf)(Enum)) {
    std::vector<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(last); ++i) names.emplace_back(nameOf(static_cast<Enum>(i)));
    return names;
}

const RecordFields<Alert>& fieldsOf(const Alert* /*record*/) {
    static const RecordFields<Alert> fields({
        {{"id"}, textOf<&Alert::id>},
        {{"deviceId", FieldType::text, {"thingName"}}, textOf<&Alert::deviceId>, nullptr, kHasWords},
        {{"state", FieldType::choice, {}, "state", namesUpTo(AlertState::resolved, alertStateName)},
         [](const Alert& alert) -> std::string_view { return alertStateName(alert.state); },
         nullptr,
         kHasWords},
        {{"message", FieldType::text, {"text"}}, textOf<&Alert::message>, nullptr, kHasWords},
        {{"raised", FieldType::duration, {"raisedAt"}}, nullptr, ageOf<&Alert::raisedMs>},
        {{"acknowledgedBy"}, textOf<&Alert::acknowledgedBy>, nullptr, kHasWords},
        {{"acknowledged", FieldType::duration, {"acknowledgedAt"}}, nullptr, ageOf<&Alert::acknowledgedMs>},
        {{"resolvedBy"}, textOf<&Alert::resolvedBy>, nullptr, kHasWords},
        {{"resolved", FieldType::duration, {"resolvedAt"}}, nullptr, ageOf<&Alert::resolvedMs>},
        {{"deduplicationId"}, textOf<&Alert::deduplicationId>},
        {truth("deduplicated"), truthOf<&Alert::deduplicated>},
        {{"webhook", FieldType::choice, {}, "webhook state", namesUpTo(DeliveryState::refused, deliveryStateName)},
         [](const Alert& alert) -> std::string_view { return deliveryStateName(alert.delivery); }},
        {{"webhookAt", FieldType::duration}, nullptr, ageOf<&Alert::deliveredMs>},
        {{"webhookRefusal"}, textOf<&Alert::deliveryRefusal>},
    });
    return fields;
}

const RecordFields<FirmwareRecord>& fieldsOf(const FirmwareRecord* /*record*/) {
    using Record = FirmwareRecord;
    static const RecordFields<Record> fields({
        {{"product_id", FieldType::text, {"product"}}, textOf<&Record::productId>, nullptr, kHasWords},
        {{"application"}, textOf<&Record::application>, nullptr, kHasWords},
        {{"version"}, textOf<&Record::version>, nullptr, kHasWords},
        {{"class"}, textOf<&Record::firmwareClass>, nullptr, kHasWords},
        {{"firmware_type"}, textOf<&Record::firmwareType>},
        {{"branch"}, textOf<&Record::branch>, nullptr, kHasWords},
        {{"commit"}, textOf<&Record::commit>, nullptr, kHasWords},
        {{"created"}, textOf<&Record::created>},
        {{"release_status",
          FieldType::choice,
          {"status"},
          "release status",
          namesUpTo(ReleaseStatus::error, releaseStatusName)},
         [](const Record& record) -> std::string_view { return releaseStatusName(record.status); },
         nullptr,
         kHasWords},
        {{"error_reason"}, textOf<&Record::errorReason>, nullptr, kHasWords},
        {{"zip_name", FieldType::text, {"zip"}}, textOf<&Record::zipName>, nullptr, kHasWords},
        {{"original_name"}, textOf<&Record::originalName>, nullptr, kHasWords},
        {{"zip_sha256"}, textOf<&Record::zipSha256>},
        {{"size", FieldType::number, {"zip_size"}}, nullptr, numberOf<&Record::zipSizeBytes>},
        {{"uploaded", FieldType::duration, {"uploaded_at"}},
         nullptr,
         [](const Record& record, const Circumstances& now) { return Number(now.nowMs - record.uploadedAtS * 1000); }},
        {{"expires", FieldType::duration, {"ttl"}},
         nullptr,
         [](const Record& record, const Circumstances& now) {
             return record.expiresAtS ? Number(*record.expiresAtS * 1000 - now.nowMs) : std::nullopt;
         }},
        {{"devices", FieldType::number}, nullptr, [](const Record&, const Circumstances& now) { return now.devices; }},
    });
    return fields;
}

const RecordFields<AuditEntry>& fieldsOf(const AuditEntry* /*record*/) {
    static const RecordFields<AuditEntry> fields({
        {{"id", FieldType::number}, nullptr, numberOf<&AuditEntry::sequence>},
        {{"at", FieldType::duration}, nullptr, ageOf<&AuditEntry::atMs>},
        {{"who"}, textOf<&AuditEntry::who>, nullptr, kHasWords},
        {{"screen"}, textOf<&AuditEntry::screen>, nullptr, kHasWords},
        {{"action"}, textOf<&AuditEntry::action>, nullptr, kHasWords},
        {{"target"}, textOf<&AuditEntry::target>, nullptr, kHasWords},
        {{"summary"}, textOf<&AuditEntry::summary>, nullptr, kHasWords},
        {{"why"}, textOf<&AuditEntry::why>, nullptr, kHasWords},
        {{"bulk", FieldType::number}, nullptr, numberOf<&AuditEntry::bulk>},
        {truth("undoable"), truthOf<&AuditEntry::undoable>},
        {{"undoneBy", FieldType::number}, nullptr, numberOf<&AuditEntry::undoneBy>},
    });
    return fields;
}

const RecordFields<QuarantinedMessage>& fieldsOf(const QuarantinedMessage* /*record*/) {
    using Message = QuarantinedMessage;
    static const RecordFields<Message> fields({
        {{"sequence", FieldType::number}, nullptr, numberOf<&Message::sequence>},
        {{"arrived", FieldType::duration, {"arrivedAt"}}, nullptr, ageOf<&Message::arrivedMs>},
        {{"topic"}, textOf<&Message::topic>, nullptr, kHasWords},
        {{"reason"}, textOf<&Message::reason>, nullptr, kHasWords},
        {{"size", FieldType::number, {"sizeBytes"}}, nullptr, numberOf<&Message::sizeBytes>},
        {{"payload"},
         [](const Message& message) {
             return std::string_view(reinterpret_cast<const char*>(message.raw.data()), message.raw.size());
         },
         nullptr,
         kHasWords},
    });
    return fields;
}

template <class Record>
const QueryVocabulary& vocabularyOf() {
    return fieldsOf(static_cast<const Record*>(nullptr)).vocabulary;
}

}  // namespace

const QueryVocabulary& alertFields() {
    return vocabularyOf<Alert>();
}

const QueryVocabulary& firmwareFields() {
    return vocabularyOf<FirmwareRecord>();
}

const QueryVocabulary& activityFields() {
    return vocabularyOf<AuditEntry>();
}

const QueryVocabulary& quarantineFields() {
    return vocabularyOf<QuarantinedMessage>();
}

QueryField devicesField() {
    return firmwareFields().find("devices").value();
}

std::string_view RecordRow::text(const QueryField& field) const {
    return std::visit([&field](const auto* record) { return fieldsOf(record).fields.at(field.place).text(*record); },
                      m_record);
}

std::optional<std::int64_t> RecordRow::number(const QueryField& field) const {
    const Circumstances now = {m_nowMs, numberFrom(m_devices)};
    return std::visit([&](const auto* record) { return fieldsOf(record).fields.at(field.place).number(*record, now); },
                      m_record);
}

std::vector<std::string_view> RecordRow::texts() const {
    return std::visit(
        [](const auto* record) {
            std::vector<std::string_view> found;
            for (const auto& field : fieldsOf(record).fields)
                if (field.hasWords) found.push_back(field.text(*record));
            return found;
        },
        m_record);
}

bool RecordRow::anyMatches(const TextPattern& word) const {
    const auto all = texts();
    return std::any_of(all.begin(), all.end(), [&word](std::string_view text) { return word.matches(text); });
}

}  // namespace drydock::fleet
