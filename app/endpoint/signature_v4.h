// Signature Version 4: what is signed, with what, and whether a request's signature is right.
// Source: AWS Signature Version 4, "Create a signed AWS API request".
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "app/endpoint/access_keys.h"
#include "app/endpoint/authorization.h"
#include "app/endpoint/sha256.h"
#include "storage/base/clock.h"

namespace drydock::app {

// The request in the form that both sides sign. Its path is not normalised.
[[nodiscard]] std::string canonicalRequest(const HttpRequest& request, const Authorization& authorization,
                                           std::string_view payloadHash);
// `scope` is a credential without its key's id: "20150830/us-east-1/dynamodb/aws4_request".
[[nodiscard]] std::string stringToSign(std::string_view date, std::string_view scope, std::string_view canonical);
// The key of a day, a region and a service.
[[nodiscard]] Sha256 signingKey(std::string_view secret, std::string_view scope);

inline constexpr std::array<std::string_view, 1> kTableService = {"dynamodb"};

// As in a query or a path: all but letters, digits and -_.~ as a percent sign and two digits.
[[nodiscard]] std::string percentEncoded(std::string_view text);

// Thread: one at a time.
class SignatureCheck {
public:
    // The clock outlives it. `services`: those that a credential may be scoped to; the first is the one named to who
    // got it wrong.
    SignatureCheck(AccessKeyFile keys, const storage::Clock& clock,
                   std::span<const std::string_view> services = kTableService)
        : m_keys(std::move(keys)), m_clock(clock), m_services(services) {}

    // The key with which the request was signed, as `authorization` says of it; valid until the next call. Else why
    // the service would refuse it.
    [[nodiscard]] tl::expected<const AccessKey*, AuthError> check(const HttpRequest& request,
                                                                  const Authorization& authorization);

private:
    [[nodiscard]] const Sha256& cachedSigningKey(const AccessKey& key, std::string_view scope);

    AccessKeys m_keys;
    const storage::Clock& m_clock;
    std::span<const std::string_view> m_services;
    std::map<std::string, Sha256, std::less<>> m_signingKeys;  // by key id and scope
    std::uint64_t m_signingKeysVersion = 0;                    // of m_keys
};

}  // namespace drydock::app
