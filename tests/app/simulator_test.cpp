#include "app/simulator/simulator.h"

#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/simulator/simulated_fleet.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_broker.h"

namespace drydock::tests {
namespace {

using app::FleetPlan;
using app::SimulatedFleet;
using app::SimulatorOptions;
using nlohmann::json;

FleetPlan plan(std::uint64_t devices, double failRatio = 0.1, double rate = 10, std::uint64_t seed = 1) {
    return {devices, failRatio, rate, 1'711'320'000'000, seed};
}

TEST(SimulatedFleet, deviceIdsLookRealAndAreUnique) {
    for (const std::uint64_t seed : {1U, 2U, 77U}) {
        const SimulatedFleet fleet(plan(app::kMaxSimulatedDevices, 0, 0, seed));
        std::set<std::string> ids;
        for (std::uint64_t device = 0; device < 50'000; ++device) ids.insert(fleet.deviceId(device));
        ids.insert(fleet.deviceId(app::kMaxSimulatedDevices - 1));
        EXPECT_EQ(ids.size(), 50'001U);
        EXPECT_THAT(*ids.begin(), testing::MatchesRegex("[0-9A-Za-z]+"));
        EXPECT_EQ(ids.begin()->size(), 7U);
    }
}

TEST(SimulatedFleet, theSameSeedSaysTheSameAndAnotherDoesNot) {
    const SimulatedFleet first(plan(10));
    const SimulatedFleet again(plan(10));
    const SimulatedFleet other(plan(10, 0.1, 10, 2));
    for (std::uint64_t number = 0; number < 100; ++number) {
        EXPECT_EQ(first.message(number).payload, again.message(number).payload);
        EXPECT_NE(first.message(number).payload, other.message(number).payload);
    }
}

TEST(SimulatedFleet, exactlyTheShareKeepsFailing) {
    for (const auto& [devices, ratio, failing] :
         {std::tuple(1000U, 0.1, 100U), std::tuple(7U, 0.5, 4U), std::tuple(3U, 0.0, 0U), std::tuple(3U, 1.0, 3U)}) {
        const SimulatedFleet fleet(plan(devices, ratio));
        unsigned count = 0;
        for (std::uint64_t device = 0; device < devices; ++device) count += fleet.keepsFailing(device) ? 1 : 0;
        EXPECT_EQ(count, failing) << devices << " " << ratio;
    }
}

TEST(SimulatedFleet, aDeviceThatKeepsFailingSaysNothingElse) {
    const SimulatedFleet fleet(plan(10, 0.3));
    std::map<bool, std::map<std::string, int>> statuses;
    for (std::uint64_t number = 0; number < 5000; ++number)
        ++statuses[fleet.keepsFailing(number % 10)][fleet.message(number).status];
    EXPECT_EQ(statuses[true].size(), 1U);
    EXPECT_EQ(statuses[true]["failed"], 1500);
    EXPECT_GT(statuses[false]["succeeded"], 2500);
    EXPECT_GT(statuses[false]["downloading"], 0);
    EXPECT_GT(statuses[false]["failed"], 0);
}

TEST(SimulatedFleet, messagesAreTelemetryAndTheirTimestampsNeverRepeatForADevice) {
    for (const double rate : {0.0, 0.5, 10.0, 1e6}) {
        const SimulatedFleet fleet(plan(3, 0.34, rate));
        std::map<std::string, std::int64_t> last;
        for (std::uint64_t number = 0; number < 300; ++number) {
            const json message = json::parse(fleet.message(number).payload);
            EXPECT_TRUE(message["model"].is_string() && message["FW"].is_string());
            EXPECT_TRUE(message["rssi"].is_number_integer() && message["battery"].is_number_integer());
            const std::int64_t timestamp = std::stoll(message["timestamp"].get<std::string>());
            const std::string id = message["_id_"];
            EXPECT_EQ(id, fleet.deviceId(number % 3));
            if (last.contains(id)) {
                EXPECT_GT(timestamp, last[id]) << rate;
            }
            last[id] = timestamp;
        }
        EXPECT_EQ(last.size(), 3U);
    }
}

class SimulatorTest : public testing::Test {
protected:
    SimulatorOptions options(std::uint16_t port) const {
        SimulatorOptions result;
        result.broker.host = "127.0.0.1";
        result.broker.port = port;
        result.rate = 0;
        result.clock = &m_clock;
        return result;
    }

    ManualClock m_clock;
    std::atomic<bool> m_stop = false;
    std::ostringstream m_out;
};

TEST_F(SimulatorTest, theReportIsWhatTheBrokerGot) {
    TestBroker broker;
    TestClient listener(broker.port());
    listener.subscribe("iot/device/data");
    SimulatorOptions simulated = options(broker.port());
    simulated.devices = 50;
    simulated.messages = 3000;
    const auto report = app::runSimulator(simulated, m_stop, m_out);
    ASSERT_TRUE(report) << report.error().message;

    std::map<std::string, std::uint64_t> perStatus;
    std::set<std::string> devices;
    for (const auto& [topic, payload] : listener.collect(3000)) {
        const json message = json::parse(payload);
        ++perStatus[message["status"]];
        devices.insert(message["_id_"]);
    }
    EXPECT_EQ(report->published, 3000U);
    EXPECT_EQ(report->acknowledged, 3000U);
    EXPECT_EQ(report->perStatus, perStatus);
    EXPECT_EQ(report->devices, devices.size());
    EXPECT_EQ(json::parse(m_out.str()),
              (json{{"published", 3000}, {"perStatus", perStatus}, {"devices", 50}, {"acknowledged", 3000}}));
}

TEST_F(SimulatorTest, everyQualityOfServiceIsWaitedFor) {
    TestBroker broker;
    for (const int qos : {0, 1, 2}) {
        SimulatorOptions simulated = options(broker.port());
        simulated.messages = 200;
        simulated.qos = qos;
        const auto report = app::runSimulator(simulated, m_stop, m_out);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->acknowledged, 200U);
    }
}

TEST_F(SimulatorTest, theRateIsNotExceeded) {
    TestBroker broker;
    SimulatorOptions simulated = options(broker.port());
    simulated.messages = 30;
    simulated.rate = 100;
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(app::runSimulator(simulated, m_stop, m_out));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(290));
}

TEST_F(SimulatorTest, itEndsWhenItsTimeIsOverOrItIsStopped) {
    TestBroker broker;
    SimulatorOptions simulated = options(broker.port());
    simulated.rate = 1000;
    simulated.time = std::chrono::milliseconds(50);
    const auto timed = app::runSimulator(simulated, m_stop, m_out);
    ASSERT_TRUE(timed);
    EXPECT_EQ(timed->acknowledged, timed->published);

    simulated.time = {};
    TestClient listener(broker.port());
    listener.subscribe("iot/device/data");
    std::thread operatorThread([&] {
        (void)listener.collect(10);
        m_stop = true;
    });
    const auto stopped = app::runSimulator(simulated, m_stop, m_out);
    operatorThread.join();
    ASSERT_TRUE(stopped);
    EXPECT_GE(stopped->published, 10U);
    EXPECT_EQ(stopped->acknowledged, stopped->published);
}

TEST_F(SimulatorTest, aLostConnectionIsMadeAnew) {
    TestBroker broker;
    TestProxy proxy(broker.port());
    SimulatorOptions simulated = options(proxy.port());
    std::thread saboteur([&] {
        for (int cuts = 0; cuts < 3; ++cuts) {
            const std::size_t before = proxy.published();
            if (!eventually([&] { return proxy.published() >= before + 100; })) break;
            proxy.cut();
        }
        const std::size_t before = proxy.published();
        EXPECT_TRUE(eventually([&] { return proxy.published() >= before + 100; }));
        m_stop = true;
    });
    const auto report = app::runSimulator(simulated, m_stop, m_out);
    saboteur.join();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->acknowledged, report->published);
    EXPECT_EQ(proxy.connections(), 4U);
}

TEST_F(SimulatorTest, patienceOnlyEndsWhatHasNothingLeftToSay) {
    TestBroker broker;
    SimulatorOptions simulated = options(broker.port());
    simulated.patience = {};
    TestClient listener(broker.port());
    listener.subscribe("iot/device/data");
    std::thread operatorThread([&] {
        (void)listener.collect(1000);
        m_stop = true;
    });
    const auto report = app::runSimulator(simulated, m_stop, m_out);
    operatorThread.join();
    EXPECT_TRUE(report) << report.error().message;
}

TEST_F(SimulatorTest, aBrokerThatIsNotThereIsSaid) {
    std::uint16_t port = 0;
    {
        const TestBroker gone;
        port = gone.port();
    }
    const auto report = app::runSimulator(options(port), m_stop, m_out);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, storage::ErrorCode::io);
    EXPECT_THAT(report.error().message, testing::HasSubstr("127.0.0.1:" + std::to_string(port)));
    EXPECT_EQ(m_out.str(), "");
}

TEST_F(SimulatorTest, optionsOutOfRangeAreRefused) {
    const std::vector<std::function<void(SimulatorOptions&)>> mistakes = {
        [](auto& o) { o.devices = 0; },       [](auto& o) { o.devices = app::kMaxSimulatedDevices + 1; },
        [](auto& o) { o.rate = -1; },         [](auto& o) { o.failRatio = 1.1; },
        [](auto& o) { o.failRatio = NAN; },   [](auto& o) { o.qos = 3; },
        [](auto& o) { o.topic = "a/#"; },     [](auto& o) { o.updates.flakyRatio = 1.1; },
        [](auto& o) { o.ota = {"ftp://x"}; }, [](auto& o) { o.updates.wrongImageRatio = -1; },
    };
    for (const auto& mistake : mistakes) {
        SimulatorOptions wrong = options(1);
        mistake(wrong);
        const auto report = app::runSimulator(wrong, m_stop, m_out);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, storage::ErrorCode::validation);
    }
}

}  // namespace
}  // namespace drydock::tests
