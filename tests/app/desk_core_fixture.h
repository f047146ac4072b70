// DeskCoreTest: what the tests of the desk core share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/mqtt/journal.h"
#include "app/services/desk_core.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::app {

inline constexpr std::int64_t kHourMs = 3'600'000;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

inline std::string failure(const std::string& id, std::int64_t timestampMs) {
    return R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(timestampMs) +
           R"(,"status":"failed","model":"wo:v8","FW":"2.27"})";
}

// A core over a store of its own, fed through the journal as the link would, without a broker.
class DeskCoreTest : public ::testing::Test {
protected:
    void SetUp() override {
        m_options.storeDirectory = m_directory.path();
        m_options.clock = &m_clock;
    }

    void start(DeskCore::Listener listener = {}) {
        auto core = DeskCore::start(m_options, std::move(listener));
        ASSERT_TRUE(core) << core.error().message;
        m_core = std::move(*core);
    }

    // Journals messages and tells the core, if there is one.
    void deliver(const std::vector<std::string>& payloads) {
        std::vector<fleet::RawMessage> messages;
        messages.reserve(payloads.size());
        for (const std::string& payload : payloads) messages.push_back({"iot/device/data", payload, m_clock.wallMs()});
        if (!m_journal) {
            auto journal = Journal::open(m_directory / "journal.db", 0);
            ASSERT_TRUE(journal) << journal.error().message;
            m_journal = std::move(*journal);
        }
        const auto appended = m_journal->append(messages);
        ASSERT_TRUE(appended) << appended.error().message;
        wake();
    }
    void deliverFailures(const std::string& id, int count) {
        std::vector<std::string> payloads;
        payloads.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) payloads.push_back(failure(id, ++m_timestamp));
        deliver(payloads);
    }
    // As after the clock moved: the core looks at it anew.
    void wake() {
        if (m_core) m_core->post([](fleet::FleetService&, storage::SqliteStore&) {});
    }
    void advance(std::int64_t ms) {
        m_clock.advance(ms);
        wake();
    }

    // Moves the clock on the core's thread, so that the core never sees half of a move, and returns once the core has
    // looked at it: one kind of work at most is done between two commands, and there are ten.
    void moveClock(const std::function<void()>& move) {
        onCore<bool>([&move](fleet::FleetService&, storage::SqliteStore&) { return move(), true; });
        for (int i = 0; i < 11; ++i) onCore<bool>([](fleet::FleetService&, storage::SqliteStore&) { return true; });
    }

    [[nodiscard]] bool nothingWaits(std::uint64_t received) {
        return tests::eventually([&] {
            const fleet::Accounting accounting = m_core->status().accounting;
            return accounting.received == received && accounting.waiting == 0;
        });
    }
    template <class T>
    T onCore(std::function<T(fleet::FleetService&, storage::SqliteStore&)> work) {
        return m_core->call<T>(std::move(work));
    }
    std::optional<fleet::Phase> phaseOf(const std::string& id) {
        return onCore<std::optional<fleet::Phase>>(
            [&](fleet::FleetService& service, storage::SqliteStore&) -> std::optional<fleet::Phase> {
                const auto device = service.reader().device(id);
                if (!device) return std::nullopt;
                return device->thing.phase;
            });
    }
    [[nodiscard]] bool reaches(const std::string& id, fleet::Phase phase) {
        return tests::eventually([&] { return phaseOf(id) == phase; });
    }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    DeskOptions m_options;
    std::unique_ptr<Journal> m_journal;
    std::int64_t m_timestamp = 1'711'320'000'000;
    std::unique_ptr<DeskCore> m_core;
};

}  // namespace drydock::app
