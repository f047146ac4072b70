// DynamoDB's expressions: compiled once, evaluated many times.
//
// compile…() parses the text, resolves #names and :values, and applies DynamoDB's checks (reserved words, unused or
// undefined names and values, overlapping paths, operand types, limits on length, operators and nesting) with
// DynamoDB's messages (ErrorCode::validation). A compiled expression is immutable; evaluation is const and can run on
// any thread. Limits hold before the stack does: any input text is safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

// ExpressionAttributeNames ("#n" → name) and ExpressionAttributeValues (":v" → value).
struct ExpressionParameters {
    std::map<std::string, std::string, std::less<>> names;
    std::map<std::string, AttributeValue, std::less<>> values;
};

// One document path: a top-level attribute, then map members and list indexes.
struct PathElement {
    std::string name;  // map member when index is empty
    std::optional<std::size_t> index;
    friend bool operator==(const PathElement&, const PathElement&) = default;
};
using DocumentPath = std::vector<PathElement>;

[[nodiscard]] const AttributeValue* resolve(const DocumentPath& path, const Item& item);  // nullptr when absent

struct ConditionNode;
struct UpdateActions;

// Tracks which parameters the expressions of one request have used, so that leftovers can be refused once, after all
// of the request's expressions are compiled.
class ParameterUse {
public:
    explicit ParameterUse(const ExpressionParameters& parameters);
    [[nodiscard]] const ExpressionParameters& parameters() const { return *m_parameters; }
    void useName(std::string_view name);
    void useValue(std::string_view value);
    // "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}" and its twin.
    [[nodiscard]] Result<void> checkAllUsed() const;

private:
    const ExpressionParameters* m_parameters;  // outlives this
    std::vector<std::string> m_usedNames;
    std::vector<std::string> m_usedValues;
};

// ConditionExpression and FilterExpression.
class Condition {
public:
    // Of a tree that is already resolved and makes sense (see ast.h), for parameters that are no expressions.
    [[nodiscard]] static Condition fromTree(ConditionNode root, std::vector<DocumentPath> paths);
    [[nodiscard]] static Result<Condition> compile(std::string_view text, ParameterUse& use,
                                                   std::string_view kind = "ConditionExpression");
    [[nodiscard]] bool matches(const Item& item) const;  // an absent item is an empty Item
    // The document paths mentioned, for checks such as "filter expression must not contain key attributes".
    [[nodiscard]] const std::vector<DocumentPath>& paths() const { return m_paths; }

private:
    std::shared_ptr<const ConditionNode> m_root;
    std::vector<DocumentPath> m_paths;
};

// ProjectionExpression.
class Projection {
public:
    [[nodiscard]] static Projection fromPaths(std::vector<DocumentPath> paths);  // none overlaps another
    [[nodiscard]] static Result<Projection> compile(std::string_view text, ParameterUse& use);
    [[nodiscard]] Item apply(const Item& item) const;
    [[nodiscard]] const std::vector<DocumentPath>& paths() const { return m_paths; }

private:
    std::vector<DocumentPath> m_paths;
};

// UpdateExpression: SET, REMOVE, ADD, DELETE.
class Update {
public:
    [[nodiscard]] static Update fromTree(UpdateActions actions);  // likewise; no two targets overlap
    [[nodiscard]] static Result<Update> compile(std::string_view text, ParameterUse& use);
    // The item after the update; operands read the item as it was before. ErrorCode::validation when a type or path
    // does not fit the item.
    [[nodiscard]] Result<Item> apply(const Item& before) const;
    // The paths written, for ReturnValues UPDATED_OLD/UPDATED_NEW and for refusing key attributes.
    [[nodiscard]] const std::vector<DocumentPath>& targets() const { return m_targets; }
    // The bytes the service counts of an update by itself: the attributes it sets, as they are `after` it, and some for
    // the update and each of its actions. Source: its answers, measured publicly.
    [[nodiscard]] std::size_t writtenBytes(const Item& after) const;

private:
    std::shared_ptr<const UpdateActions> m_actions;
    std::vector<DocumentPath> m_targets;
};

// KeyConditionExpression: equality on every partition attribute, at most one range condition on the sort key.
struct KeyRange {
    enum class Operator { none, equal, less, lessOrEqual, greater, greaterOrEqual, between, beginsWith };
    struct Part {
        std::string name;
        Operator op = Operator::none;
        AttributeValue first;
        AttributeValue second;  // between only
    };
    std::vector<Part> parts;  // in the order written
};

[[nodiscard]] Result<KeyRange> compileKeyCondition(std::string_view text, ParameterUse& use);

// What a request's expressions come to; immutable, so that a request's copies share it.
struct CompiledExpressions {
    std::optional<Condition> condition;  // or filter
    std::optional<Update> update;
    std::optional<Projection> projection;
    std::optional<KeyRange> keyRange;
    bool legacyFilter = false;  // the filter was no expression, and messages call it by its own name
};

}  // namespace drydock::storage
