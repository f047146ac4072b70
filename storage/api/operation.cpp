#include "storage/api/operation.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace drydock::storage::api {
namespace {

// Each file of operations adds its table here.
constexpr std::array kTables = {&itemOperations,      &tableOperations,    &streamOperations,
                                &statementOperations, &recoveryOperations, &transferOperations};

Response notImplemented() {
    return errorResponse(Error{ErrorCode::internal, "The operation cannot be used this way"});
}

}  // namespace

const OperationEntry* findOperation(std::string_view target) {
    for (const auto table : kTables) {
        for (const OperationEntry& entry : table()) {
            if (entry.target == target) return &entry;
        }
    }
    return nullptr;
}

std::vector<WriteUnit> oneUnit(WriteUnit unit) {
    std::vector<WriteUnit> units;
    units.push_back(std::move(unit));
    return units;
}

std::optional<Response> Operation::prepare(TableReader& /*reader*/) {
    return std::nullopt;
}

std::vector<WriteUnit> Operation::takeUnits() {
    return {};
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): those that have an outcome take it over
Response Operation::finish(std::vector<UnitResult> /*outcome*/) {
    return notImplemented();
}

Response Operation::administer(TableStore& /*store*/) {
    return notImplemented();
}

}  // namespace drydock::storage::api
