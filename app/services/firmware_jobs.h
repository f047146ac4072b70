// FirmwareJobs: reads whole firmware packages, for imports, copies and before releases, on a thread of its own, one
// after another. What it found, a value, is handed to the core's thread, which makes one transaction of it.
//
// Thread: importFirmware(), saveFirmware(), previewImport(), perform() and undo() are called on the core's thread; the
// answers come
//   there too, each exactly once, whatever becomes of the job. stop() may be called from any other.
// Lifetime: borrows the clock and the service's FirmwareStore, which outlive it.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "models/fleet/fleet_service.h"

namespace drydock::app {

// Takes what came of something that was asked for.
template <class T>
using Answer = std::function<void(storage::Result<T>)>;

class FirmwareJobs {
public:
    // Runs something on the core's thread, some time after; everything handed over before the core's end is run.
    using OnCore = std::function<void(std::function<void(fleet::FleetService&)>)>;

    // `betweenBlocks` is called by the thread that reads, see DeskOptions; it may be empty.
    FirmwareJobs(OnCore onCore, const storage::Clock& clock, std::function<void()> betweenBlocks);
    ~FirmwareJobs();  // stops
    FirmwareJobs(const FirmwareJobs&) = delete;
    FirmwareJobs& operator=(const FirmwareJobs&) = delete;

    void importFirmware(fleet::FleetService& service, std::filesystem::path zip, fleet::Operator who,
                        Answer<fleet::FirmwareRecord> answer);
    // Answers with the bytes copied.
    void saveFirmware(fleet::FleetService& service, const std::string& zipName, std::filesystem::path target,
                      Answer<std::uint64_t> answer);
    void previewImport(fleet::FleetService& service, std::filesystem::path zip, Answer<fleet::ActionPreview> answer);
    // At once where no package is to be verified.
    void perform(fleet::FleetService& service, fleet::ActionPreview preview, fleet::Operator who,
                 Answer<fleet::ActionOutcome> answer);
    void undo(fleet::FleetService& service, std::uint64_t auditSequence, fleet::Operator who,
              Answer<fleet::ActionOutcome> answer);

    // Imports a file of the incoming folder and removes it from there; what is refused goes to errors/, with a note in
    // the audit. `answer`: whether the file is dealt with; false for a trouble that may pass, the file is still there.
    void importIncoming(fleet::FleetService& service, std::filesystem::path file, std::function<void(bool)> answer);
    // Publishes what is RELEASED and has no published files.
    void publishMissing(fleet::FleetService& service);

    // Ends the job under way between two blocks, and the thread; it, and what is asked from now on, is answered with
    // ErrorCode::busy.
    void stop();

private:
    using Job = std::function<void(const fleet::KeepReading& keepReading)>;
    using Verified = storage::Result<fleet::VerifiedPackages>;
    using Staged = storage::Result<fleet::StagedImport>;

    void enqueue(Job job);
    void run();
    [[nodiscard]] bool mayGoOn();
    // Calls `finish` on the core's thread with what came of staging the package.
    void stageThen(fleet::FleetService& service, std::filesystem::path zip,
                   std::function<void(fleet::FleetService&, Staged)> finish);
    // Calls `finish` on the core's thread: at once when `rows` release nothing, else once the packages were read.
    void verifyThen(fleet::FleetService& service, const std::vector<fleet::RowChange>& rows,
                    std::function<void(fleet::FleetService&, Verified)> finish);

    const OnCore m_onCore;
    const storage::Clock& m_clock;
    const std::function<void()> m_betweenBlocks;

    std::mutex m_mutex;  // guards the two below
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_stopping = false;

    std::once_flag m_ended;
    std::thread m_thread;
};

}  // namespace drydock::app
