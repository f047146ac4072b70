#include "storage/api/api_call.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/operation.h"
#include "storage/value/json.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

// A value takes two levels of JSON, and requests put it into a few more: values far beyond DynamoDB's own limit are
// still read, so that its words can be used to refuse them.
constexpr int kMaxBodyDepth = 1024;

tl::unexpected<Response> refuse(const Error& error) {
    return tl::unexpected<Response>(errorResponse(error));
}

}  // namespace

ApiCall::ApiCall(std::unique_ptr<Operation> operation) : m_operation(std::move(operation)) {}
ApiCall::~ApiCall() = default;
ApiCall::ApiCall(ApiCall&&) noexcept = default;
ApiCall& ApiCall::operator=(ApiCall&&) noexcept = default;

tl::expected<ApiCall, Response> ApiCall::parse(std::string_view target, std::string_view body) {
    const OperationEntry* entry = findOperation(target);
    if (entry == nullptr) return refuse({ErrorCode::unknownOperation, ""});
    const Result<nlohmann::json> json = parseJson(body, kMaxBodyDepth);
    if (!json) return refuse({ErrorCode::serialization, json.error().message});
    if (!json->is_object()) return refuse({ErrorCode::serialization, "Unexpected value type in payload"});
    Result<std::unique_ptr<Operation>> operation = entry->make(*json);
    if (!operation) return refuse(std::move(operation).error());
    return ApiCall(*std::move(operation));
}

CallKind ApiCall::kind() const {
    return m_operation->kind();
}

std::optional<Response> ApiCall::prepare(TableReader& reader) {
    return m_operation->prepare(reader);
}

std::vector<WriteUnit> ApiCall::takeUnits() {
    return m_operation->takeUnits();
}

Response ApiCall::finish(std::vector<UnitResult> outcome) {
    return m_operation->finish(std::move(outcome));
}

Response ApiCall::administer(TableStore& store) {
    return m_operation->administer(store);
}

Response ApiCall::answer(TableStore& store) {
    if (kind() == CallKind::administration) return administer(store);
    if (std::optional<Response> early = prepare(store)) return *std::move(early);
    Result<std::vector<UnitResult>> outcome = store.commit(takeUnits());
    if (!outcome) return errorResponse(outcome.error());
    return finish(*std::move(outcome));
}

}  // namespace drydock::storage::api
