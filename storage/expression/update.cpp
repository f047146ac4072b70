#include <algorithm>
#include <set>

#include "storage/expression/parser.h"
#include "storage/expression/resolver.h"
#include "storage/expression/update_apply.h"

namespace drydock::storage {
namespace {

constexpr std::string_view kKind = "UpdateExpression";

const char* sectionName(UpdateAction::Kind kind) {
    switch (kind) {
        case UpdateAction::Kind::set:
            return "SET";
        case UpdateAction::Kind::remove:
            return "REMOVE";
        case UpdateAction::Kind::add:
            return "ADD";
        case UpdateAction::Kind::erase:
            break;
    }
    return "DELETE";
}

const char* longTypeName(AttributeType type) {
    switch (type) {
        case AttributeType::S:
            return "STRING";
        case AttributeType::N:
            return "NUMBER";
        case AttributeType::B:
            return "BINARY";
        case AttributeType::BOOL:
            return "BOOLEAN";
        case AttributeType::NULL_:
            return "NULL";
        case AttributeType::L:
            return "LIST";
        case AttributeType::M:
            return "MAP";
        case AttributeType::SS:
            return "STRING_SET";
        case AttributeType::NS:
            return "NUMBER_SET";
        case AttributeType::BS:
            break;
    }
    return "BINARY_SET";
}

bool isUpdateFunction(Function function) {
    switch (function) {
        case Function::ifNotExists:
        case Function::listAppend:
        case Function::add:
        case Function::subtract:
            return true;
        default:
            return false;
    }
}

// The checks in DynamoDB's order, each over all actions before the next.
class UpdateChecker {
public:
    explicit UpdateChecker(ParameterUse& use) : m_resolver(kKind, use) {}

    Result<std::vector<UpdateAction>> check(std::vector<UpdateSection> sections) {
        for (const UpdateSection& section : sections) {
            for (const UpdateAction& action : section.actions) {
                DRYDOCK_TRY(m_resolver.checkWords(action.target));
                DRYDOCK_TRY(m_resolver.checkWords(action.value));
            }
        }
        for (const UpdateSection& section : sections) {
            for (const UpdateAction& action : section.actions) DRYDOCK_TRY(checkFunctionNames(action.value));
        }
        for (const UpdateSection& section : sections) {
            for (const UpdateAction& action : section.actions) DRYDOCK_TRY(checkNesting(action.value));
        }
        DRYDOCK_TRY(checkSections(sections));
        std::vector<UpdateAction> actions;
        for (UpdateSection& section : sections) {
            std::move(section.actions.begin(), section.actions.end(), std::back_inserter(actions));
        }
        DRYDOCK_TRY(resolveAll(actions));
        for (const UpdateAction& action : actions) DRYDOCK_TRY(checkSetOperand(action));
        for (const UpdateAction& action : actions) DRYDOCK_TRY(checkFunctions(action.value));
        return actions;
    }

private:
    Result<void> checkFunctionNames(const Operand& operand) const {
        for (const Operand& argument : operand.arguments) DRYDOCK_TRY(checkFunctionNames(argument));
        if (operand.kind != Operand::Kind::function || isUpdateFunction(operand.function)) return {};
        if (operand.function == Function::unknown)
            return m_resolver.invalid("Invalid function name; function: " + operand.text);
        return m_resolver.invalid("The function is not allowed in an update expression; function: " + operand.text);
    }

    Result<void> checkSections(const std::vector<UpdateSection>& sections) const {
        for (std::size_t i = 0; i < sections.size(); ++i) {
            const bool repeated =
                std::any_of(sections.begin(), sections.begin() + static_cast<std::ptrdiff_t>(i),
                            [&](const UpdateSection& earlier) { return earlier.kind == sections[i].kind; });
            if (repeated) {
                return m_resolver.invalid(std::string("The \"") + sectionName(sections[i].kind) +
                                          "\" section can only be used once in an update expression;");
            }
        }
        return {};
    }

    Result<void> resolveAll(std::vector<UpdateAction>& actions) {
        std::vector<DocumentPath> targets;
        for (UpdateAction& action : actions) {
            DRYDOCK_TRY(m_resolver.resolve(action.target));
            targets.push_back(action.target.path);
            // A removal has no value to resolve.
            if (action.kind != UpdateAction::Kind::remove) DRYDOCK_TRY(m_resolver.resolve(action.value));
        }
        return checkOverlaps(targets, kKind);
    }

    // ADD takes a number or a set, DELETE a set.
    Result<void> checkSetOperand(const UpdateAction& action) const {
        if (action.kind != UpdateAction::Kind::add && action.kind != UpdateAction::Kind::erase) return {};
        const AttributeType type = action.value.value.type();
        const bool isSet = type == AttributeType::SS || type == AttributeType::NS || type == AttributeType::BS;
        if (isSet || (action.kind == UpdateAction::Kind::add && type == AttributeType::N)) return {};
        const std::string section = sectionName(action.kind);
        return m_resolver.invalid("Incorrect operand type for operator or function; operator: " + section +
                                  ", operand type: " + longTypeName(type) + ", typeSet: ALLOWED_FOR_" + section +
                                  "_OPERAND");
    }

    // Lists are appended one at a time.
    Result<void> checkNesting(const Operand& operand) const {
        for (const Operand& argument : operand.arguments) {
            DRYDOCK_TRY(checkNesting(argument));
            if (operand.function != Function::listAppend || argument.function != Function::listAppend) continue;
            return m_resolver.invalid("The function is not allowed to be used this way in an expression; function: " +
                                      argument.text);
        }
        return {};
    }

    Result<void> checkFunctions(const Operand& operand) const {
        for (const Operand& argument : operand.arguments) DRYDOCK_TRY(checkFunctions(argument));
        if (operand.kind != Operand::Kind::function) return {};
        DRYDOCK_TRY(m_resolver.checkArity(operand));
        if (operand.function == Function::ifNotExists) {
            if (operand.arguments[0].kind == Operand::Kind::path) return {};
            return m_resolver.invalid("Operator or function requires a document path; operator or function: " +
                                      operand.text);
        }
        const char* type = operand.function == Function::listAppend ? "L" : "N";
        for (const Operand& argument : operand.arguments)
            DRYDOCK_TRY(m_resolver.checkType(operand.text, argument, type));
        return {};
    }

    Resolver m_resolver;
};

}  // namespace

Result<Update> Update::compile(std::string_view text, ParameterUse& use) {
    DRYDOCK_ASSIGN(std::vector<UpdateSection> sections, parseUpdate(text));
    DRYDOCK_ASSIGN(std::vector<UpdateAction> actions, UpdateChecker(use).check(std::move(sections)));
    return fromTree(UpdateActions{std::move(actions)});
}

Update Update::fromTree(UpdateActions actions) {
    Update update;
    for (const UpdateAction& action : actions.actions) update.m_targets.push_back(action.target.path);
    update.m_actions = std::make_shared<const UpdateActions>(std::move(actions));
    return update;
}

std::size_t Update::writtenBytes(const Item& after) const {
    constexpr std::size_t kUpdateBytes = 3;
    constexpr std::size_t kSetBytes = 19;
    constexpr std::size_t kListIndexBytes = 1;
    constexpr std::size_t kRemovalBytes = 2;
    std::size_t bytes = kUpdateBytes;
    std::set<std::string_view> counted;
    for (const UpdateAction& action : m_actions->actions) {
        if (action.kind == UpdateAction::Kind::remove || action.kind == UpdateAction::Kind::erase) {
            bytes += kRemovalBytes;
            continue;
        }
        const DocumentPath& path = action.target.path;
        const bool toElement =
            std::any_of(path.begin(), path.end(), [](const PathElement& part) { return part.index.has_value(); });
        bytes += kSetBytes + (toElement ? kListIndexBytes : 0);
        const std::string& name = path.front().name;
        const AttributeValue* value = counted.insert(name).second ? after.find(name) : nullptr;
        if (value != nullptr) bytes += name.size() + valueSize(*value);
    }
    return bytes;
}

Result<Item> Update::apply(const Item& before) const {
    return applyActions(*m_actions, before);
}

}  // namespace drydock::storage
