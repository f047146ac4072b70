// CtlTest: drydockctl as a program on a store in a directory of its own.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/mqtt/journal.h"
#include "app/services/desk_core.h"
#include "tests/support/ctl.h"
#include "tests/support/temporary_directory.h"

namespace drydock::tests {

// Arrivals are of today, or the sweep would take them as long expired.
inline const std::int64_t kArrivedMs = storage::SystemClock().wallMs();

inline bool isOneLine(const std::string& text) {
    return !text.empty() && text.find('\n') == text.size() - 1;
}

class CtlTest : public ::testing::Test {
protected:
    [[nodiscard]] FinishedProcess ctl(std::vector<std::string> words) const {
        words.insert(words.end(), {"--store", m_directory.path().string()});
        return runCtl(words);
    }
    // The lines of a command that succeeds.
    [[nodiscard]] std::vector<nlohmann::json> lines(const std::vector<std::string>& words) const {
        const FinishedProcess finished = ctl(words);
        EXPECT_EQ(finished.status, 0) << finished.error;
        EXPECT_THAT(finished.error, ::testing::IsEmpty());
        return jsonLines(finished.out);
    }
    [[nodiscard]] nlohmann::json line(const std::vector<std::string>& words) const {
        const std::vector<nlohmann::json> all = lines(words);
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? nlohmann::json() : all.front();
    }
    // Failed in the way every command fails: status 1 and one clear line.
    void expectFailure(const std::vector<std::string>& words, const std::string& reason) const {
        const FinishedProcess finished = ctl(words);
        EXPECT_EQ(finished.status, 1);
        EXPECT_TRUE(isOneLine(finished.error)) << finished.error;
        EXPECT_THAT(finished.error, ::testing::HasSubstr(reason));
    }
    // A store as a run that has ended left it: these messages applied.
    void applied(const std::vector<std::string>& payloads) const {
        std::vector<fleet::RawMessage> messages;
        messages.reserve(payloads.size());
        for (const std::string& payload : payloads) messages.push_back({"iot/device/data", payload, kArrivedMs});
        {
            const auto journal = app::Journal::open(m_directory / "journal.db", 0);
            ASSERT_TRUE(journal) << journal.error().message;
            ASSERT_TRUE((*journal)->append(messages));
        }
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        const auto core = app::DeskCore::start(options, {});
        ASSERT_TRUE(core) << core.error().message;
        ASSERT_TRUE((*core)->drain(kProcessPatience));
    }

    TemporaryDirectory m_directory;
};

}  // namespace drydock::tests
