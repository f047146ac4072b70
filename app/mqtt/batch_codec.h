// The bytes of a journal row: a batch of raw messages, length-prefixed, behind a checksum.
//
// Format: version (1 byte), FNV-1a of what follows (4 bytes, little-endian), then for each message: topic length,
// topic, payload length, payload, arrival as the difference to the message before it. Numbers are LEB128, the
// difference zigzag.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/telemetry.h"
#include "storage/base/result.h"

namespace drydock::app {

[[nodiscard]] std::string encodeBatch(std::span<const fleet::RawMessage> messages);

// ErrorCode::corrupt when the bytes are not what encodeBatch() made.
[[nodiscard]] storage::Result<std::vector<fleet::RawMessage>> decodeBatch(std::string_view bytes);

}  // namespace drydock::app
