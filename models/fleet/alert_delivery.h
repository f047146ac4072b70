// Posting alerts to the webhook: which are to be posted, and what follows from each attempt.
//
// A row of WebhookDeliveries is written with the alert and removed when the webhook took it, so that nothing that
// happens in between loses one. One whose answer was lost is posted again: at least once, in about the order of their
// raising, each time with the same MessageId, by which a receiver knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/store/table_store.h"

namespace drydock::fleet {

class FleetTransaction;

struct AlertDelivery {
    std::string alertId;
    std::string messageId;      // see alertMessageId()
    std::int64_t dueMs = 0;     // not before
    std::int64_t attempts = 0;  // that failed
    std::string body;           // the alert as SNS JSON
};

enum class DeliveryOutcome : std::uint8_t {
    delivered,
    again,    // may work later
    refused,  // never will
};

// What an HTTP status says of a delivery: 2xx took it; 408, 429, 3xx, 5xx and whatever is none of HTTP's may pass; any
// other 4xx says that this alert will never be taken. (A redirect isn't followed, see webhook_sender.h; the alert waits
// until the setting says the new place.)
[[nodiscard]] DeliveryOutcome outcomeOfStatus(int httpStatus);

// How long to wait after so many failed attempts: doubling from a second up to ten minutes, of which `random`, in
// [0, 1), takes up to the half, lest all that failed together come together.
[[nodiscard]] std::int64_t deliveryDelayMs(std::int64_t attempts, double random);
inline constexpr std::int64_t kLongestDeliveryDelayMs = 10LL * 60 * 1000;

// At most `limit` that are due, oldest first, and when the first of the others is. A clock that was set back holds
// nothing up for longer than the longest delay: such a one counts as due.
struct DueDeliveries {
    std::vector<AlertDelivery> due;
    std::optional<std::int64_t> nextMs;
};
[[nodiscard]] storage::Result<DueDeliveries> dueDeliveries(storage::TableReader& tables, std::int64_t nowMs,
                                                           std::size_t limit);

// What came of an attempt. The alert says so where that is the last word.
struct DeliveryResult {
    AlertDelivery delivery;
    DeliveryOutcome outcome = DeliveryOutcome::again;
    std::string why;             // refused: kept on the alert
    std::int64_t nextDueMs = 0;  // again
};
[[nodiscard]] storage::Result<void> finishDelivery(FleetTransaction& transaction, const DeliveryResult& result,
                                                   std::int64_t nowMs);

}  // namespace drydock::fleet
