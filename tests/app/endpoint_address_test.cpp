#include "app/endpoint/endpoint_address.h"

#include <gtest/gtest.h>

namespace drydock::app {
namespace {

TEST(EndpointAddress, TakesTheLoopbackInItsForms) {
    EXPECT_EQ(parseEndpointAddress("127.0.0.1:8000"), (EndpointAddress{"127.0.0.1", 8000}));
    EXPECT_EQ(parseEndpointAddress("localhost:0"), (EndpointAddress{"127.0.0.1", 0}));
    EXPECT_EQ(parseEndpointAddress("127.1.2.3:65535"), (EndpointAddress{"127.1.2.3", 65535}));
    EXPECT_EQ(parseEndpointAddress("[::1]:1"), (EndpointAddress{"::1", 1}));
}

TEST(EndpointAddress, RefusesEveryOtherHost) {
    for (const char* text : {"0.0.0.0:8000", "192.168.1.2:8000", "[::]:8000", "[fe80::1]:8000", "example.com:8000",
                             "*:8000", ":8000", "127.0.0.1.example.com:8000", "::1:8000", "[127.0.0.1]:8000"}) {
        const auto address = parseEndpointAddress(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error().code, storage::ErrorCode::validation);
        EXPECT_NE(address.error().message.find("loopback"), std::string::npos) << address.error().message;
    }
}

TEST(EndpointAddress, RefusesWhatIsNoPort) {
    for (const char* text : {"127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
                             "127.0.0.1:80x", "127.0.0.1: 80"}) {
        EXPECT_FALSE(parseEndpointAddress(text)) << text;
    }
}

TEST(EndpointAddress, IsWrittenAsAUrl) {
    EXPECT_EQ((EndpointAddress{"127.0.0.1", 8000}).url(), "http://127.0.0.1:8000");
    EXPECT_EQ((EndpointAddress{"::1", 8000}).url(), "http://[::1]:8000");
}

}  // namespace
}  // namespace drydock::app
