// The roles under which models hand out meaning. Text (Qt::DisplayRole) is translated and fit to show; everything a
// view turns into a colour, a shape or a bar comes as a value under one of these. Models never hand out colours, icons
// or fonts.
//
// A role that does not apply to a cell's row gives an invalid QVariant. Except where said, a role gives the same for
// every column of a row.
#pragma once

#include <cstdint>

#include <Qt>

namespace drydock::models {

enum Role : int {
    // Of every list.
    SortRole = Qt::UserRole + 1,  // by column: a number or text that compares as the column sorts
    IdRole,        // QString: device id, ZIP name, alert id; qulonglong: an audit's or history's sequence
    DeviceIdRole,  // QString: the device a row is about
    CopyRole,      // by column: QString, the whole value as copied and exported (times as ISO 8601)

    // Of devices.
    PhaseRole,           // int of fleet::Phase
    RetryCounterRole,    // int
    RetryLimitRole,      // int: Limits::retriesPerCycle
    CycleRole,           // int: ResetRetryCount
    CycleLimitRole,      // int: Limits::cycles
    DueRole,             // qlonglong, ms since the epoch; invalid: no timer runs
    PhaseSinceRole,      // qlonglong, ms since the epoch
    LastSeenRole,        // qlonglong, ms since the epoch; invalid: never
    ReportsSuccessRole,  // bool: failing or failed, yet it says it succeeded: a person decides
    ClockOffRole,        // bool: the device's clock is off by more than five minutes
    FaultRole,           // QString: the impossible state that stopped a step; invalid: none
    RemovedRole,         // bool: gone from the registry; the row goes with the next refreshOrder()

    // Of firmware.
    ReleaseStatusRole,  // int of fleet::ReleaseStatus
    DevicesRole,        // qulonglong: devices that run it
    FirmwareGroupRole,  // int of FirmwareGroup
    ExpiresRole,        // qlonglong, ms since the epoch; invalid: it stays

    // Of alerts.
    AlertStateRole,  // int of fleet::AlertState

    // Of the timeline and the audit.
    HistoryKindRole,  // int of fleet::HistoryKind
    TimeRole,         // qlonglong, ms since the epoch: when it happened
    UndoableRole,     // bool
    UndoneByRole,     // qulonglong, the undo's sequence; invalid: it stands

    // Of what stands beside another.
    DifferenceRole,  // int of Difference
};

// How a row differs between its two sides, an earlier and a later one.
enum class Difference : std::uint8_t {
    same,
    changed,
    added,    // only the later side has it
    removed,  // only the earlier side has it
};

}  // namespace drydock::models
