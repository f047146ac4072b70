#include "app/commands/ctl_session.h"

#include <chrono>
#include <cstdio>
#include <thread>

#include <nlohmann/json.hpp>

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

bool writeLine(const json& line) {
    const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

// Commands that bring something into a store also make one; the others would only hide a mistyped directory.
bool makesStore(const std::string& command) {
    return command == "table put" || command == "firmware import";
}

Result<void> checkStoreExists(const std::filesystem::path& store) {
    std::error_code error;
    if (std::filesystem::exists(store / "store.db", error)) return {};
    return fail(ErrorCode::notFound, "There is no store in " + store.string() + ".");
}

Result<void> runInOwner(json reply) {
    if (const auto error = reply.find("error"); error != reply.end()) {
        return fail(ErrorCode::internal, error->value("message", "The process that holds the store gave no reason."));
    }
    return {};
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

class Session {
public:
    explicit Session(const std::filesystem::path& store) : m_store(store) {}

    Result<void> run(json request) {
        const auto command = request.at("command").get<std::string>();
        if (!makesStore(command)) DRYDOCK_TRY(checkStoreExists(m_store));
        if (onlyReads(command)) return read(request);
        request["who"] = operatorName();
        DRYDOCK_ASSIGN(const json reply, ask(request));
        DRYDOCK_TRY(runInOwner(reply));
        return print(command, reply.value("lines", json::array()));
    }

private:
    Result<void> read(const json& request) {
        if (!m_reader) {
            storage::StoreOptions options;
            options.readOnly = true;
            DRYDOCK_ASSIGN(m_reader, storage::SqliteStore::open(m_store, options));
        }
        bool written = true;
        json last;
        DRYDOCK_TRY(runReadCommand(request, *m_reader, [&](json line) {
            written = written && writeLine(line);
            last = std::move(line);
        }));
        return written ? judge(request.at("command"), last) : unwritten();
    }

    // By the process that holds the store, else by a core of our own, which later requests use too.
    Result<json> ask(const json& request) {
        if (!m_core) {
            DRYDOCK_ASSIGN(auto reply, askOwner(m_store, request));
            if (reply) return std::move(*reply);
            if (request.at("command") == "repair") {
                DRYDOCK_TRY(salvage(m_store, [](const json& line) { writeLine(line); }));
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

    static Result<void> print(const std::string& command, const json& lines) {
        for (const json& line : lines) {
            if (!writeLine(line)) return unwritten();
        }
        return judge(command, lines.empty() ? json() : lines.back());
    }

    static Result<void> judge(const std::string& command, const json& last) {
        std::string trouble = last.is_object() ? complaint(command, last) : std::string();
        return trouble.empty() ? Result<void>() : fail(ErrorCode::refused, std::move(trouble));
    }

    static Result<void> unwritten() { return fail(ErrorCode::io, "The output can't be written."); }

    std::filesystem::path m_store;
    std::unique_ptr<storage::SqliteStore> m_reader;
    std::unique_ptr<DeskCore> m_core;
};

}  // namespace

int runRequests(const std::filesystem::path& store, const std::vector<json>& requests) {
    Session session(store);
    int status = kExitDone;
    for (const json& request : requests) {
        const Result<void> done = session.run(request);
        if (!done) status = failWith(done.error().message);
    }
    if (std::fflush(stdout) != 0) status = failWith("The output can't be written.");
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
    return writeLine(line) && std::fflush(stdout) == 0;
}

int failWith(const std::string& message) {
    std::fprintf(stderr, "drydockctl: %s\n", message.c_str());
    return kExitFailed;
}

}  // namespace drydock::app
