#include "app/commands/stop_signals.h"

#include <gtest/gtest.h>

namespace drydock::app {
namespace {

TEST(StopSignals, ASignalWaitsToBeAskedForAndIsNotForgotten) {
    for (const int signal : {SIGINT, SIGTERM}) {
        StopSignals signals;
        EXPECT_FALSE(signals.requested());
        EXPECT_FALSE(signals.wait(std::chrono::milliseconds(0)));
        ASSERT_EQ(raise(signal), 0);
        EXPECT_TRUE(signals.wait(std::chrono::hours(1)));
        EXPECT_TRUE(signals.requested());
        EXPECT_TRUE(signals.requested());
    }
}

TEST(StopSignals, WhatWasBlockedBeforeIsBlockedAfterwardsAndNothingElse) {
    sigset_t before;
    sigset_t after;
    pthread_sigmask(SIG_SETMASK, nullptr, &before);
    { const StopSignals signals; }
    pthread_sigmask(SIG_SETMASK, nullptr, &after);
    for (const int signal : {SIGINT, SIGTERM}) EXPECT_EQ(sigismember(&after, signal), sigismember(&before, signal));
}

}  // namespace
}  // namespace drydock::app
