#include <algorithm>

#include "storage/expression/expression.h"

namespace drydock::storage {
namespace {

void note(std::vector<std::string>& used, std::string_view key) {
    if (std::find(used.begin(), used.end(), key) == used.end()) used.emplace_back(key);
}

// "#a, #b": those of `all` that are not in `used`.
template <class Map>
std::string unusedKeys(const Map& all, const std::vector<std::string>& used) {
    std::string keys;
    for (const auto& [key, value] : all) {
        if (std::find(used.begin(), used.end(), key) != used.end()) continue;
        if (!keys.empty()) keys += ", ";
        keys += key;
    }
    return keys;
}

tl::unexpected<Error> unused(const char* parameter, const std::string& keys) {
    return fail(ErrorCode::validation,
                std::string("Value provided in ") + parameter + " unused in expressions: keys: {" + keys + "}");
}

}  // namespace

ParameterUse::ParameterUse(const ExpressionParameters& parameters) : m_parameters(&parameters) {}

void ParameterUse::useName(std::string_view name) {
    note(m_usedNames, name);
}

void ParameterUse::useValue(std::string_view value) {
    note(m_usedValues, value);
}

Result<void> ParameterUse::checkAllUsed() const {
    const std::string names = unusedKeys(m_parameters->names, m_usedNames);
    if (!names.empty()) return unused("ExpressionAttributeNames", names);
    const std::string values = unusedKeys(m_parameters->values, m_usedValues);
    if (!values.empty()) return unused("ExpressionAttributeValues", values);
    return {};
}

const AttributeValue* resolve(const DocumentPath& path, const Item& item) {
    const AttributeValue* value = nullptr;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const PathElement& element = path[i];
        if (i > 0 && value == nullptr) return nullptr;
        if (element.index) {
            const List* list = value != nullptr ? value->as<List>() : nullptr;
            value = list != nullptr && *element.index < list->size() ? &(*list)[*element.index] : nullptr;
        } else {
            const Item* map = i == 0 ? &item : value->as<Item>();
            value = map != nullptr ? map->find(element.name) : nullptr;
        }
    }
    return value;
}

}  // namespace drydock::storage
