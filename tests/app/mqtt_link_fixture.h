// MqttLinkTest: what the tests of the link share.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/mqtt/mqtt_link.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::tests {

inline constexpr const char* kTopic = "iot/device/data";

inline std::vector<TestClient::Message> numbered(std::size_t first, std::size_t count) {
    std::vector<TestClient::Message> messages;
    for (std::size_t i = 0; i < count; ++i) messages.emplace_back(kTopic, std::to_string(first + i));
    return messages;
}

inline std::vector<std::string> numbers(std::size_t first, std::size_t count) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(std::to_string(first + i));
    return result;
}

class MqttLinkTest : public testing::Test {
protected:
    app::LinkOptions options(std::uint16_t port) const {
        app::LinkOptions result;
        result.broker.host = "127.0.0.1";
        result.broker.port = port;
        result.topics = {kTopic};
        result.clientId = "drydock-test";
        result.journalFile = m_file;
        result.clock = &m_clock;
        result.reconnectInitialMs = 10;
        return result;
    }

    // Also fails the test when it doesn't start.
    std::unique_ptr<app::MqttLink> start(app::LinkOptions linkOptions) {
        auto link = app::MqttLink::start(std::move(linkOptions), callbacks());
        EXPECT_TRUE(link) << link.error().message;
        return link ? std::move(*link) : nullptr;
    }

    app::MqttLink::Callbacks callbacks() {
        return {[this] { ++m_journaled; },
                [this](app::LinkState state) {
                    const std::lock_guard lock(m_mutex);
                    m_states.push_back(std::move(state));
                },
                [this](std::vector<std::uint64_t> sequences) {
                    const std::lock_guard lock(m_mutex);
                    m_published.insert(m_published.end(), sequences.begin(), sequences.end());
                }};
    }

    static bool connected(const app::MqttLink& link) {
        return eventually([&] { return link.state().connection == fleet::ConnectionState::connected; });
    }
    static bool reached(const app::MqttLink& link, std::uint64_t sequence) {
        return eventually([&] { return link.state().lastSequence >= sequence; });
    }
    static bool inTrouble(const app::MqttLink& link) {
        return eventually([&] { return !link.state().journalTrouble.empty(); });
    }

    std::vector<std::string> journaled() const {
        const auto journal = app::Journal::open(m_file, 0);
        EXPECT_TRUE(journal);
        const auto messages = (*journal)->read(0, 1'000'000);
        EXPECT_TRUE(messages) << messages.error().message;
        std::vector<std::string> result;
        result.reserve(messages->size());
        for (const auto& message : *messages) result.push_back(message.payload);
        return result;
    }

    std::vector<std::uint64_t> published() {
        const std::lock_guard lock(m_mutex);
        return m_published;
    }

    bool sawState(const std::function<bool(const app::LinkState&)>& matches) {
        const std::lock_guard lock(m_mutex);
        return std::any_of(m_states.begin(), m_states.end(), matches);
    }

    TemporaryDirectory m_directory;
    const std::filesystem::path m_file = m_directory / "journal.db";
    ManualClock m_clock;
    std::atomic<std::size_t> m_journaled = 0;

private:
    std::mutex m_mutex;
    std::vector<app::LinkState> m_states;
    std::vector<std::uint64_t> m_published;
};

}  // namespace drydock::tests
