// A connection to an HTTP server on this machine, over plain sockets: it can also say what no decent client would.
// Each call aborts the test program when its machinery fails; a wait ends in kHttpPatience.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::tests {

inline constexpr std::chrono::seconds kHttpPatience{60};

struct HttpAnswer {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

class HttpClient {
public:
    explicit HttpClient(std::uint16_t port);
    ~HttpClient();
    HttpClient(HttpClient&& other) noexcept : m_socket(std::exchange(other.m_socket, -1)), m_port(other.m_port) {}
    HttpClient& operator=(HttpClient&&) = delete;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // "127.0.0.1:<port>", as it is sent in Host.
    [[nodiscard]] std::string host() const;

    // A request with Host and, where there is a body, Content-Length; then its answer.
    [[nodiscard]] HttpAnswer request(const std::string& method, const std::string& target, const Headers& headers = {},
                                     std::string_view body = {});
    // False when the other side takes no more.
    bool send(std::string_view bytes);
    // Nothing when the other side closes before there is a whole one.
    [[nodiscard]] std::optional<HttpAnswer> receive();
    // Waits until the other side has closed; what came before is thrown away. False when it doesn't.
    [[nodiscard]] bool closed();

private:
    [[nodiscard]] bool receiveMore();
    [[nodiscard]] bool receiveUntil(std::string_view mark);
    [[nodiscard]] std::optional<std::string> receiveChunks();

    int m_socket = -1;
    std::uint16_t m_port;
    std::string m_pending;
};

[[nodiscard]] std::string requestText(const std::string& method, const std::string& target, const Headers& headers,
                                      std::string_view body);

}  // namespace drydock::tests
