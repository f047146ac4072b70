#include "app/endpoint/signature_v4.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include <openssl/crypto.h>

namespace drydock::app {

namespace {

constexpr const char* kIncomplete = "IncompleteSignatureException";
constexpr const char* kInvalid = "InvalidSignatureException";
constexpr const char* kUnrecognized = "UnrecognizedClientException";

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";
constexpr std::int64_t kAllowedSkewSeconds = 15 * 60;
constexpr std::int64_t kLongestPresignedSeconds = 7 * 24 * 60 * 60;
constexpr std::size_t kMostSigningKeys = 256;

tl::unexpected<AuthError> refuse(const char* type, std::string message) {
    return tl::unexpected(AuthError{type, std::move(message)});
}

std::string canonicalQuery(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> parameters = queryParameters(query);
    std::erase_if(parameters, [](const auto& each) { return each.first == "X-Amz-Signature"; });
    for (auto& [name, value] : parameters) {
        name = percentEncoded(name);
        value = percentEncoded(value);
    }
    std::sort(parameters.begin(), parameters.end());
    std::string text;
    for (const auto& [name, value] : parameters)
        text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
    return text;
}

// Blanks at the ends go, and several in a row are one.
void appendCanonicalValue(std::string_view value, std::string& text) {
    char before = '\0';
    for (const char c : trimmed(value)) {
        if (c != ' ' || before != ' ') text += c;
        before = c;
    }
}

struct Credential {
    std::string_view keyId;
    std::string_view scope;  // all behind the key's id
    std::string_view date;
    std::string_view region;
    std::string_view service;
    std::string_view terminator;
};

std::optional<Credential> splitCredential(std::string_view text) {
    while (!text.empty() && text.back() == '/') text.remove_suffix(1);
    std::array<std::string_view, 5> parts;
    std::string_view rest = text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t slash = rest.find('/');
        if ((slash == std::string_view::npos) != (i + 1 == parts.size())) return std::nullopt;
        parts[i] = rest.substr(0, slash);
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    }
    return Credential{parts[0], text.substr(parts[0].size() + 1), parts[1], parts[2], parts[3], parts[4]};
}

bool readDigits(std::string_view text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && text.front() != '-';
}

// "20150830T123600Z" in seconds since the epoch.
std::optional<std::int64_t> parseDate(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!readDigits(text.substr(0, 4), year) || !readDigits(text.substr(4, 2), month) ||
        !readDigits(text.substr(6, 2), day) || !readDigits(text.substr(9, 2), hour) ||
        !readDigits(text.substr(11, 2), minute) || !readDigits(text.substr(13, 2), second)) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

std::string formatDate(std::int64_t seconds) {
    using namespace std::chrono;
    const sys_seconds time{std::chrono::seconds(seconds)};
    const sys_days day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

tl::expected<void, AuthError> checkDate(const Authorization& authorization, std::int64_t nowSeconds) {
    const auto signedAt = parseDate(authorization.date);
    if (!signedAt) {
        return refuse(kIncomplete, "Date must be in ISO-8601 'basic format'. Got '" + authorization.date +
                                       "'. See http://en.wikipedia.org/wiki/ISO_8601");
    }
    std::int64_t validFor = kAllowedSkewSeconds;
    if (authorization.expires) {
        int seconds = 0;
        if (!readDigits(*authorization.expires, seconds) || seconds < 1 || seconds > kLongestPresignedSeconds) {
            return refuse(kInvalid, "'X-Amz-Expires' must be a number of seconds from 1 to 604800.");
        }
        validFor = seconds;
    }
    const std::string now = formatDate(nowSeconds);
    if (*signedAt < nowSeconds - validFor) {
        return refuse(kInvalid, "Signature expired: " + authorization.date + " is now earlier than " +
                                    formatDate(nowSeconds - validFor) + " (" + now + " - " +
                                    std::to_string(validFor / 60) + " min.)");
    }
    if (*signedAt > nowSeconds + kAllowedSkewSeconds) {
        return refuse(kInvalid, "Signature not yet current: " + authorization.date + " is still later than " +
                                    formatDate(nowSeconds + kAllowedSkewSeconds) + " (" + now + " + 15 min.)");
    }
    return {};
}

// Any region will do: there is but this one place.
std::string scopeTrouble(const Credential& credential, std::string_view date,
                         std::span<const std::string_view> services) {
    std::string trouble;
    if (std::find(services.begin(), services.end(), credential.service) == services.end()) {
        trouble += "Credential should be scoped to correct service: '" + std::string(services.front()) + "'. ";
    }
    if (credential.terminator != kTerminator) {
        trouble += "Credential should be scoped with a valid terminator: '" + std::string(kTerminator) + "', not '" +
                   std::string(credential.terminator) + "'. ";
    }
    if (const std::string_view day = date.substr(0, 8); credential.date != day) {
        trouble += "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
                   std::string(credential.date) + "' != '" + std::string(day) + "', from '" + std::string(date) + "'. ";
    }
    return trouble;
}

std::string canonicalWith(std::string_view query, const HttpRequest& request, const Authorization& authorization,
                          std::string_view payloadHash) {
    std::string text;
    text.reserve(1'024);
    text.append(request.method).append("\n").append(request.path()).append("\n").append(query).append("\n");
    std::string names;
    for (const std::string& name : authorization.signedHeaders) {
        text.append(name).append(":");
        bool first = true;
        for (const HttpHeader& header : request.headers) {
            if (!equalsIgnoringCase(header.name, name)) continue;
            if (!first) text += ',';
            appendCanonicalValue(header.value, text);
            first = false;
        }
        text += '\n';
        names.append(names.empty() ? "" : ";").append(name);
    }
    return text.append("\n").append(names).append("\n").append(payloadHash);
}

bool equalInConstantTime(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string percentEncoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        if (plain) {
            encoded += c;
        } else {
            encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 0x0FU]};
        }
    }
    return encoded;
}

std::string canonicalRequest(const HttpRequest& request, const Authorization& authorization,
                             std::string_view payloadHash) {
    return canonicalWith(canonicalQuery(request.query()), request, authorization, payloadHash);
}

std::string stringToSign(std::string_view date, std::string_view scope, std::string_view canonical) {
    std::string text(kAlgorithm);
    return text.append("\n").append(date).append("\n").append(scope).append("\n").append(hex(sha256(canonical)));
}

Sha256 signingKey(std::string_view secret, std::string_view scope) {
    std::string start = "AWS4";
    start.append(secret);
    Sha256 key{};
    std::string_view by = start;
    for (;;) {
        const std::size_t slash = scope.find('/');
        key = hmacSha256(by, scope.substr(0, slash));
        if (slash == std::string_view::npos) return key;
        by = viewOf(key);
        scope.remove_prefix(slash + 1);
    }
}

tl::expected<const AccessKey*, AuthError> SignatureCheck::check(const HttpRequest& request,
                                                                const Authorization& authorization) {
    if (auto date = checkDate(authorization, m_clock.wallMs() / 1'000); !date) {
        return tl::unexpected(std::move(date).error());
    }
    const auto& names = authorization.signedHeaders;
    if (std::find(names.begin(), names.end(), "host") == names.end()) {
        return refuse(kInvalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
    if (authorization.algorithm != kAlgorithm) {
        return refuse(kIncomplete, "Unsupported AWS 'algorithm': '" + authorization.algorithm + "' (only " +
                                       std::string(kAlgorithm) + " for now). ");
    }
    const auto credential = splitCredential(authorization.credential);
    if (!credential) {
        return refuse(kIncomplete,
                      "Credential must have exactly 5 slash-delimited elements, e.g. "
                      "keyid/date/region/service/term, got '" +
                          authorization.credential + "'");
    }
    if (std::string trouble = scopeTrouble(*credential, authorization.date, m_services); !trouble.empty()) {
        return refuse(kInvalid, std::move(trouble));
    }
    const AccessKey* key = m_keys.find(credential->keyId);
    // A session's token never belongs to a key of ours.
    if (key == nullptr || request.header("X-Amz-Security-Token")) {
        return refuse(kUnrecognized, "The security token included in the request is invalid.");
    }
    const std::string payloadHash = hex(sha256(request.body));
    const auto toSignOf = [&](std::string_view canonical) {
        return stringToSign(authorization.date, credential->scope, canonical);
    };
    const auto isSignatureOf = [&](std::string_view toSign) {
        const std::string signature = hex(hmacSha256(viewOf(cachedSigningKey(*key, credential->scope)), toSign));
        return equalInConstantTime(signature, authorization.signature);
    };
    const std::string canonical = canonicalRequest(request, authorization, payloadHash);
    const std::string toSign = toSignOf(canonical);
    // Some clients, such as curl 7.88, sign the query as they send it, encoded or not.
    if (!isSignatureOf(toSign) &&
        !isSignatureOf(toSignOf(canonicalWith(request.query(), request, authorization, payloadHash)))) {
        return refuse(kInvalid,
                      "The request signature we calculated does not match the signature you provided. Check your AWS "
                      "Secret Access Key and signing method. Consult the service documentation for details.\n\nThe "
                      "Canonical String for this request should have been\n'" +
                          canonical + "'\n\nThe String-to-Sign should have been\n'" + toSign + "'\n");
    }
    return key;
}

const Sha256& SignatureCheck::cachedSigningKey(const AccessKey& key, std::string_view scope) {
    if (m_signingKeysVersion != m_keys.version() || m_signingKeys.size() >= kMostSigningKeys) {
        m_signingKeys.clear();
        m_signingKeysVersion = m_keys.version();
    }
    std::string name = key.id + "/";
    name.append(scope);
    const auto found = m_signingKeys.find(name);
    if (found != m_signingKeys.end()) return found->second;
    return m_signingKeys.emplace(std::move(name), signingKey(key.secret, scope)).first->second;
}

}  // namespace drydock::app
