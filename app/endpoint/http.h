// A request and its answer, as the HTTP server and what serves by it see them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/services/file_descriptor.h"

namespace drydock::app {

struct HttpHeader {
    std::string_view name;
    std::string_view value;
};

struct HttpRequest {
    std::string_view method;
    std::string_view target;  // path and query as they came, nothing decoded
    std::vector<HttpHeader> headers;
    std::string_view body;

    // The first header of that name, in whatever case it came; nothing when there is none.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    [[nodiscard]] std::string_view path() const { return target.substr(0, target.find('?')); }
    [[nodiscard]] std::string_view query() const;  // without its question mark
};

// A file to be sent as it is, piece by piece.
struct HttpFile {
    FileDescriptor descriptor;
    std::uint64_t sizeBytes = 0;
};

struct HttpResponse {
    int status = 200;
    // Besides Content-Length, Date and Connection, which the server adds.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::shared_ptr<const HttpFile> file = nullptr;  // instead of the body
};

// Makes an answer where the server wants it made: on its thread.
using ResponseMaker = std::function<HttpResponse()>;
// Gives the answer that the handler owed: once, from any thread.
using LaterResponse = std::function<void(ResponseMaker)>;

class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    // The answer, or nothing; then `later` is to be called with it. The request lives until it is answered.
    // Thread: the server's. Must not block: nobody else is served meanwhile.
    [[nodiscard]] virtual std::optional<HttpResponse> handle(const HttpRequest& request,
                                                             const LaterResponse& later) = 0;
};

[[nodiscard]] bool equalsIgnoringCase(std::string_view a, std::string_view b);
// Without the blanks and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace drydock::app
