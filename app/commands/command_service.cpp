#include "app/commands/command_service.h"

#include <array>

#include <nlohmann/json.hpp>

#include "app/commands/command_arguments.h"
#include "app/commands/fleet_json.h"

namespace drydock::app {

using nlohmann::json;
using storage::Error;
using storage::ErrorCode;
using storage::Result;

namespace {

Result<std::string> textField(const json& request, const char* name) {
    const auto field = request.is_object() ? request.find(name) : request.end();
    if (field == request.end() || !field->is_string()) {
        return fail(ErrorCode::validation, std::string("The request has no \"") + name + "\".");
    }
    return field->get<std::string>();
}

Result<const CommandEntry*> commandOf(const json& request) {
    DRYDOCK_ASSIGN(const std::string name, textField(request, "command"));
    const CommandEntry* entry = findCommand(name);
    if (entry == nullptr || (entry->read == nullptr && entry->write == nullptr)) {
        return fail(ErrorCode::validation, "There is no command \"" + name + "\".");
    }
    return entry;
}

Result<void> run(const json& request, DeskCore& core, const LineSink& sink) {
    DRYDOCK_ASSIGN(const CommandEntry* entry, commandOf(request));
    if (entry->read != nullptr) {
        storage::StoreOptions options;
        options.readOnly = true;
        options.vfs = core.options().vfs;
        DRYDOCK_ASSIGN(const auto reader, storage::SqliteStore::open(core.options().storeDirectory, options));
        return entry->read(*reader, Arguments(request), sink);
    }
    DRYDOCK_ASSIGN(const std::string who, textField(request, "who"));
    return entry->write(core, Arguments(request), {who, "drydockctl " + std::string(entry->name)}, sink);
}

Error wrongArgument(std::string_view name, const char* wanted) {
    return {ErrorCode::validation, "The argument \"" + std::string(name) + "\" must be " + wanted + ".", 0};
}

}  // namespace

json runCommand(const json& request, DeskCore& core) {
    json lines = json::array();
    const Result<void> done = run(request, core, [&lines](json line) { lines.push_back(std::move(line)); });
    if (done) return {{"lines", std::move(lines)}};
    return {{"error", {{"code", storage::codeName(done.error().code)}, {"message", done.error().message}}}};
}

const CommandEntry* findCommand(std::string_view name) {
    for (const auto group :
         {deviceCommands(), firmwareCommands(), groupCommands(), recordCommands(), tableCommands(), itemCommands(),
          apiCommands(), transferCommands(), reportCommands(), storeCommands(), settingsCommands()}) {
        for (const CommandEntry& entry : group) {
            if (entry.name == name) return &entry;
        }
    }
    return nullptr;
}

Arguments::Arguments(const json& request) {
    const auto arguments = request.find("arguments");
    if (arguments != request.end() && arguments->is_object()) m_arguments = &*arguments;
}

const json* Arguments::find(std::string_view name) const {
    if (m_arguments == nullptr) return nullptr;
    const auto argument = m_arguments->find(name);
    return argument == m_arguments->end() ? nullptr : &*argument;
}

Result<std::string> Arguments::text(std::string_view name) const {
    const json* argument = find(name);
    if (argument == nullptr || !argument->is_string()) return fail(wrongArgument(name, "a text"));
    return argument->get<std::string>();
}

Result<std::string> Arguments::textOr(std::string_view name, std::string fallback) const {
    if (find(name) == nullptr) return fallback;
    return text(name);
}

Result<std::uint64_t> Arguments::number(std::string_view name) const {
    const json* argument = find(name);
    if (argument == nullptr || !argument->is_number_unsigned()) return fail(wrongArgument(name, "a whole number"));
    return argument->get<std::uint64_t>();
}

Result<std::optional<std::uint64_t>> Arguments::optionalNumber(std::string_view name) const {
    if (find(name) == nullptr) return std::nullopt;
    return number(name);
}

Result<bool> Arguments::flag(std::string_view name) const {
    const json* argument = find(name);
    if (argument == nullptr) return false;
    if (!argument->is_boolean()) return fail(wrongArgument(name, "true or false"));
    return argument->get<bool>();
}

Result<std::vector<std::string>> Arguments::texts(std::string_view name) const {
    const json* argument = find(name);
    std::vector<std::string> values;
    if (argument == nullptr || !argument->is_array()) return fail(wrongArgument(name, "a list of texts"));
    for (const json& value : *argument) {
        if (!value.is_string()) return fail(wrongArgument(name, "a list of texts"));
        values.push_back(value.get<std::string>());
    }
    return values;
}

json Arguments::values() const {
    return m_arguments == nullptr ? json::object() : *m_arguments;
}

void printOutcome(const fleet::ActionOutcome& outcome, const LineSink& sink) {
    sink({{"auditSequence", outcome.auditSequence}, {"summary", outcome.summary}, {"canUndo", outcome.canUndo}});
}

Result<void> tendGroups(DeskCore& core) {
    if (!core.options().commandsOnly) return {};
    constexpr std::size_t slice = 1'000;
    for (;;) {
        DRYDOCK_ASSIGN(const std::size_t looked,
                       core.call<Result<std::size_t>>([](fleet::FleetService& service, storage::SqliteStore&) {
                           return service.tendGroups(slice);
                       }));
        if (looked == 0) return {};
    }
}

Result<fleet::FleetQuery> listQuery(const Arguments& arguments, const fleet::QueryVocabulary& vocabulary) {
    DRYDOCK_ASSIGN(const std::string text, arguments.textOr("query", {}));
    return fleet::FleetQuery::compile(text, vocabulary);
}

Result<fleet::ActionRequest> actionRequest(fleet::ActionKind kind, const Arguments& arguments,
                                           std::string_view target) {
    fleet::ActionRequest request;
    request.kind = kind;
    DRYDOCK_ASSIGN(request.target, arguments.text(target));
    DRYDOCK_ASSIGN(request.why, arguments.textOr("why", {}));
    DRYDOCK_ASSIGN(request.bulk, arguments.optionalNumber("bulk"));
    return request;
}

Result<void> act(DeskCore& core, const fleet::ActionRequest& request, const Arguments& arguments,
                 const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(const bool previewOnly, arguments.flag("preview"));
    if (previewOnly) {
        DRYDOCK_ASSIGN(const auto preview, core.call<Result<fleet::ActionPreview>>(
                                               [&request](fleet::FleetService& service, storage::SqliteStore&) {
                                                   return service.preview(request);
                                               }));
        sink(previewToJson(preview));
        return {};
    }
    DRYDOCK_ASSIGN(const auto outcome, answerOf<fleet::ActionOutcome>([&](Answer<fleet::ActionOutcome> answer) {
                       core.act(request, who, std::move(answer));
                   }));
    printOutcome(outcome, sink);
    return {};
}

}  // namespace drydock::app
