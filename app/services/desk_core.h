// DeskCore: the one writer. Owns the store, the rules and the time: applies the journal, runs timers and sweeps, feeds
// the outbox to the broker, answers commands, commits what requests write, and tells listeners what was committed.
//
// Thread: a thread of its own does all that, but for the reading of firmware packages, which has another. The functions
//   below may be called from any thread; callbacks and answers run on the core's thread and must not block. A command
//   waits for at most one apply transaction, bounded to kMaxApplyMs.
// Trouble (full disk, broker away, damaged file) never stops the core: it retries with back-off, keeps the journal
// filling as long as that works, and names the trouble in status().
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/mqtt/broker_address.h"
#include "app/services/firmware_jobs.h"
#include "models/fleet/changes.h"
#include "models/fleet/fleet_service.h"
#include "storage/store/sqlite_store.h"

namespace drydock::app {

inline constexpr std::int64_t kMaxApplyMs = 50;

struct DeskOptions {
    std::filesystem::path storeDirectory;
    std::optional<BrokerAddress> broker;  // none: tables only
    std::vector<std::string> topics = {"iot/device/data"};
    fleet::SettingTexts settings;           // for this run, over those of the store
    bool readOnly = false;                  // beside another owner: follows what that one commits, twice a second
    const storage::Clock* clock = nullptr;  // nullptr: the system's; otherwise outlives the core
    std::string vfs;                        // of the store's file, for fault injection in tests; empty: the default
    // Serves posted work and nothing else: no journal, timers, sweeps or outbox. For a program that opens the store for
    // the length of one command and doesn't know the limits the store is otherwise run with.
    bool commandsOnly = false;
    // For tests that hold up the reading of firmware packages: called between two blocks by the thread that reads.
    std::function<void()> betweenPackageBlocks;
};

class DeskCore {
public:
    struct Listener {
        std::function<void(std::shared_ptr<const fleet::FleetChanges>)> changed;  // after each commit
        std::function<void(fleet::DeskStatus)> statusChanged;                     // at most 5 times a second
    };

    // Opens the store, starts the thread and, with a broker, the link. ErrorCode::locked when another process owns the
    // store.
    [[nodiscard]] static storage::Result<std::unique_ptr<DeskCore>> start(DeskOptions options, Listener listener);
    // Stops: the running transaction ends, a package is read no further, work posted before is served, nothing else
    // begins.
    ~DeskCore();

    // Runs `work` on the core's thread between transactions; `work` must be quick and must not throw. Wakes the core,
    // which then reads its clock anew.
    void post(std::function<void(fleet::FleetService&, storage::SqliteStore&)> work);

    // Commits the units of a request. What waits when the core comes by shares one transaction, in the order of the
    // calls and within the bound of an apply transaction; each caller gets the outcome of its own units, or the error
    // for which nothing of that transaction was applied (ErrorCode::readOnly where the core only looks on).
    using CommitAnswer = std::function<void(storage::Result<std::vector<storage::UnitResult>>)>;
    void commit(std::vector<storage::WriteUnit> units, CommitAnswer answer);

    // The same as post(), waiting for the result. Never from the core's own thread or the GUI's.
    template <class T>
    [[nodiscard]] T call(std::function<T(fleet::FleetService&, storage::SqliteStore&)> work) {
        auto promise = std::make_shared<std::promise<T>>();
        auto future = promise->get_future();
        post([promise, work = std::move(work)](fleet::FleetService& service, storage::SqliteStore& store) {
            promise->set_value(work(service, store));
        });
        return future.get();
    }

    // --- what may have to read whole firmware packages, which takes seconds; the core goes on meanwhile. Each is
    // answered once, with ErrorCode::busy when the end came first.
    // FleetService::importFirmware() of a ZIP; what can't be staged is answered with FirmwareStore::stage()'s errors.
    void importFirmware(std::filesystem::path zip, fleet::Operator who, Answer<fleet::FirmwareRecord> answer);
    // FleetService::previewImport(), likewise; nothing is kept of the package.
    void previewImport(std::filesystem::path zip, Answer<fleet::ActionPreview> answer);
    // FirmwareStore::copyTo() of a record's ZIP. ErrorCode::notFound also when there is no such record.
    void saveFirmware(std::string zipName, std::filesystem::path target, Answer<std::uint64_t> answer);
    // FleetService::perform(), after the packages it releases were verified.
    void perform(fleet::ActionPreview preview, fleet::Operator who, Answer<fleet::ActionOutcome> answer);
    // Previews and performs in one go, so that nothing but the reading of a package can come between.
    void act(fleet::ActionRequest request, fleet::Operator who, Answer<fleet::ActionOutcome> answer);
    // FleetService::undo(), likewise.
    void undo(std::uint64_t auditSequence, fleet::Operator who, Answer<fleet::ActionOutcome> answer);
    // Ends such work for good, so that whoever waits for it hears. Waits for one block at most.
    void stopFirmwareJobs();

    // A reader for a thread of the caller's. It must be gone before the core is.
    [[nodiscard]] storage::Result<std::unique_ptr<storage::TableReader>> openReader();

    // Disconnects for good, then waits until all that was received is applied, or for `limit`. Returns whether nothing
    // waits. Never from the core's own thread.
    bool drain(std::chrono::milliseconds limit);

    // A consistent snapshot: its accounting always adds up.
    [[nodiscard]] fleet::DeskStatus status() const;
    [[nodiscard]] const DeskOptions& options() const;

private:
    class Impl;
    explicit DeskCore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::app
