#include "app/mqtt/mosquitto_handle.h"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mosquitto.h>

namespace drydock::tests {
namespace {

using app::describeResult;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MosquittoResult, WhatEndsAConnectionIsSaidInWords) {
    for (const int result : {MOSQ_ERR_PROTOCOL, MOSQ_ERR_CONN_REFUSED, MOSQ_ERR_CONN_LOST, MOSQ_ERR_TLS, MOSQ_ERR_EAI,
                             MOSQ_ERR_KEEPALIVE, MOSQ_ERR_LOOKUP, MOSQ_ERR_MALFORMED_PACKET, MOSQ_ERR_TIMEOUT,
                             MOSQ_ERR_RETAIN_NOT_SUPPORTED, MOSQ_ERR_OVERSIZE_PACKET})
        EXPECT_THAT(describeResult(result, 0), Not(HasSubstr("Unknown error"))) << result;
}

TEST(MosquittoResult, AnErrorOfTheSystemIsNamed) {
    EXPECT_EQ(describeResult(MOSQ_ERR_ERRNO, ECONNREFUSED), "Connection refused");
}

}  // namespace
}  // namespace drydock::tests
