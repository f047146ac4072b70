#include "models/fleet/thing_fields.h"

#include <utility>
#include <vector>

#include "models/fleet/retry_cycle.h"

namespace drydock::fleet {
namespace {

std::vector<std::string_view> phaseNames() {
    std::vector<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Phase::failed); ++i) names.emplace_back(phaseName(static_cast<Phase>(i)));
    return names;
}

}  // namespace

const QueryVocabulary& thingFields() {
    // In the order of ThingField.
    static const QueryVocabulary vocabulary({
        {"thingName", FieldType::text, {"deviceId", "id"}},
        {"attributes."},
        {"phase", FieldType::choice, {}, "phase", phaseNames()},
        {"retries", FieldType::number, {"RetryCounter"}},
        {"cycles", FieldType::number, {"ResetRetryCount"}},
        {"groups", FieldType::texts, {"group", "thingGroupNames", "thingGroupName"}},
        {"assignee"},
        {"note"},
        {"model"},
        {"FW"},
        {"status", FieldType::text, {"lastStatus"}},
        {"seen", FieldType::duration, {"lastSeen"}},
    });
    return vocabulary;
}

QueryField thingField(ThingField field, std::string attribute) {
    return thingFields().field(static_cast<std::size_t>(field), std::move(attribute));
}

bool isOfMessage(const QueryField& field) {
    switch (thingFieldOf(field)) {
        case ThingField::model:
        case ThingField::fw:
        case ThingField::status:
        case ThingField::seen:
            return true;
        default:
            return false;
    }
}

}  // namespace drydock::fleet
