#include "app/mqtt/broker_address.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drydock::tests {
namespace {

using app::BrokerAddress;
using app::MqttVersion;
using app::parseBrokerUrl;

BrokerAddress parsed(std::string_view url) {
    auto address = parseBrokerUrl(url);
    EXPECT_TRUE(address) << url << ": " << address.error().message;
    return address ? *address : BrokerAddress{};
}

TEST(BrokerUrl, aHostAloneGetsThePortOfItsScheme) {
    EXPECT_EQ(parsed("mqtt://broker").port, 1883);
    EXPECT_FALSE(parsed("mqtt://broker").tls);
    EXPECT_EQ(parsed("mqtts://broker").port, 8883);
    EXPECT_TRUE(parsed("mqtts://broker").tls);
}

TEST(BrokerUrl, hostPortAndUserAreTaken) {
    const BrokerAddress address = parsed("mqtt://desk%40plant@broker.example:1234/");
    EXPECT_EQ(address.user, "desk@plant");
    EXPECT_EQ(address.host, "broker.example");
    EXPECT_EQ(address.port, 1234);
    EXPECT_EQ(address.version, MqttVersion::v5);
    EXPECT_EQ(address.display(), "broker.example:1234");
}

TEST(BrokerUrl, anIpv6HostStandsInBrackets) {
    const BrokerAddress address = parsed("mqtt://[::1]:1884");
    EXPECT_EQ(address.host, "::1");
    EXPECT_EQ(address.port, 1884);
    EXPECT_EQ(address.display(), "[::1]:1884");
    EXPECT_EQ(parsed("mqtts://[fe80::1]").port, 8883);
}

TEST(BrokerUrl, theOptionsOfTlsAreTaken) {
    const BrokerAddress address =
        parsed("mqtts://broker?ca=/etc/my%20ca.pem&cert=/c.pem&key=/k.pem&alpn=mqtt&version=3.1.1");
    EXPECT_EQ(address.caFile, "/etc/my ca.pem");
    EXPECT_EQ(address.certificateFile, "/c.pem");
    EXPECT_EQ(address.keyFile, "/k.pem");
    EXPECT_EQ(address.alpn, "mqtt");
    EXPECT_EQ(address.version, MqttVersion::v311);
}

TEST(BrokerUrl, awsOnTheHttpsPortGetsItsAlpnName) {
    EXPECT_EQ(parsed("mqtts://a1-ats.iot.eu-central-1.amazonaws.com:443").alpn, "x-amzn-mqtt-ca");
    EXPECT_EQ(parsed("mqtts://a1-ats.iot.eu-central-1.amazonaws.com").alpn, "");
    EXPECT_EQ(parsed("mqtts://a1-ats.iot.eu-central-1.amazonaws.com:443?alpn=mqtt").alpn, "mqtt");
}

TEST(BrokerUrl, thePasswordComesFromTheEnvironment) {
    setenv("DRYDOCK_MQTT_PASSWORD", "secret", 1);  // NOLINT(concurrency-mt-unsafe): no other thread runs
    EXPECT_EQ(parsed("mqtt://desk@broker").password, "secret");
    EXPECT_EQ(parsed("mqtt://broker").password, "");
    unsetenv("DRYDOCK_MQTT_PASSWORD");  // NOLINT(concurrency-mt-unsafe): no other thread runs
    EXPECT_EQ(parsed("mqtt://desk@broker").password, "");
}

TEST(BrokerUrl, aPasswordInTheUrlIsRefusedAndNotRepeated) {
    const auto address = parseBrokerUrl("mqtt://desk:secret@broker");
    ASSERT_FALSE(address);
    EXPECT_THAT(address.error().message, testing::HasSubstr("DRYDOCK_MQTT_PASSWORD"));
    EXPECT_THAT(address.error().message, testing::Not(testing::HasSubstr("secret")));
}

class BadBrokerUrl : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadBrokerUrl, isRefusedNamingWhatIsWrong) {
    const auto [url, what] = GetParam();
    const auto address = parseBrokerUrl(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().code, storage::ErrorCode::validation);
    EXPECT_THAT(address.error().message, testing::HasSubstr(what));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadBrokerUrl,
    testing::Values(std::pair("", "begins with mqtt://"), std::pair("broker:1883", "begins with mqtt://"),
                    std::pair("http://broker", "begins with mqtt://"), std::pair("mqtt://", "no host"),
                    std::pair("mqtt://:1883", "no host"), std::pair("mqtt://a b", "no host"),
                    std::pair("mqtt://broker/topic", "no host"), std::pair("mqtt://broker:", "not a port"),
                    std::pair("mqtt://broker:0", "not a port"), std::pair("mqtt://broker:65536", "not a port"),
                    std::pair("mqtt://broker:12x", "not a port"), std::pair("mqtt://broker:-1", "not a port"),
                    std::pair("mqtt://[::1", "bracket"), std::pair("mqtt://[::1]1883", "between"),
                    std::pair("mqtt://::1", "no host"), std::pair("mqtt://@broker", "user"),
                    std::pair("mqtt://a%4@broker", "percent"), std::pair("mqtt://a%00@broker", "percent"),
                    std::pair("mqtt://broker?ca=/x", "mqtts:// only"), std::pair("mqtts://broker?ca=", "no value"),
                    std::pair("mqtts://broker?color=red", "not an option"),
                    std::pair("mqtts://broker?cert=/c", "together"), std::pair("mqtts://broker?key=/k", "together"),
                    std::pair("mqtt://broker?version=4", "5 or 3.1.1"), std::pair("mqtts://broker?ca=%zz", "percent")));

}  // namespace
}  // namespace drydock::tests
