// DeviceStore: the one copy of all devices in the desk's memory, loaded once and kept up to date; every list of devices
// is an order over it.
//
// Thread: GUI. Borrows the client, which outlives it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QObject>

#include "models/desk_client.h"
#include "models/device_columns.h"
#include "models/notice.h"

namespace drydock::models {

class DeviceStore : public QObject {
    Q_OBJECT
public:
    explicit DeviceStore(DeskClient& client, QObject* parent = nullptr);

    void load();  // once, after those who show devices have connected
    [[nodiscard]] bool isLoading() const { return m_loading; }
    [[nodiscard]] const DeviceColumns& columns() const { return m_columns; }
    [[nodiscard]] const fleet::Limits& limits() const { return m_client->limits(); }
    [[nodiscard]] DeskClient& client() const { return *m_client; }

signals:
    // Rows that came or changed; one batch, each row once. `added` rows exist anew.
    void rowsChanged(const std::vector<std::uint32_t>& added, const std::vector<std::uint32_t>& changed);
    // Devices of one batch of changes that newly said that an update failed. What a load finds is no news.
    void failuresReported(std::uint64_t devices);
    void loadingChanged();
    void failed(const drydock::models::Notice& notice);

private:
    // Returns how many devices newly said that an update failed.
    std::uint64_t apply(const std::vector<fleet::DevicePatch>& patches);
    void applyChanges(const fleet::FleetChanges& changes);
    void takeChanges(const std::shared_ptr<const fleet::FleetChanges>& changes);

    DeskClient* m_client;
    DeviceColumns m_columns;
    std::vector<std::shared_ptr<const fleet::FleetChanges>> m_whileLoading;
    bool m_loading = false;
};

}  // namespace drydock::models
