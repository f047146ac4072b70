// Which addresses alerts may be posted to.
// Thread: any; pure.
#pragma once

#include <string_view>

namespace drydock::fleet {

// An https URL, or an http one of this machine's own loopback, where nothing travels. Without a user's name, which
// would let an address look like another.
[[nodiscard]] bool isWebhookUrl(std::string_view text);
// Of such a URL: whether it is one of the loopback.
[[nodiscard]] bool isLoopbackUrl(std::string_view url);

}  // namespace drydock::fleet
