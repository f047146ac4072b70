// Parts of answers that several operations have.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/api_call.h"
#include "storage/store/table_store.h"

namespace drydock::storage::api {

// A JSON object in the writing.
class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : m_out(out) { m_out += '{'; }
    // Begins the member; its value is to be appended to what it returns.
    std::string& member(std::string_view name);
    void end() { m_out += '}'; }

private:
    std::string& m_out;
    bool m_first = true;
};

// ReturnConsumedCapacity.
enum class CapacityDetail { none, total, indexes };
[[nodiscard]] CapacityDetail capacityDetail(const nlohmann::json& body);

// How units are counted: eventually consistent reads cost half a unit, transactions twice, and say of what kind.
struct CapacityRate {
    double factor = 1;
    std::string_view kind = {};  // "ReadCapacityUnits" or "WriteCapacityUnits", of transactions
};
inline constexpr CapacityRate kWriteRate{1, {}};
inline constexpr CapacityRate kTransactedWriteRate{2, "WriteCapacityUnits"};
inline constexpr CapacityRate kTransactedReadRate{2, "ReadCapacityUnits"};
[[nodiscard]] constexpr CapacityRate readRate(bool consistent) {
    return {consistent ? 1.0 : 0.5, {}};
}

[[nodiscard]] std::uint64_t readUnits(std::uint64_t bytes);  // of 4 KB, one at least
[[nodiscard]] CapacityUnits pageUnits(const PageSummary& page, const std::string& index);
void add(CapacityUnits& total, const CapacityUnits& more);

// {"TableName":…,"CapacityUnits":…}; nothing to write with CapacityDetail::none.
void appendCapacity(std::string_view table, const CapacityUnits& units, CapacityRate rate, CapacityDetail detail,
                    std::string& out);
// The same for several tables, as an array.
void appendCapacities(const std::map<std::string, CapacityUnits>& tables, CapacityRate rate, CapacityDetail detail,
                      std::string& out);

// {"ItemCollectionKey":…,"SizeEstimateRangeGB":[…]}
void appendCollection(const ItemCollection& collection, std::string& out);

// What several writes cost and did, by table.
class TableMeasures {
public:
    void add(const std::string& table, const WriteResult& result);
    // ItemCollectionMetrics and ConsumedCapacity, as far as there is something to say.
    void append(ObjectWriter& answer, CapacityRate rate, CapacityDetail detail) const;

private:
    std::map<std::string, CapacityUnits> m_capacities;
    std::map<std::string, std::string> m_collections;  // as JSON, within an array
};

// The error body of a unit, with the item or the reasons it brings.
[[nodiscard]] Response unitErrorResponse(const UnitError& error);

}  // namespace drydock::storage::api
