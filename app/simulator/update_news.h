// UpdateNews: what came of a simulated device's question for an update, step by step.
#pragma once

#include <cstdint>
#include <string>

namespace drydock::app {

struct UpdateNews {
    enum class Kind : std::uint8_t {
        offered,     // an update is being fetched; one of the next two follows
        fetched,     // all its files are there and have the hashes they should have
        broken,      // a file could not be fetched, or is not what was offered
        nothing,     // there is none for this device
        unanswered,  // nobody answered, or not in a way that could be understood
    };
    std::uint64_t device = 0;
    Kind kind = Kind::nothing;
    std::string version;  // of offered and fetched

    friend bool operator==(const UpdateNews&, const UpdateNews&) = default;
};

}  // namespace drydock::app
