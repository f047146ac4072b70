// What a person may write into the registry's attributes.
// Source: AWS IoT, AttributePayload: characters and lengths, and how many attributes a thing may have.
// Thread: any; pure.
#pragma once

#include <cstddef>

#include "models/fleet/operator_action.h"

namespace drydock::fleet {

inline constexpr std::size_t kMaxAttributeNameBytes = 128;
inline constexpr std::size_t kMaxAttributeValueBytes = 800;
inline constexpr std::size_t kMaxAttributes = 50;

// ErrorCode::validation says what is wrong with it.
[[nodiscard]] storage::Result<void> checkAttributeEdit(const AttributeEdit& edit);
// Each by itself and all together: at least one, no name twice.
[[nodiscard]] storage::Result<void> checkAttributeEdits(const std::vector<AttributeEdit>& edits);

}  // namespace drydock::fleet
