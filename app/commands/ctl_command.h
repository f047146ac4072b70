// One command of drydockctl's command line: its words become one request, each of its options an argument in it.
// Thread: main's, while the command line is read.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace drydock::app {

// A word that others must follow, such as "table".
[[nodiscard]] CLI::App& addGroup(CLI::App& app, const char* name, const char* description);

// The absolute path of a file named on the command line, for whoever runs the command may stand elsewhere. Throws
// CLI11's error of `option` when it names none.
[[nodiscard]] std::string absolutePath(const char* option, const std::string& file);

// The options are named as CLI11 names them: "--key", or "TABLE" for what stands in its place. Those of the first kind
// may be left out, unless required.
class Command {
public:
    // `words` are the whole command, such as "table get"; `parent` has all but the last. The request is appended to
    // `requests`, which outlives the parsing, when the command was parsed.
    Command(CLI::App& parent, std::vector<nlohmann::json>& requests, const std::string& words,
            const std::string& description);

    Command& text(const char* option, const char* argument, const char* description);
    Command& requiredText(const char* option, const char* argument, const char* description);
    // One or more.
    Command& requiredTexts(const char* option, const char* argument, const char* description);
    // Any number, none too; each option of its own takes one.
    Command& texts(const char* option, const char* argument, const char* description);
    Command& number(const char* option, const char* argument, const char* description);
    Command& requiredNumber(const char* option, const char* argument, const char* description);
    Command& requiredFile(const char* option, const char* argument, const char* description);
    // One of these words.
    Command& choice(const char* option, const char* argument, const std::vector<std::string>& words,
                    const char* description);
    // A number of milliseconds since the epoch.
    Command& pointInTime(const char* option, const char* argument, const char* description);
    // A number of milliseconds.
    Command& duration(const char* option, const char* argument, const char* description);
    Command& flag(const char* option, const char* argument, const char* description);
    // Given this option, the request for another command comes before the command's own.
    Command& before(const char* option, const char* words, const char* description);
    // Just one of two options there are; and one that asks for another.
    Command& exactlyOne(const char* option, const char* other);
    Command& needs(const char* option, const char* other);
    // What is wrong with the arguments together; empty: nothing.
    Command& check(std::function<std::string(const nlohmann::json& arguments)> complaint);

private:
    CLI::Option* addText(const char* option, const char* argument, const char* description);
    CLI::Option* addTexts(const char* option, const char* argument, const char* description);
    CLI::Option* addNumber(const char* option, const char* argument, const char* description);

    CLI::App* m_app;
    std::vector<nlohmann::json>* m_requests;
    std::shared_ptr<nlohmann::json> m_arguments;
    std::shared_ptr<std::vector<std::function<void()>>> m_checks;  // throw CLI11's errors
};

// The command without options of its own, to which they may be added.
Command addCommand(CLI::App& parent, std::vector<nlohmann::json>& requests, const std::string& words,
                   const std::string& description);

}  // namespace drydock::app
