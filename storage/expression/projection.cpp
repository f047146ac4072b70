#include <algorithm>
#include <set>

#include "storage/expression/parser.h"
#include "storage/expression/resolver.h"

namespace drydock::storage {
namespace {

constexpr std::string_view kKind = "ProjectionExpression";

using Paths = std::vector<const DocumentPath*>;

Paths pathsThrough(const Paths& paths, std::size_t depth, const PathElement& element) {
    Paths through;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(through),
                 [&](const DocumentPath* path) { return (*path)[depth] == element; });
    return through;
}

std::optional<AttributeValue> project(const AttributeValue& value, const Paths& paths, std::size_t depth);

std::optional<Item> projectMap(const Item& map, const Paths& paths, std::size_t depth) {
    Item result;
    for (const DocumentPath* path : paths) {
        const PathElement& element = (*path)[depth];
        const AttributeValue* member = element.index ? nullptr : map.find(element.name);
        if (member == nullptr || result.contains(element.name)) continue;
        if (auto kept = project(*member, pathsThrough(paths, depth, element), depth + 1))
            result.set(element.name, *std::move(kept));
    }
    if (result.empty()) return std::nullopt;
    return result;
}

// The elements kept close up, in the list's order whatever the order of the paths.
std::optional<AttributeValue> projectList(const List& list, const Paths& paths, std::size_t depth) {
    std::set<std::size_t> indexes;
    for (const DocumentPath* path : paths) {
        const std::optional<std::size_t> index = (*path)[depth].index;
        if (index && *index < list.size()) indexes.insert(*index);
    }
    List result;
    for (const std::size_t index : indexes) {
        if (auto kept = project(list[index], pathsThrough(paths, depth, PathElement{{}, index}), depth + 1))
            result.push_back(*std::move(kept));
    }
    if (result.empty()) return std::nullopt;
    return result;
}

// What of `value` the paths lead to; they all led here, and nothing is left when none leads on.
std::optional<AttributeValue> project(const AttributeValue& value, const Paths& paths, std::size_t depth) {
    // Paths do not overlap: one that ends here is the only one.
    if (paths.front()->size() == depth) return value;
    if (const auto* map = value.as<Item>()) {
        if (auto kept = projectMap(*map, paths, depth)) return AttributeValue(*std::move(kept));
        return std::nullopt;
    }
    if (const auto* list = value.as<List>()) return projectList(*list, paths, depth);
    return std::nullopt;
}

}  // namespace

Result<Projection> Projection::compile(std::string_view text, ParameterUse& use) {
    DRYDOCK_ASSIGN(std::vector<Operand> operands, parseProjection(text));
    Resolver resolver(kKind, use);
    for (const Operand& operand : operands) DRYDOCK_TRY(resolver.checkWords(operand));
    for (Operand& operand : operands) DRYDOCK_TRY(resolver.resolve(operand));
    DRYDOCK_TRY(checkOverlaps(resolver.paths(), kKind));
    Projection projection;
    projection.m_paths = resolver.paths();
    return projection;
}

Projection Projection::fromPaths(std::vector<DocumentPath> paths) {
    Projection projection;
    projection.m_paths = std::move(paths);
    return projection;
}

Item Projection::apply(const Item& item) const {
    Paths paths;
    for (const DocumentPath& path : m_paths) paths.push_back(&path);
    return projectMap(item, paths, 0).value_or(Item());
}

}  // namespace drydock::storage
