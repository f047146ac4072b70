#include "tests/support/damage.h"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace drydock::tests {

namespace {

constexpr std::streamoff kPageBytes = 4096;
// Of which the first say what the page is.
constexpr std::streamoff kIntactBytes = 100;

std::vector<long> leavesOf(const std::filesystem::path& file, const std::string& table) {
    std::vector<long> pages;
    sqlite3* store = nullptr;
    sqlite3_open(file.c_str(), &store);
    const std::string sql =
        "SELECT pageno FROM dbstat WHERE name = '" + table + "' AND pagetype = 'leaf' ORDER BY path";
    const auto add = [](void* into, int /*columns*/, char** values, char** /*names*/) {
        static_cast<std::vector<long>*>(into)->push_back(std::strtol(values[0], nullptr, 10));
        return 0;
    };
    sqlite3_exec(store, sql.c_str(), add, &pages, nullptr);
    sqlite3_close(store);
    return pages;
}

}  // namespace

void damageTable(const std::filesystem::path& file, const std::string& table) {
    const std::vector<long> pages = leavesOf(file, table);
    if (pages.empty()) {
        std::fprintf(stderr, "%s: there is no table %s to damage\n", file.c_str(), table.c_str());
        std::abort();
    }
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp((pages[pages.size() / 2] - 1) * kPageBytes + kIntactBytes);
    stream << std::string(kPageBytes - kIntactBytes, '\x7f');
}

}  // namespace drydock::tests
