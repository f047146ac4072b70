// The fleet's durations, under the name the command lines know them by.
#pragma once

#include "models/fleet/duration.h"

namespace drydock::app {

using fleet::parseDuration;

}  // namespace drydock::app
