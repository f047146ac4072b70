// FleetService: the fleet's rules over the store. Every call that changes something is one transaction.
//
// Thread: the desk core's, the one that owns the TableStore.
// Ownership: borrows the store and the clock, which outlive it.
// After an error nothing of the call has happened, except where a call says otherwise.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/fleet/accounting.h"
#include "models/fleet/firmware_store.h"
#include "models/fleet/fleet_reader.h"
#include "models/fleet/operator_action.h"
#include "models/fleet/retry_cycle.h"
#include "models/fleet/settings.h"
#include "models/fleet/telemetry.h"
#include "storage/base/clock.h"
#include "storage/store/table_store.h"

namespace drydock::fleet {

// The settings are those that hold where the store says nothing else.
struct FleetOptions : Settings {
    std::filesystem::path firmwareDirectory;  // of FirmwareStore
    // Settings for this run, over those of the store. They are recorded there, so that whoever else reads the store
    // sees what it is run with. None: those recorded last hold.
    std::optional<SettingTexts> settingsOfThisRun;
    FileSteps::Gate fileGate;  // for tests that stop the work with firmware files between two steps
};

// Counters of messages that reached a final state, as stored with the journal position.
struct AppliedCounters {
    std::uint64_t applied = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t quarantined = 0;
    std::uint64_t position = 0;  // journal sequence of the last message that was dealt with; == the sum of the others
};

// Something to publish, in order. Removed with outboxDone() once the broker has acknowledged it.
struct OutboxMessage {
    std::uint64_t sequence = 0;
    std::string topic;
    std::string payload;
    bool retain = false;
};

class FleetTransaction;

class FleetService {
public:
    // Makes missing tables, the group FailedToUpdate, and finishes what an interrupted run left (deletions).
    // ErrorCode::validation when a setting of this run is none, or has a value that is not allowed.
    [[nodiscard]] static storage::Result<std::unique_ptr<FleetService>> open(storage::TableStore& store,
                                                                             const storage::Clock& clock,
                                                                             FleetOptions options);
    ~FleetService();

    // --- telemetry
    [[nodiscard]] const AppliedCounters& counters() const;
    // Applies messages in order; the first has journal sequence counters().position + 1. One transaction, except when
    // the store refuses what a message says: then one each, so that only that one is quarantined. After an error,
    // counters().position tells how far it came.
    [[nodiscard]] storage::Result<void> apply(std::span<const RawMessage> messages);

    // --- time
    // Runs at most `limit` due timers, oldest first, in one transaction; returns how many it ran.
    [[nodiscard]] storage::Result<std::size_t> runDueTimers(std::size_t limit);
    // When the next timer is due.
    [[nodiscard]] storage::Result<std::optional<std::int64_t>> nextTimerMs();
    // The wall clock jumped forward by more than the setting says: noted in the audit.
    [[nodiscard]] storage::Result<void> noteClockJump(std::int64_t byMs);

    // --- operators
    // ErrorCode::refused when a rule forbids it (the message says what to do), notFound when there is no such target.
    [[nodiscard]] storage::Result<ActionPreview> preview(const ActionRequest& request);
    // ErrorCode::conflict when a previewed row has changed since; nothing was done then. The rules are applied anew, so
    // it can also be refused. A deletion whose ZIP can't be removed yet has happened: the next start finishes it.
    // What releasesIn() finds in the preview's rows must be among `verified`, else ErrorCode::refused. Its files are
    // published before the commit and taken back when that fails; what is RELEASED no more loses them after it.
    [[nodiscard]] storage::Result<ActionOutcome> perform(const ActionPreview& preview, const Operator& who,
                                                         const VerifiedPackages& verified = {});
    [[nodiscard]] storage::Result<ActionPreview> previewUndo(std::uint64_t auditSequence);
    [[nodiscard]] storage::Result<ActionOutcome> undo(std::uint64_t auditSequence, const Operator& who,
                                                      const VerifiedPackages& verified = {});

    // --- firmware
    // Where packages are staged and verified, by any thread; it lives as long as this. ErrorCode::refused: this desk
    // has no directory for firmware.
    [[nodiscard]] storage::Result<const FirmwareStore*> firmwareFiles() const;
    // What entering it would do, with importFirmware()'s errors; the package is to be staged anew for that.
    [[nodiscard]] storage::Result<ActionPreview> previewImport(const StagedImport& staged);
    // Enters what was staged. A package that breaks a rule of the manifest becomes a record with status ERROR
    // (returned, its reason in errorReason); the same version again is ErrorCode::refused and leaves nothing behind.
    [[nodiscard]] storage::Result<FirmwareRecord> importFirmware(StagedImport staged, const Operator& who);
    // Likewise for a package from incoming/. One that is there already, bit by bit, is not imported again: its record
    // is returned.
    [[nodiscard]] storage::Result<FirmwareRecord> importIncoming(StagedImport staged, const Operator& who);
    // Notes in the audit what became of a package without a record of its own.
    [[nodiscard]] storage::Result<void> noteFirmware(const std::string& action, const std::string& target,
                                                     const std::string& summary, const Operator& who);
    // RELEASED records whose files are not published, as in a store from before that was done; and the publishing.
    [[nodiscard]] storage::Result<std::vector<FirmwareRecord>> unpublishedFirmware();
    [[nodiscard]] storage::Result<void> publishAgain(const FirmwareRecord& record, const VerifiedPackages& verified);

    // --- groups
    // Goes on with what is left to be done of groups that were made, edited or deleted: looks at no more than `limit`
    // things in one transaction; returns at how many (0: nothing is left).
    [[nodiscard]] storage::Result<std::size_t> tendGroups(std::size_t limit);

    // --- outbox
    [[nodiscard]] storage::Result<std::vector<OutboxMessage>> outbox(std::uint64_t afterSequence, std::size_t limit);
    [[nodiscard]] storage::Result<void> outboxDone(std::span<const std::uint64_t> sequences);
    [[nodiscard]] std::uint64_t outboxBacklog() const;

    // --- settings
    // Reads them anew, after somebody else wrote to their table. What a transaction of this service's changes holds as
    // soon as it is committed.
    [[nodiscard]] storage::Result<void> reloadSettings();
    // What is stored, but can't be used; the default holds instead. Empty: nothing.
    [[nodiscard]] const std::vector<std::string>& settingTroubles() const;

    // --- keeping
    // Sweeps expired rows of all tables, at most `limit`; returns how many went. Once an hour also the firmware's
    // files.
    [[nodiscard]] storage::Result<std::size_t> sweep(std::size_t limit);

    // One transaction of what has rules of its own (settings_desk.h, alert_delivery.h, store_budget.h): committed
    // unless `work` fails.
    using Work = std::function<storage::Result<void>(FleetTransaction&)>;
    [[nodiscard]] storage::Result<void> change(const Work& work);

    [[nodiscard]] FleetReader reader();
    // With the settings that hold now.
    [[nodiscard]] const FleetOptions& options() const;

private:
    class Impl;
    explicit FleetService(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::fleet
