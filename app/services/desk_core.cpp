#include "app/services/desk_core.h"

#include "app/services/desk_core_impl.h"

namespace drydock::app {

using storage::Result;

DeskCore::DeskCore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

DeskCore::~DeskCore() = default;

Result<std::unique_ptr<DeskCore>> DeskCore::start(DeskOptions options, Listener listener) {
    auto impl = std::make_unique<Impl>(std::move(options), std::move(listener));
    DRYDOCK_TRY(impl->start());
    return std::unique_ptr<DeskCore>(new DeskCore(std::move(impl)));
}

void DeskCore::post(std::function<void(fleet::FleetService&, storage::SqliteStore&)> work) {
    m_impl->post(std::move(work));
}

void DeskCore::commit(std::vector<storage::WriteUnit> units, CommitAnswer answer) {
    m_impl->commit(std::move(units), std::move(answer));
}

void DeskCore::importFirmware(std::filesystem::path zip, fleet::Operator who, Answer<fleet::FirmwareRecord> answer) {
    post([this, zip = std::move(zip), who = std::move(who), answer = std::move(answer)](fleet::FleetService& service,
                                                                                        storage::SqliteStore&) {
        m_impl->firmwareJobs().importFirmware(service, zip, who, answer);
    });
}

void DeskCore::previewImport(std::filesystem::path zip, Answer<fleet::ActionPreview> answer) {
    post([this, zip = std::move(zip), answer = std::move(answer)](fleet::FleetService& service, storage::SqliteStore&) {
        m_impl->firmwareJobs().previewImport(service, zip, answer);
    });
}

void DeskCore::saveFirmware(std::string zipName, std::filesystem::path target, Answer<std::uint64_t> answer) {
    post([this, zipName = std::move(zipName), target = std::move(target), answer = std::move(answer)](
             fleet::FleetService& service, storage::SqliteStore&) {
        m_impl->firmwareJobs().saveFirmware(service, zipName, target, answer);
    });
}

void DeskCore::perform(fleet::ActionPreview preview, fleet::Operator who, Answer<fleet::ActionOutcome> answer) {
    post([this, preview = std::move(preview), who = std::move(who), answer = std::move(answer)](
             fleet::FleetService& service, storage::SqliteStore&) {
        m_impl->firmwareJobs().perform(service, preview, who, answer);
    });
}

void DeskCore::act(fleet::ActionRequest request, fleet::Operator who, Answer<fleet::ActionOutcome> answer) {
    post([this, request = std::move(request), who = std::move(who), answer = std::move(answer)](
             fleet::FleetService& service, storage::SqliteStore&) {
        auto preview = service.preview(request);
        if (!preview) return answer(storage::fail(std::move(preview).error()));
        m_impl->firmwareJobs().perform(service, std::move(*preview), who, answer);
    });
}

void DeskCore::undo(std::uint64_t auditSequence, fleet::Operator who, Answer<fleet::ActionOutcome> answer) {
    post([this, auditSequence, who = std::move(who), answer = std::move(answer)](fleet::FleetService& service,
                                                                                 storage::SqliteStore&) {
        m_impl->firmwareJobs().undo(service, auditSequence, who, answer);
    });
}

void DeskCore::stopFirmwareJobs() {
    m_impl->firmwareJobs().stop();
}

Result<std::unique_ptr<storage::TableReader>> DeskCore::openReader() {
    // The store is one thread's; only the reader it gives is the caller's.
    return call<Result<std::unique_ptr<storage::TableReader>>>(
        [](fleet::FleetService&, storage::SqliteStore& store) { return store.openReader(); });
}

bool DeskCore::drain(std::chrono::milliseconds limit) {
    return m_impl->drain(limit);
}

fleet::DeskStatus DeskCore::status() const {
    return m_impl->status();
}

const DeskOptions& DeskCore::options() const {
    return m_impl->options();
}

}  // namespace drydock::app
