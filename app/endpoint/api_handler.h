// ApiHandler: who answers what DynamoDB's protocol carries; CoreApi over a desk core.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "app/endpoint/access_keys.h"
#include "app/services/desk_core.h"
#include "storage/api/api_call.h"

namespace drydock::app {

struct ApiRequest {
    std::string_view target;  // as in X-Amz-Target: "DynamoDB_20120810.GetItem"
    std::string_view body;
    const AccessKey* signedWith = nullptr;  // none: whoever calls may do everything
};

using ApiResponse = storage::api::Response;
using ApiResponseMaker = std::function<ApiResponse()>;
// Gives an answer that was owed: once, from any thread. What it is given is run where the request came from.
using LaterApiResponse = std::function<void(ApiResponseMaker)>;

class ApiHandler {
public:
    virtual ~ApiHandler() = default;
    // What the service refuses before it asks who calls: a body that isn't JSON, then a target it doesn't know.
    [[nodiscard]] virtual std::optional<ApiResponse> unreadable(std::string_view target, std::string_view body) = 0;
    // The answer, or nothing; then `later` is called with it. The request lives for the length of the call only.
    [[nodiscard]] virtual std::optional<ApiResponse> answer(const ApiRequest& request,
                                                            const LaterApiResponse& later) = 0;
};

// An error of the layer before the API: {"__type":"com.amazon.coral.service#…"}, with a message where there is one.
[[nodiscard]] ApiResponse coralError(std::string_view type, std::string_view message = {});

// Reads are answered at once with a reader of its own; writes go into the core's next commit, and administration runs
// on the core's thread.
// Thread: one at a time.
class CoreApi final : public ApiHandler {
public:
    // The core outlives it, and answers what it was asked before it goes.
    CoreApi(DeskCore& core, std::unique_ptr<storage::TableReader> reader) : m_core(core), m_reader(std::move(reader)) {}

    [[nodiscard]] std::optional<ApiResponse> unreadable(std::string_view target, std::string_view body) override;
    [[nodiscard]] std::optional<ApiResponse> answer(const ApiRequest& request, const LaterApiResponse& later) override;

private:
    DeskCore& m_core;
    std::unique_ptr<storage::TableReader> m_reader;
};

}  // namespace drydock::app
