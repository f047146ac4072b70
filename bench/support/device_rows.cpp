#include "bench/support/device_rows.h"

#include "storage/value/codec.h"
#include "storage/value/key_codec.h"

namespace drydock::bench {

using namespace storage;

Item deviceKey(std::size_t i) {
    return {{"id", "device-" + std::to_string(100'000'000 + i)}};
}

std::string groupOf(std::size_t i) {
    return "group-" + std::to_string(i / kItemsPerGroup);
}

Item deviceRow(std::size_t i, std::size_t round) {
    constexpr std::int64_t kFirstSeenMs = 1'711'320'000'000;
    Item item = deviceKey(i);
    item.set("group", groupOf(i));
    item.set("status", "status-" + std::to_string((i / kItemsPerGroup + round) % 1000));
    item.set("firmware", "v1.2." + std::to_string(round));
    item.set("lastSeen", kFirstSeenMs + static_cast<std::int64_t>(i + round));
    item.set("retries", static_cast<std::int64_t>(round));
    item.set("online", round % 2 == 0);
    item.set("temperature", Number::parse("21.5").value());
    item.set("site", "Lund, hall 7, row " + std::to_string(i % 40));
    item.set("network", Item{{"rssi", -61}, {"ip", "10.0.3.17"}});
    return item;
}

TableDefinition deviceTable(const std::string& name, const std::vector<std::string>& indexed) {
    TableDefinition definition;
    definition.name = name;
    definition.key.partition = {{"id", AttributeType::S}};
    for (const std::string& attribute : indexed) {
        IndexDefinition& index = definition.indexes.emplace_back();
        index.name = indexName(attribute);
        index.key.partition = {{attribute, AttributeType::S}};
    }
    return definition;
}

BaselineRow baselineDevice(const Item& item, const std::vector<std::string>& indexed) {
    BaselineRow row;
    encodeKeyComponent(*item.find("id"), row.key);
    encodeItem(item, row.row);
    for (const std::string& attribute : indexed)
        encodeKeyComponent(*item.find(attribute), row.indexKeys.emplace_back());
    row.expires = item.integer("expires");
    return row;
}

}  // namespace drydock::bench
