#include "app/commands/duration.h"

#include <gtest/gtest.h>

namespace drydock::app {
namespace {

TEST(Duration, IsAWholeNumberAndAUnit) {
    EXPECT_EQ(parseDuration("500ms")->count(), 500);
    EXPECT_EQ(parseDuration("2s")->count(), 2'000);
    EXPECT_EQ(parseDuration("15m")->count(), 900'000);
    EXPECT_EQ(parseDuration("24h")->count(), 86'400'000);
    EXPECT_EQ(parseDuration("90d")->count(), 7'776'000'000);
}

TEST(Duration, AnythingElseIsRefused) {
    for (const char* text : {"", "24", "h", "-1s", "0s", "1.5h", "1 h", "1hh", "1H", "9999999999999999999h",
                             "9223372036854775807ms", "3651d"}) {
        EXPECT_FALSE(parseDuration(text)) << text;
    }
}

}  // namespace
}  // namespace drydock::app
