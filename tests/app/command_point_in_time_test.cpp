#include "app/commands/point_in_time.h"

#include <gtest/gtest.h>

namespace drydock::app {
namespace {

TEST(PointInTime, IsIso8601WithItsZone) {
    EXPECT_EQ(parsePointInTime("1970-01-01T00:00:00Z").value(), 0);
    EXPECT_EQ(parsePointInTime("2024-03-24T22:43:28Z").value(), 1'711'320'208'000);
    EXPECT_EQ(parsePointInTime("2024-03-24T22:43:28.793Z").value(), 1'711'320'208'793);
    EXPECT_EQ(parsePointInTime("2024-03-24T22:43:28.7939Z").value(), 1'711'320'208'793);
    EXPECT_EQ(parsePointInTime("2024-03-24T22:43:28.5Z").value(), 1'711'320'208'500);
    EXPECT_EQ(parsePointInTime("2024-03-25T00:13:28+01:30").value(), 1'711'320'208'000);
    EXPECT_EQ(parsePointInTime("2024-03-24T17:43:28-0500").value(), 1'711'320'208'000);
    EXPECT_EQ(parsePointInTime("2024-02-29T00:00:00Z").value(), 1'709'164'800'000);
}

TEST(PointInTime, OrSecondsSinceTheEpoch) {
    EXPECT_EQ(parsePointInTime("0").value(), 0);
    EXPECT_EQ(parsePointInTime("1711320208").value(), 1'711'320'208'000);
    EXPECT_EQ(parsePointInTime("1711320208.793").value(), 1'711'320'208'793);
}

TEST(PointInTime, AnythingElseIsRefused) {
    for (const char* text : {"",
                             "now",
                             "2024-03-24",
                             "2024-03-24T22:43:28",
                             "2024-03-24 22:43:28Z",
                             "2024-03-24T22:43Z",
                             "2023-02-29T00:00:00Z",
                             "2024-13-01T00:00:00Z",
                             "2024-03-24T24:00:00Z",
                             "2024-03-24T22:60:00Z",
                             "2024-03-24T22:43:60Z",
                             "2024-03-24T22:43:28.Z",
                             "2024-03-24T22:43:28+24:00",
                             "2024-03-24T22:43:28Zx",
                             "24-03-24T22:43:28Z",
                             "1969-12-31T23:59:59Z",
                             "-1",
                             "1.",
                             "1.5s",
                             "9999999999999"}) {
        EXPECT_FALSE(parsePointInTime(text)) << text;
    }
}

}  // namespace
}  // namespace drydock::app
