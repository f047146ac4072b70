#include "app/services/firmware_jobs.h"

#include <utility>

#include "models/fleet/firmware_desk.h"

namespace drydock::app {

using fleet::ActionOutcome;
using fleet::FirmwareRecord;
using fleet::FleetService;
using storage::Result;

FirmwareJobs::FirmwareJobs(OnCore onCore, const storage::Clock& clock, std::function<void()> betweenBlocks)
    : m_onCore(std::move(onCore)),
      m_clock(clock),
      m_betweenBlocks(std::move(betweenBlocks)),
      m_thread([this] { run(); }) {}

FirmwareJobs::~FirmwareJobs() {
    stop();
}

void FirmwareJobs::stop() {
    std::call_once(m_ended, [this] {
        {
            const std::lock_guard lock(m_mutex);
            m_stopping = true;
            m_wake.notify_one();
        }
        m_thread.join();
    });
}

void FirmwareJobs::run() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stopping || !m_jobs.empty(); });
        if (m_jobs.empty()) return;
        const Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        // Those left when it stops are run too: they find that they may not read, and answer so.
        job([this] { return mayGoOn(); });
        lock.lock();
    }
}

bool FirmwareJobs::mayGoOn() {
    if (m_betweenBlocks) m_betweenBlocks();
    const std::lock_guard lock(m_mutex);
    return !m_stopping;
}

void FirmwareJobs::enqueue(Job job) {
    {
        const std::lock_guard lock(m_mutex);
        if (!m_stopping) {
            m_jobs.push_back(std::move(job));
            m_wake.notify_one();
            return;
        }
    }
    job([] { return false; });
}

void FirmwareJobs::importFirmware(FleetService& service, std::filesystem::path zip, fleet::Operator who,
                                  Answer<FirmwareRecord> answer) {
    const Result<const fleet::FirmwareStore*> files = service.firmwareFiles();
    if (!files) return answer(storage::fail(files.error()));
    enqueue([this, files = *files, zip = std::move(zip), who = std::move(who),
             answer = std::move(answer)](const fleet::KeepReading& keepReading) {
        auto staged = std::make_shared<Result<fleet::StagedImport>>(files->stage(zip, m_clock.wallMs(), keepReading));
        m_onCore([staged, who, answer](FleetService& core) {
            if (!*staged) return answer(storage::fail(std::move(*staged).error()));
            answer(core.importFirmware(std::move(**staged), who));
        });
    });
}

void FirmwareJobs::verifyThen(FleetService& service, const std::vector<fleet::RowChange>& rows,
                              std::function<void(FleetService&, Verified)> finish) {
    auto releases = fleet::releasesIn(rows);
    const Result<const fleet::FirmwareStore*> files = service.firmwareFiles();
    if (releases.empty() || !files) return finish(service, {});
    enqueue([this, files = *files, releases = std::move(releases),
             finish = std::move(finish)](const fleet::KeepReading& keepReading) {
        m_onCore(
            [finish, verified = files->verify(releases, keepReading)](FleetService& core) { finish(core, verified); });
    });
}

void FirmwareJobs::perform(FleetService& service, fleet::ActionPreview preview, fleet::Operator who,
                           Answer<ActionOutcome> answer) {
    const std::vector<fleet::RowChange> rows = preview.rows;
    verifyThen(service, rows,
               [preview = std::move(preview), who = std::move(who), answer = std::move(answer)](
                   FleetService& core, const Verified& verified) {
                   if (!verified) return answer(storage::fail(verified.error()));
                   answer(core.perform(preview, who, *verified));
               });
}

void FirmwareJobs::undo(FleetService& service, std::uint64_t auditSequence, fleet::Operator who,
                        Answer<ActionOutcome> answer) {
    const auto preview = service.previewUndo(auditSequence);
    if (!preview) return answer(storage::fail(preview.error()));
    verifyThen(service, preview->rows,
               [auditSequence, who = std::move(who), answer = std::move(answer)](FleetService& core,
                                                                                 const Verified& verified) {
                   if (!verified) return answer(storage::fail(verified.error()));
                   answer(core.undo(auditSequence, who, *verified));
               });
}

}  // namespace drydock::app
