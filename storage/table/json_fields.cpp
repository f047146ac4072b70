#include "storage/table/json_fields.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace drydock::storage {

using nlohmann::json;

namespace {

// No text that is asked for is of any use when it is empty.
Result<std::string> stringOf(const json& value, const std::string& path) {
    const auto* text = value.get_ptr<const json::string_t*>();
    if (text == nullptr) return wrongField(path, "must be a string");
    if (text->empty()) return wrongField(path, "must not be empty");
    return *text;
}

}  // namespace

tl::unexpected<Error> wrongField(const std::string& path, const std::string& what) {
    return fail(ErrorCode::validation, path + ": " + what);
}

Result<void> checkKeys(const json& object, const std::string& path, std::initializer_list<std::string_view> known) {
    if (!object.is_object()) return wrongField(path, "must be an object");
    for (const auto& [name, value] : object.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return wrongField(std::string(path).append(".").append(name), "is not a known key");
        }
    }
    return {};
}

Result<const json*> requiredField(const json& object, const std::string& path, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return wrongField(path + "." + name, "is missing");
    return &*found;
}

Result<std::string> requiredString(const json& object, const std::string& path, const char* name) {
    DRYDOCK_ASSIGN(const json* value, requiredField(object, path, name));
    return stringOf(*value, path + "." + name);
}

Result<std::optional<std::string>> optionalString(const json& object, const std::string& path, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return std::nullopt;
    DRYDOCK_ASSIGN(std::string text, stringOf(*found, path + "." + name));
    return text;
}

Result<bool> optionalFlag(const json& object, const std::string& path, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return false;
    if (!found->is_boolean()) return wrongField(path + "." + name, "must be true or false");
    return found->get<bool>();
}

}  // namespace drydock::storage
