// WebhookSender: posts alerts to the webhook on a thread of its own, one after the other over one connection.
//
// Each request is bounded in time. HTTPS is verified against the system's certificates; plain http goes to the loopback
// only and past any proxy. A redirect is not followed: where alerts go is the setting's to say, not the receiver's.
// Thread: post() and stop() are the owner's; `done` is called on the sender's thread and must not block.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "models/fleet/alert_delivery.h"

namespace drydock::app {

// What came of posting one alert.
struct WebhookAnswer {
    fleet::AlertDelivery delivery;
    int status = 0;     // HTTP's; 0: there was no answer
    std::string error;  // why not, or what is odd about the answer; English, empty: nothing
};

struct WebhookBatch {
    std::string url;
    std::vector<fleet::AlertDelivery> deliveries;
};

inline constexpr std::chrono::milliseconds kWebhookTimeout{20'000};

class WebhookSender {
public:
    // The answers to a batch: of its beginning up to and including the first that may work later, as what stopped that
    // one would stop the next.
    using Done = std::function<void(std::vector<WebhookAnswer>)>;

    explicit WebhookSender(Done done, std::chrono::milliseconds timeout = kWebhookTimeout);
    ~WebhookSender();  // stops
    WebhookSender(const WebhookSender&) = delete;
    WebhookSender& operator=(const WebhookSender&) = delete;

    // Precondition: the batch before is done.
    void post(WebhookBatch batch);
    // Breaks off the request under way, whose outcome is then unknown; nothing is told of it.
    void stop();

private:
    class Connection;

    void run();
    [[nodiscard]] bool stopping();

    const Done m_done;
    const std::chrono::milliseconds m_timeout;
    std::unique_ptr<Connection> m_connection;

    std::mutex m_mutex;  // guards the two below
    std::condition_variable m_wake;
    std::optional<WebhookBatch> m_batch;
    bool m_stopping = false;

    std::once_flag m_ended;
    std::thread m_thread;
};

}  // namespace drydock::app
