// FleetReader: the fleet as read from the tables. Reads only.
// Thread: that of the TableReader it borrows, which outlives it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/accounting.h"
#include "models/fleet/alert.h"
#include "models/fleet/device.h"
#include "models/fleet/firmware.h"
#include "models/fleet/operator_action.h"
#include "storage/store/table_store.h"

namespace drydock::fleet {

struct QuarantinedMessage {
    std::uint64_t sequence = 0;
    std::int64_t arrivedMs = 0;
    std::string topic;
    std::string reason;
    storage::Binary raw;          // its first bytes, as many as the setting says
    std::uint64_t sizeBytes = 0;  // of the whole payload
};

// The device models that are a product, sorted, by product. Without an entry there is one, of the product's name.
using ProductModels = std::map<std::string, std::vector<std::string>>;

// Which firmware records; empty: any.
struct FirmwareFilter {
    std::string productId;
    std::string version;
};
struct FirmwarePage {
    std::vector<FirmwareRecord> records;  // without their files
    std::optional<storage::Item> next;    // none: the end; else where the next page begins
};

class FleetReader {
public:
    explicit FleetReader(storage::TableReader& tables) : m_tables(&tables) {}

    // Calls `take` with patches of all devices in pieces of bounded size, part by part (registry, status, retry
    // records); stops early when it returns false.
    [[nodiscard]] storage::Result<void> forEachDevice(const std::function<bool(std::vector<DevicePatch>)>& take);
    // Calls `take` with every device the query finds, in the order of the registry's keys, without its backup.
    [[nodiscard]] storage::Result<void> forEachMatch(const FleetQuery& query,
                                                     const std::function<void(DeviceDetail)>& take);
    // ErrorCode::notFound when the registry has no such device.
    [[nodiscard]] storage::Result<DeviceDetail> device(const std::string& id);
    [[nodiscard]] storage::Result<HistoryPage> history(const std::string& deviceId,
                                                       std::optional<std::uint64_t> beforeSequence, std::size_t limit);
    [[nodiscard]] storage::Result<std::vector<ThingGroup>> groups();  // by name
    // ErrorCode::notFound when there is no such group.
    [[nodiscard]] storage::Result<ThingGroup> group(const std::string& name);
    // By name; those of a dynamic group are looked up in all of the registry. ErrorCode::notFound likewise.
    [[nodiscard]] storage::Result<std::vector<std::string>> groupMembers(const std::string& group);

    [[nodiscard]] storage::Result<std::vector<Alert>> alerts(std::optional<AlertState> state = {});  // newest first
    // ErrorCode::notFound when there is no such alert.
    [[nodiscard]] storage::Result<Alert> alert(const std::string& id);
    [[nodiscard]] storage::Result<std::vector<FirmwareRecord>> firmware();
    // ErrorCode::notFound when no record names this ZIP.
    [[nodiscard]] storage::Result<FirmwareRecord> firmwareByZip(const std::string& zipName);
    // About `limit` records at most, from where an earlier page ended. ErrorCode::validation when that is nowhere.
    [[nodiscard]] storage::Result<FirmwarePage> firmwarePage(const FirmwareFilter& filter, std::uint32_t limit,
                                                             std::optional<storage::Item> from);
    // What otaOffers() (ota.h) says to a device at `current`, with its errors.
    [[nodiscard]] storage::Result<std::vector<FirmwareRecord>> otaOffers(const std::string& product,
                                                                         const std::string& application,
                                                                         std::optional<std::string_view> current);
    // All versions of an application, in the order of their text; records of packages that were refused among them.
    [[nodiscard]] storage::Result<std::vector<FirmwareRecord>> firmwareOf(const std::string& product,
                                                                          const std::string& application);
    // Nothing when there is no such record.
    [[nodiscard]] storage::Result<std::optional<FirmwareRecord>> firmwareAt(const std::string& product,
                                                                            const std::string& application,
                                                                            const std::string& version);
    // Those that have a row in ProductModels.
    [[nodiscard]] storage::Result<ProductModels> productModels();
    // The device models that are `product`, sorted: those of its row in ProductModels, else the one of its name.
    [[nodiscard]] storage::Result<std::vector<std::string>> modelsOf(const std::string& product);
    // Things whose FW is `version` and whose model belongs to `product`: how many, and each (`take` has the last word:
    // false ends it).
    [[nodiscard]] storage::Result<std::uint64_t> countDevicesOn(const std::string& product, const std::string& version);
    [[nodiscard]] storage::Result<void> forEachDeviceOn(const std::string& product, const std::string& version,
                                                        const std::function<bool(const std::string& deviceId)>& take);
    // Newest first.
    [[nodiscard]] storage::Result<std::vector<AuditEntry>> audit(std::optional<std::uint64_t> beforeSequence,
                                                                 std::size_t limit);
    // The actions of one bulk, by its first one's sequence, oldest first.
    [[nodiscard]] storage::Result<std::vector<AuditEntry>> bulk(std::uint64_t first);
    // Newest first.
    [[nodiscard]] storage::Result<std::vector<QuarantinedMessage>> quarantine(
        std::size_t limit, std::optional<std::uint64_t> beforeSequence = {});

private:
    storage::TableReader* m_tables;
};

// The groups a thing is in by its rows, by name: static ones as it says, of dynamic ones those whose query finds it.
[[nodiscard]] std::vector<GroupMembership> membershipsOf(const storage::Item& thing, const storage::Item* retries,
                                                         const GroupIndex& dynamic);

}  // namespace drydock::fleet
