#include "models/fleet/fleet_reader.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "models/fleet/ota.h"
#include "models/fleet/query.h"
#include "models/fleet/rows.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;
using storage::Result;
using storage::TableReader;

constexpr std::size_t kDevicesAPiece = 2000;
constexpr std::uint32_t kMatchedAtOnce = 500;

// Rows to read at a time where `wanted` are.
std::uint32_t pageOf(std::size_t wanted) {
    constexpr std::size_t most = 1000;
    return static_cast<std::uint32_t>(std::min(wanted, most));
}

Result<std::optional<Item>> get(TableReader& reader, const char* table, const std::string& partition) {
    storage::GetRequest request;
    request.table = table;
    request.key = rows::key(table, partition);
    return reader.get(request);
}

// Scans a table whose partition key is the device, handing out patches piece by piece. False: `take` had enough.
template <class Fill>
Result<bool> forEachPatch(TableReader& reader, const char* table,
                          const std::function<bool(std::vector<DevicePatch>)>& take, Fill fill) {
    const std::string keyName(tables::findTable(table)->partition);
    std::vector<DevicePatch> piece;
    bool more = true;
    DRYDOCK_TRY(forEachScanned(reader, table, [&](const Item& row) {
        DevicePatch patch;
        patch.id = row.string(keyName);
        fill(row, patch);
        piece.push_back(std::move(patch));
        if (piece.size() < kDevicesAPiece) return true;
        more = take(std::exchange(piece, {}));
        return more;
    }));
    if (more && !piece.empty()) more = take(std::move(piece));
    return more;
}

storage::QueryRequest devicesOnQuery(const std::string& model, const std::string& version) {
    return queryOf(tables::kThings, "modelFw-index", "modelFw", model + '#' + version);
}

// The newest `limit` rows of a table that is one list in order of sequence.
template <class Take>
Result<void> forNewest(TableReader& reader, const char* table, std::optional<std::uint64_t> beforeSequence,
                       std::size_t limit, Take take) {
    if (limit == 0) return {};
    storage::QueryRequest request = queryOf(table, {}, "list", tables::kOnlyList);
    if (beforeSequence) boundSort(request, "sequence", "<", static_cast<std::int64_t>(*beforeSequence));
    request.forward = false;
    request.limit = pageOf(limit);
    std::size_t taken = 0;
    return forEachQueried(reader, std::move(request), [&](const Item& row) {
        take(row);
        return ++taken < limit;
    });
}

// The rows of these things in a table whose partition key is the device; none: absent.
Result<std::vector<std::optional<Item>>> rowsOf(TableReader& reader, const char* table,
                                                const std::vector<Item>& things) {
    std::vector<storage::GetRequest> requests;
    requests.reserve(things.size());
    for (const Item& thing : things) {
        storage::GetRequest request;
        request.table = table;
        request.key = rows::key(table, thing.string("thingName"));
        requests.push_back(std::move(request));
    }
    DRYDOCK_ASSIGN(auto results, reader.getAll(requests));
    std::vector<std::optional<Item>> found;
    found.reserve(results.size());
    for (auto& result : results) {
        if (!result) return storage::fail(std::move(result).error());
        found.push_back(std::move(result->item));
    }
    return found;
}

const Item* pointer(const std::optional<Item>& item) {
    return item ? &*item : nullptr;
}

// Calls take(const std::vector<Item>&) with all of the registry, some things at a time, in the order of their names.
template <class Take>
Result<void> forEachThing(TableReader& reader, Take take) {
    storage::ScanRequest request;
    request.table = tables::kThings;
    request.limit = kMatchedAtOnce;
    for (;;) {
        DRYDOCK_ASSIGN(storage::Page page, reader.scan(request));
        DRYDOCK_TRY(take(page.items));
        if (!page.lastEvaluatedKey) return {};
        request.exclusiveStartKey = std::move(page.lastEvaluatedKey);
    }
}

// The models a row of ProductModels names, sorted; nothing: it names none.
std::optional<std::vector<std::string>> modelsIn(const Item& row) {
    const auto* value = row.find("models");
    const auto* models = value == nullptr ? nullptr : value->as<storage::StringSet>();
    if (models == nullptr) return std::nullopt;
    std::vector<std::string> sorted(models->values.begin(), models->values.end());
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

}  // namespace

std::vector<GroupMembership> membershipsOf(const Item& thing, const Item* retries, const GroupIndex& dynamic) {
    std::vector<GroupMembership> found;
    for (const std::string& group : rows::toThing(thing).groups)
        found.push_back(
            {group,
             false,
             {group == kFailedGroup ? "The retry cycle or a person moved it there." : "A person added it."}});
    const ThingRows row(&thing, retries);
    for (const GroupIndex::Group& group : dynamic.groups())
        if (group.has(row)) found.push_back({group.name, true, group.query->reasons(row)});
    std::sort(found.begin(), found.end(),
              [](const GroupMembership& a, const GroupMembership& b) { return a.group < b.group; });
    return found;
}

Result<void> FleetReader::forEachMatch(const FleetQuery& query, const std::function<void(DeviceDetail)>& take) {
    DRYDOCK_ASSIGN(const auto all, groups());
    const GroupIndex dynamic(all);
    return forEachThing(*m_tables, [&](const std::vector<Item>& things) -> Result<void> {
        DRYDOCK_ASSIGN(const auto statuses, rowsOf(*m_tables, tables::kDeviceStatus, things));
        DRYDOCK_ASSIGN(const auto retries, rowsOf(*m_tables, tables::kRetries, things));
        for (std::size_t i = 0; i < things.size(); ++i) {
            const Item& thing = things[i];
            if (!query.matches(ThingRows(&thing, pointer(retries[i]), pointer(statuses[i]), m_tables->nowMs())))
                continue;
            DeviceDetail detail;
            detail.thing = rows::toThing(thing);
            if (statuses[i]) detail.status = rows::toDeviceStatus(*statuses[i]);
            if (retries[i]) detail.retries = rows::toRetryRecord(*retries[i]);
            detail.memberships = membershipsOf(thing, pointer(retries[i]), dynamic);
            take(std::move(detail));
        }
        return {};
    });
}

Result<void> FleetReader::forEachDevice(const std::function<bool(std::vector<DevicePatch>)>& take) {
    DRYDOCK_ASSIGN(bool more, forEachPatch(*m_tables, tables::kThings, take, [](const Item& row, DevicePatch& patch) {
                       patch.thing = rows::toThing(row);
                   }));
    if (!more) return {};
    DRYDOCK_ASSIGN(more, forEachPatch(*m_tables, tables::kDeviceStatus, take, [](const Item& row, DevicePatch& patch) {
                       patch.status = rows::toDeviceStatus(row);
                   }));
    if (!more) return {};
    DRYDOCK_ASSIGN(more, forEachPatch(*m_tables, tables::kRetries, take, [](const Item& row, DevicePatch& patch) {
                       patch.retries = rows::toRetryRecord(row);
                   }));
    return {};
}

Result<DeviceDetail> FleetReader::device(const std::string& id) {
    if (id.empty()) return storage::fail(ErrorCode::notFound, "A device has a name.");
    DRYDOCK_ASSIGN(const auto thing, get(*m_tables, tables::kThings, id));
    if (!thing) return storage::fail(ErrorCode::notFound, "The registry has no device " + id + '.');
    DeviceDetail detail;
    detail.thing = rows::toThing(*thing);
    DRYDOCK_ASSIGN(const auto status, get(*m_tables, tables::kDeviceStatus, id));
    if (status) detail.status = rows::toDeviceStatus(*status);
    DRYDOCK_ASSIGN(const auto retries, get(*m_tables, tables::kRetries, id));
    if (retries) detail.retries = rows::toRetryRecord(*retries);
    DRYDOCK_ASSIGN(const auto backup, get(*m_tables, tables::kAttributeBackup, id));
    if (backup) detail.backup = rows::toBackup(*backup);
    DRYDOCK_ASSIGN(const auto all, groups());
    detail.memberships = membershipsOf(*thing, retries ? &*retries : nullptr, GroupIndex(all));
    return detail;
}

Result<std::vector<ThingGroup>> FleetReader::groups() {
    return loadThingGroups(*m_tables);
}

Result<ThingGroup> FleetReader::group(const std::string& name) {
    DRYDOCK_ASSIGN(auto all, groups());
    for (ThingGroup& each : all)
        if (each.name == name) return std::move(each);
    return storage::fail(ErrorCode::notFound, "There is no thing group " + name + '.');
}

Result<HistoryPage> FleetReader::history(const std::string& deviceId, std::optional<std::uint64_t> beforeSequence,
                                         std::size_t limit) {
    HistoryPage page;
    if (limit == 0 || deviceId.empty()) return page;
    storage::QueryRequest request = queryOf(tables::kHistory, "arrival-index", "deviceId", deviceId);
    if (beforeSequence) boundSort(request, "sequence", "<", static_cast<std::int64_t>(*beforeSequence));
    request.forward = false;
    request.limit = pageOf(limit + 1);
    DRYDOCK_TRY(forEachQueried(*m_tables, std::move(request), [&page, limit](const Item& row) {
        if (page.entries.size() == limit) {
            page.nextBefore = page.entries.back().sequence;
            return false;
        }
        page.entries.push_back(rows::toHistoryEntry(row));
        return true;
    }));
    return page;
}

Result<std::vector<std::string>> FleetReader::groupMembers(const std::string& group) {
    if (group.empty()) return storage::fail(ErrorCode::notFound, "A thing group has a name.");
    DRYDOCK_ASSIGN(const auto row, get(*m_tables, tables::kThingGroups, group));
    if (!row) return storage::fail(ErrorCode::notFound, "There is no thing group " + group + '.');
    std::vector<std::string> members;
    if (const ThingGroup known = toThingGroup(*row); known.query) {
        const GroupIndex dynamic({known});
        const GroupIndex::Group& found = dynamic.groups().front();
        DRYDOCK_TRY(forEachThing(*m_tables, [&](const std::vector<Item>& things) -> Result<void> {
            std::vector<std::optional<Item>> retries(things.size());
            if (found.readsCounters) {
                DRYDOCK_ASSIGN(retries, rowsOf(*m_tables, tables::kRetries, things));
            }
            for (std::size_t i = 0; i < things.size(); ++i)
                if (found.has(ThingRows(&things[i], pointer(retries[i]))))
                    members.emplace_back(things[i].string("thingName"));
            return {};
        }));
        return members;
    }
    DRYDOCK_TRY(forEachQueried(*m_tables, queryOf(tables::kThingGroupMembers, {}, "groupName", group),
                               [&members](const Item& member) {
                                   members.emplace_back(member.string("thingName"));
                                   return true;
                               }));
    return members;
}

Result<std::vector<Alert>> FleetReader::alerts(std::optional<AlertState> state) {
    std::vector<Alert> alerts;
    for (const AlertState each : {AlertState::open, AlertState::acknowledged, AlertState::resolved}) {
        if (state && *state != each) continue;
        DRYDOCK_TRY(forEachQueried(*m_tables, queryOf(tables::kAlerts, "state-index", "state", alertStateName(each)),
                                   [&alerts](const Item& row) {
                                       alerts.push_back(rows::toAlert(row));
                                       return true;
                                   }));
    }
    std::sort(alerts.begin(), alerts.end(),
              [](const Alert& a, const Alert& b) { return std::tie(b.raisedMs, b.id) < std::tie(a.raisedMs, a.id); });
    return alerts;
}

Result<Alert> FleetReader::alert(const std::string& id) {
    if (!id.empty()) {
        DRYDOCK_ASSIGN(const auto row, get(*m_tables, tables::kAlerts, id));
        if (row) return rows::toAlert(*row);
    }
    return storage::fail(ErrorCode::notFound, "There is no alert " + id + '.');
}

Result<std::vector<FirmwareRecord>> FleetReader::firmware() {
    std::vector<FirmwareRecord> records;
    DRYDOCK_TRY(forEachScanned(*m_tables, tables::kFirmware, [&records](const Item& row) {
        records.push_back(firmwareFromItem(row));
        return true;
    }));
    std::sort(records.begin(), records.end(), [](const FirmwareRecord& a, const FirmwareRecord& b) {
        return std::tie(a.productId, a.application, a.version) < std::tie(b.productId, b.application, b.version);
    });
    return records;
}

Result<FirmwareRecord> FleetReader::firmwareByZip(const std::string& zipName) {
    std::optional<FirmwareRecord> record;
    if (!zipName.empty()) {
        DRYDOCK_TRY(forEachQueried(*m_tables, queryOf(tables::kFirmware, "zip_name-index", "zip_name", zipName),
                                   [&record](const Item& row) {
                                       record = firmwareFromItem(row);
                                       return false;
                                   }));
    }
    if (!record) return storage::fail(ErrorCode::notFound, "There is no firmware " + zipName + '.');
    return std::move(*record);
}

Result<FirmwarePage> FleetReader::firmwarePage(const FirmwareFilter& filter, std::uint32_t limit,
                                               std::optional<Item> from) {
    storage::QueryRequest ofProduct = queryOf(tables::kFirmware, "product_id-index", "product_id", filter.productId);
    ofProduct.filterOnKeys = true;
    storage::ScanRequest all;
    all.table = tables::kFirmware;
    const auto prepare = [&](auto& request) {
        request.limit = limit;
        if (filter.version.empty()) return;
        request.filter = "#v = :v";
        request.parameters.names.emplace("#v", "version");
        request.parameters.values.emplace(":v", filter.version);
    };
    prepare(ofProduct);
    prepare(all);
    FirmwarePage result;
    // What is filtered leaves pages empty, of which nobody wants to hear.
    do {
        ofProduct.exclusiveStartKey = from;
        all.exclusiveStartKey = from;
        DRYDOCK_ASSIGN(storage::Page page, filter.productId.empty() ? m_tables->scan(all) : m_tables->query(ofProduct));
        for (const Item& row : page.items) {
            result.records.push_back(firmwareFromItem(row));
            result.records.back().files.clear();
        }
        from = std::move(page.lastEvaluatedKey);
    } while (result.records.empty() && from);
    result.next = std::move(from);
    return result;
}

Result<std::vector<FirmwareRecord>> FleetReader::otaOffers(const std::string& product, const std::string& application,
                                                           std::optional<std::string_view> current) {
    const Item key = firmwareKey(product, application, "");
    storage::QueryRequest request = queryOf(tables::kFirmware, {}, "pk", *key.find("pk"));
    request.projection = "version, release_status";
    std::vector<FirmwareVersion> versions;
    DRYDOCK_TRY(forEachQueried(*m_tables, std::move(request), [&versions](const Item& row) {
        const FirmwareRecord record = firmwareFromItem(row);
        versions.push_back({record.version, record.status});
        return true;
    }));
    DRYDOCK_ASSIGN(const auto offered, fleet::otaOffers(versions, current));
    std::vector<FirmwareRecord> records;
    for (const std::string& version : offered) {
        DRYDOCK_ASSIGN(auto record, firmwareAt(product, application, version));
        // Revoked since the versions were read: it is not offered.
        if (record && record->status == ReleaseStatus::released) records.push_back(std::move(*record));
    }
    return records;
}

Result<std::vector<FirmwareRecord>> FleetReader::firmwareOf(const std::string& product,
                                                            const std::string& application) {
    std::vector<FirmwareRecord> records;
    const storage::Item key = firmwareKey(product, application, "");
    DRYDOCK_TRY(
        forEachQueried(*m_tables, queryOf(tables::kFirmware, {}, "pk", *key.find("pk")), [&records](const Item& row) {
            records.push_back(firmwareFromItem(row));
            return true;
        }));
    return records;
}

Result<std::optional<FirmwareRecord>> FleetReader::firmwareAt(const std::string& product,
                                                              const std::string& application,
                                                              const std::string& version) {
    if (version.empty()) return std::nullopt;
    storage::GetRequest request;
    request.table = tables::kFirmware;
    request.key = firmwareKey(product, application, version);
    DRYDOCK_ASSIGN(const auto row, m_tables->get(request));
    if (!row) return std::nullopt;
    return firmwareFromItem(*row);
}

Result<std::vector<std::string>> FleetReader::modelsOf(const std::string& product) {
    if (product.empty()) return std::vector<std::string>();
    DRYDOCK_ASSIGN(const auto row, get(*m_tables, tables::kProductModels, product));
    return row ? modelsIn(*row).value_or(std::vector{product}) : std::vector{product};
}

Result<ProductModels> FleetReader::productModels() {
    ProductModels products;
    DRYDOCK_TRY(forEachScanned(*m_tables, tables::kProductModels, [&products](const Item& row) {
        if (auto models = modelsIn(row)) products[std::string(row.string("product_id"))] = std::move(*models);
        return true;
    }));
    return products;
}

Result<std::uint64_t> FleetReader::countDevicesOn(const std::string& product, const std::string& version) {
    DRYDOCK_ASSIGN(const auto models, modelsOf(product));
    std::uint64_t count = 0;
    for (const std::string& model : models) {
        storage::QueryRequest request = devicesOnQuery(model, version);
        request.countOnly = true;
        for (;;) {
            DRYDOCK_ASSIGN(const storage::Page page, m_tables->query(request));
            count += page.count;
            if (!page.lastEvaluatedKey) break;
            request.exclusiveStartKey = page.lastEvaluatedKey;
        }
    }
    return count;
}

Result<void> FleetReader::forEachDeviceOn(const std::string& product, const std::string& version,
                                          const std::function<bool(const std::string& deviceId)>& take) {
    DRYDOCK_ASSIGN(const auto models, modelsOf(product));
    bool more = true;
    for (const std::string& model : models) {
        DRYDOCK_TRY(forEachQueried(*m_tables, devicesOnQuery(model, version), [&take, &more](const Item& row) {
            more = take(std::string(row.string("thingName")));
            return more;
        }));
        if (!more) return {};
    }
    return {};
}

Result<std::vector<AuditEntry>> FleetReader::audit(std::optional<std::uint64_t> beforeSequence, std::size_t limit) {
    std::vector<AuditEntry> entries;
    DRYDOCK_TRY(forNewest(*m_tables, tables::kAudit, beforeSequence, limit,
                          [&entries](const Item& row) { entries.push_back(rows::toAuditEntry(row)); }));
    return entries;
}

Result<std::vector<AuditEntry>> FleetReader::bulk(std::uint64_t first) {
    storage::QueryRequest request = queryOf(tables::kAudit, {}, "list", tables::kOnlyList);
    boundSort(request, "sequence", ">=", static_cast<std::int64_t>(first));
    std::vector<AuditEntry> entries;
    DRYDOCK_TRY(forEachQueried(*m_tables, std::move(request), [&entries, first](const Item& row) {
        if (!row.contains("bulk") || static_cast<std::uint64_t>(row.integer("bulk")) != first) return true;
        entries.push_back(rows::toAuditEntry(row));
        return true;
    }));
    return entries;
}

Result<std::vector<QuarantinedMessage>> FleetReader::quarantine(std::size_t limit,
                                                                std::optional<std::uint64_t> beforeSequence) {
    std::vector<QuarantinedMessage> messages;
    DRYDOCK_TRY(forNewest(*m_tables, tables::kQuarantine, beforeSequence, limit,
                          [&messages](const Item& row) { messages.push_back(rows::toQuarantinedMessage(row)); }));
    return messages;
}

}  // namespace drydock::fleet
