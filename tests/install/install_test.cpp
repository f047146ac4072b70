// Drydock as it is installed: the programs, and how a desktop finds them and opens drydock:// links with them.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kDesktopFile = "share/applications/drydock.desktop";
constexpr const char* kIcon = "share/icons/hicolor/scalable/apps/drydock.svg";

class InstallTest : public ::testing::Test {
protected:
    InstallTest() {
        // No settings of whoever runs the test are touched, and no screen is needed.
        if (std::getenv("DISPLAY") == nullptr) setenv("QT_QPA_PLATFORM", "offscreen", 0);
        setenv("XDG_CONFIG_HOME", (m_directory / "config").c_str(), 1);
        setenv("XDG_DATA_HOME", (m_directory / "data").c_str(), 1);
        const FinishedProcess installed =
            runProcess({DRYDOCK_CMAKE, "--install", DRYDOCK_BINARY_DIR, "--prefix", m_prefix.string()});
        EXPECT_EQ(installed.status, 0) << installed.error;
    }
    [[nodiscard]] std::string program(const std::string& name) const { return m_prefix / "bin" / name; }
    // The keys of the desktop file.
    [[nodiscard]] std::map<std::string, std::string> desktopEntry() const {
        std::map<std::string, std::string> entry;
        std::ifstream file(m_prefix / kDesktopFile);
        for (std::string line; std::getline(file, line);) {
            const std::size_t equals = line.find('=');
            if (equals != std::string::npos) entry[line.substr(0, equals)] = line.substr(equals + 1);
        }
        return entry;
    }
    // What a desktop runs to open a link, or without one.
    [[nodiscard]] std::vector<std::string> opening(const std::string& link) const {
        std::string exec = desktopEntry()["Exec"];
        const std::size_t place = exec.find(" %u");
        EXPECT_NE(place, std::string::npos) << exec;
        std::vector<std::string> command = {program(exec.substr(0, place))};
        if (!link.empty()) command.push_back(link);
        return command;
    }

    TemporaryDirectory m_directory;
    std::filesystem::path m_prefix = m_directory / "prefix";
};

TEST_F(InstallTest, LeavesTheProgramsTheDesktopFileAndItsIconAndNothingElse) {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(m_prefix)) {
        const std::string name = entry.path().lexically_relative(m_prefix);
        // A desktop's own index of its applications.
        if (entry.is_regular_file() && name != "share/applications/mimeinfo.cache") files.insert(name);
    }
    EXPECT_EQ(files, (std::set<std::string>{"bin/drydock", "bin/drydockctl", kDesktopFile, kIcon,
                                            "share/doc/drydock/LICENSE"}));
}

TEST_F(InstallTest, TheProgramsRunWhereTheyAreInstalled) {
    for (const char* name : {"drydock", "drydockctl"}) {
        const FinishedProcess finished = runProcess({program(name), "--version"});
        EXPECT_EQ(finished.status, 0) << finished.error;
        EXPECT_EQ(finished.out, std::string(name) + " " DRYDOCK_VERSION "\n");
    }
    const std::string sample = m_directory / "sample.zip";
    const std::string store = m_directory / "store";
    EXPECT_EQ(runProcess({program("drydockctl"), "firmware", "sample", "--out", sample}).status, 0);
    const FinishedProcess imported =
        runProcess({program("drydockctl"), "firmware", "import", sample, "--store", store});
    EXPECT_EQ(imported.status, 0) << imported.error;
    const FinishedProcess reported = runProcess({program("drydockctl"), "report", "firmware", "--store", store});
    EXPECT_THAT(reported.out, HasSubstr("2026.03.01"));
}

TEST_F(InstallTest, TheDesktopFileIsValidAndOpensDrydockLinks) {
    const FinishedProcess checked = runProcess({"/usr/bin/desktop-file-validate", (m_prefix / kDesktopFile).string()});
    EXPECT_EQ(checked.status, 0);
    EXPECT_THAT(checked.out + checked.error, IsEmpty());
    const auto entry = desktopEntry();
    EXPECT_EQ(entry.at("MimeType"), "x-scheme-handler/drydock;");
    EXPECT_EQ(entry.at("Icon"), "drydock");
    EXPECT_TRUE(std::filesystem::exists(program(entry.at("TryExec"))));
}

TEST_F(InstallTest, ALinkThatTheDesktopOpensGoesToTheDeskThatRuns) {
    // With XDG_DATA_HOME as it is here, both find the same store without being told.
    ChildProcess desk(opening({}));
    const std::filesystem::path socket = m_directory / "data" / "drydock" / "control.sock";
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(socket); }));
    const FinishedProcess opened = runProcess(opening("drydock://device/3hwC2y7"));
    EXPECT_EQ(opened.status, 0) << opened.error;
    EXPECT_THAT(opened.error, IsEmpty());
    const FinishedProcess broken = runProcess(opening("drydock://nowhere"));
    EXPECT_EQ(broken.status, 2);
    EXPECT_THAT(broken.error, HasSubstr("leads nowhere"));
    desk.signal(SIGTERM);
    EXPECT_EQ(desk.wait(), 0);
}

}  // namespace
}  // namespace drydock::tests
