// What a query may ask of the fleet's other lists: a vocabulary for each, in the words in which drydockctl prints their
// records, and the records as rows a query looks at.
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "models/fleet/fleet_query.h"
#include "models/fleet/fleet_reader.h"

namespace drydock::fleet {

[[nodiscard]] const QueryVocabulary& alertFields();
[[nodiscard]] const QueryVocabulary& firmwareFields();
[[nodiscard]] const QueryVocabulary& activityFields();
[[nodiscard]] const QueryVocabulary& quarantineFields();

// Of firmware, how many devices run it, which no record says.
[[nodiscard]] QueryField devicesField();

// A record for queries compiled with its vocabulary. Borrows the record.
class RecordRow final : public QueryRow {
public:
    RecordRow(const Alert& alert, std::int64_t nowMs) : m_record(&alert), m_nowMs(nowMs) {}
    // `devices` run it; none: nobody has counted, which only matters to a query that reads devicesField().
    RecordRow(const FirmwareRecord& firmware, std::int64_t nowMs, std::optional<std::uint64_t> devices)
        : m_record(&firmware), m_nowMs(nowMs), m_devices(devices) {}
    RecordRow(const AuditEntry& action, std::int64_t nowMs) : m_record(&action), m_nowMs(nowMs) {}
    RecordRow(const QuarantinedMessage& message, std::int64_t nowMs) : m_record(&message), m_nowMs(nowMs) {}

    [[nodiscard]] std::string_view text(const QueryField& field) const override;
    [[nodiscard]] std::optional<std::int64_t> number(const QueryField& field) const override;
    [[nodiscard]] bool anyMatches(const TextPattern& word) const override;
    // What words that stand alone are looked for in.
    [[nodiscard]] std::vector<std::string_view> texts() const;

private:
    std::variant<const Alert*, const FirmwareRecord*, const AuditEntry*, const QuarantinedMessage*> m_record;
    std::int64_t m_nowMs;
    std::optional<std::uint64_t> m_devices;
};

}  // namespace drydock::fleet
