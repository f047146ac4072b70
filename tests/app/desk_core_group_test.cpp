// The desk core fills groups by itself, between messages and over restarts.
#include <gtest/gtest.h>

#include "tests/app/desk_core_fixture.h"

namespace drydock::app {
namespace {

using storage::Result;
using tests::eventually;

class DeskCoreGroupTest : public DeskCoreTest {
protected:
    void deliverMany(const std::string& prefix, int count) {
        std::vector<std::string> payloads;
        for (int i = 0; i < count; ++i) payloads.push_back(failure(prefix + std::to_string(i), ++m_timestamp));
        deliver(payloads);
    }
    void create(const std::string& name, const std::string& query) {
        const auto done = onCore<Result<fleet::ActionOutcome>>(
            [&](fleet::FleetService& service, storage::SqliteStore&) -> Result<fleet::ActionOutcome> {
                DRYDOCK_ASSIGN(const auto preview, service.preview({fleet::ActionKind::createGroup, name, query, ""}));
                return service.perform(preview, {"ada", "tests"});
            });
        ASSERT_TRUE(done) << done.error().message;
    }
    // The number of members once the group is filled.
    std::optional<std::size_t> filled(const std::string& name) {
        return onCore<std::optional<std::size_t>>(
            [&](fleet::FleetService& service, storage::SqliteStore&) -> std::optional<std::size_t> {
                const auto group = service.reader().group(name);
                if (!group || group->filling) return std::nullopt;
                return service.reader().groupMembers(name).value().size();
            });
    }
};

TEST_F(DeskCoreGroupTest, FillsAGroupWhileMessagesComeAndGoesOnAfterARestart) {
    start();
    deliverMany("a", 3000);
    ASSERT_TRUE(nothingWaits(3000));
    create("retrying", "phase:retrying");
    m_core.reset();  // whatever has been filled by now
    deliverMany("b", 500);
    start();
    EXPECT_TRUE(eventually([&] { return filled("retrying") == std::size_t{3500}; }));
    ASSERT_TRUE(nothingWaits(3500));
}

TEST_F(DeskCoreGroupTest, ACoreForOneCommandLeavesFillingToWhoeverAsks) {
    deliverMany("a", 10);
    start();
    ASSERT_TRUE(nothingWaits(10));
    m_core.reset();
    m_options.commandsOnly = true;
    start();
    create("retrying", "phase:retrying");
    EXPECT_EQ(filled("retrying"), std::nullopt);
    m_core.reset();
    m_options.commandsOnly = false;
    start();
    EXPECT_TRUE(eventually([&] { return filled("retrying") == std::size_t{10}; }));
}

}  // namespace
}  // namespace drydock::app
