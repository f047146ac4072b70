// A model of the API's item operations over maps in memory, written from DynamoDB's documentation and sharing nothing
// with the engine: what a random request should answer.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace drydock::tests {

using nlohmann::json;

// A request and what must come of it: an error's name, or the members the answer must have.
struct ModelRequest {
    std::string operation;
    json body;
    std::string error;                   // empty: succeeds
    std::vector<std::string> reasons;    // of a cancelled transaction
    std::map<std::string, json> answer;  // a null member must be absent; sets in order
    bool ordered = true;                 // of Items; otherwise any order will do
};

// Numbers are from -5 to 5, so that comparisons meet equals.
inline constexpr std::int64_t kSmall = 5;

// Of {"N":"12"}.
[[nodiscard]] inline std::int64_t integer(const json& value) {
    return std::stoll(value.at("N").get<std::string>());
}

// The same with the members of sets in order, so that equal values are equal.
[[nodiscard]] json normalized(json value);

class ApiModel {
public:
    explicit ApiModel(std::uint64_t seed) : m_random(seed) {}

    // The next request; the model has changed as if it had been made.
    [[nodiscard]] ModelRequest next();
    // What a whole scan of a table gives, in any order.
    [[nodiscard]] std::vector<json> items(const std::string& table) const;

private:
    using Key = std::pair<std::string, std::string>;
    using Rows = std::map<Key, json>;

    // A condition's text, with what it means.
    struct Condition {
        std::string text;
        std::function<bool(const json* item)> holds;
    };
    // An update's text, with what it does to an item; an error's name where it can't.
    struct Update {
        std::string text;
        std::function<bool(json& item)> apply;  // false: it does not fit the item
        std::string target;
    };
    struct Write {
        std::string table;
        Key key;
        std::optional<json> after;
        std::string reason;  // of a refusal: "ConditionalCheckFailed", "ValidationError"
        json action;         // of TransactWriteItems
    };

    std::int64_t below(std::int64_t limit) {
        return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(m_random);
    }
    bool oneIn(std::int64_t n) { return below(n) == 0; }
    std::string randomTable() { return oneIn(3) ? "Plain" : "Rich"; }
    Key randomKey(const std::string& table);
    static json keyJson(const std::string& table, const Key& key);
    json randomItem(const std::string& table, const Key& key);
    json number(std::int64_t limit) { return {{"N", std::to_string(below(2 * limit + 1) - limit)}}; }
    const json* find(const std::string& table, const Key& key) const;
    void store(const std::string& table, const Key& key, const std::optional<json>& after);
    // A placeholder for `value` in `body`.
    std::string place(json& body, const json& value);
    Condition randomCondition(json& body, int depth);
    Condition randomComparison(json& body);
    Update randomUpdate(json& body);

    ModelRequest put();
    ModelRequest get();
    ModelRequest update();
    ModelRequest remove();
    ModelRequest query();
    ModelRequest scan();
    ModelRequest batchGet();
    ModelRequest batchWrite();
    ModelRequest transactGet();
    ModelRequest transactWrite();
    Write randomTransactWrite(const std::set<std::pair<std::string, Key>>& taken);
    // Makes a request that would succeed wrong in one way.
    void spoil(ModelRequest& request);

    std::mt19937_64 m_random;
    std::map<std::string, Rows> m_tables;
};

}  // namespace drydock::tests
