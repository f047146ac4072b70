// What a request says about who signed it: in its Authorization header, or presigned in its query. Only its form is
// looked at here; signature_v4.h checks whether it is true.
// Source: AWS Signature Version 4; the messages, and the order of the checks, are the service's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "app/endpoint/http.h"

namespace drydock::app {

struct Authorization {
    std::string algorithm;
    std::string credential;                  // keyid/date/region/service/aws4_request
    std::vector<std::string> signedHeaders;  // lower case, in the order given
    std::string signature;
    std::string date;  // as X-Amz-Date, or Date, has it
    bool presigned = false;
    std::optional<std::string> expires;  // of a presigned request, in seconds
};

// The service's refusal of somebody it doesn't know, or who may not.
struct AuthError {
    const char* type;  // such as "InvalidSignatureException"
    std::string message;
};

// Nothing when the request is not signed at all.
[[nodiscard]] tl::expected<std::optional<Authorization>, AuthError> readAuthorization(const HttpRequest& request);

// Undoes percent-encoding; what isn't properly encoded stays as it is.
[[nodiscard]] std::string percentDecoded(std::string_view text, bool plusIsBlank);

// The parts of a query, decoded, in their order; a part without equals sign has an empty value.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> queryParameters(std::string_view query);

}  // namespace drydock::app
