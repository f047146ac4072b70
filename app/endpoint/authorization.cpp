#include "app/endpoint/authorization.h"

#include <algorithm>

namespace drydock::app {

namespace {

constexpr const char* kIncomplete = "IncompleteSignatureException";
constexpr const char* kInvalid = "InvalidSignatureException";

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::optional<unsigned char> hexDigit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned char>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned char>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned char>(c - 'A' + 10);
    return std::nullopt;
}

// Calls `use` with each piece between separators.
template <class Use>
void split(std::string_view text, std::string_view separators, Use&& use) {
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        if (end > begin) use(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

std::vector<std::string> headerNames(std::string_view list) {
    std::vector<std::string> names;
    split(list, ";", [&names](std::string_view name) {
        std::string& lower = names.emplace_back(name);
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    });
    return names;
}

std::string valueOf(const Parameters& parameters, std::string_view name) {
    const auto found =
        std::find_if(parameters.begin(), parameters.end(), [name](const auto& each) { return each.first == name; });
    return found == parameters.end() ? std::string() : found->second;
}

tl::unexpected<AuthError> refuse(const char* type, std::string message) {
    return tl::unexpected(AuthError{type, std::move(message)});
}

tl::expected<std::optional<Authorization>, AuthError> readHeader(const HttpRequest& request, std::string_view header) {
    const std::string_view text = trimmed(header);
    if (text.substr(0, 5) != "AWS4-") {
        return refuse("MissingAuthenticationTokenException", "Request is missing Authentication Token");
    }
    Authorization authorization;
    authorization.algorithm = text.substr(0, text.find_first_of(" ,"));
    Parameters parts;
    std::string malformed;
    split(text.substr(authorization.algorithm.size()), " ,", [&](std::string_view part) {
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos && malformed.empty()) malformed = part;
        parts.emplace_back(part.substr(0, equals), equals == std::string_view::npos ? "" : part.substr(equals + 1));
    });
    if (!malformed.empty()) {
        return refuse(kIncomplete, "'" + malformed +
                                       "' not a valid key=value pair (missing equal-sign) in Authorization header: '" +
                                       std::string(header) + "'.");
    }
    authorization.credential = valueOf(parts, "Credential");
    authorization.signature = valueOf(parts, "Signature");
    authorization.signedHeaders = headerNames(valueOf(parts, "SignedHeaders"));
    auto date = request.header("X-Amz-Date");
    if (!date) date = request.header("Date");
    authorization.date = trimmed(date.value_or(""));

    std::string missing;
    const auto require = [&missing](bool there, const char* name) {
        if (!there) missing += std::string("Authorization header requires '") + name + "' parameter. ";
    };
    require(!authorization.credential.empty(), "Credential");
    require(!authorization.signature.empty(), "Signature");
    require(!authorization.signedHeaders.empty(), "SignedHeaders");
    if (authorization.date.empty()) {
        missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
    }
    if (!missing.empty()) return refuse(kIncomplete, missing + "Authorization=" + std::string(header));
    return authorization;
}

tl::expected<std::optional<Authorization>, AuthError> readQuery(const Parameters& query) {
    std::string missing;
    const auto take = [&](const char* name) {
        std::string value = valueOf(query, name);
        if (value.empty()) missing += std::string("AWS query-string parameters must include '") + name + "'. ";
        return value;
    };
    Authorization authorization;
    authorization.presigned = true;
    authorization.algorithm = take("X-Amz-Algorithm");
    authorization.credential = take("X-Amz-Credential");
    authorization.signature = take("X-Amz-Signature");
    authorization.signedHeaders = headerNames(take("X-Amz-SignedHeaders"));
    authorization.date = take("X-Amz-Date");
    if (!missing.empty()) return refuse(kIncomplete, missing + "Re-examine the query-string parameters.");
    if (std::string expires = valueOf(query, "X-Amz-Expires"); !expires.empty()) {
        authorization.expires = std::move(expires);
    }
    return authorization;
}

}  // namespace

std::string percentDecoded(std::string_view text, bool plusIsBlank) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto high = i + 2 < text.size() && text[i] == '%' ? hexDigit(text[i + 1]) : std::nullopt;
        const auto low = high ? hexDigit(text[i + 2]) : std::nullopt;
        if (low) {
            decoded += static_cast<char>((*high << 4U) | *low);
            i += 2;
        } else {
            decoded += plusIsBlank && text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

std::vector<std::pair<std::string, std::string>> queryParameters(std::string_view query) {
    Parameters parameters;
    split(query, "&", [&parameters](std::string_view part) {
        const std::size_t equals = part.find('=');
        const std::string_view value = equals == std::string_view::npos ? "" : part.substr(equals + 1);
        parameters.emplace_back(percentDecoded(part.substr(0, equals), true), percentDecoded(value, true));
    });
    return parameters;
}

tl::expected<std::optional<Authorization>, AuthError> readAuthorization(const HttpRequest& request) {
    const auto header = request.header("Authorization");
    const Parameters query = queryParameters(request.query());
    const bool presigned =
        std::any_of(query.begin(), query.end(), [](const auto& each) { return each.first == "X-Amz-Algorithm"; });
    if (header && presigned) {
        return refuse(kInvalid,
                      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    }
    if (header) return readHeader(request, *header);
    if (presigned) return readQuery(query);
    return std::nullopt;
}

}  // namespace drydock::app
