#include "tests/support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace drydock::tests {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

[[noreturn]] void giveUp(const char* why) {
    std::fprintf(stderr, "child process: %s\n", why);
    std::abort();
}

struct Pipe {
    int read = -1;
    int write = -1;
    Pipe() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) giveUp("no pipe");
        read = ends[0];
        write = ends[1];
    }
};

pid_t spawn(const std::vector<std::string>& command, int out, int error) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (error >= 0) posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
    pid_t pid = -1;
    const int failed = posix_spawn(&pid, command.front().c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) giveUp(("can't start " + command.front()).c_str());
    return pid;
}

int waitFor(pid_t pid) {
    const auto deadline = steady_clock::now() + kProcessPatience;
    int status = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (steady_clock::now() > deadline) {
            kill(pid, SIGKILL);
            giveUp("it doesn't end");
        }
        poll(nullptr, 0, 1);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Appends what is there; false at the end of the stream.
bool readSome(int descriptor, std::string& text) {
    std::array<char, 65536> buffer{};
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
}

}  // namespace

FinishedProcess runProcess(const std::vector<std::string>& command) {
    const Pipe out;
    const Pipe error;
    const pid_t pid = spawn(command, out.write, error.write);
    close(out.write);
    close(error.write);
    FinishedProcess finished;
    std::array<pollfd, 2> streams = {{{out.read, POLLIN, 0}, {error.read, POLLIN, 0}}};
    const auto patience = static_cast<int>(std::chrono::duration_cast<milliseconds>(kProcessPatience).count());
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        if (poll(streams.data(), streams.size(), patience) == 0) {
            kill(pid, SIGKILL);
            giveUp((command.front() + " says nothing and doesn't end").c_str());
        }
        if (streams[0].revents != 0 && !readSome(out.read, finished.out)) streams[0].fd = -1;
        if (streams[1].revents != 0 && !readSome(error.read, finished.error)) streams[1].fd = -1;
    }
    close(out.read);
    close(error.read);
    finished.status = waitFor(pid);
    return finished;
}

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
    const Pipe out;
    m_pid = spawn(command, out.write, -1);
    close(out.write);
    m_output = out.read;
}

ChildProcess::~ChildProcess() {
    if (m_pid >= 0) {
        kill(m_pid, SIGKILL);
        waitFor(m_pid);
    }
    close(m_output);
}

void ChildProcess::signal(int number) const {
    if (m_pid >= 0) kill(m_pid, number);
}

std::string ChildProcess::readLine() {
    const auto patience = static_cast<int>(std::chrono::duration_cast<milliseconds>(kProcessPatience).count());
    for (;;) {
        const std::size_t end = m_pending.find('\n');
        if (end != std::string::npos) {
            std::string line = m_pending.substr(0, end);
            m_pending.erase(0, end + 1);
            return line;
        }
        pollfd stream{m_output, POLLIN, 0};
        if (poll(&stream, 1, patience) == 0) giveUp("it prints no line");
        if (!readSome(m_output, m_pending)) return std::exchange(m_pending, {});
    }
}

int ChildProcess::wait() {
    if (m_pid < 0) giveUp("waited for twice");
    return waitFor(std::exchange(m_pid, -1));
}

}  // namespace drydock::tests
