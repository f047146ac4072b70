// Reading the JSON files people write, such as definitions of tables: whatever is wrong is one error that names the
// path in the file ("$.Devices.pk.type: must be …").
//
// Thread: any; pure. Errors: ErrorCode::validation. Nothing here throws.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/base/result.h"

namespace drydock::storage {

[[nodiscard]] tl::unexpected<Error> wrongField(const std::string& path, const std::string& what);

// It is an object and has no members but these.
[[nodiscard]] Result<void> checkKeys(const nlohmann::json& object, const std::string& path,
                                     std::initializer_list<std::string_view> known);
// Of an object.
[[nodiscard]] Result<const nlohmann::json*> requiredField(const nlohmann::json& object, const std::string& path,
                                                          const char* name);
[[nodiscard]] Result<std::string> requiredString(const nlohmann::json& object, const std::string& path,
                                                 const char* name);
[[nodiscard]] Result<std::optional<std::string>> optionalString(const nlohmann::json& object, const std::string& path,
                                                                const char* name);
[[nodiscard]] Result<bool> optionalFlag(const nlohmann::json& object, const std::string& path, const char* name);

}  // namespace drydock::storage
