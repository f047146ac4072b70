#include "models/fleet/alert_delivery.h"

#include <algorithm>
#include <utility>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/query.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {
namespace {

using storage::Item;

constexpr std::int64_t kFirstDelayMs = 1'000;
constexpr int kRequestTimeout = 408;
constexpr int kTooManyRequests = 429;

}  // namespace

DeliveryOutcome outcomeOfStatus(int httpStatus) {
    if (httpStatus >= 200 && httpStatus < 300) return DeliveryOutcome::delivered;
    const bool forGood =
        httpStatus >= 400 && httpStatus < 500 && httpStatus != kRequestTimeout && httpStatus != kTooManyRequests;
    return forGood ? DeliveryOutcome::refused : DeliveryOutcome::again;
}

std::int64_t deliveryDelayMs(std::int64_t attempts, double random) {
    // Beyond ten doublings it is the longest anyway.
    const std::int64_t doublings = std::clamp<std::int64_t>(attempts - 1, 0, 10);
    const std::int64_t delay = std::min(kFirstDelayMs << doublings, kLongestDeliveryDelayMs);
    const std::int64_t half = delay / 2;
    return delay - static_cast<std::int64_t>(static_cast<double>(half) * random);
}

Result<DueDeliveries> dueDeliveries(storage::TableReader& tables, std::int64_t nowMs, std::size_t limit) {
    DueDeliveries deliveries;
    storage::QueryRequest request = queryOf(tables::kWebhookDeliveries, {}, "list", tables::kOnlyList);
    request.limit = static_cast<std::uint32_t>(limit + 1);
    DRYDOCK_TRY(forEachQueried(tables, std::move(request), [&](const Item& row) {
        AlertDelivery delivery = rows::toDelivery(row);
        const bool clockSetBack = delivery.dueMs > nowMs + kLongestDeliveryDelayMs;
        if (deliveries.due.size() < limit && (delivery.dueMs <= nowMs || clockSetBack)) {
            deliveries.due.push_back(std::move(delivery));
            return true;
        }
        deliveries.nextMs = delivery.dueMs;
        return false;
    }));
    return deliveries;
}

Result<void> finishDelivery(FleetTransaction& transaction, const DeliveryResult& result, std::int64_t nowMs) {
    const AlertDelivery& delivery = result.delivery;
    transaction.putRow(tables::kWebhookDeliveries,
                       rows::keyOf(tables::kWebhookDeliveries, rows::fromDelivery(delivery)), std::nullopt);
    if (result.outcome == DeliveryOutcome::again) {
        AlertDelivery next = delivery;
        next.dueMs = result.nextDueMs;
        ++next.attempts;
        const Item row = rows::fromDelivery(next);
        transaction.putRow(tables::kWebhookDeliveries, rows::keyOf(tables::kWebhookDeliveries, row), row);
        return {};
    }
    DRYDOCK_ASSIGN(const auto row, transaction.row(tables::kAlerts, rows::key(tables::kAlerts, delivery.alertId)));
    if (!row) return {};
    Alert alert = rows::toAlert(*row);
    const bool delivered = result.outcome == DeliveryOutcome::delivered;
    alert.delivery = delivered ? DeliveryState::delivered : DeliveryState::refused;
    alert.deliveredMs = delivered ? nowMs : 0;
    alert.deliveryRefusal = delivered ? std::string() : result.why;
    return transaction.setAlert(alert, nowMs);
}

}  // namespace drydock::fleet
