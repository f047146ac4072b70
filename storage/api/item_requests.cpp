#include "storage/api/item_requests.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/legacy_parameters.h"
#include "storage/api/request_expressions.h"
#include "storage/store/item_rules.h"
#include "storage/value/json.h"

namespace drydock::storage::api {
namespace {

constexpr std::array<std::string_view, 2> kCollectionWords = {"SIZE", "NONE"};
constexpr std::array<std::string_view, 2> kFailureWords = {"ALL_OLD", "NONE"};

}  // namespace

constinit const Shape kCollectionMetrics{.words = kCollectionWords};
constinit const Shape kFailureValues{.words = kFailureWords};

Result<Item> readItem(const nlohmann::json& body, std::string_view member, ValueLayer layer) {
    DRYDOCK_ASSIGN(Item item, itemFromJson(*find(body, member), layer));
    DRYDOCK_TRY(checkItem(item, false));
    return item;
}

Result<Precompiled> compileProjection(const nlohmann::json& body) {
    DRYDOCK_ASSIGN(std::shared_ptr<CompiledExpressions> compiled, compileExpressions(body, kProjectionText));
    DRYDOCK_TRY(compileLegacy(body, kAttributeList, *compiled));
    return Precompiled(std::move(compiled));
}

std::string fingerprint(const nlohmann::json& request) {
    const std::string bytes = request.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::string print = std::to_string(bytes.size());
    for (const std::uint64_t seed : {14695981039346656037ULL, 1099511628211ULL}) {
        std::uint64_t hash = seed;  // FNV-1a
        for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        print.append("-").append(std::to_string(hash));
    }
    return print;
}

}  // namespace drydock::storage::api
