// drydockctl as a program, for tests that use it the way a person or a script does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tests/support/child_process.h"

namespace drydock::tests {

// Runs drydockctl with these words to its end.
[[nodiscard]] FinishedProcess runCtl(const std::vector<std::string>& words);

// Each line of an output as JSON; a discarded value for a line that is none.
[[nodiscard]] std::vector<nlohmann::json> jsonLines(const std::string& output);

// `drydockctl serve` under way.
class ServeProcess {
public:
    // `words` follow "serve".
    explicit ServeProcess(const std::vector<std::string>& words);

    // Waits for the line that says so.
    [[nodiscard]] nlohmann::json ready();
    // Asks with SIGUSR1.
    [[nodiscard]] nlohmann::json accounting();
    // Ends it with this signal (SIGTERM or SIGINT); its last line.
    [[nodiscard]] nlohmann::json stop(int signal);
    void signal(int number) const { m_process.signal(number); }
    // Ends it at once, as a crash would.
    void kill();
    // After stop() or kill().
    [[nodiscard]] int status() const { return m_status; }

private:
    ChildProcess m_process;
    int m_status = -1;
};

}  // namespace drydock::tests
