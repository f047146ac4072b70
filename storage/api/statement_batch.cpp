// BatchExecuteStatement.
#include <array>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/item_requests.h"
#include "storage/api/statement_operations.h"
#include "storage/api/statement_support.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

constexpr std::array kStatementMembers = {
    Member{"Statement", &kStatementText, true},
    Member{"Parameters", &kStatementParameters},
    Member{"ConsistentRead", &kFlag},
    Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
};
constexpr Shape kStatement{
    .kind = Shape::Kind::structure, .className = "BatchStatementRequest", .members = kStatementMembers};
constexpr Shape kStatements{.kind = Shape::Kind::list, .element = &kStatement, .least = 1, .most = 25};
constexpr std::array kMembers = {
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"Statements", &kStatements, true},
};

// One statement and what became of it.
struct Slot {
    std::optional<PreparedStatement> prepared;
    bool consistent = false;
    std::string table;  // once it is known to be there
    std::optional<UnitError> error;
    std::optional<Item> item;
    CapacityUnits units;
};

class ExecuteBatch : public Operation {
public:
    ExecuteBatch(std::vector<Slot> slots, CapacityDetail detail) : m_slots(std::move(slots)), m_detail(detail) {}

protected:
    [[nodiscard]] Response response(bool reads) const {
        Response response;
        ObjectWriter object(response.body);
        std::string& out = object.member("Responses");
        out += '[';
        for (const Slot& slot : m_slots) {
            if (&slot != &m_slots.front()) out += ',';
            appendSlot(slot, out);
        }
        out += ']';
        if (m_detail != CapacityDetail::none) appendUnits(reads, object.member("ConsumedCapacity"));
        object.end();
        return response;
    }

    [[nodiscard]] std::vector<Slot>& slots() { return m_slots; }
    [[nodiscard]] CapacityDetail detail() const { return m_detail; }

private:
    static void appendSlot(const Slot& slot, std::string& out) {
        ObjectWriter object(out);
        if (slot.error) {
            ObjectWriter error(object.member("Error"));
            appendJsonString(reasonCode(*slot.error), error.member("Code"));
            appendJsonString(slot.error->message, error.member("Message"));
            if (slot.error->item) appendItemJson(*slot.error->item, error.member("Item"));
            error.end();
        }
        if (slot.item) appendItemJson(*slot.item, object.member("Item"));
        if (!slot.table.empty()) appendJsonString(slot.table, object.member("TableName"));
        object.end();
    }

    // Eventually consistent reads cost half; so every rate has an array of its own.
    void appendUnits(bool reads, std::string& out) const {
        std::map<std::string, CapacityUnits> eventual;
        std::map<std::string, CapacityUnits> full;
        for (const Slot& slot : m_slots) {
            if (slot.error || slot.table.empty()) continue;
            add((reads && !slot.consistent ? eventual : full)[slot.table], slot.units);
        }
        const std::size_t begin = out.size();
        appendCapacities(full, reads ? readRate(true) : kWriteRate, m_detail, out);
        if (eventual.empty()) return;
        if (full.empty()) out.resize(begin);
        std::string more;
        appendCapacities(eventual, readRate(false), m_detail, more);
        if (full.empty()) {
            out += more;
        } else {
            out.back() = ',';
            out.append(more, 1);
        }
    }

    std::vector<Slot> m_slots;
    CapacityDetail m_detail;
};

class ReadBatch final : public ExecuteBatch {
public:
    using ExecuteBatch::ExecuteBatch;

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        std::vector<GetRequest> requests;
        std::vector<std::pair<Slot*, std::vector<partiql::Column>>> wanted;
        for (Slot& slot : slots()) {
            if (slot.error) continue;
            Result<partiql::GetPlan> plan = planned(reader, slot);
            if (!plan) {
                slot.error = std::move(plan).error();
                continue;
            }
            requests.push_back(std::move(plan->request));
            wanted.emplace_back(&slot, std::move(plan->columns));
        }
        Result<std::vector<Result<GetResult>>> results = reader.getAll(requests);
        if (!results) return errorResponse(results.error());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            Slot& slot = *wanted[i].first;
            Result<GetResult>& result = (*results)[i];
            if (!result) {
                slot.error = std::move(result).error();
                continue;
            }
            slot.units.table = readUnits(result->sizeBytes);
            if (result->item) slot.item = partiql::selected(wanted[i].second, *std::move(result->item));
        }
        return response(true);
    }

private:
    static Result<partiql::GetPlan> planned(TableReader& reader, Slot& slot) {
        DRYDOCK_ASSIGN(const TableDefinition table, statementTable(reader, *slot.prepared));
        slot.table = table.name;
        const auto& select = std::get<partiql::Select>(slot.prepared->statement.body);
        return partiql::planGet(select, {table, slot.prepared->parameters, slot.consistent}, partiql::GetUse::batch);
    }
};

// Each statement is a unit of its own; all share a commit.
class WriteBatch final : public ExecuteBatch {
public:
    using ExecuteBatch::ExecuteBatch;

    [[nodiscard]] CallKind kind() const override { return CallKind::write; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        for (Slot& slot : slots()) {
            if (slot.error) continue;
            Result<WriteRequest> write = planned(reader, slot);
            if (!write) {
                slot.error = std::move(write).error();
                continue;
            }
            m_units.emplace_back().writes.push_back(*std::move(write));
            m_written.push_back(&slot);
        }
        if (m_units.empty()) return response(false);
        return std::nullopt;
    }

    [[nodiscard]] std::vector<WriteUnit> takeUnits() override { return std::move(m_units); }

    [[nodiscard]] Response finish(std::vector<UnitResult> outcome) override {
        for (std::size_t i = 0; i < outcome.size(); ++i) {
            Slot& slot = *m_written[i];
            UnitResult& unit = outcome[i];
            if (!unit) {
                slot.error = statementError(*slot.prepared, std::move(unit).error());
                continue;
            }
            WriteResult& result = unit->front();
            slot.item = std::move(result.attributes);
            if (result.measures) slot.units = result.measures->capacity;
        }
        return response(false);
    }

private:
    Result<WriteRequest> planned(TableReader& reader, Slot& slot) {
        DRYDOCK_ASSIGN(const TableDefinition table, statementTable(reader, *slot.prepared));
        slot.table = table.name;
        return planWrite(*slot.prepared, table, detail() != CapacityDetail::none);
    }

    std::vector<WriteUnit> m_units;
    std::vector<Slot*> m_written;  // the statement of each unit
};

Slot readSlot(const json& body) {
    Slot slot;
    slot.consistent = flag(body, "ConsistentRead");
    Result<std::vector<AttributeValue>> parameters = statementParameters(body);
    if (!parameters) {
        slot.error = std::move(parameters).error();
        return slot;
    }
    Result<PreparedStatement> prepared = prepareStatement(body, *std::move(parameters));
    if (!prepared) {
        slot.error = std::move(prepared).error();
    } else if (std::holds_alternative<partiql::Exists>(prepared->statement.body)) {
        slot.error = Error{ErrorCode::validation, "Unsupported operation: NAry"};
    } else {
        slot.prepared = *std::move(prepared);
    }
    return slot;
}

}  // namespace

MadeOperation makeBatchExecuteStatement(const json& body) {
    DRYDOCK_TRY(checkBody(body, kMembers));
    std::vector<Slot> slots;
    bool reads = false;
    bool writes = false;
    for (const json& statement : *find(body, "Statements")) {
        slots.push_back(readSlot(statement));
        if (!slots.back().prepared) continue;
        (slots.back().prepared->reads() ? reads : writes) = true;
    }
    if (reads && writes) {
        return fail(ErrorCode::validation,
                    "BatchExecuteStatement API does not support both read and write operations in the same request.");
    }
    if (writes) return std::make_unique<WriteBatch>(std::move(slots), capacityDetail(body));
    return std::make_unique<ReadBatch>(std::move(slots), capacityDetail(body));
}

}  // namespace drydock::storage::api
