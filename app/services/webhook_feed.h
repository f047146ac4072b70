// WebhookFeed: carries the alerts that are still to be posted to the webhook, and enters what came of it.
//
// A delivery leaves the store only with the answer's commit, so that a crash or a restart at any moment loses none; one
// that was under way then is posted again, under the same MessageId. One that may work later waits twice as long each
// time, and meanwhile the others do as well, a little, as what stopped it mostly stops them too.
// Thread: the desk core's; the sender's thread only drops its answers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/services/webhook_sender.h"
#include "models/fleet/fleet_service.h"

namespace drydock::app {

class WebhookFeed {
public:
    // `answered` is called on the sender's thread when there is something for run() to do.
    explicit WebhookFeed(std::function<void()> answered);

    // Enters what was answered, and hands over what is due. Returns whether there may be more to do at once.
    [[nodiscard]] storage::Result<bool> run(fleet::FleetService& service, storage::TableReader& tables,
                                            const storage::Clock& clock);
    // Alerts may have been raised since.
    void alertsChanged() { m_countStale = true; }
    // Ends the sender. Once run() is called no more, by whichever thread.
    void stop();

    [[nodiscard]] std::uint64_t backlog() const { return m_backlog; }
    // What keeps alerts from being posted, or was refused last; empty: nothing.
    [[nodiscard]] const std::string& trouble() const { return m_trouble; }

private:
    [[nodiscard]] storage::Result<bool> enterAnswers(fleet::FleetService& service, const storage::Clock& clock);
    [[nodiscard]] fleet::DeliveryResult judge(const WebhookAnswer& answer, const storage::Clock& clock);
    [[nodiscard]] storage::Result<bool> giveUp(fleet::FleetService& service, storage::TableReader& tables,
                                               const storage::Clock& clock);
    [[nodiscard]] storage::Result<bool> handOver(storage::TableReader& tables, const storage::Clock& clock);
    void noteUrl(const std::string& url);

    const std::function<void()> m_answered;
    std::mt19937_64 m_random;
    std::string m_url;  // as of the last look
    std::uint64_t m_backlog = 0;
    std::uint64_t m_atOnce = 0;  // at most so many wait for what was wrong with another URL, or before the start
    bool m_countStale = true;
    bool m_underWay = false;
    std::int64_t m_failuresInRow = 0;
    std::int64_t m_heldUntilMs = INT64_MIN;        // monotonic
    std::vector<fleet::DeliveryResult> m_results;  // to be entered
    std::string m_trouble;

    std::mutex m_mutex;
    std::optional<std::vector<WebhookAnswer>> m_answers;  // guarded by m_mutex

    std::unique_ptr<WebhookSender> m_sender;  // once there was something to post
};

}  // namespace drydock::app
