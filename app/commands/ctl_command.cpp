#include "app/commands/ctl_command.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/commands/duration.h"
#include "app/commands/point_in_time.h"

namespace drydock::app {

using nlohmann::json;

CLI::App& addGroup(CLI::App& app, const char* name, const char* description) {
    CLI::App* group = app.add_subcommand(name, description);
    group->require_subcommand(1);
    return *group;
}

std::string absolutePath(const char* option, const std::string& file) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(file, error);
    if (file.empty() || error) throw CLI::ValidationError(option, "names no file");
    return absolute.string();
}

Command::Command(CLI::App& parent, std::vector<json>& requests, const std::string& words,
                 const std::string& description)
    : m_app(parent.add_subcommand(words.substr(words.rfind(' ') + 1), description)),
      m_requests(&requests),
      m_arguments(std::make_shared<json>(json::object())),
      m_checks(std::make_shared<std::vector<std::function<void()>>>()) {
    m_app->callback([&requests, words, arguments = m_arguments, checks = m_checks] {
        for (const auto& check : *checks) check();
        requests.push_back({{"command", words}, {"arguments", *arguments}});
    });
}

Command addCommand(CLI::App& parent, std::vector<json>& requests, const std::string& words,
                   const std::string& description) {
    return {parent, requests, words, description};
}

Command& Command::text(const char* option, const char* argument, const char* description) {
    addText(option, argument, description);
    return *this;
}

Command& Command::requiredText(const char* option, const char* argument, const char* description) {
    addText(option, argument, description)->required();
    return *this;
}

Command& Command::requiredTexts(const char* option, const char* argument, const char* description) {
    addTexts(option, argument, description)->required();
    return *this;
}

Command& Command::texts(const char* option, const char* argument, const char* description) {
    CLI::Option* texts = addTexts(option, argument, description);
    // Else an option would take the words behind its own.
    if (option[0] == '-') texts->allow_extra_args(false)->type_name("TEXT");
    return *this;
}

Command& Command::number(const char* option, const char* argument, const char* description) {
    addNumber(option, argument, description);
    return *this;
}

Command& Command::requiredFile(const char* option, const char* argument, const char* description) {
    m_app
        ->add_option_function<std::string>(
            option,
            [arguments = m_arguments, option, argument](const std::string& file) {
                (*arguments)[argument] = absolutePath(option, file);
            },
            description)
        ->required()
        ->type_name("FILE");
    return *this;
}

Command& Command::requiredNumber(const char* option, const char* argument, const char* description) {
    addNumber(option, argument, description)->required();
    return *this;
}

Command& Command::choice(const char* option, const char* argument, const std::vector<std::string>& words,
                         const char* description) {
    addText(option, argument, description)->check(CLI::IsMember(words));
    return *this;
}

Command& Command::pointInTime(const char* option, const char* argument, const char* description) {
    m_app
        ->add_option_function<std::string>(
            option,
            [arguments = m_arguments, option, argument](const std::string& text) {
                const auto ms = parsePointInTime(text);
                if (!ms) throw CLI::ValidationError(option, ms.error().message);
                (*arguments)[argument] = static_cast<std::uint64_t>(*ms);
            },
            description)
        ->type_name("TIME");
    return *this;
}

Command& Command::duration(const char* option, const char* argument, const char* description) {
    m_app
        ->add_option_function<std::string>(
            option,
            [arguments = m_arguments, option, argument](const std::string& text) {
                const auto duration = parseDuration(text);
                if (!duration) throw CLI::ValidationError(option, duration.error().message);
                (*arguments)[argument] = static_cast<std::uint64_t>(duration->count());
            },
            description)
        ->type_name("DURATION");
    return *this;
}

Command& Command::flag(const char* option, const char* argument, const char* description) {
    m_app->add_flag_callback(
        option, [arguments = m_arguments, argument] { (*arguments)[argument] = true; }, description);
    return *this;
}

Command& Command::before(const char* option, const char* words, const char* description) {
    m_app->add_flag_callback(
        option,
        [requests = m_requests, words] {
            requests->push_back({{"command", words}, {"arguments", json::object()}});
        },
        description);
    return *this;
}

Command& Command::exactlyOne(const char* option, const char* other) {
    const CLI::Option* one = m_app->get_option(option)->excludes(m_app->get_option(other));
    const CLI::Option* two = m_app->get_option(other);
    m_checks->push_back([one, two] {
        if (one->count() + two->count() == 0) throw CLI::RequiredError(one->get_name() + " or " + two->get_name());
    });
    return *this;
}

Command& Command::needs(const char* option, const char* other) {
    m_app->get_option(option)->needs(m_app->get_option(other));
    return *this;
}

Command& Command::check(std::function<std::string(const json& arguments)> complaint) {
    m_checks->push_back([arguments = m_arguments, complaint = std::move(complaint)] {
        const std::string wrong = complaint(*arguments);
        if (!wrong.empty()) throw CLI::ValidationError(wrong);
    });
    return *this;
}

CLI::Option* Command::addText(const char* option, const char* argument, const char* description) {
    return m_app
        ->add_option_function<std::string>(
            option, [arguments = m_arguments, argument](const std::string& text) { (*arguments)[argument] = text; },
            description)
        ->type_name("TEXT");
}

CLI::Option* Command::addTexts(const char* option, const char* argument, const char* description) {
    return m_app
        ->add_option_function<std::vector<std::string>>(
            option,
            [arguments = m_arguments, argument](const std::vector<std::string>& texts) {
                (*arguments)[argument] = texts;
            },
            description)
        ->type_name("");
}

CLI::Option* Command::addNumber(const char* option, const char* argument, const char* description) {
    return m_app
        ->add_option_function<std::int64_t>(
            option,
            [arguments = m_arguments, option, argument](const std::int64_t& number) {
                if (number < 0) throw CLI::ValidationError(option, "must not be negative");
                (*arguments)[argument] = static_cast<std::uint64_t>(number);
            },
            description)
        ->type_name("N");
}

}  // namespace drydock::app
