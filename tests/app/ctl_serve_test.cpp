// drydockctl serve as a process, with a real broker: the cycle over the wire, stopping, and kill -9 at any moment.

#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/commands/local_socket.h"
#include "tests/support/ctl.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::tests {
namespace {

using nlohmann::json;

constexpr const char* kTopic = "iot/device/data";

// Good, good, good, good, a duplicate, and six for the quarantine.
const std::vector<std::string> kPayloads = {
    R"({"_id_":"3hwC2y7","timestamp":"1711320208793","status":"failed","model":"wo:v8","FW":"2.27"})",
    R"({"_id_":"3hwC2y7","timestamp":1711320209793,"status":"failed","model":"wo:v8","FW":"2.27","rssi":-71,"battery":3.62})",
    R"({"_id_":"7kQp0aZ","timestamp":"1711320210001","status":"succeeded","model":"wo:v8","FW":"2.28","rssi":-55})",
    R"({"_id_":"Zürich-12","timestamp":"1711320211002","status":"downloading","progress":0.42})",
    R"({"_id_":"3hwC2y7","timestamp":"1711320208793","status":"failed","model":"wo:v8","FW":"2.27"})",
    R"({"_id_":"","timestamp":"1711320208793","status":"failed","model":"wo:v8","FW":"2.27"})",
    R"({"timestamp":"1711320208793","status":"failed","model":"wo:v8","FW":"2.27"})",
    R"({"_id_":"3hwC2y7","timestamp":"yesterday","status":"failed","model":"wo:v8","FW":"2.27"})",
    R"({"_id_":"3hwC2y7","timestamp":"1711320212793","status":"failed"})",
    R"([1,2,3])",
    R"({"_id_":"3hwC2y7",)"};

std::string failure(const std::string& id, std::int64_t timestampMs) {
    return R"({"_id_":")" + id + R"(","timestamp":)" + std::to_string(timestampMs) +
           R"(,"status":"failed","model":"wo:v8","FW":"2.27"})";
}

class CtlServeTest : public ::testing::Test {
protected:
    [[nodiscard]] std::vector<std::string> words(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all = {"--store", m_directory.path().string(), "--broker", m_broker.url()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    void publish(const std::vector<std::string>& payloads) {
        std::vector<TestClient::Message> messages;
        messages.reserve(payloads.size());
        for (const std::string& payload : payloads) messages.emplace_back(kTopic, payload);
        TestClient(m_broker.port()).publish(messages);
    }
    [[nodiscard]] FinishedProcess ctl(std::vector<std::string> all) const {
        all.insert(all.end(), {"--store", m_directory.path().string()});
        return runCtl(all);
    }
    [[nodiscard]] json device(const std::string& id) const {
        const FinishedProcess shown = ctl({"device", "show", id});
        return shown.status == 0 ? jsonLines(shown.out).at(0) : json::object();
    }
    [[nodiscard]] bool reaches(const std::string& id, const std::string& phase) const {
        return eventually([&] { return device(id).value("phase", "") == phase; });
    }
    [[nodiscard]] static bool receives(ServeProcess& serve, std::uint64_t count) {
        return eventually([&] {
            const json accounting = serve.accounting();
            return accounting["received"] == count && accounting["waiting"] == 0;
        });
    }

    TemporaryDirectory m_directory;
    TestBroker m_broker{{true, false, {}, {}, "max_queued_messages 0"}};
};

TEST_F(CtlServeTest, SaysWhenItTakesMessagesAndAccountsForThemAtTheEnd) {
    for (const int signal : {SIGTERM, SIGINT}) {
        ServeProcess serve(words());
        const json ready = serve.ready();
        EXPECT_EQ(ready["ready"], true);
        EXPECT_GT(ready["pid"], 0);
        EXPECT_EQ(ready["store"], m_directory.path().string());
        EXPECT_EQ(ready["broker"], m_broker.url().substr(std::string("mqtt://").size()));
        if (signal == SIGTERM) publish(kPayloads);
        ASSERT_TRUE(receives(serve, kPayloads.size()));
        const json accounting = serve.stop(signal);
        EXPECT_EQ(accounting,
                  (json{{"received", 11}, {"applied", 4}, {"duplicate", 1}, {"quarantined", 6}, {"waiting", 0}}));
        EXPECT_EQ(serve.status(), 0);
    }
    EXPECT_EQ(jsonLines(ctl({"quarantine", "list"}).out).size(), 6U);
    EXPECT_EQ(device("3hwC2y7")["RetryCounter"], 2);
}

TEST_F(CtlServeTest, WithoutABrokerItIsReadyAtOnce) {
    ServeProcess serve({"--store", m_directory.path().string()});
    EXPECT_TRUE(serve.ready()["broker"].is_null());
    EXPECT_EQ(serve.accounting()["received"], 0);
    EXPECT_EQ(serve.stop(SIGTERM)["waiting"], 0);
}

TEST_F(CtlServeTest, ABrokerThatComesLaterIsFound) {
    m_broker.stop();
    ServeProcess serve(words());
    ASSERT_TRUE(eventually([this] { return app::hasOwner(m_directory.path()); }));
    EXPECT_EQ(serve.accounting()["received"], 0);
    m_broker.start();
    EXPECT_EQ(serve.ready()["ready"], true);
}

TEST_F(CtlServeTest, TheWholeCycleWithShortTimes) {
    ServeProcess serve(words({"--cool-off", "1s", "--group-move-delay", "1s"}));
    ASSERT_EQ(serve.ready()["ready"], true);
    std::int64_t timestamp = 1'711'320'000'000;
    const auto fail = [&](int count) {
        std::vector<std::string> payloads;
        payloads.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) payloads.push_back(failure("a", ++timestamp));
        publish(payloads);
    };
    fail(9);
    ASSERT_TRUE(receives(serve, 9));
    EXPECT_EQ(device("a")["RetryCounter"], 9);
    fail(1);
    // Cooling off and restored again: the second cycle has begun.
    ASSERT_TRUE(eventually([&] { return device("a")["ResetRetryCount"] == 1 && device("a")["phase"] == "retrying"; }));
    EXPECT_EQ(device("a")["attributes"]["FW"], "2.27");
    fail(10);
    ASSERT_TRUE(reaches("a", "failed"));
    const json failed = device("a");
    EXPECT_EQ(failed["groups"], json::array({"FailedToUpdate"}));
    EXPECT_EQ(failed["attributes"]["model"], "failedtoupdate");
    EXPECT_EQ(failed["backup"]["model"], "wo:v8");
    EXPECT_EQ(jsonLines(ctl({"alert", "list", "--state", "open"}).out).size(), 1U);

    std::vector<std::string> steps;
    for (const json& entry : jsonLines(ctl({"device", "history", "a"}).out)) {
        if (entry["kind"] == "step") steps.push_back(entry["what"]);
    }
    std::erase(steps, "retrying");
    EXPECT_EQ(steps, (std::vector<std::string>{"coolingOff", "failing", "failed"}));
    EXPECT_EQ(ctl({"check"}).status, 0);
}

TEST_F(CtlServeTest, CommandsWorkWhileItRuns) {
    ServeProcess serve(words());
    ASSERT_EQ(serve.ready()["ready"], true);
    publish({failure("a", 1)});
    ASSERT_TRUE(receives(serve, 1));
    const FinishedProcess noted = ctl({"device", "note", "a", "while it runs"});
    EXPECT_EQ(noted.status, 0) << noted.error;
    EXPECT_EQ(device("a")["note"], "while it runs");
    EXPECT_EQ(ctl({"device", "fail", "a"}).status, 0);
    EXPECT_EQ(device("a")["phase"], "failed");
    EXPECT_EQ(ctl({"check"}).status, 0);
    const FinishedProcess refused = ctl({"device", "fail", "a"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_FALSE(refused.error.empty());
    // A relative path is meant from where the command stands, not where the server does.
    const std::string zip = m_directory / "sample.zip";
    ASSERT_EQ(ctl({"firmware", "sample", "--out", zip}).status, 0);
    EXPECT_EQ(ctl({"firmware", "import", std::filesystem::relative(zip).string()}).status, 0);
    EXPECT_EQ(serve.stop(SIGTERM)["received"], 1);
    EXPECT_EQ(device("a")["note"], "while it runs");
}

TEST_F(CtlServeTest, ACheckAsksNothingOfTheProcessThatHoldsTheStore) {
    ServeProcess serve(words());
    ASSERT_EQ(serve.ready()["ready"], true);
    publish({failure("a", 1), failure("b", 1)});
    ASSERT_TRUE(receives(serve, 2));
    serve.signal(SIGSTOP);
    const FinishedProcess checked = ctl({"check"});
    serve.signal(SIGCONT);
    EXPECT_EQ(checked.status, 0) << checked.error;
    EXPECT_EQ(jsonLines(checked.out).back()["findings"], 0);
    EXPECT_EQ(ctl({"check", "--repair"}).status, 0);
}

TEST_F(CtlServeTest, ASecondServeIsRefused) {
    ServeProcess serve(words());
    ASSERT_EQ(serve.ready()["ready"], true);
    const FinishedProcess second = ctl({"serve", "--broker", m_broker.url()});
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.error.find(m_directory.path().string()), std::string::npos) << second.error;
}

TEST_F(CtlServeTest, TheSimulatorsFleetIsAccountedForToTheMessage) {
    ServeProcess serve(words());
    ASSERT_EQ(serve.ready()["ready"], true);
    const FinishedProcess simulated = runCtl({"simulate", "--broker", m_broker.url(), "--devices", "50", "--rate", "0",
                                              "--messages", "2000", "--fail-ratio", "0.2", "--seed", "5"});
    ASSERT_EQ(simulated.status, 0) << simulated.error;
    EXPECT_EQ(jsonLines(simulated.out).back()["published"], 2000);
    ASSERT_TRUE(receives(serve, 2000));
    EXPECT_EQ(serve.stop(SIGTERM)["applied"], 2000);
    EXPECT_EQ(jsonLines(ctl({"device", "list"}).out).size(), 50U);
    EXPECT_EQ(ctl({"check"}).status, 0);
}

// DRYDOCK_KILL_ROUNDS and DRYDOCK_KILL_SEED make it longer and repeatable.
std::uint64_t fromEnvironment(const char* name, std::uint64_t fallback) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing changes the environment
    return value == nullptr ? fallback : std::strtoull(value, nullptr, 10);
}

// Exactly the messages that were published, each once.
void expectExactlyOnce(const FinishedProcess& history, std::int64_t published) {
    std::map<std::int64_t, int> seen;
    for (const json& entry : jsonLines(history.out)) {
        if (entry["kind"] == "message") ++seen[entry["fields"]["timestamp"]];
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(published));
    for (const auto& [timestamp, count] : seen) EXPECT_EQ(count, 1) << timestamp;
}

TEST_F(CtlServeTest, KilledAtAnyMomentNothingIsLostOrDoneTwice) {
    const std::uint64_t rounds = fromEnvironment("DRYDOCK_KILL_ROUNDS", 5);
    const std::uint64_t seed = fromEnvironment("DRYDOCK_KILL_SEED", std::random_device{}());
    SCOPED_TRACE("DRYDOCK_KILL_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    constexpr int kDevices = 7;
    constexpr int kPerRound = 300;
    std::map<std::string, std::int64_t> published;

    {
        ServeProcess serve(words());
        ASSERT_EQ(serve.ready()["ready"], true);
    }  // the session exists from here on
    std::uint64_t sent = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        std::vector<std::string> payloads;
        for (int i = 0; i < kPerRound; ++i) {
            const std::string id = "d" + std::to_string(random() % kDevices);
            payloads.push_back(failure(id, ++published[id]));
        }
        sent += payloads.size();
        ServeProcess serve(words());
        std::thread publisher([&] { publish(payloads); });
        // The moment of the kill is meant to be any, so it is the one place where a test waits for time to pass.
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
        serve.kill();
        publisher.join();
    }
    ServeProcess serve(words());
    ASSERT_EQ(serve.ready()["ready"], true);
    json accounting;
    ASSERT_TRUE(eventually([&] {
        accounting = serve.accounting();
        return accounting["applied"] == sent && accounting["waiting"] == 0;
    })) << accounting;
    accounting = serve.stop(SIGTERM);
    EXPECT_EQ(accounting["applied"], sent);
    EXPECT_EQ(accounting["quarantined"], 0);
    EXPECT_EQ(accounting["received"], sent + accounting["duplicate"].get<std::uint64_t>());
    for (const auto& [id, count] : published) expectExactlyOnce(ctl({"device", "history", id}), count);
    const FinishedProcess checked = ctl({"check"});
    EXPECT_EQ(checked.status, 0) << checked.out;
}

}  // namespace
}  // namespace drydock::tests
