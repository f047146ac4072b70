#include "storage/partiql/values.h"

#include <algorithm>

#include "storage/value/json.h"

namespace drydock::storage::partiql {
namespace {

using Kind = Expr::Kind;

std::string kindName(const Expr& expr) {
    switch (expr.kind) {
        case Kind::parameter:
            return "Parameter";
        case Kind::path:
            return expr.path.back().name;
        case Kind::call:
            return expr.text;
        case Kind::missing:
            return "missing";
        default:
            return "NAry";
    }
}

tl::unexpected<Error> unsupported(const Expr& expr, const std::string& at) {
    return invalid("Unsupported data type: " + kindName(expr) + " under key " + at + atText(expr.position));
}

Result<Number> numberOf(const Expr& expr, const std::string& at) {
    Result<Number> number = Number::parse(expr.text);
    if (!number) return invalid(number.error().message + " under " + at);
    return number;
}

// `at` is where in the value the literal stands, `depth` how many levels deep.
Result<AttributeValue> convert(const Expr& expr, const std::string& at, int depth);

template <class Set, class Value>
Result<AttributeValue> setOf(Set set, std::vector<Value> sorted, const Expr& bag, const std::string& suffix) {
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return AttributeValue(std::move(set));
    std::string written;
    for (const Expr& element : bag.operands) {
        if (!written.empty()) written += ", ";
        written += element.text;
    }
    return invalid("One or more parameter values were invalid: Input collection [" + written + "] contains duplicates" +
                   suffix);
}

Result<AttributeValue> convertBag(const Expr& bag, const std::string& at) {
    if (bag.operands.empty()) return invalid("Empty bags are not supported");
    const Kind kind = bag.operands.front().kind;
    for (const Expr& element : bag.operands) {
        if (element.kind != Kind::text && element.kind != Kind::number) return unsupported(element, at);
        if (element.kind != kind) return invalid("A set must have values of one type only under key " + at);
    }
    if (kind == Kind::text) {
        StringSet set;
        for (const Expr& element : bag.operands) set.values.push_back(element.text);
        std::vector<std::string> members = set.values;
        return setOf(std::move(set), std::move(members), bag, ".");
    }
    NumberSet set;
    for (const Expr& element : bag.operands) {
        DRYDOCK_ASSIGN(const Number number, numberOf(element, at));
        set.values.push_back(number);
    }
    std::vector<Number> members = set.values;
    return setOf(std::move(set), std::move(members), bag, "! under " + at);
}

Result<AttributeValue> convertList(const Expr& expr, const std::string& at, int depth) {
    List list;
    for (const Expr& element : expr.operands) {
        DRYDOCK_ASSIGN(AttributeValue value, convert(element, at + '[' + std::to_string(list.size()) + ']', depth + 1));
        list.push_back(std::move(value));
    }
    return AttributeValue(std::move(list));
}

Result<AttributeValue> convertTuple(const Expr& expr, const std::string& at, int depth) {
    Item map;
    for (std::size_t i = 0; i + 1 < expr.operands.size(); i += 2) {
        const Expr& name = expr.operands[i];
        if (name.kind != Kind::text) return unsupported(name, at);
        DRYDOCK_ASSIGN(AttributeValue value, convert(expr.operands[i + 1], at + '.' + name.text, depth + 1));
        map.set(name.text, std::move(value));
    }
    return AttributeValue(std::move(map));
}

Result<AttributeValue> convert(const Expr& expr, const std::string& at, int depth) {
    if (depth >= kMaxDepth) return invalid("Nesting Levels have exceeded supported limits under " + at);
    switch (expr.kind) {
        case Kind::text:
            return AttributeValue(expr.text);
        case Kind::number: {
            DRYDOCK_ASSIGN(const Number number, numberOf(expr, at));
            return AttributeValue(number);
        }
        case Kind::truth:
            return AttributeValue(expr.flag);
        case Kind::null:
            return AttributeValue(Null{});
        case Kind::list:
            return convertList(expr, at, depth);
        case Kind::bag:
            return convertBag(expr, at);
        case Kind::tuple:
            return convertTuple(expr, at, depth);
        default:
            return unsupported(expr, at);
    }
}

}  // namespace

bool isValue(const Expr& expr) {
    switch (expr.kind) {
        case Kind::text:
        case Kind::number:
        case Kind::truth:
        case Kind::null:
        case Kind::missing:
        case Kind::parameter:
        case Kind::list:
        case Kind::bag:
        case Kind::tuple:
            return true;
        default:
            return false;
    }
}

Result<AttributeValue> valueOf(const Expr& expr, const std::vector<AttributeValue>& parameters) {
    if (expr.kind == Kind::parameter) return parameters[expr.place];
    return convert(expr, "root", 0);
}

Result<Item> itemOf(const Expr& tuple, const std::vector<AttributeValue>& parameters) {
    if (tuple.kind == Kind::parameter) {
        const Item* item = parameters[tuple.place].as<Item>();
        if (item == nullptr) return invalid("Expected a tuple in VALUE" + atText(tuple.position));
        return *item;
    }
    if (tuple.kind != Kind::tuple) return unsupported(tuple, "root");
    Item item;
    for (std::size_t i = 0; i + 1 < tuple.operands.size(); i += 2) {
        const Expr& name = tuple.operands[i];
        if (name.kind != Kind::text) return unsupported(name, "root");
        DRYDOCK_ASSIGN(AttributeValue value, valueOf(tuple.operands[i + 1], parameters));
        item.set(name.text, std::move(value));
    }
    return item;
}

}  // namespace drydock::storage::partiql
