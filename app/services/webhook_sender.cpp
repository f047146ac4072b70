#include "app/services/webhook_sender.h"

#include <csignal>
#include <utility>

#include "app/curl_handles.h"
#include "models/fleet/alert.h"
#include "models/fleet/webhook_url.h"

namespace drydock::app {

namespace {

constexpr int kRedirectsFrom = 300;
constexpr int kRedirectsTo = 399;

// What the receiver says is of no interest, only that it takes the alert.
std::size_t discard(char* /*bytes*/, std::size_t size, std::size_t count, void* /*context*/) {
    return size * count;
}

void add(CurlList& list, const std::string& header) {
    if (curl_slist* longer = curl_slist_append(list.get(), header.c_str())) {
        // The head stays the same but for the first.
        [[maybe_unused]] curl_slist* const head = list.release();
        list.reset(longer);
    }
}

// As Amazon SNS sends them; a receiver made for it finds what it looks for.
// Source: Amazon SNS developer guide, "Amazon SNS message and JSON formats", HTTP/HTTPS headers.
CurlList headersOf(const fleet::AlertDelivery& delivery) {
    CurlList headers;
    add(headers, "Content-Type: text/plain; charset=UTF-8");
    add(headers, "x-amz-sns-message-type: Notification");
    add(headers, "x-amz-sns-topic-arn: " + std::string(fleet::kAlertTopicArn));
    add(headers, "x-amz-sns-message-id: " + delivery.messageId);
    // A small body needs no leave to be sent.
    add(headers, "Expect:");
    return headers;
}

}  // namespace

// One handle for all requests, so that they share a connection.
class WebhookSender::Connection {
public:
    explicit Connection(std::chrono::milliseconds timeout) : m_timeout(timeout) {
        if (!startCurl()) return;
        m_multi.reset(curl_multi_init());
        m_easy.reset(curl_easy_init());
    }

    // Breaks off post(), from any thread.
    void wake() {
        if (m_multi) curl_multi_wakeup(m_multi.get());
    }

    // Nothing when `stopping` came first.
    template <class Stopping>
    std::optional<WebhookAnswer> post(const std::string& url, fleet::AlertDelivery delivery, Stopping stopping) {
        WebhookAnswer answer;
        answer.delivery = std::move(delivery);
        if (!m_multi || !m_easy) {
            answer.error = "libcurl could not be started";
            return answer;
        }
        const CurlList headers = headersOf(answer.delivery);
        prepare(url, answer.delivery.body, headers.get());
        curl_multi_add_handle(m_multi.get(), m_easy.get());
        const std::optional<CURLcode> outcome = perform(stopping);
        if (outcome) describe(*outcome, answer);
        curl_multi_remove_handle(m_multi.get(), m_easy.get());
        return outcome ? std::optional(std::move(answer)) : std::nullopt;
    }

private:
    void prepare(const std::string& url, const std::string& body, curl_slist* headers) {
        CURL* const easy = m_easy.get();
        m_error[0] = '\0';
        curl_easy_reset(easy);
        curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
        if (fleet::isLoopbackUrl(url)) curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(m_timeout.count()));
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_timeout.count() / 2));
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "Drydock/" DRYDOCK_VERSION);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
        curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_error);
    }

    template <class Stopping>
    std::optional<CURLcode> perform(Stopping stopping) {
        for (;;) {
            int running = 0;
            if (curl_multi_perform(m_multi.get(), &running) != CURLM_OK) return CURLE_FAILED_INIT;
            int queued = 0;
            while (const CURLMsg* message = curl_multi_info_read(m_multi.get(), &queued))
                if (message->msg == CURLMSG_DONE) return message->data.result;
            if (stopping()) return std::nullopt;
            if (curl_multi_poll(m_multi.get(), nullptr, 0, 1'000, nullptr) != CURLM_OK) return CURLE_FAILED_INIT;
        }
    }

    void describe(CURLcode outcome, WebhookAnswer& answer) {
        if (outcome != CURLE_OK) {
            answer.error = m_error[0] != '\0' ? m_error : curl_easy_strerror(outcome);
            return;
        }
        long status = 0;
        curl_easy_getinfo(m_easy.get(), CURLINFO_RESPONSE_CODE, &status);
        answer.status = static_cast<int>(status);
        if (answer.status < kRedirectsFrom || answer.status > kRedirectsTo) return;
        const char* place = nullptr;
        curl_easy_getinfo(m_easy.get(), CURLINFO_REDIRECT_URL, &place);
        answer.error = "it redirects to " + std::string(place != nullptr ? place : "another place") +
                       ", which is not followed; set alerts.webhook to the place wanted";
    }

    const std::chrono::milliseconds m_timeout;
    CurlMulti m_multi;
    CurlTransfer m_easy;
    char m_error[CURL_ERROR_SIZE] = {};
};

WebhookSender::WebhookSender(Done done, std::chrono::milliseconds timeout)
    : m_done(std::move(done)),
      m_timeout(timeout),
      m_connection(std::make_unique<Connection>(timeout)),
      m_thread([this] { run(); }) {}

WebhookSender::~WebhookSender() {
    stop();
}

void WebhookSender::post(WebhookBatch batch) {
    const std::lock_guard lock(m_mutex);
    m_batch = std::move(batch);
    m_wake.notify_one();
}

void WebhookSender::stop() {
    std::call_once(m_ended, [this] {
        {
            const std::lock_guard lock(m_mutex);
            m_stopping = true;
            m_wake.notify_one();
        }
        m_connection->wake();
        m_thread.join();
    });
}

bool WebhookSender::stopping() {
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

void WebhookSender::run() {
    // A receiver that goes away amid a request is an error of that request.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stopping || m_batch; });
        if (m_stopping) return;
        WebhookBatch batch = std::move(*m_batch);
        m_batch.reset();
        lock.unlock();
        std::vector<WebhookAnswer> answers;
        for (fleet::AlertDelivery& delivery : batch.deliveries) {
            auto answer = m_connection->post(batch.url, std::move(delivery), [this] { return stopping(); });
            if (!answer) break;
            answers.push_back(std::move(*answer));
            if (fleet::outcomeOfStatus(answers.back().status) == fleet::DeliveryOutcome::again) break;
        }
        m_done(std::move(answers));
        lock.lock();
    }
}

}  // namespace drydock::app
