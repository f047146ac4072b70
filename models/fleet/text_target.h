// What a text leads to that a person pasted or a link brought: an alert's words, its SNS JSON in whatever wrapping, a
// drydock:// link, a device id.
// Thread: any; pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "models/fleet/operator_action.h"
#include "models/fleet/retry_cycle.h"

namespace drydock::fleet {

struct TextTarget {
    enum class Kind : std::uint8_t {
        words,    // none of these: words to search for
        device,   // `deviceId`
        trouble,  // it should lead somewhere and doesn't: `message` says why, in English
    };
    Kind kind = Kind::words;
    std::string deviceId;
    std::optional<ActionKind> action;  // what fits the device's phase: to be offered, never done unasked
    std::string message;
};

// The phase of a device; nothing when the registry has none of that id.
using FindPhase = std::function<std::optional<Phase>(const std::string& deviceId)>;

// Reads
// - drydock://device/<id>, the id percent-encoded;
// - the JSON of an SNS notification, bare or wrapped: as the body of an SQS message, as the record of an event, or amid
//   the text of an e-mail;
// - the alert's message amid any text, also broken into lines;
// - the id of a known device.
[[nodiscard]] TextTarget targetOf(std::string_view text, const FindPhase& findPhase);

// What fits a device in this phase; nothing where all is well or goes its way.
[[nodiscard]] std::optional<ActionKind> fittingAction(Phase phase);

// "drydock://device/<id>", which targetOf() reads back.
[[nodiscard]] std::string deviceLink(std::string_view deviceId);

// Why a drydock:// link is none, whatever devices there are; nothing when it is one, or the text is no such link.
[[nodiscard]] std::optional<std::string> brokenLink(std::string_view text);

}  // namespace drydock::fleet
