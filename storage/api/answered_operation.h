// Operations that are no more than a checked body and a function that answers it: all but those on items.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/operation.h"

namespace drydock::storage::api {

// How far long work is taken with the answer that begins it, so that a small table's is done with it.
inline constexpr std::size_t kFirstSlice = 1000;

// Null is an answer without a body.
[[nodiscard]] inline Response answerWith(const Result<nlohmann::json>& answer) {
    if (!answer) return errorResponse(answer.error());
    if (answer->is_null()) return {200, {}};
    return {200, answer->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

class ReadOperation final : public Operation {
public:
    using Answer = Result<nlohmann::json> (*)(const nlohmann::json& body, TableReader& reader);
    ReadOperation(nlohmann::json body, Answer answer) : m_body(std::move(body)), m_answer(answer) {}

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }
    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        return answerWith(m_answer(m_body, reader));
    }

private:
    nlohmann::json m_body;
    Answer m_answer;
};

class AdministrationOperation final : public Operation {
public:
    using Answer = Result<nlohmann::json> (*)(const nlohmann::json& body, TableStore& store);
    AdministrationOperation(nlohmann::json body, Answer answer) : m_body(std::move(body)), m_answer(answer) {}

    [[nodiscard]] CallKind kind() const override { return CallKind::administration; }
    [[nodiscard]] Response administer(TableStore& store) override { return answerWith(m_answer(m_body, store)); }

private:
    nlohmann::json m_body;
    Answer m_answer;
};

}  // namespace drydock::storage::api
