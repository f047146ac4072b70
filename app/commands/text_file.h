// Small files that people write, read whole.
#pragma once

#include <filesystem>
#include <string>

#include "storage/base/result.h"

namespace drydock::app {

// ErrorCode::io names the file and says what is wrong with it: it can't be read, or is larger than such files are.
[[nodiscard]] storage::Result<std::string> readTextFile(const std::filesystem::path& file);

}  // namespace drydock::app
