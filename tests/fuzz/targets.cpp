#include "tests/fuzz/targets.h"

#include <array>
#include <cstdlib>
#include <string>
#include <variant>

#include <nlohmann/json.hpp>

#include "storage/expression/expression.h"
#include "storage/partiql/parser.h"
#include "storage/partiql/planner.h"
#include "storage/value/codec.h"
#include "storage/value/json.h"
#include "storage/value/json_writer.h"
#include "storage/value/key_codec.h"
#include "storage/value/stored_item.h"

namespace drydock::tests {
namespace {

using namespace storage;

void require(bool holds) {
    if (!holds) std::abort();
}

Item sampleItem() {
    return {{"a", 1},
            {"b", "text"},
            {"l", List{1, "two", Item{{"x", true}}}},
            {"m", Item{{"k", List{1, 2}}, {"n", Null{}}}},
            {"s", StringSet{{"p", "q"}}},
            {"pk", "p"},
            {"sk", 5}};
}

// All expressions, on an item of many types.
void fuzzExpression(std::string_view input) {
    ExpressionParameters parameters;
    parameters.names = {{"#n", "m"}, {"#k", "k"}};
    parameters.values = {{":v", 1}, {":s", "text"}, {":l", List{1}}, {":set", StringSet{{"p"}}}};
    const Item item = sampleItem();
    ParameterUse use(parameters);
    if (const auto condition = Condition::compile(input, use)) static_cast<void>(condition->matches(item));
    if (const auto projection = Projection::compile(input, use)) static_cast<void>(projection->apply(item));
    if (const auto update = storage::Update::compile(input, use)) static_cast<void>(update->apply(item));
    static_cast<void>(compileKeyCondition(input, use));
}

TableDefinition sampleTable() {
    TableDefinition table;
    table.name = "table";
    table.key.partition = {{"pk", AttributeType::S}};
    table.key.sort = {{"sk", AttributeType::N}};
    IndexDefinition index;
    index.name = "index";
    index.key.partition = {{"b", AttributeType::S}};
    index.projection = ProjectionType::keysOnly;
    table.indexes.push_back(index);
    return table;
}

struct Planner {
    partiql::PlanContext context;

    void operator()(const partiql::Select& select) const {
        const auto plan = partiql::planSelect(select, context);
        if (plan) require(!plan->reads.empty());
        static_cast<void>(partiql::planGet(select, context, partiql::GetUse::batch));
        static_cast<void>(partiql::selected(plan ? plan->columns : std::vector<partiql::Column>(), sampleItem()));
    }
    void operator()(const partiql::Insert& insert) const { static_cast<void>(partiql::planInsert(insert, context)); }
    void operator()(const partiql::Update& update) const { static_cast<void>(partiql::planUpdate(update, context)); }
    void operator()(const partiql::Delete& erase) const { static_cast<void>(partiql::planDelete(erase, context)); }
    void operator()(const partiql::Exists& exists) const { static_cast<void>(partiql::planExists(exists, context)); }
};

// A statement, planned against a table.
void fuzzPartiql(std::string_view input) {
    const Result<partiql::Statement> statement = partiql::parseStatement(input);
    if (!statement) {
        require(!statement.error().message.empty());
        return;
    }
    const TableDefinition table = sampleTable();
    std::vector<AttributeValue> parameters(statement->parameters, AttributeValue("p"));
    std::visit(Planner{{table, parameters, false}}, statement->body);
    parameters.assign(statement->parameters, AttributeValue(StringSet{{"x"}}));
    std::visit(Planner{{table, parameters, false}}, statement->body);
}

// An item read from JSON is written as JSON that reads as the same item.
void fuzzJson(std::string_view input) {
    constexpr int kDepth = 100;
    const Result<nlohmann::json> json = parseJson(input, kDepth);
    if (!json) return;
    const Result<Item> item = itemFromJson(*json);
    if (item) {
        const Result<Item> again = itemFromJson(itemToJson(*item));
        require(again && *again == *item);
    }
    static_cast<void>(itemFromPlainJson(*json));
}

// Components that can be decoded are the encodings of what they decode to, and compare as it does.
void fuzzKey(std::string_view input) {
    std::string_view rest = input;
    while (!rest.empty()) {
        const std::string_view before = rest;
        const Result<AttributeValue> value = decodeKeyComponent(rest);
        if (!value) return;
        std::string encoded;
        encodeKeyComponent(*value, encoded);
        require(encoded == before.substr(0, before.size() - rest.size()));
    }
}

// A row is an item and its JSON, or neither.
void fuzzRow(std::string_view input) {
    const StoredItem stored(input);
    const Result<Item> item = stored.decode();
    std::string text;
    require(stored.appendJson(text).has_value() == item.has_value());
    if (!item) return;
    std::string expected;
    appendItemJson(*item, expected);
    require(text == expected);
    std::string row;
    encodeItem(*item, row);
    const Result<Item> again = decodeItem(row);
    require(again && *again == *item);
}

constexpr std::array kTargets = {
    FuzzTarget{"expression", &fuzzExpression},
    FuzzTarget{"partiql", &fuzzPartiql},
    FuzzTarget{"json", &fuzzJson},
    FuzzTarget{"key", &fuzzKey},
    FuzzTarget{"row", &fuzzRow},
};

}  // namespace

std::span<const FuzzTarget> fuzzTargets() {
    return kTargets;
}

}  // namespace drydock::tests
