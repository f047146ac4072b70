#include <algorithm>
#include <array>

#include "storage/partiql/expression_writer.h"
#include "storage/partiql/values.h"
#include "storage/partiql/where.h"

namespace drydock::storage::partiql {
namespace {

using Kind = Expr::Kind;

// An item's key and the conditions on it.
struct KeyMatch {
    Item key;
    std::vector<const Expr*> rest;
};

std::vector<std::string> keyNames(const KeySchema& schema) {
    std::vector<std::string> names;
    for (const auto* part : {&schema.partition, &schema.sort}) {
        for (const KeyAttribute& attribute : *part) names.push_back(attribute.name);
    }
    return names;
}

// `keepOthers`: a second value for a key attribute is one more condition; otherwise it is refused.
Result<KeyMatch> matchKey(const std::optional<Expr>& where, const PlanContext& context, bool keepOthers) {
    const std::vector<std::string> names = keyNames(context.table.key);
    KeyMatch match;
    std::vector<const Expr*> conjuncts;
    if (where) flatten(*where, conjuncts);
    for (const Expr* condition : conjuncts) {
        const auto name = std::find_if(names.begin(), names.end(), [&](const std::string& each) {
            return comparedValue(*condition, each) != nullptr;
        });
        if (name == names.end()) {
            match.rest.push_back(condition);
            continue;
        }
        DRYDOCK_ASSIGN(AttributeValue value, valueOf(*comparedValue(*condition, *name), context.parameters));
        const AttributeValue* known = match.key.find(*name);
        if (known == nullptr) {
            match.key.set(*name, std::move(value));
        } else if (*known != value) {
            if (!keepOthers) {
                return invalid("Multiple conditions on same key " + *name +
                               ". Only single item Update/Insert/Delete are supported");
            }
            match.rest.push_back(condition);
        }
    }
    if (match.key.size() != names.size())
        return invalid("Where clause does not contain a mandatory equality on all key attributes");
    return match;
}

Result<KeyMatch> matchKey(const std::optional<Expr>& where, const PlanContext& context, bool* keyError) {
    Result<KeyMatch> match = matchKey(where, context, false);
    if (!match && keyError != nullptr) *keyError = true;
    return match;
}

Result<void> refuseIndex(const Source& source) {
    if (source.index.empty()) return {};
    return invalid("This operation is not supported on an index");
}

std::string existence(const char* function, const PlanContext& context, ExpressionWriter& writer) {
    return std::string(function) + '(' + writer.path({{context.table.key.partition[0].name, std::nullopt}}) + ')';
}

// Compiles a write's expressions; empty texts are none. Errors are worded as PartiQL's.
Result<Precompiled> compiled(const std::string& update, const std::string& condition,
                             const ExpressionParameters& parameters) {
    ParameterUse use(parameters);
    auto expressions = std::make_shared<CompiledExpressions>();
    if (!update.empty()) {
        Result<storage::Update> compiled = storage::Update::compile(update, use);
        if (!compiled) return fail(withoutExpressionKind(std::move(compiled).error()));
        expressions->update = *std::move(compiled);
    }
    if (!condition.empty()) {
        Result<Condition> compiled = Condition::compile(condition, use);
        if (!compiled) return fail(withoutExpressionKind(std::move(compiled).error()));
        expressions->condition = *std::move(compiled);
    }
    return Precompiled(std::move(expressions));
}

// The parts of an update expression, by section.
struct Sections {
    std::string set;
    std::string remove;
    std::string add;
    std::string erase;

    [[nodiscard]] std::string text() const {
        std::string all;
        const std::pair<const char*, const std::string*> sections[] = {
            {"SET ", &set}, {"REMOVE ", &remove}, {"ADD ", &add}, {"DELETE ", &erase}};
        for (const auto& [word, actions] : sections) {
            if (actions->empty()) continue;
            if (!all.empty()) all += ' ';
            all += word + *actions;
        }
        return all;
    }
};

void append(std::string& actions, const std::string& action) {
    if (!actions.empty()) actions += ", ";
    actions += action;
}

bool isSet(const AttributeValue& value) {
    return value.type() == AttributeType::SS || value.type() == AttributeType::NS || value.type() == AttributeType::BS;
}

// SET a = set_add(a, <<…>>): what ADD and DELETE do to sets.
Result<void> writeSetFunction(const Assignment& assignment, const PlanContext& context, ExpressionWriter& writer,
                              Sections& sections) {
    const Expr& call = *assignment.value;
    const bool adds = call.text == "set_add";
    const std::string name = adds ? "SET_ADD" : "SET_DELETE";
    if (call.operands.size() != 2) return invalid(name + " must have exactly two arguments" + atText(call.position));
    const Expr& target = call.operands[0];
    if (target.kind != Kind::path || target.path != assignment.target.path) {
        return invalid("The first argument to " + name + " must equal the assignment value" + atText(call.position));
    }
    const auto notASet = [&] {
        return invalid("The second argument to " + name + " must be a value with type SET" + atText(target.position));
    };
    if (!isValue(call.operands[1])) return notASet();
    DRYDOCK_ASSIGN(AttributeValue members, valueOf(call.operands[1], context.parameters));
    if (!isSet(members)) return notASet();
    append(adds ? sections.add : sections.erase,
           writer.path(assignment.target.path) + ' ' + writer.value(std::move(members)));
    return {};
}

Result<std::string> updateText(const Update& update, const PlanContext& context, ExpressionWriter& writer) {
    Sections sections;
    for (const Assignment& assignment : update.assignments) {
        if (!assignment.value) {
            append(sections.remove, writer.path(assignment.target.path));
            continue;
        }
        const Expr& value = *assignment.value;
        if (value.kind == Kind::call && (value.text == "set_add" || value.text == "set_delete")) {
            DRYDOCK_TRY(writeSetFunction(assignment, context, writer, sections));
            continue;
        }
        DRYDOCK_ASSIGN(const std::string text, writer.assigned(value));
        append(sections.set, writer.path(assignment.target.path) + " = " + text);
    }
    return sections.text();
}

ReturnValues returnValues(const std::optional<Returning>& returning) {
    if (!returning) return ReturnValues::none;
    switch (*returning) {
        case Returning::allOld:
            return ReturnValues::allOld;
        case Returning::modifiedOld:
            return ReturnValues::updatedOld;
        case Returning::allNew:
            return ReturnValues::allNew;
        case Returning::modifiedNew:
            break;
    }
    return ReturnValues::updatedNew;
}

}  // namespace

Result<WriteRequest> planInsert(const Insert& insert, const PlanContext& context) {
    PutRequest put;
    put.table = context.table.name;
    DRYDOCK_ASSIGN(put.item, itemOf(insert.value, context.parameters));
    ExpressionWriter writer(context.parameters);
    put.condition = existence("attribute_not_exists", context, writer);
    put.parameters = writer.parameters();
    DRYDOCK_ASSIGN(put.compiled, compiled({}, put.condition, put.parameters));
    return WriteRequest(std::move(put));
}

Result<WriteRequest> planUpdate(const Update& update, const PlanContext& context, bool* keyError) {
    DRYDOCK_TRY(refuseIndex(update.source));
    DRYDOCK_ASSIGN(KeyMatch match, matchKey(update.where, context, keyError));
    UpdateRequest request;
    request.table = context.table.name;
    request.key = std::move(match.key);
    request.returnValues = returnValues(update.returning);
    ExpressionWriter writer(context.parameters);
    DRYDOCK_ASSIGN(request.update, updateText(update, context, writer));
    // PartiQL's UPDATE makes no new item.
    request.condition = existence("attribute_exists", context, writer);
    if (!match.rest.empty()) {
        DRYDOCK_ASSIGN(const std::string text, writer.allOf(match.rest, true));
        request.condition += " AND " + text;
    }
    request.parameters = writer.parameters();
    DRYDOCK_ASSIGN(request.compiled, compiled(request.update, request.condition, request.parameters));
    return WriteRequest(std::move(request));
}

Result<WriteRequest> planDelete(const Delete& erase, const PlanContext& context, bool* keyError) {
    DRYDOCK_TRY(refuseIndex(erase.source));
    DRYDOCK_ASSIGN(KeyMatch match, matchKey(erase.where, context, keyError));
    DeleteRequest request;
    request.table = context.table.name;
    request.key = std::move(match.key);
    request.returnValues = returnValues(erase.returning);
    ExpressionWriter writer(context.parameters);
    if (!match.rest.empty()) {
        DRYDOCK_ASSIGN(const std::string text, writer.allOf(match.rest));
        // Where there is no item, nothing is deleted and nothing is wrong.
        request.condition = existence("attribute_not_exists", context, writer) + " OR " + text;
    }
    request.parameters = writer.parameters();
    DRYDOCK_ASSIGN(request.compiled, compiled({}, request.condition, request.parameters));
    return WriteRequest(std::move(request));
}

Result<WriteRequest> planExists(const Exists& exists, const PlanContext& context) {
    if (!exists.select.source.index.empty()) return invalid("Operations on indices are not supported in transactions");
    Result<KeyMatch> match = matchKey(exists.select.where, context, true);
    if (!match || match->rest.empty())
        return invalid("EXISTS() must contain a single item read with additional condition");
    ConditionCheck check;
    check.table = context.table.name;
    check.key = std::move(match->key);
    ExpressionWriter writer(context.parameters);
    DRYDOCK_ASSIGN(check.condition, writer.allOf(match->rest));
    check.parameters = writer.parameters();
    DRYDOCK_ASSIGN(check.compiled, compiled({}, check.condition, check.parameters));
    return WriteRequest(std::move(check));
}

}  // namespace drydock::storage::partiql
