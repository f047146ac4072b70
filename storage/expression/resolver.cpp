#include "storage/expression/resolver.h"

#include <algorithm>
#include <charconv>

#include "storage/expression/reserved_words.h"
#include "storage/value/json.h"

namespace drydock::storage {
namespace {

constexpr std::size_t kMaxListIndex = 2'147'483'647;

std::optional<std::size_t> listIndex(const std::string& digits) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || index > kMaxListIndex) return std::nullopt;
    return index;
}

std::size_t argumentCount(Function function) {
    switch (function) {
        case Function::attributeExists:
        case Function::attributeNotExists:
        case Function::size:
            return 1;
        default:
            return 2;
    }
}

enum class PathRelation { apart, overlap, conflict };

PathRelation relation(const DocumentPath& a, const DocumentPath& b) {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (a[i].index.has_value() != b[i].index.has_value()) return PathRelation::conflict;
        if (!(a[i] == b[i])) return PathRelation::apart;
    }
    return PathRelation::overlap;
}

}  // namespace

Result<void> Resolver::checkWords(const Operand& operand) const {
    for (const PathPart& part : operand.parts) {
        if (part.isIndex) {
            if (!listIndex(part.text))
                return invalid("List index is not within the allowable range; index: [" + part.text + "]");
        } else if (isReservedWord(part.text)) {
            return invalid("Attribute name is a reserved keyword; reserved keyword: " + part.text);
        }
    }
    for (const Operand& argument : operand.arguments) DRYDOCK_TRY(checkWords(argument));
    return {};
}

Result<void> Resolver::resolve(Operand& operand) {
    for (Operand& argument : operand.arguments) DRYDOCK_TRY(resolve(argument));
    if (operand.kind == Operand::Kind::path) return resolvePath(operand);
    if (operand.kind == Operand::Kind::value) {
        const auto& values = m_use.parameters().values;
        const auto found = values.find(operand.text);
        if (found == values.end()) {
            return invalid("An expression attribute value used in expression is not defined; attribute value: " +
                           operand.text);
        }
        operand.value = found->second;
        m_use.useValue(operand.text);
    }
    return {};
}

Result<void> Resolver::resolvePath(Operand& operand) {
    const auto& names = m_use.parameters().names;
    for (const PathPart& part : operand.parts) {
        PathElement element;
        if (part.isIndex) {
            element.index = listIndex(part.text);
        } else if (part.text.front() == '#') {
            const auto found = names.find(part.text);
            if (found == names.end()) {
                return invalid(
                    "An expression attribute name used in the document path is not defined; attribute name: " +
                    part.text);
            }
            element.name = found->second;
            m_use.useName(part.text);
        } else {
            element.name = part.text;
        }
        operand.path.push_back(std::move(element));
    }
    if (operand.path.size() > kMaxDepth) {
        return invalid("The document path has too many nesting levels; nesting levels: " +
                       std::to_string(operand.path.size()));
    }
    m_paths.push_back(operand.path);
    return {};
}

Result<void> Resolver::checkArity(const Operand& operand) const {
    for (const Operand& argument : operand.arguments) DRYDOCK_TRY(checkArity(argument));
    if (operand.kind == Operand::Kind::function && operand.arguments.size() != argumentCount(operand.function)) {
        return invalid("Incorrect number of operands for operator or function; operator or function: " + operand.text +
                       ", number of operands: " + std::to_string(operand.arguments.size()));
    }
    return {};
}

Result<void> Resolver::checkType(std::string_view operation, const Operand& operand,
                                 std::string_view allowedTypes) const {
    const std::string_view type = staticType(operand);
    if (type.empty()) return {};
    // `allowedTypes` is a list such as "S N B"; compare whole words.
    const std::string words = ' ' + std::string(allowedTypes) + ' ';
    if (words.find(' ' + std::string(type) + ' ') != std::string::npos) return {};
    std::string message = "Incorrect operand type for operator or function; operator or function: ";
    message.append(operation).append(", operand type: ").append(type);
    return invalid(message);
}

std::string_view staticType(const Operand& operand) {
    if (operand.kind == Operand::Kind::path) return {};
    if (operand.kind == Operand::Kind::value) return typeName(operand.value.type());
    switch (operand.function) {
        case Function::size:
        case Function::add:
        case Function::subtract:
            return "N";
        case Function::listAppend:
            return "L";
        // Its type is one or the other's; the path's is not known.
        case Function::ifNotExists:
            return {};
        default:
            return "BOOL";
    }
}

std::string pathText(const DocumentPath& path) {
    std::string text = "[";
    for (const PathElement& element : path) {
        if (text.size() > 1) text += ", ";
        text += element.index ? '[' + std::to_string(*element.index) + ']' : element.name;
    }
    return text + ']';
}

Result<void> checkOverlaps(const std::vector<DocumentPath>& paths, std::string_view kind) {
    // An overlap anywhere comes before any conflict.
    const std::pair<PathRelation, const char*> checks[] = {{PathRelation::overlap, "overlap"},
                                                           {PathRelation::conflict, "conflict"}};
    for (const auto& [refused, word] : checks) {
        for (std::size_t second = 1; second < paths.size(); ++second) {
            for (std::size_t first = 0; first < second; ++first) {
                if (relation(paths[first], paths[second]) != refused) continue;
                return invalidExpression(kind, std::string("Two document paths ") + word +
                                                   " with each other; must remove or rewrite one of these paths; path "
                                                   "one: " +
                                                   pathText(paths[first]) + ", path two: " + pathText(paths[second]));
            }
        }
    }
    return {};
}

}  // namespace drydock::storage
