#include "tests/support/ctl.h"

#include <csignal>
#include <sstream>

#include <nlohmann/json.hpp>

namespace drydock::tests {

using nlohmann::json;

namespace {

std::vector<std::string> command(std::vector<std::string> words) {
    words.insert(words.begin(), std::string(DRYDOCK_BINARY_DIR) + "/bin/drydockctl");
    return words;
}

std::vector<std::string> serveCommand(std::vector<std::string> words) {
    words.insert(words.begin(), "serve");
    return command(std::move(words));
}

}  // namespace

FinishedProcess runCtl(const std::vector<std::string>& words) {
    return runProcess(command(words));
}

std::vector<json> jsonLines(const std::string& output) {
    std::vector<json> values;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) values.push_back(json::parse(line, nullptr, false));
    return values;
}

ServeProcess::ServeProcess(const std::vector<std::string>& words) : m_process(serveCommand(words)) {}

json ServeProcess::ready() {
    return json::parse(m_process.readLine(), nullptr, false);
}

json ServeProcess::accounting() {
    m_process.signal(SIGUSR1);
    return json::parse(m_process.readLine(), nullptr, false);
}

json ServeProcess::stop(int signal) {
    m_process.signal(signal);
    json last = json::parse(m_process.readLine(), nullptr, false);
    m_status = m_process.wait();
    return last;
}

void ServeProcess::kill() {
    m_process.signal(SIGKILL);
    m_status = m_process.wait();
}

}  // namespace drydock::tests
