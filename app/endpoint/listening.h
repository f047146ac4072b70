// The socket a server listens at, and room for the connections it will take.
#pragma once

#include <cstddef>

#include "app/endpoint/endpoint_address.h"
#include "app/services/file_descriptor.h"
#include "storage/base/result.h"

namespace drydock::app {

// Listens at the address, and gives it the port it got. ErrorCode::io, naming the address, when that can't be done.
[[nodiscard]] storage::Result<FileDescriptor> listenAt(EndpointAddress& address);

// Raises this process's limit of descriptors, as far as it may, for the connections wanted and for those that are taken
// only to be refused; returns how many of those wanted there is room for.
[[nodiscard]] std::size_t makeRoomForConnections(std::size_t wanted, std::size_t refused);

}  // namespace drydock::app
