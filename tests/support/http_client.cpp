#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace drydock::tests {

namespace {

[[noreturn]] void giveUp(const char* what) {
    std::perror(what);
    std::abort();
}

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

HttpAnswer parseHead(std::string_view head) {
    HttpAnswer answer;
    answer.status = std::atoi(std::string(head.substr(head.find(' ') + 1, 3)).c_str());  // NOLINT(cert-err34-c)
    std::size_t begin = head.find("\r\n") + 2;
    while (begin < head.size()) {
        const std::string_view line = head.substr(begin, head.find("\r\n", begin) - begin);
        const std::size_t colon = line.find(':');
        const std::size_t value = line.find_first_not_of(' ', colon + 1);
        answer.headers[lowered(line.substr(0, colon))] = value == std::string_view::npos ? "" : line.substr(value);
        begin += line.size() + 2;
    }
    return answer;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) : m_port(port) {
    m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (m_socket < 0 || connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        giveUp("Can't connect");
    }
    const timeval patience{kHttpPatience.count(), 0};
    setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(m_socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

HttpClient::~HttpClient() {
    if (m_socket >= 0) close(m_socket);
}

std::string HttpClient::host() const {
    return "127.0.0.1:" + std::to_string(m_port);
}

HttpAnswer HttpClient::request(const std::string& method, const std::string& target, const Headers& headers,
                               std::string_view body) {
    Headers all = {{"Host", host()}};
    all.insert(all.end(), headers.begin(), headers.end());
    if (!body.empty() || method == "POST") all.emplace_back("Content-Length", std::to_string(body.size()));
    send(requestText(method, target, all, body));
    return receive().value_or(HttpAnswer{});
}

bool HttpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool HttpClient::receiveMore() {
    std::array<char, 65'536> buffer{};
    const ssize_t count = recv(m_socket, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    m_pending.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

bool HttpClient::receiveUntil(std::string_view mark) {
    while (m_pending.find(mark) == std::string::npos) {
        if (!receiveMore()) return false;
    }
    return true;
}

std::optional<std::string> HttpClient::receiveChunks() {
    std::string body;
    for (;;) {
        if (!receiveUntil("\r\n")) return std::nullopt;
        const std::size_t size = std::strtoul(m_pending.c_str(), nullptr, 16);
        m_pending.erase(0, m_pending.find("\r\n") + 2);
        while (m_pending.size() < size + 2) {
            if (!receiveMore()) return std::nullopt;
        }
        body += m_pending.substr(0, size);
        m_pending.erase(0, size + 2);
        if (size == 0) return body;
    }
}

std::optional<HttpAnswer> HttpClient::receive() {
    constexpr std::string_view kEnd = "\r\n\r\n";
    if (!receiveUntil(kEnd)) return std::nullopt;
    const std::size_t end = m_pending.find(kEnd);
    HttpAnswer answer = parseHead(std::string_view(m_pending).substr(0, end + 2));
    m_pending.erase(0, end + kEnd.size());
    if (answer.status == 100) return receive();
    if (answer.headers["transfer-encoding"] == "chunked") {
        auto body = receiveChunks();
        if (!body) return std::nullopt;
        answer.body = std::move(*body);
        return answer;
    }
    const std::size_t size = std::strtoul(answer.headers["content-length"].c_str(), nullptr, 10);
    while (m_pending.size() < size) {
        if (!receiveMore()) return std::nullopt;
    }
    answer.body = m_pending.substr(0, size);
    m_pending.erase(0, size);
    return answer;
}

bool HttpClient::closed() {
    errno = 0;  // a timed out wait is no end
    while (receiveMore()) m_pending.clear();
    return errno != EAGAIN && errno != EWOULDBLOCK;
}

std::string requestText(const std::string& method, const std::string& target, const Headers& headers,
                        std::string_view body) {
    std::string text = method + " " + target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
    return text.append("\r\n").append(body);
}

}  // namespace drydock::tests
