#include "app/commands/ctl_session.h"

#include <chrono>
#include <cstdio>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/commands/command_arguments.h"
#include "app/commands/command_line.h"
#include "app/commands/command_service.h"
#include "app/commands/local_socket.h"

namespace drydock::app {

using nlohmann::json;
using std::chrono::steady_clock;
using storage::ErrorCode;
using storage::Result;

namespace {

constexpr std::chrono::seconds kWaitForStore{5};
constexpr std::chrono::milliseconds kLookAgainAfter{20};

std::string toLine(const json& line) {
    return line.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

bool write(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

tl::unexpected<storage::Error> unwritten() {
    return fail(ErrorCode::io, "The output can't be written.");
}

// Commands that bring something into a store also make one; the others would only hide a mistyped directory.
bool makesStore(const std::string& command, const json& arguments) {
    if (command == "firmware import") return !arguments.value("preview", false);
    return command == "table put" || command == "table create";
}

Result<void> checkStoreExists(const std::filesystem::path& store) {
    std::error_code error;
    if (std::filesystem::exists(store / "store.db", error)) return {};
    return fail(ErrorCode::notFound, "There is no store in " + store.string() + ".");
}

// What a command's last line may say against success.
std::string complaint(const std::string& command, const json& last) {
    if (command == "check" && last.value("findings", 0) > 0) {
        return "The check found something: " + std::to_string(last.value("findings", 0)) + " in all.";
    }
    if (command == "firmware import" && last.value("release_status", "") == "ERROR") {
        return last.value("original_name", "") + " breaks a rule: " + last.value("error_reason", "") + ".";
    }
    return {};
}

Result<void> judge(const std::string& command, const json& last) {
    std::string trouble = last.is_object() ? complaint(command, last) : std::string();
    return trouble.empty() ? Result<void>() : fail(ErrorCode::refused, std::move(trouble));
}

}  // namespace

Result<void> CtlSession::run(const json& request) {
    const auto command = request.at("command").get<std::string>();
    const CommandEntry* entry = findCommand(command);
    if (entry == nullptr) return fail(ErrorCode::internal, "There is no command \"" + command + "\".");
    const Arguments arguments(request);
    if (!makesStore(command, arguments.values())) DRYDOCK_TRY(checkStoreExists(m_store));
    if (entry->client != nullptr) return entry->client(*this, arguments);

    json last;
    if (entry->read != nullptr) {
        DRYDOCK_ASSIGN(storage::SqliteStore * store, reader());
        Result<void> printed;
        DRYDOCK_TRY(entry->read(*store, arguments, [&](json line) {
            if (printed) printed = print(line);
            last = std::move(line);
        }));
        DRYDOCK_TRY(printed);
    } else {
        DRYDOCK_ASSIGN(const std::vector<json> lines, ask(command, arguments.values()));
        DRYDOCK_TRY(print(lines));
        if (!lines.empty()) last = lines.back();
    }
    return judge(command, last);
}

Result<storage::SqliteStore*> CtlSession::reader() {
    if (!m_reader) {
        storage::StoreOptions options;
        options.readOnly = true;
        DRYDOCK_ASSIGN(m_reader, storage::SqliteStore::open(m_store, options));
    }
    return m_reader.get();
}

Result<json> CtlSession::reply(std::string_view command, json arguments) {
    DRYDOCK_ASSIGN(json reply,
                   send({{"command", command}, {"arguments", std::move(arguments)}, {"who", operatorName()}}));
    if (reply.is_object()) {
        if (const auto error = reply.find("error"); error != reply.end() && error->is_object()) return reply;
        if (const auto lines = reply.find("lines"); lines != reply.end() && lines->is_array()) return reply;
    }
    return fail(ErrorCode::internal, "The reply has no lines.");
}

Result<std::vector<json>> CtlSession::ask(std::string_view command, json arguments) {
    DRYDOCK_ASSIGN(json told, reply(command, std::move(arguments)));
    if (const auto error = told.find("error"); error != told.end()) {
        return fail(ErrorCode::internal, error->value("message", "The process that holds the store gave no reason."));
    }
    return told.at("lines").get<std::vector<json>>();
}

Result<json> CtlSession::askForOne(std::string_view command, json arguments) {
    DRYDOCK_ASSIGN(std::vector<json> lines, ask(command, std::move(arguments)));
    if (lines.size() == 1 && lines.front().is_object()) return std::move(lines.front());
    return fail(ErrorCode::internal, "\"" + std::string(command) + "\" was not answered by one object.");
}

// To the process that holds the store, else to a core of our own, which later requests use too.
Result<json> CtlSession::send(const json& request) {
    if (!m_core) {
        DRYDOCK_ASSIGN(auto reply, askOwner(m_store, request));
        if (reply) return std::move(*reply);
        if (request.at("command") == "repair") {
            Result<void> printed;
            DRYDOCK_TRY(salvage(m_store, [&](const json& line) {
                if (printed) printed = print(line);
            }));
            DRYDOCK_TRY(std::move(printed));
        }
        DeskOptions options;
        options.storeDirectory = m_store;
        options.commandsOnly = true;
        auto core = startWhenFree(options, {});
        if (!core && core.error().code == ErrorCode::locked) {
            // Whoever came first may serve its socket by now.
            DRYDOCK_ASSIGN(reply, askOwner(m_store, request));
            if (reply) return std::move(*reply);
        }
        if (!core) return fail(std::move(core).error());
        m_core = std::move(*core);
    }
    return runCommand(request, *m_core);
}

Result<void> CtlSession::print(const json& line) {
    return printText(toLine(line));
}

Result<void> CtlSession::print(const std::vector<json>& lines) {
    for (const json& line : lines) DRYDOCK_TRY(print(line));
    return {};
}

Result<void> CtlSession::printText(std::string_view text) {
    return write(text) ? Result<void>() : unwritten();
}

Result<void> CtlSession::flush() {
    return std::fflush(stdout) == 0 ? Result<void>() : unwritten();
}

int runRequests(const std::filesystem::path& store, const std::vector<json>& requests) {
    CtlSession session(store);
    int status = kExitDone;
    for (const json& request : requests) {
        const Result<void> done = session.run(request);
        if (!done) status = failWith(done.error().message);
    }
    if (const auto flushed = session.flush(); !flushed) status = failWith(flushed.error().message);
    return status;
}

Result<std::unique_ptr<DeskCore>> startWhenFree(const DeskOptions& options, const DeskCore::Listener& listener) {
    const auto deadline = steady_clock::now() + kWaitForStore;
    for (;;) {
        auto core = DeskCore::start(options, listener);
        if (core || core.error().code != ErrorCode::locked || steady_clock::now() >= deadline ||
            hasOwner(options.storeDirectory)) {
            return core;
        }
        std::this_thread::sleep_for(kLookAgainAfter);
    }
}

bool printLine(const json& line) {
    return write(toLine(line)) && std::fflush(stdout) == 0;
}

int failWith(const std::string& message) {
    std::fprintf(stderr, "drydockctl: %s\n", message.c_str());
    return kExitFailed;
}

}  // namespace drydock::app
