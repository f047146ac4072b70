#include "tests/layering/layering.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace drydock::tests {

namespace fs = std::filesystem;

namespace {

struct Room {
    std::string folder;               // files below it, unless a longer folder of the table holds them
    std::set<std::string> ours;       // folders of ours it may include from
    std::set<std::string> libraries;  // foreign libraries it may use
    std::set<std::string> qtModules;  // Qt modules it may use
};

// Longest folder first, so that the first match is the room.
const std::vector<Room>& rooms() {
    static const std::vector<Room> table = {
        {"models/fleet", {"models/fleet", "storage"}, {"libzip", "openssl"}, {}},
        {"app/desk", {"app", "models", "views", "storage"}, {}, {"QtCore", "QtGui", "QtWidgets", "QtDBus"}},
        {"storage", {"storage"}, {"openssl", "sqlite3", "zlib"}, {}},
        {"models", {"models"}, {}, {"QtCore", "QtGui"}},
        {"views", {"views", "models"}, {}, {"QtCore", "QtGui", "QtWidgets", "QtCharts", "QtSvg"}},
        // The command line twin is built from this room without desk/, and so without Qt.
        {"app",
         {"app", "models/fleet", "storage"},
         {"sqlite3", "mosquitto", "microhttpd", "curl", "cli11", "openssl", "zlib"},
         {}},
    };
    return table;
}

// Foreign headers and link names that only some rooms may use; what isn't named here (the standard library,
// nlohmann-json, tl::expected) anyone may.
const std::map<std::string, std::string>& guardedHeaders() {
    static const std::map<std::string, std::string> table = {
        {"sqlite3.h", "sqlite3"},       {"mosquitto.h", "mosquitto"}, {"zip.h", "libzip"},
        {"microhttpd.h", "microhttpd"}, {"zlib.h", "zlib"},           {"curl/curl.h", "curl"},
    };
    return table;
}

const std::map<std::string, std::string>& guardedLinks() {
    static const std::map<std::string, std::string> table = {
        {"SQLite::SQLite3", "sqlite3"},
        {"PkgConfig::mosquitto", "mosquitto"},
        {"PkgConfig::libzip", "libzip"},
        {"OpenSSL::Crypto", "openssl"},
        {"OpenSSL::SSL", "openssl"},
        {"CLI11::CLI11", "cli11"},
        {"PkgConfig::microhttpd", "microhttpd"},
        {"ZLIB::ZLIB", "zlib"},
        {"CURL::libcurl", "curl"},
    };
    return table;
}

const std::map<std::string, std::string>& folderOfLibrary() {
    static const std::map<std::string, std::string> table = {
        {"drydock_storage", "storage"}, {"drydock_fleet", "models/fleet"},
        {"drydock_models", "models"},   {"drydock_views", "views"},
        {"drydock_app", "app"},         {"drydock_desk", "app/desk"},
    };
    return table;
}

bool isBelow(const std::string& path, const std::string& folder) {
    return path.rfind(folder + "/", 0) == 0;
}

const Room* roomOf(const std::string& path) {
    for (const Room& room : rooms()) {
        if (isBelow(path, room.folder)) return &room;
    }
    return nullptr;
}

std::string readFile(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string libraryOfHeader(const std::string& header) {
    if (const auto found = guardedHeaders().find(header); found != guardedHeaders().end()) return found->second;
    if (header.rfind("openssl/", 0) == 0) return "openssl";
    if (header.rfind("CLI/", 0) == 0) return "cli11";
    return {};
}

std::string qtModuleOfHeader(const std::string& header, const fs::path& qtIncludeDirectory) {
    if (header.rfind("Qt", 0) == 0 && header.find('/') != std::string::npos) return header.substr(0, header.find('/'));
    if (header.empty() || header[0] != 'Q') return {};
    for (const char* module : {"QtCore", "QtGui", "QtWidgets", "QtCharts", "QtSvg", "QtNetwork", "QtTest", "QtDBus"}) {
        if (fs::exists(qtIncludeDirectory / module / header)) return module;
    }
    return "an unknown Qt module";
}

// The main programs may name every part: they put the house together.
bool isMainProgram(const std::string& path) {
    return path == "app/drydock_main.cpp";
}

void checkIncludes(const std::string& path, const std::string& text, const fs::path& qtIncludeDirectory,
                   std::vector<std::string>& violations) {
    const Room* room = roomOf(path);
    if (room == nullptr || isMainProgram(path)) return;
    static const std::regex include(R"(^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"])", std::regex::multiline);
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
        const std::string header = (*it)[2];
        if ((*it)[1] == "\"") {
            if (header.find('/') == std::string::npos) {
                // moc output and generated headers are named by the build.
                if (header.find(".moc") == std::string::npos)
                    violations.push_back(path + ": \"" + header + "\" is not named from the top");
                continue;
            }
            const Room* target = roomOf(header);
            const bool allowed =
                target != nullptr && std::any_of(room->ours.begin(), room->ours.end(), [&](const std::string& folder) {
                    return target->folder == folder || isBelow(target->folder, folder);
                });
            if (!allowed) violations.push_back(path + ": must not include " + header);
            continue;
        }
        if (const std::string library = libraryOfHeader(header);
            !library.empty() && room->libraries.count(library) == 0) {
            violations.push_back(path + ": must not use " + library);
        }
        if (const std::string module = qtModuleOfHeader(header, qtIncludeDirectory);
            !module.empty() && room->qtModules.count(module) == 0) {
            violations.push_back(path + ": must not use " + module + " (" + header + ")");
        }
    }
}

void checkLink(const std::string& where, const Room& room, const std::string& item,
               std::vector<std::string>& violations) {
    if (const auto found = folderOfLibrary().find(item); found != folderOfLibrary().end()) {
        const bool allowed = std::any_of(room.ours.begin(), room.ours.end(), [&](const std::string& folder) {
            return found->second == folder || isBelow(found->second, folder);
        });
        if (!allowed) violations.push_back(where + ": must not link " + item);
    }
    if (const auto found = guardedLinks().find(item);
        found != guardedLinks().end() && room.libraries.count(found->second) == 0) {
        violations.push_back(where + ": must not link " + item);
    }
    if (item.rfind("Qt5::", 0) == 0 && room.qtModules.count("Qt" + item.substr(5)) == 0) {
        violations.push_back(where + ": must not link " + item);
    }
}

void checkLinks(const std::string& path, const std::string& text, std::vector<std::string>& violations) {
    static const std::regex call(R"(target_link_libraries\s*\(\s*(\S+)([^)]*)\))");
    static const std::regex word(R"([^\s]+)");
    for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
        const std::string target = (*it)[1];
        std::string folder;
        if (const auto found = folderOfLibrary().find(target); found != folderOfLibrary().end()) folder = found->second;
        if (target == "drydockctl") folder = "app";
        const Room* room = roomOf(folder + "/");
        if (folder.empty() || room == nullptr) continue;
        const std::string items = (*it)[2];
        for (std::sregex_iterator item(items.begin(), items.end(), word); item != end; ++item) {
            checkLink(path + " (" + target + ")", *room, item->str(), violations);
        }
    }
}

}  // namespace

std::vector<std::string> findLayeringViolations(const fs::path& root, const fs::path& qtIncludeDirectory) {
    std::vector<std::string> violations;
    for (const char* top : {"app", "models", "views", "storage"}) {
        if (!fs::exists(root / top)) continue;
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
            if (!entry.is_regular_file()) continue;
            const std::string path = fs::relative(entry.path(), root).generic_string();
            const std::string extension = entry.path().extension().string();
            if (extension == ".cpp" || extension == ".h")
                checkIncludes(path, readFile(entry.path()), qtIncludeDirectory, violations);
            if (entry.path().filename() == "CMakeLists.txt") checkLinks(path, readFile(entry.path()), violations);
        }
    }
    std::sort(violations.begin(), violations.end());
    return violations;
}

}  // namespace drydock::tests
