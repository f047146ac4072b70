#include "storage/api/answers.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "storage/api/arguments.h"
#include "storage/api/error_response.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

// Units are whole or halves: "1.0", "0.5".
void appendUnits(double units, std::string& out) {
    std::array<char, 32> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), units, std::chars_format::fixed, 1);
    out.append(buffer.data(), error == std::errc() ? end : buffer.data());
}

void appendUnitMembers(ObjectWriter& object, std::uint64_t units, CapacityRate rate) {
    const double charged = static_cast<double>(units) * rate.factor;
    if (!rate.kind.empty()) appendUnits(charged, object.member(rate.kind));
    appendUnits(charged, object.member("CapacityUnits"));
}

void appendUnitObject(std::uint64_t units, CapacityRate rate, std::string& out) {
    ObjectWriter object(out);
    appendUnitMembers(object, units, rate);
    object.end();
}

void appendIndexUnits(ObjectWriter& object, std::string_view name, const CapacityUnits& units, bool local,
                      CapacityRate rate) {
    const auto isWanted = [&](const IndexCapacity& index) { return index.local == local; };
    if (std::none_of(units.indexes.begin(), units.indexes.end(), isWanted)) return;
    std::string& out = object.member(name);
    ObjectWriter indexes(out);
    for (const IndexCapacity& index : units.indexes) {
        if (isWanted(index)) appendUnitObject(index.units, rate, indexes.member(index.index));
    }
    indexes.end();
}

}  // namespace

std::string& ObjectWriter::member(std::string_view name) {
    if (!m_first) m_out += ',';
    m_first = false;
    appendJsonString(name, m_out);
    m_out += ':';
    return m_out;
}

CapacityDetail capacityDetail(const nlohmann::json& body) {
    const std::string word = text(body, "ReturnConsumedCapacity");
    if (word == "INDEXES") return CapacityDetail::indexes;
    return word == "TOTAL" ? CapacityDetail::total : CapacityDetail::none;
}

std::uint64_t readUnits(std::uint64_t bytes) {
    constexpr std::uint64_t kUnitBytes = 4096;
    return std::max<std::uint64_t>(1, (bytes + kUnitBytes - 1) / kUnitBytes);
}

CapacityUnits pageUnits(const PageSummary& page, const std::string& index) {
    const std::uint64_t walked = readUnits(page.scannedBytes);
    if (index.empty()) return {walked, {}};
    return {page.fetchedUnits, {IndexCapacity{index, page.ofLocalIndex, walked}}};
}

void add(CapacityUnits& total, const CapacityUnits& more) {
    total.table += more.table;
    for (const IndexCapacity& index : more.indexes) {
        const auto same = std::find_if(total.indexes.begin(), total.indexes.end(),
                                       [&](const IndexCapacity& each) { return each.index == index.index; });
        if (same == total.indexes.end()) {
            total.indexes.push_back(index);
        } else {
            same->units += index.units;
        }
    }
}

void appendCapacity(std::string_view table, const CapacityUnits& units, CapacityRate rate, CapacityDetail detail,
                    std::string& out) {
    std::uint64_t total = units.table;
    for (const IndexCapacity& index : units.indexes) total += index.units;
    ObjectWriter object(out);
    appendJsonString(table, object.member("TableName"));
    appendUnitMembers(object, total, rate);
    if (detail == CapacityDetail::indexes) {
        appendUnitObject(units.table, rate, object.member("Table"));
        appendIndexUnits(object, "LocalSecondaryIndexes", units, true, rate);
        appendIndexUnits(object, "GlobalSecondaryIndexes", units, false, rate);
    }
    object.end();
}

void appendCapacities(const std::map<std::string, CapacityUnits>& tables, CapacityRate rate, CapacityDetail detail,
                      std::string& out) {
    out += '[';
    bool first = true;
    for (const auto& [table, units] : tables) {
        if (!first) out += ',';
        first = false;
        appendCapacity(table, units, rate, detail, out);
    }
    out += ']';
}

void appendCollection(const ItemCollection& collection, std::string& out) {
    constexpr std::uint64_t kGigabyte = 1024ULL * 1024 * 1024;
    const std::uint64_t whole = collection.sizeBytes / kGigabyte;
    ObjectWriter object(out);
    appendItemJson(collection.key, object.member("ItemCollectionKey"));
    object.member("SizeEstimateRangeGB").append("[").append(std::to_string(whole)).append(".0,");
    out.append(std::to_string(whole + 1)).append(".0]");
    object.end();
}

void TableMeasures::add(const std::string& table, const WriteResult& result) {
    if (result.measures == nullptr) return;
    api::add(m_capacities[table], result.measures->capacity);
    if (!result.measures->collection) return;
    std::string& list = m_collections[table];
    if (!list.empty()) list += ',';
    appendCollection(*result.measures->collection, list);
}

void TableMeasures::append(ObjectWriter& answer, CapacityRate rate, CapacityDetail detail) const {
    if (!m_collections.empty()) {
        ObjectWriter tables(answer.member("ItemCollectionMetrics"));
        for (const auto& [table, list] : m_collections) tables.member(table).append("[").append(list).append("]");
        tables.end();
    }
    if (detail != CapacityDetail::none) {
        appendCapacities(m_capacities, rate, detail, answer.member("ConsumedCapacity"));
    }
}

Response unitErrorResponse(const UnitError& error) {
    if (error.reasons.empty() && !error.item) return errorResponse(error);
    Response response{errorStatus(error.code), beginErrorBody(error)};
    std::string& out = response.body;
    if (error.item) {
        out += ",\"Item\":";
        appendItemJson(*error.item, out);
    }
    if (!error.reasons.empty()) {
        out += ",\"CancellationReasons\":[";
        for (const CancellationReason& reason : error.reasons) {
            if (&reason != &error.reasons.front()) out += ',';
            ObjectWriter object(out);
            appendJsonString(reason.code, object.member("Code"));
            if (!reason.message.empty()) appendJsonString(reason.message, object.member("Message"));
            if (reason.item) appendItemJson(*reason.item, object.member("Item"));
            object.end();
        }
        out += ']';
    }
    out += '}';
    return response;
}

}  // namespace drydock::storage::api
