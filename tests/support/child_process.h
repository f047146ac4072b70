// Programs as child processes: run to their end, or started and spoken to by signals and lines.
//
// Each aborts the test program with a message when its machinery fails or a child doesn't end in kProcessPatience.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace drydock::tests {

inline constexpr std::chrono::seconds kProcessPatience{60};

struct FinishedProcess {
    int status = -1;  // the exit status; 128 + the signal when one ended it
    std::string out;
    std::string error;
};

// Waits until the program ends. `command` begins with the program's path.
[[nodiscard]] FinishedProcess runProcess(const std::vector<std::string>& command);

// A program under way; killed and waited for with this object. Its standard error is the test program's.
class ChildProcess {
public:
    explicit ChildProcess(const std::vector<std::string>& command);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return m_pid; }
    void signal(int number) const;
    // The next line of its output, without the newline; what is left when it has closed its output.
    [[nodiscard]] std::string readLine();
    // Waits for its end; the exit status, 128 + the signal when one ended it.
    int wait();

private:
    pid_t m_pid = -1;
    int m_output = -1;
    std::string m_pending;
};

}  // namespace drydock::tests
