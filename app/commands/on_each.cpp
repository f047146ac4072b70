#include "app/commands/on_each.h"

#include <unordered_set>

#include "app/commands/ctl_session.h"
#include "app/commands/stop_signals.h"
#include "models/fleet/fleet_reader.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::Result;

namespace {

std::string ofAll(std::size_t count, std::size_t all) {
    return std::to_string(count) + " of " + std::to_string(all);
}

}  // namespace

Result<std::vector<json>> targetsOf(CtlSession& session, const Arguments& arguments) {
    std::vector<json> targets;
    if (!arguments.values().contains("query")) {
        DRYDOCK_ASSIGN(const auto ids, arguments.texts("ids"));
        std::unordered_set<std::string> named;
        for (const std::string& id : ids)
            if (named.insert(id).second) targets.emplace_back(id);
        return targets;
    }
    DRYDOCK_ASSIGN(const std::string text, arguments.text("query"));
    DRYDOCK_ASSIGN(const auto query, fleet::FleetQuery::compile(text, fleet::thingFields()));
    if (query.empty())
        return fail(ErrorCode::validation, "An empty query finds every device. If that is meant, ask for thingName:*.");
    DRYDOCK_ASSIGN(storage::SqliteStore * reader, session.reader());
    // All of them before the first is acted on, for what is done may change what the query finds.
    DRYDOCK_TRY(fleet::FleetReader(*reader).forEachMatch(
        query, [&targets](const fleet::DeviceDetail& device) { targets.emplace_back(device.thing.name); }));
    return targets;
}

json withTextLast(json arguments) {
    auto words = arguments.at("words").get<std::vector<std::string>>();
    arguments.erase("words");
    arguments["text"] = words.back();
    words.pop_back();
    arguments["ids"] = std::move(words);
    return arguments;
}

Result<void> onEach(CtlSession& session, std::string_view command, json arguments, const std::vector<json>& targets) {
    StopSignals signals;
    const bool several = targets.size() > 1;
    if (several) arguments["bulk"] = std::uint64_t{0};
    std::size_t done = 0;
    std::size_t failed = 0;
    for (const json& target : targets) {
        if (signals.requested())
            return fail(ErrorCode::refused, "Stopped: " + ofAll(done + failed, targets.size()) + " were dealt with.");
        arguments["id"] = target;
        DRYDOCK_ASSIGN(const json reply, session.reply(command, arguments));
        if (const auto error = reply.find("error"); error != reply.end()) {
            if (!several) return fail(ErrorCode::refused, error->value("message", "It was refused without a reason."));
            DRYDOCK_TRY(session.print(json{{"id", target}, {"error", *error}}));
            ++failed;
        } else {
            for (json line : reply.at("lines")) {
                // The first that is done gives the bulk its name.
                if (several && done == 0 && line.contains("auditSequence")) arguments["bulk"] = line["auditSequence"];
                line["id"] = target;
                DRYDOCK_TRY(session.print(line));
            }
            ++done;
        }
        DRYDOCK_TRY(session.flush());
    }
    if (failed > 0) return fail(ErrorCode::refused, ofAll(failed, targets.size()) + " failed.");
    return {};
}

Result<void> onEachOf(CtlSession& session, std::string_view command, json arguments) {
    const json request = {{"arguments", arguments}};
    DRYDOCK_ASSIGN(const auto targets, targetsOf(session, Arguments(request)));
    for (const char* name : {"ids", "query"}) arguments.erase(name);
    return onEach(session, command, std::move(arguments), targets);
}

}  // namespace drydock::app
