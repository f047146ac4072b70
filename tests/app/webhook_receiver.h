// WebhookReceiver: what alerts are posted to, over real HTTP on a free loopback port.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/endpoint/http_server.h"
#include "tests/support/manual_clock.h"

namespace drydock::tests {

class WebhookReceiver final : public app::HttpHandler {
public:
    struct Request {
        std::string method;
        std::string target;
        std::map<std::string, std::string> headers;
        std::string body;
    };

    WebhookReceiver() { start(); }
    ~WebhookReceiver() override { stop(); }
    WebhookReceiver(const WebhookReceiver&) = delete;
    WebhookReceiver& operator=(const WebhookReceiver&) = delete;

    // On the same port again, once it has one.
    void start() {
        auto server = app::HttpServer::start(m_address, {}, m_clock, *this);
        ASSERT_TRUE(server) << server.error().message;
        m_server = std::move(*server);
        m_address = m_server->address();
    }
    // Nobody listens there until start().
    void stop() {
        release();
        m_server.reset();
    }

    [[nodiscard]] std::string url() const { return m_address.url() + "/hook"; }
    [[nodiscard]] std::vector<Request> requests() const {
        const std::lock_guard lock(m_mutex);
        return m_requests;
    }
    [[nodiscard]] std::size_t count() const { return requests().size(); }

    // The next requests get these answers, those after them 200.
    void answerNext(std::vector<app::HttpResponse> answers) {
        const std::lock_guard lock(m_mutex);
        m_answers.assign(answers.begin(), answers.end());
    }
    void hold() {
        const std::lock_guard lock(m_mutex);
        m_holding = true;
    }
    // Answers all that were held with 200, and holds none any more.
    void release() {
        const std::lock_guard lock(m_mutex);
        m_holding = false;
        for (const app::LaterResponse& owed : m_owed) owed([] { return app::HttpResponse{}; });
        m_owed.clear();
    }

    std::optional<app::HttpResponse> handle(const app::HttpRequest& request, const app::LaterResponse& later) override {
        const std::lock_guard lock(m_mutex);
        Request& seen = m_requests.emplace_back();
        seen.method = request.method;
        seen.target = request.target;
        for (const app::HttpHeader& header : request.headers) seen.headers[std::string(header.name)] = header.value;
        seen.body = request.body;
        if (m_holding) {
            m_owed.push_back(later);
            return std::nullopt;
        }
        app::HttpResponse answer;
        if (!m_answers.empty()) {
            answer = std::move(m_answers.front());
            m_answers.pop_front();
        }
        return answer;
    }

private:
    ManualClock m_clock;
    app::EndpointAddress m_address;
    std::unique_ptr<app::HttpServer> m_server;
    mutable std::mutex m_mutex;  // guards all below
    std::vector<Request> m_requests;
    std::deque<app::HttpResponse> m_answers;
    bool m_holding = false;
    std::vector<app::LaterResponse> m_owed;
};

}  // namespace drydock::tests
