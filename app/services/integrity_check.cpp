#include "app/services/integrity_check.h"

#include <sys/resource.h>

#include "storage/store/store_file.h"

namespace drydock::app {

namespace {

// Whoever works with the store goes first.
constexpr int kNiceness = 10;

std::string damageTrouble(const std::filesystem::path& file, const std::string& what) {
    return "The file " + file.string() + " is damaged: " + what + ". " + storage::damageAdvice(file);
}

}  // namespace

IntegrityCheck::IntegrityCheck(const std::filesystem::path& directory, const storage::StoreOptions& options,
                               Found found)
    : m_file(directory / storage::kStoreFileName),
      m_found(std::move(found)),
      m_check(directory, options),
      m_thread([this] { run(); }) {}

IntegrityCheck::~IntegrityCheck() {
    m_check.stop();
    m_thread.join();
}

void IntegrityCheck::run() {
    // On Linux this is about the calling thread only. Should it fail, the check is merely in a greater hurry.
    static_cast<void>(setpriority(PRIO_PROCESS, 0, kNiceness));
    const auto findings = m_check.run();
    if (!findings) {
        // Any other error is that of a moment, and the core's own work will meet it if it lasts.
        if (findings.error().code == storage::ErrorCode::corrupt) {
            m_found(damageTrouble(m_file, findings.error().message));
        }
        return;
    }
    if (findings->empty()) return;
    std::string what = findings->front();
    if (findings->size() > 1) what += " (and " + std::to_string(findings->size() - 1) + " more)";
    m_found(damageTrouble(m_file, what));
}

}  // namespace drydock::app
