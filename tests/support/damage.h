// Damage to files of SQLite, as a failing disk does it.
#pragma once

#include <filesystem>
#include <string>

namespace drydock::tests {

// Overwrites a page in the middle of an SQLite table with rubbish. The file must not be open.
void damageTable(const std::filesystem::path& file, const std::string& table);

}  // namespace drydock::tests
