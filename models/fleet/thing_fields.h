// What a query may ask of a thing: the vocabulary of dynamic groups and of lists of devices.
// Thread: any; pure.
#pragma once

#include <string>

#include "models/fleet/fleet_query.h"

namespace drydock::fleet {

enum class ThingField : std::uint8_t {
    thingName,
    attribute,
    phase,
    retries,
    cycles,
    groups,  // static ones
    assignee,
    note,
    // Of the latest message:
    model,  // as a list shows it: reported last, else the registry's
    fw,
    status,
    seen,
};

[[nodiscard]] const QueryVocabulary& thingFields();
// `attribute` is the name of one, of ThingField::attribute.
[[nodiscard]] QueryField thingField(ThingField field, std::string attribute = {});
// Which of them a field of this vocabulary is.
[[nodiscard]] inline ThingField thingFieldOf(const QueryField& field) {
    return static_cast<ThingField>(field.place);
}
// Changes with every message rather than with a step.
[[nodiscard]] bool isOfMessage(const QueryField& field);

}  // namespace drydock::fleet
