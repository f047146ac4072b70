#include "models/fleet/webhook_url.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace drydock::fleet {
namespace {

constexpr std::size_t kLongestUrl = 2'048;
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHostCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
constexpr std::string_view kIpv6Characters = "abcdefABCDEF0123456789:.";

bool consistsOf(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool isNumberUpTo(std::string_view text, unsigned largest) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return consistsOf(text, kDigits) && error == std::errc() && number <= largest;
}

// What stands between the scheme and the path, and the host in it.
std::optional<std::string_view> hostOf(std::string_view text) {
    const std::size_t begin = text.find("://") + 3;
    const std::string_view authority =
        text.substr(begin, std::min(text.find_first_of("/?#", begin), text.size()) - begin);
    const bool bracketed = !authority.empty() && authority.front() == '[';
    const std::size_t hostEnd = bracketed ? std::min(authority.find(']'), authority.size() - 1) + 1
                                          : std::min(authority.find(':'), authority.size());
    const std::string_view host = authority.substr(0, hostEnd);
    const std::string_view port = authority.substr(hostEnd);
    if (!port.empty() && (port.front() != ':' || port == ":0" || !isNumberUpTo(port.substr(1), 65'535)))
        return std::nullopt;
    if (!bracketed) return consistsOf(host, kHostCharacters) ? std::optional(host) : std::nullopt;
    const bool closed = host.size() > 2 && host.back() == ']';
    return closed && consistsOf(host.substr(1, host.size() - 2), kIpv6Characters) ? std::optional(host) : std::nullopt;
}

// Four whole numbers, as some resolvers take fewer for another address.
bool isLoopbackIpv4(std::string_view host) {
    int parts = 0;
    bool good = host.starts_with("127.");
    for (std::size_t begin = 0; good && begin <= host.size(); ++parts) {
        const std::size_t end = std::min(host.find('.', begin), host.size());
        good = isNumberUpTo(host.substr(begin, end - begin), 255);
        begin = end + 1;
    }
    return good && parts == 4;
}

}  // namespace

bool isLoopbackUrl(std::string_view url) {
    const auto host = hostOf(url);
    return host && (*host == "localhost" || *host == "[::1]" || isLoopbackIpv4(*host));
}

bool isWebhookUrl(std::string_view text) {
    if (text.size() > kLongestUrl) return false;
    const bool plain =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7F && c != '\\'; });
    if (!plain) return false;
    if (text.starts_with(kHttps)) return hostOf(text).has_value();
    return text.starts_with(kHttp) && isLoopbackUrl(text);
}

}  // namespace drydock::fleet
