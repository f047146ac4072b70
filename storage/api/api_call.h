// ApiCall: one request of DynamoDB's HTTP API, from the name of its operation and its JSON to the JSON of its answer.
//
// Knows nothing of HTTP but the status; whoever carries requests (the endpoint, a command line) brings operation and
// body, and a store or a reader when the call's kind needs one. Errors are answers: DynamoDB's error body with the
// status the service gives.
//
// Thread: a call is used by one thread at a time and may wander between them: parsed and answered where the request
//   arrived, its units committed where the store is written.
// Use: parse() → by kind() either prepare() alone (read), prepare() then commit of takeUnits() then finish() (write),
// or
//   administer() (administration). answer() does whatever is due with one store.
// Source: Amazon DynamoDB API reference, API version 2012-08-10 ("DynamoDB_20120810", "DynamoDBStreams_20120810").
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "storage/store/table_store.h"

namespace drydock::storage::api {

struct Response {
    int status = 200;  // 200, 400 or 500
    std::string body;  // JSON; of the few operations that answer nothing, empty
};

// DynamoDB's error body for `error`.
[[nodiscard]] Response errorResponse(const Error& error);

class Operation;

enum class CallKind {
    read,            // needs a reader only
    write,           // changes items: its units may share a commit with other calls'
    administration,  // changes tables, or needs the store itself
};

class ApiCall {
public:
    // `target` is what X-Amz-Target holds, such as "DynamoDB_20120810.GetItem". An unknown target, JSON that can't be
    // read and everything the body shows to be wrong by itself are answered at once.
    [[nodiscard]] static tl::expected<ApiCall, Response> parse(std::string_view target, std::string_view body);
    ~ApiCall();
    ApiCall(ApiCall&&) noexcept;
    ApiCall& operator=(ApiCall&&) noexcept;

    [[nodiscard]] CallKind kind() const;

    // Read: the answer. Write: an answer that needs no commit (a refusal), or nothing. Not for administration.
    [[nodiscard]] std::optional<Response> prepare(TableReader& reader);
    // Write, once after prepare() gave no answer: what to commit, and the answer from the outcome of just these units,
    // in their order.
    [[nodiscard]] std::vector<WriteUnit> takeUnits();
    [[nodiscard]] Response finish(std::vector<UnitResult> outcome);
    // Administration only.
    [[nodiscard]] Response administer(TableStore& store);

    // All of it on the store's own thread.
    [[nodiscard]] Response answer(TableStore& store);

private:
    explicit ApiCall(std::unique_ptr<Operation> operation);
    std::unique_ptr<Operation> m_operation;
};

}  // namespace drydock::storage::api
