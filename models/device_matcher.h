// DeviceMatcher: which devices a filter text lets through, fast over all of them: each text column is matched once per
// distinct text, ids in one pass over the memory that holds them all.
// Thread: GUI (folds the translated phase words). Borrows the columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/device_columns.h"

namespace drydock::models {

// A word of a filter text, with what it means whichever device is asked about.
struct DeviceTerm {
    std::string text;          // folded
    std::uint32_t phases = 0;  // a bit a phase: those in whose words it occurs
};
[[nodiscard]] std::vector<DeviceTerm> deviceTerms(const std::vector<std::string>& words);

class DeviceMatcher {
public:
    // Every term must occur in the id, in one of `texts` or in the words for the phase.
    DeviceMatcher(const DeviceColumns& columns, const std::vector<DeviceTerm>& terms,
                  const std::vector<DeviceColumns::Text>& texts);

    // Those of `rows` that match, in their order.
    [[nodiscard]] std::vector<std::uint32_t> select(const std::vector<std::uint32_t>& rows) const;

    // The same question for one device, without preparation.
    [[nodiscard]] static bool matches(const DeviceColumns& columns, std::uint32_t row,
                                      const std::vector<DeviceTerm>& terms,
                                      const std::vector<DeviceColumns::Text>& texts);

private:
    struct TextHits {
        DeviceColumns::Text column;
        std::vector<std::uint8_t> byNumber;  // 1: this text of the pool holds the term
    };
    struct Term {
        DeviceTerm word;
        std::vector<TextHits> texts;  // of the columns in which it occurs at all
    };

    [[nodiscard]] bool matchesOutsideId(const Term& term, std::uint32_t row) const;
    void keepHits(const Term& term, std::vector<std::uint8_t>& pass) const;

    const DeviceColumns* m_columns;
    std::vector<Term> m_terms;
};

}  // namespace drydock::models
