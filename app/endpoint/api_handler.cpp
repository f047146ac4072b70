#include "app/endpoint/api_handler.h"

#include <nlohmann/json.hpp>

#include "storage/api/operation.h"

namespace drydock::app {

using storage::Result;
using storage::UnitResult;
using storage::api::ApiCall;
using storage::api::CallKind;

namespace {

std::string_view nameOf(std::string_view target) {
    return target.substr(target.find('.') + 1);
}

bool mayChange(CallKind kind, std::string_view target) {
    if (kind == CallKind::read) return false;
    if (kind == CallKind::write) return true;
    const std::string_view name = nameOf(target);
    return !name.starts_with("Describe") && !name.starts_with("List") && !name.starts_with("Get");
}

ApiResponse accessDenied(const ApiRequest& request) {
    return coralError("AccessDeniedException",
                      "User: arn:aws:iam::000000000000:user/" + request.signedWith->id +
                          " is not authorized to perform: dynamodb:" + std::string(nameOf(request.target)) +
                          ": the access key is read-only");
}

}  // namespace

ApiResponse coralError(std::string_view type, std::string_view message) {
    std::string body = R"({"__type":"com.amazon.coral.service#)";
    body.append(type).append("\"");
    if (!message.empty()) {
        const nlohmann::json text = message;
        body.append(R"(,"message":)").append(text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
    return {400, body + "}"};
}

std::optional<ApiResponse> CoreApi::unreadable(std::string_view target, std::string_view body) {
    if (!body.empty() && !nlohmann::json::accept(body)) return coralError("SerializationException");
    if (storage::api::findOperation(target) == nullptr) return coralError("UnknownOperationException");
    return std::nullopt;
}

std::optional<ApiResponse> CoreApi::answer(const ApiRequest& request, const LaterApiResponse& later) {
    auto parsed = ApiCall::parse(request.target, request.body);
    if (!parsed) {
        if (auto refusal = unreadable(request.target, request.body)) return refusal;
        // Every operation wants a body, were it only "{}".
        return request.body.empty() ? coralError("SerializationException") : std::move(parsed).error();
    }
    const CallKind kind = parsed->kind();
    if (request.signedWith != nullptr && request.signedWith->readOnly && mayChange(kind, request.target)) {
        return accessDenied(request);
    }
    if (kind == CallKind::read) return parsed->prepare(*m_reader);

    const auto call = std::make_shared<ApiCall>(*std::move(parsed));
    if (kind == CallKind::administration) {
        m_core.post([call, later](fleet::FleetService&, storage::SqliteStore& store) {
            later([response = call->administer(store)] { return response; });
        });
        return std::nullopt;
    }
    if (auto refusal = call->prepare(*m_reader)) return refusal;
    m_core.commit(call->takeUnits(), [call, later](Result<std::vector<UnitResult>> outcome) {
        // The core's thread has better things to do than to write answers.
        later([call, outcome = std::move(outcome)]() mutable {
            return outcome ? call->finish(*std::move(outcome)) : storage::api::errorResponse(outcome.error());
        });
    });
    return std::nullopt;
}

}  // namespace drydock::app
