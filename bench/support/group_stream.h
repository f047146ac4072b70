// Changes of a fleet that come from a broker at a given rate, to a running desk whose dynamic groups follow them.
#pragma once

#include <cstddef>

#include "bench/support/group_fleet.h"

namespace drydock::bench {

// Publishes `changes` of a fleet of registered devices at `rate` a second and prints how fast they were acknowledged
// (they are on the disk then), how many waited at most, and how fast they were applied until none did. Somebody who
// listens to the groups' messages must know the members in the end that a full evaluation finds; stops otherwise.
void streamChanges(GroupFleet& fleet, std::size_t changes, double rate);

}  // namespace drydock::bench
