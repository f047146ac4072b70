// A simulated fleet that updates: a real broker, a real endpoint, the whole way of a device.

#include <atomic>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/simulator/simulated_fleet.h"
#include "app/simulator/simulator.h"
#include "tests/app/update_fixture.h"

namespace drydock::app {
namespace {

using fleet::Phase;
using nlohmann::json;
using tests::eventually;

constexpr const char* kModels[] = {"wo:v8", "wo:v9", "rd:v2", "gw:v1"};

class SimulatorUpdateTest : public UpdateTest {
protected:
    void SetUp() override {
        UpdateTest::SetUp();
        m_options.broker = *parseBrokerUrl(m_broker.url());
        m_simulated.broker = *m_options.broker;
        m_simulated.rate = 500;
        m_simulated.failRatio = 0;
        m_simulated.updates.flakyRatio = 0;
        m_simulated.clock = &m_clock;
    }
    void TearDown() override {
        if (m_thread.joinable()) (void)stop();
        UpdateTest::TearDown();
    }
    void startDesk(const std::vector<std::string>& versions) {
        UpdateTest::start();
        for (const std::string& version : versions)
            for (const char* model : kModels) release(model, version);
        m_simulated.ota = OtaOptions{m_endpoint->address().url(), "main"};
        ASSERT_TRUE(eventually([&] { return m_core->status().connection == fleet::ConnectionState::connected; }));
    }
    void simulate() {
        m_thread = std::thread([this] {
            auto report = runSimulator(m_simulated, m_stop, m_out);
            EXPECT_TRUE(report) << report.error().message;
            if (report) m_report = std::move(*report);
        });
    }
    SimulatorReport stop() {
        m_stop = true;
        m_thread.join();
        return m_report;
    }
    [[nodiscard]] std::string deviceId(std::uint64_t device) const {
        return SimulatedFleet({m_simulated.devices, m_simulated.failRatio, 0, 0, m_simulated.seed}).deviceId(device);
    }
    std::string firmwareOf(const std::string& id) {
        return onCore<std::string>([&](fleet::FleetService& service, storage::SqliteStore&) {
            const auto device = service.reader().device(id);
            return device ? device->thing.attributes.at("FW") : std::string();
        });
    }
    [[nodiscard]] bool reachesFirmware(const std::string& id, const std::string& version) {
        return eventually([&] { return firmwareOf(id) == version && phaseOf(id) == Phase::well; });
    }
    // Once the fleet has taken in so many messages to it and the desk all that the devices had said until then. A slow
    // desk still hears of failures from before otherwise, and would count them after a move of the clock that takes a
    // day elsewhere.
    [[nodiscard]] bool fleetHeard(std::size_t messages) {
        if (!eventually([&] { return m_proxy.acknowledged() >= messages; })) return false;
        const std::size_t said = m_proxy.published();
        return eventually([&] { return m_core->status().accounting.applied >= said; });
    }
    // What was published is what was applied, each once.
    void expectAllApplied(const SimulatorReport& report) {
        EXPECT_TRUE(nothingWaits(report.published));
        EXPECT_EQ(m_core->status().accounting, (fleet::Accounting{report.published, report.published, 0, 0, 0}));
    }

    // What the simulator says leaves it in the order it is said: without a limit nothing waits behind acknowledgements.
    tests::TestBroker m_broker{{true, false, {}, {}, "max_queued_messages 0\nmax_inflight_messages 0"}};
    tests::TestProxy m_proxy{m_broker.port()};
    SimulatorOptions m_simulated;
    std::atomic<bool> m_stop = false;
    std::ostringstream m_out;
    SimulatorReport m_report;
    std::thread m_thread;
};

TEST_F(SimulatorUpdateTest, TheFleetUpdatesVersionByVersionAndTheDeskHearsOfIt) {
    startDesk({"2026.03.01", "2026.04.01"});
    m_simulated.devices = 12;
    simulate();
    for (std::uint64_t device = 0; device < 12; ++device)
        EXPECT_TRUE(reachesFirmware(deviceId(device), "2026.04.01")) << device;
    const SimulatorReport report = stop();
    ASSERT_TRUE(report.updates);
    EXPECT_EQ(report.updates->firmware, (std::map<std::string, std::uint64_t>{{"2026.04.01", 12}}));
    EXPECT_EQ(report.updates->unanswered, 0U);
    EXPECT_EQ(report.perStatus.at("succeeded"), 24U);
    EXPECT_FALSE(report.perStatus.contains("failed"));
    expectAllApplied(report);
    const json printed = json::parse(m_out.str());
    EXPECT_EQ(printed["published"], report.published);
    EXPECT_EQ(printed["perStatus"], json(report.perStatus));
    EXPECT_EQ(printed["firmware"], (json{{"2026.04.01", 12}}));
    EXPECT_EQ(printed["outside"], 0);
    EXPECT_EQ(printed["unanswered"], 0);
}

TEST_F(SimulatorUpdateTest, ABadBatchRecoversAfterItsCoolOffAndAWrongImageWhenAPersonReleasesIt) {
    startDesk({"2026.03.01"});
    m_simulated.devices = 4;
    m_simulated.failRatio = 0.5;
    m_simulated.updates.wrongImageRatio = 0.5;
    m_simulated.broker.port = m_proxy.port();
    const UpdatingFleet fleet({4, 0.5, 0, 0, m_simulated.seed}, m_simulated.updates);
    std::vector<std::string> well;
    std::string batch;
    std::string image;
    for (std::uint64_t device = 0; device < 4; ++device) {
        const std::string id = deviceId(device);
        if (!fleet.fleet().keepsFailing(device)) {
            well.push_back(id);
        } else {
            (fleet.hasWrongImage(device) ? image : batch) = id;
        }
    }
    simulate();
    for (const std::string& id : well) EXPECT_TRUE(reachesFirmware(id, "2026.03.01"));
    for (const std::string& id : {batch, image}) ASSERT_TRUE(reaches(id, Phase::coolingOff));
    ASSERT_TRUE(fleetHeard(4));  // two have a new version, two are marked

    moveClock([&] { m_clock.advance(fleet::Limits().coolOffMs); });
    EXPECT_TRUE(reachesFirmware(batch, "2026.03.01"));
    ASSERT_TRUE(reaches(image, Phase::failing));
    moveClock([&] { m_clock.advance(fleet::Limits().groupMoveDelayMs); });
    ASSERT_TRUE(reaches(image, Phase::failed));
    EXPECT_NE(firmwareOf(image), "2026.03.01");
    ASSERT_TRUE(fleetHeard(9));  // both restored, one of them has the version; the other marked again, and in the group

    act(fleet::ActionKind::release, image);
    EXPECT_TRUE(reachesFirmware(image, "2026.03.01"));
    EXPECT_TRUE(fleetHeard(12));  // restored, out of the group, and has the version
    const SimulatorReport report = stop();
    EXPECT_EQ(report.updates->firmware, (std::map<std::string, std::uint64_t>{{"2026.03.01", 4}}));
    EXPECT_EQ(report.updates->outside, 0U);
    EXPECT_EQ(report.perStatus.at("succeeded"), 4U);
    EXPECT_GE(report.perStatus.at("failed"), 30U);
    EXPECT_EQ(m_proxy.acknowledged(), 12U);
    expectAllApplied(report);
}

TEST_F(SimulatorUpdateTest, AServerThatSaysNothingHoldsNothingUp) {
    tests::TestProxy silent(m_broker.port());
    silent.hold(true);
    m_simulated.ota = OtaOptions{"http://127.0.0.1:" + std::to_string(silent.port()), "main"};
    m_simulated.rate = 0;
    m_simulated.devices = 50;
    m_simulated.messages = 500;
    const auto report = runSimulator(m_simulated, m_stop, m_out);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->acknowledged, 500U);
    EXPECT_EQ(report->perStatus, (std::map<std::string, std::uint64_t>{{"idle", 500}}));
}

TEST_F(SimulatorUpdateTest, DevicesAreToldAgainWhatTheirAttributesAreAfterALostConnection) {
    tests::TestProxy silent(m_broker.port());
    silent.hold(true);
    m_simulated.broker.port = m_proxy.port();
    m_simulated.ota = OtaOptions{"http://127.0.0.1:" + std::to_string(silent.port()), "main"};
    m_simulated.devices = 3;
    simulate();
    ASSERT_TRUE(eventually([&] { return m_proxy.published() > 0; }));
    m_proxy.cut();
    ASSERT_TRUE(eventually([&] { return m_proxy.connections() == 2; }));
    tests::TestClient(m_broker.port())
        .publish({{"iot/device/" + deviceId(1) + "/attributes", R"({"model":"moveOut","FW":"moveOut"})"}}, true);
    // Acknowledged once it has been heard.
    ASSERT_TRUE(eventually([&] { return m_proxy.acknowledged() > 0; }));
    EXPECT_EQ(stop().updates->outside, 1U);
}

// Scripts count on it: the same seed, the same statuses.
TEST_F(SimulatorUpdateTest, WithoutUpdatesDevicesSayTheSameWhateverTheyAreTold) {
    m_simulated.devices = 10;
    m_simulated.failRatio = 0.3;
    m_simulated.messages = 200;
    m_simulated.rate = 0;
    const SimulatedFleet fleet({10, 0.3, 0, m_clock.wallMs(), m_simulated.seed});
    std::vector<tests::TestClient::Message> marks;
    std::map<std::string, std::uint64_t> expected;
    for (std::uint64_t device = 0; device < 10; ++device)
        marks.emplace_back("iot/device/" + fleet.deviceId(device) + "/attributes",
                           R"({"model":"moveOut","FW":"moveOut"})");
    for (std::uint64_t number = 0; number < 200; ++number) ++expected[fleet.message(number).status];
    tests::TestClient(m_broker.port()).publish(marks, true);
    const auto report = runSimulator(m_simulated, m_stop, m_out);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->perStatus, expected);
    EXPECT_FALSE(report->updates);
}

}  // namespace
}  // namespace drydock::app
