#include "app/services/firmware_jobs.h"

#include <sys/stat.h>

#include <utility>

#include "models/fleet/firmware_desk.h"

namespace drydock::app {

using fleet::ActionOutcome;
using fleet::FirmwareRecord;
using fleet::FleetService;
using storage::ErrorCode;
using storage::Result;

namespace {

const fleet::Operator kIncoming{"incoming", "incoming folder"};
const fleet::Operator kDesk{"drydock", "start"};

// What tells a file from another one of the same name.
struct FileStamp {
    explicit FileStamp(const std::filesystem::path& path) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) return;
        inode = status.st_ino;
        size = status.st_size;
        changedS = status.st_ctim.tv_sec;
        changedNs = status.st_ctim.tv_nsec;
    }
    friend bool operator==(const FileStamp&, const FileStamp&) = default;

    ino_t inode = 0;
    off_t size = 0;
    time_t changedS = 0;
    long changedNs = 0;
};

bool isRefusal(ErrorCode code) {
    return code == ErrorCode::refused || code == ErrorCode::validation;
}

// Returns whether the file is dealt with. The note comes first: a file in errors/ must have its reason.
bool reject(FleetService& core, const fleet::FirmwareStore& files, const std::filesystem::path& file,
            const std::string& reason, std::int64_t nowMs) {
    const std::string name = file.filename().string();
    const auto noted = core.noteFirmware("importFirmware", name, "Refused " + name + ": " + reason, kIncoming);
    return noted && files.rejectIncoming(file, nowMs);
}

}  // namespace

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

void FirmwareJobs::stageThen(FleetService& service, std::filesystem::path zip,
                             std::function<void(FleetService&, Staged)> finish) {
    const Result<const fleet::FirmwareStore*> files = service.firmwareFiles();
    if (!files) return finish(service, storage::fail(files.error()));
    enqueue([this, files = *files, zip = std::move(zip),
             finish = std::move(finish)](const fleet::KeepReading& keepReading) {
        auto staged = std::make_shared<Staged>(files->stage(zip, m_clock.wallMs(), keepReading));
        m_onCore([staged, finish](FleetService& core) { finish(core, std::move(*staged)); });
    });
}

void FirmwareJobs::importFirmware(FleetService& service, std::filesystem::path zip, fleet::Operator who,
                                  Answer<FirmwareRecord> answer) {
    stageThen(service, std::move(zip),
              [who = std::move(who), answer = std::move(answer)](FleetService& core, Staged staged) {
                  if (!staged) return answer(storage::fail(std::move(staged).error()));
                  answer(core.importFirmware(std::move(*staged), who));
              });
}

void FirmwareJobs::previewImport(FleetService& service, std::filesystem::path zip,
                                 Answer<fleet::ActionPreview> answer) {
    stageThen(service, std::move(zip), [answer = std::move(answer)](FleetService& core, const Staged& staged) {
        if (!staged) return answer(storage::fail(staged.error()));
        answer(core.previewImport(*staged));
    });
}

void FirmwareJobs::saveFirmware(FleetService& service, const std::string& zipName, std::filesystem::path target,
                                Answer<std::uint64_t> answer) {
    const Result<const fleet::FirmwareStore*> files = service.firmwareFiles();
    if (!files) return answer(storage::fail(files.error()));
    auto record = service.reader().firmwareByZip(zipName);
    if (!record) return answer(storage::fail(std::move(record).error()));
    enqueue([this, files = *files, record = std::move(*record), target = std::move(target),
             answer = std::move(answer)](const fleet::KeepReading& keepReading) {
        m_onCore([answer, copied = files->copyTo(record, target, keepReading)](FleetService&) { answer(copied); });
    });
}

void FirmwareJobs::importIncoming(FleetService& service, std::filesystem::path file, std::function<void(bool)> answer) {
    const Result<const fleet::FirmwareStore*> files = service.firmwareFiles();
    if (!files) return answer(false);
    enqueue([this, files = *files, file = std::move(file),
             answer = std::move(answer)](const fleet::KeepReading& keepReading) {
        const FileStamp stamp(file);
        auto staged = std::make_shared<Result<fleet::StagedImport>>(files->stage(file, m_clock.wallMs(), keepReading));
        m_onCore([this, files, file, stamp, staged, answer](FleetService& core) {
            const auto imported = *staged ? core.importIncoming(std::move(**staged), kIncoming)
                                          : Result<FirmwareRecord>(storage::fail(staged->error()));
            // Another file by now: it is told of by itself.
            if (FileStamp(file) != stamp) return answer(true);
            if (imported) return answer(files->dismissIncoming(file).has_value());
            if (!isRefusal(imported.error().code)) return answer(false);
            answer(reject(core, *files, file, imported.error().message, m_clock.wallMs()));
        });
    });
}

void FirmwareJobs::publishMissing(FleetService& service) {
    const Result<const fleet::FirmwareStore*> files = service.firmwareFiles();
    const auto missing = service.unpublishedFirmware();
    if (!files || !missing) return;
    for (const FirmwareRecord& record : *missing) {
        enqueue([this, files = *files, record](const fleet::KeepReading& keepReading) {
            m_onCore([record, verified = files->verify({record}, keepReading)](FleetService& core) {
                const auto published =
                    verified ? core.publishAgain(record, *verified) : Result<void>(storage::fail(verified.error()));
                // At the end of the program and where the record changed, there is nothing to tell.
                if (published || published.error().code == ErrorCode::busy ||
                    published.error().code == ErrorCode::conflict) {
                    return;
                }
                static_cast<void>(core.noteFirmware(
                    "publishFirmware", record.zipName,
                    "The files of " + record.version + " can't be published: " + published.error().message, kDesk));
            });
        });
    }
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
