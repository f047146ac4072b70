#include "models/device_store.h"

#include <utility>

namespace drydock::models {

DeviceStore::DeviceStore(DeskClient& client, QObject* parent) : QObject(parent), m_client(&client) {
    connect(&client, &DeskClient::changed, this, &DeviceStore::takeChanges);
}

void DeviceStore::load() {
    if (m_loading) return;
    m_loading = true;
    emit loadingChanged();
    m_client->loadDevices(this, [this](storage::Result<DeskClient::DevicePiece> piece) {
        if (piece) apply(piece->patches);
        if (piece && !piece->done) return;
        // What was committed while the load ran is newer than the pieces.
        for (const auto& changes : std::exchange(m_whileLoading, {})) applyChanges(*changes);
        m_loading = false;
        emit loadingChanged();
        if (!piece) emit failed(noticeFrom(piece.error(), tr("The devices could not be loaded.")));
    });
}

void DeviceStore::takeChanges(const std::shared_ptr<const fleet::FleetChanges>& changes) {
    if (changes->devices.empty()) return;
    if (m_loading)
        m_whileLoading.push_back(changes);
    else
        applyChanges(*changes);
}

void DeviceStore::applyChanges(const fleet::FleetChanges& changes) {
    const std::uint64_t failures = apply(changes.devices);
    if (failures > 0) emit failuresReported(failures);
}

std::uint64_t DeviceStore::apply(const std::vector<fleet::DevicePatch>& patches) {
    std::vector<std::uint32_t> added;
    std::vector<std::uint32_t> changed;
    std::uint64_t failures = 0;
    for (const fleet::DevicePatch& patch : patches) {
        const DeviceColumns::Applied applied = m_columns.apply(patch);
        if (applied.row == DeviceColumns::kNone) continue;
        failures += static_cast<std::uint64_t>(applied.failure);
        (applied.added ? added : changed).push_back(applied.row);
    }
    if (!added.empty() || !changed.empty()) emit rowsChanged(added, changed);
    return failures;
}

}  // namespace drydock::models
