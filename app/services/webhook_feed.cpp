#include "app/services/webhook_feed.h"

#include <algorithm>
#include <utility>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/tables.h"
#include "models/fleet/telemetry.h"
#include "models/fleet/text.h"

namespace drydock::app {

using fleet::DeliveryOutcome;
using fleet::DeliveryResult;
using storage::Result;

namespace {

// So many of a storm of alerts are under way together, and entered in one transaction.
constexpr std::size_t kTogether = 50;

// What may be shown of it: the path of a webhook is often its password.
std::string hostOf(const std::string& url) {
    return url.substr(0, url.find('/', url.find("://") + 3));
}

Result<void> finish(fleet::FleetService& service, const std::vector<DeliveryResult>& results, std::int64_t nowMs) {
    return service.change([&](fleet::FleetTransaction& transaction) -> Result<void> {
        for (const DeliveryResult& result : results) DRYDOCK_TRY(finishDelivery(transaction, result, nowMs));
        return {};
    });
}

}  // namespace

WebhookFeed::WebhookFeed(std::function<void()> answered)
    : m_answered(std::move(answered)), m_random(std::random_device()()) {}

Result<bool> WebhookFeed::run(fleet::FleetService& service, storage::TableReader& tables, const storage::Clock& clock) {
    noteUrl(service.options().webhook);
    DRYDOCK_ASSIGN(const bool entered, enterAnswers(service, clock));
    if (m_countStale) {
        DRYDOCK_ASSIGN(const auto description, tables.describeTable(fleet::tables::kWebhookDeliveries));
        m_backlog = description.itemCount;
        m_countStale = false;
    }
    if (m_backlog == 0 || m_underWay) return entered;
    if (m_url.empty()) return giveUp(service, tables, clock);
    if (clock.monotonicMs() < m_heldUntilMs) return entered;
    DRYDOCK_ASSIGN(const bool handed, handOver(tables, clock));
    return entered || handed;
}

// Whatever was in the way may not be with another one.
void WebhookFeed::noteUrl(const std::string& url) {
    if (url == m_url) return;
    m_url = url;
    m_atOnce = UINT64_MAX;
    m_failuresInRow = 0;
    m_heldUntilMs = INT64_MIN;
    m_trouble.clear();
}

Result<bool> WebhookFeed::enterAnswers(fleet::FleetService& service, const storage::Clock& clock) {
    std::optional<std::vector<WebhookAnswer>> answers;
    {
        const std::lock_guard lock(m_mutex);
        answers.swap(m_answers);
    }
    if (answers) {
        for (const WebhookAnswer& answer : *answers) m_results.push_back(judge(answer, clock));
        m_underWay = !m_results.empty();
    }
    if (m_results.empty()) return false;
    // Until they are entered they count as under way, so that none is posted again for a disk that is full.
    DRYDOCK_TRY(finish(service, m_results, clock.wallMs()));
    m_results.clear();
    m_underWay = false;
    m_countStale = true;
    return true;
}

DeliveryResult WebhookFeed::judge(const WebhookAnswer& answer, const storage::Clock& clock) {
    DeliveryResult result;
    result.delivery = answer.delivery;
    result.outcome = fleet::outcomeOfStatus(answer.status);
    std::string why =
        answer.status == 0 ? answer.error : "it answers with HTTP status " + std::to_string(answer.status);
    if (answer.status != 0 && !answer.error.empty()) why += ": " + answer.error;
    std::uniform_real_distribution<double> random(0, 1);
    switch (result.outcome) {
        case DeliveryOutcome::delivered:
            m_failuresInRow = 0;
            m_trouble.clear();
            break;
        case DeliveryOutcome::again:
            ++m_failuresInRow;
            m_heldUntilMs = clock.monotonicMs() + fleet::deliveryDelayMs(m_failuresInRow, random(m_random));
            result.nextDueMs = clock.wallMs() + fleet::deliveryDelayMs(answer.delivery.attempts + 1, random(m_random));
            m_trouble = "Alerts can't be posted to the webhook " + hostOf(m_url) + ": " + fleet::validText(why) +
                        ". They wait, and Drydock tries again by itself.";
            break;
        case DeliveryOutcome::refused:
            result.why = "The webhook " + hostOf(m_url) + " refused it: " + why + '.';
            m_failuresInRow = 0;
            m_trouble = "The webhook " + hostOf(m_url) + " refused the alert " + answer.delivery.alertId + ": " + why +
                        ". It is not posted again. Look at the setting alerts.webhook.";
            break;
    }
    return result;
}

// There is no webhook any more: what was to go there is not to surprise the next one, whenever that is.
Result<bool> WebhookFeed::giveUp(fleet::FleetService& service, storage::TableReader& tables,
                                 const storage::Clock& clock) {
    DRYDOCK_ASSIGN(auto pending, fleet::dueDeliveries(tables, fleet::kMaxTimestampMs, kTogether));
    std::vector<DeliveryResult> results;
    for (fleet::AlertDelivery& delivery : pending.due)
        results.push_back({std::move(delivery), DeliveryOutcome::refused,
                           "The setting alerts.webhook was emptied before it was posted.", 0});
    DRYDOCK_TRY(finish(service, results, clock.wallMs()));
    m_countStale = true;
    return !results.empty();
}

Result<bool> WebhookFeed::handOver(storage::TableReader& tables, const storage::Clock& clock) {
    m_atOnce = std::min(m_atOnce, m_backlog);
    const std::int64_t dueMs = m_atOnce > 0 ? fleet::kMaxTimestampMs : clock.wallMs();
    DRYDOCK_ASSIGN(auto pending, fleet::dueDeliveries(tables, dueMs, kTogether));
    m_atOnce -= std::min<std::uint64_t>(m_atOnce, pending.due.size());
    if (pending.due.empty()) return false;
    if (!m_sender) {
        m_sender = std::make_unique<WebhookSender>([this](std::vector<WebhookAnswer> answers) {
            {
                const std::lock_guard lock(m_mutex);
                m_answers = std::move(answers);
            }
            m_answered();
        });
    }
    m_underWay = true;
    m_sender->post({m_url, std::move(pending.due)});
    return true;
}

void WebhookFeed::stop() {
    m_sender.reset();
}

}  // namespace drydock::app
