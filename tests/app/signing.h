// Requests signed as a client signs them.
#pragma once

#include <algorithm>

#include "app/endpoint/signature_v4.h"
#include "tests/support/http_client.h"

namespace drydock::tests {

struct Signer {
    std::string keyId;
    std::string secret;
    std::string date = "20240324T224000Z";  // ManualClock's
    std::string region = "eu-north-1";
    std::string service = "dynamodb";

    [[nodiscard]] std::string scope() const {
        return date.substr(0, 8) + "/" + region + "/" + service + "/aws4_request";
    }
};

// The headers, with X-Amz-Date and Authorization added. All of them are signed.
[[nodiscard]] inline Headers signedHeaders(const Signer& signer, const std::string& host, Headers headers,
                                           std::string_view body, const std::string& target = "/",
                                           const std::string& method = "POST") {
    headers.emplace_back("X-Amz-Date", signer.date);
    app::HttpRequest request{method, target, {{"Host", host}}, body};
    for (const auto& [name, value] : headers) request.headers.push_back({name, value});
    app::Authorization authorization;
    std::string names;
    for (const app::HttpHeader& header : request.headers) {
        std::string& name = authorization.signedHeaders.emplace_back(header.name);
        for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    std::sort(authorization.signedHeaders.begin(), authorization.signedHeaders.end());
    for (const std::string& name : authorization.signedHeaders) names.append(names.empty() ? "" : ";").append(name);
    const std::string canonical = app::canonicalRequest(request, authorization, app::hex(app::sha256(body)));
    const std::string signature = app::hex(app::hmacSha256(app::viewOf(app::signingKey(signer.secret, signer.scope())),
                                                           app::stringToSign(signer.date, signer.scope(), canonical)));
    headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + signer.keyId + "/" + signer.scope() +
                                              ", SignedHeaders=" + names + ", Signature=" + signature);
    return headers;
}

}  // namespace drydock::tests
