// The walls of the house, checked: which room may include and link what (see each room's README).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace drydock::tests {

// Every #include and every link that goes against the rooms' table below `root`, as "file: what"; empty when the house
// is in order. `qtIncludeDirectories` is where Qt's module folders (QtCore, QtWidgets …) lie.
[[nodiscard]] std::vector<std::string> findLayeringViolations(const std::filesystem::path& root,
                                                              const std::filesystem::path& qtIncludeDirectory);

}  // namespace drydock::tests
