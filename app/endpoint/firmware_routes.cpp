#include "app/endpoint/firmware_routes.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "app/commands/fleet_json.h"
#include "storage/value/base64.h"
#include "storage/value/json.h"

namespace drydock::app {

using fleet::ActionKind;
using fleet::FirmwareRecord;
using fleet::ReleaseStatus;
using nlohmann::json;
using storage::ErrorCode;
using storage::Result;

namespace {

constexpr std::uint32_t kPageRecords = 100;
constexpr std::uint32_t kMostPageRecords = 1'000;
constexpr int kBodyDepth = 8;
constexpr const char* kAnonymous = "anonymous";
constexpr const char* kScreen = "http";
// Files a package has beside those its manifest lists.
constexpr std::array<std::string_view, 2> kUnlisted = {"manifest.json", "config.bin"};

HttpResponse answerWith(int status, const json& body) {
    return {status,
            {{"Content-Type", "application/json"}},
            body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

HttpResponse failure(int status, const std::string& message) {
    return answerWith(status, {{"message", message}});
}

// The segments of a path, decoded. Nothing when one of them could lead elsewhere.
std::optional<std::vector<std::string>> segmentsOf(std::string_view path) {
    std::vector<std::string> segments;
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    for (;;) {
        const std::size_t slash = path.find('/');
        std::string segment = percentDecoded(path.substr(0, slash), false);
        if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
        if (segment.find('/') != std::string::npos || segment.find('\0') != std::string::npos) return std::nullopt;
        segments.push_back(std::move(segment));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

// Each segment of a path encoded, the slashes left alone.
std::string encodedPath(std::string_view path) {
    std::string encoded;
    for (;;) {
        const std::size_t slash = path.find('/');
        encoded += percentEncoded(path.substr(0, slash));
        if (slash == std::string_view::npos) return encoded;
        encoded += '/';
        path.remove_prefix(slash + 1);
    }
}

std::string parameter(const HttpRequest& request, std::string_view name) {
    for (auto& [each, value] : queryParameters(request.query())) {
        if (each == name) return value;
    }
    return {};
}

std::optional<std::uint32_t> pageLimit(const std::string& text) {
    if (text.empty()) return kPageRecords;
    std::uint32_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc() || end != text.data() + text.size() || limit == 0) return std::nullopt;
    return std::min(limit, kMostPageRecords);
}

// A page's end as a word that a URL takes as it is.
std::string tokenOf(const storage::Item& key) {
    const std::string text = storage::itemToJson(key).dump();
    std::string token = storage::encodeBase64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    std::replace(token.begin(), token.end(), '+', '-');
    std::replace(token.begin(), token.end(), '/', '_');
    std::replace(token.begin(), token.end(), '=', '.');
    return token;
}

Result<storage::Item> keyOf(std::string token) {
    std::replace(token.begin(), token.end(), '-', '+');
    std::replace(token.begin(), token.end(), '_', '/');
    std::replace(token.begin(), token.end(), '.', '=');
    DRYDOCK_ASSIGN(const storage::Binary bytes, storage::decodeBase64(token));
    DRYDOCK_ASSIGN(const json key, storage::parseJson(std::string(bytes.begin(), bytes.end()), kBodyDepth));
    return storage::itemFromJson(key);
}

std::optional<std::string> wantedStatus(std::string_view body) {
    const auto parsed = storage::parseJson(body, kBodyDepth);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const auto field = parsed->find("release_status");
    if (field == parsed->end() || !field->is_string() || field->get_ref<const std::string&>().empty())
        return std::nullopt;
    return field->get<std::string>();
}

bool isAllowed(const FirmwareRecord& record, const std::string& status) {
    const auto wanted = fleet::releaseStatusFromName(status);
    const auto allowed = fleet::allowedTransitions(record.status);
    return wanted && std::find(allowed.begin(), allowed.end(), *wanted) != allowed.end();
}

HttpResponse notAllowed(const FirmwareRecord& record, const std::string& status) {
    json allowed = json::array();
    for (const ReleaseStatus each : fleet::allowedTransitions(record.status)) {
        allowed.push_back(fleet::releaseStatusName(each));
    }
    const std::string current = fleet::releaseStatusName(record.status);
    return answerWith(422, {{"message", "A firmware that is " + current + " can't become " + status + "."},
                            {"current_status", current},
                            {"allowed_transitions", std::move(allowed)}});
}

// Where the client found us, which is where it finds the files. What isn't a host and a port is not repeated.
std::string baseUrl(const HttpRequest& request) {
    const std::string_view host = request.header("Host").value_or("");
    const bool plain = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".:-[]").find(c) != std::string_view::npos;
    });
    return plain ? "http://" + std::string(host) : std::string();
}

json offerOf(const FirmwareRecord& record, const std::string& base) {
    json offer = firmwareToJson(record);
    for (const char* ours : {"status_history", "original_name", "uploaded_at"}) offer.erase(ours);
    const std::string folder = base + "/published/" + percentEncoded(record.productId) + '/' +
                               percentEncoded(record.application) + '/' + percentEncoded(record.version) + '/';
    for (json& file : offer["files"]) file["url"] = folder + encodedPath(file["name"].get_ref<const std::string&>());
    return offer;
}

// Nothing when there is no such file.
std::shared_ptr<const HttpFile> openFile(const std::filesystem::path& path) {
    FileDescriptor descriptor(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!descriptor.valid() || fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
    return std::make_shared<const HttpFile>(
        HttpFile{std::move(descriptor), static_cast<std::uint64_t>(status.st_size)});
}

bool holdsFile(const FirmwareRecord& record, const std::string& name) {
    return std::find(kUnlisted.begin(), kUnlisted.end(), name) != kUnlisted.end() ||
           std::any_of(record.files.begin(), record.files.end(),
                       [&name](const fleet::FirmwareFile& file) { return file.name == name; });
}

int statusOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation:
            return 400;
        case ErrorCode::readOnly:
            return 403;
        case ErrorCode::notFound:
            return 404;
        case ErrorCode::conflict:
        case ErrorCode::refused:
            return 409;
        case ErrorCode::busy:
            return 503;
        default:
            return 500;
    }
}

HttpResponse failureOf(const storage::Error& error) {
    return failure(statusOf(error.code), error.message);
}

}  // namespace

const std::array<FirmwareRoutes::Route, 7> FirmwareRoutes::kRoutes = {{
    {"GET", "firmware", 1, 1, "", false, &FirmwareRoutes::list},
    {"GET", "firmware", 2, 2, "", false, &FirmwareRoutes::show},
    {"PATCH", "firmware", 2, 2, "", false, &FirmwareRoutes::setStatus},
    {"DELETE", "firmware", 2, 2, "", false, &FirmwareRoutes::remove},
    {"GET", "firmware", 3, 3, "download", false, &FirmwareRoutes::download},
    {"GET", "ota", 3, 3, "", true, &FirmwareRoutes::offer},
    {"GET", "published", 5, SIZE_MAX, "", true, &FirmwareRoutes::published},
}};

FirmwareRoutes::FirmwareRoutes(DeskCore& core, std::unique_ptr<storage::TableReader> reader,
                               const fleet::FirmwareStore* files, std::optional<SignatureCheck> signatures, bool open)
    : m_core(core),
      m_tables(std::move(reader)),
      m_reader(*m_tables),
      m_files(files),
      m_signatures(std::move(signatures)),
      m_open(open) {}

bool FirmwareRoutes::serves(const HttpRequest& request) {
    const std::string_view path = request.path();
    const std::string_view root = path.substr(0, path.find('/', 1));
    return std::any_of(kRoutes.begin(), kRoutes.end(), [root](const Route& route) {
        return root.size() == route.root.size() + 1 && root.front() == '/' && root.substr(1) == route.root;
    });
}

bool FirmwareRoutes::fits(const Route& route, const std::vector<std::string>& path) {
    return path.front() == route.root && path.size() >= route.minSegments && path.size() <= route.maxSegments &&
           (route.last.empty() || path.back() == route.last);
}

std::optional<HttpResponse> FirmwareRoutes::handle(const HttpRequest& request, const LaterResponse& later) {
    auto path = segmentsOf(request.path());
    if (!path) return failure(400, "The path can't be used.");
    const std::string_view method = request.method == "HEAD" ? "GET" : request.method;
    const Route* route = nullptr;
    std::string methods;
    for (const Route& each : kRoutes) {
        if (!fits(each, *path)) continue;
        if (each.method == method) route = &each;
        methods.append(methods.empty() ? "" : ", ").append(each.method);
    }
    if (methods.empty()) return failure(404, "There is nothing at this path.");
    if (route == nullptr) {
        HttpResponse response = failure(405, "This path takes " + methods + ".");
        response.headers.emplace_back("Allow", methods);
        return response;
    }
    fleet::Operator who{kAnonymous, kScreen};
    if (!m_open || !route->mayBeOpen) {
        const auto key = authenticate(request);
        if (!key) return failure(403, key.error().message);
        if (*key != nullptr) who.name = (*key)->id;
        if (*key != nullptr && (*key)->readOnly && method != "GET") {
            return failure(403, "The access key is read-only.");
        }
    }
    return (this->*route->answer)(Call{request, std::move(*path), std::move(who), later});
}

tl::expected<const AccessKey*, AuthError> FirmwareRoutes::authenticate(const HttpRequest& request) {
    auto authorization = readAuthorization(request);
    if (!authorization) return tl::unexpected(std::move(authorization).error());
    if (!m_signatures) return nullptr;
    if (!*authorization) {
        return tl::unexpected(AuthError{"MissingAuthenticationTokenException", "Missing Authentication Token"});
    }
    auto key = m_signatures->check(request, **authorization);
    const std::string twice = encodedPath(request.path());
    if (key || twice == request.path()) return key;
    // Some clients sign the path as they send it, others encode it once more, as the rules have it.
    const std::string target = twice + std::string(request.target.substr(request.path().size()));
    HttpRequest encoded = request;
    encoded.target = target;
    return m_signatures->check(encoded, **authorization);
}

FirmwareRoutes::Answer FirmwareRoutes::list(const Call& call) {
    const auto limit = pageLimit(parameter(call.request, "limit"));
    if (!limit) return failure(400, "The limit must be a number from 1 to " + std::to_string(kMostPageRecords) + ".");
    std::optional<storage::Item> from;
    if (std::string token = parameter(call.request, "next_token"); !token.empty()) {
        auto key = keyOf(std::move(token));
        if (!key) return failure(400, "The next_token is none that was given out.");
        from = std::move(*key);
    }
    const auto page = m_reader.firmwarePage({parameter(call.request, "product_id"), parameter(call.request, "version")},
                                            *limit, std::move(from));
    if (!page) return failureOf(page.error());
    json items = json::array();
    for (const FirmwareRecord& record : page->records) {
        json& item = items.emplace_back(firmwareToJson(record));
        item.erase("files");
    }
    json body = {{"items", std::move(items)}};
    if (page->next) body["next_token"] = tokenOf(*page->next);
    return answerWith(200, body);
}

FirmwareRoutes::Answer FirmwareRoutes::show(const Call& call) {
    return recordAs(call.path[1], 200);
}

HttpResponse FirmwareRoutes::recordAs(const std::string& zipName, int status) {
    const auto record = m_reader.firmwareByZip(zipName);
    return record ? answerWith(status, firmwareToJson(*record)) : failureOf(record.error());
}

FirmwareRoutes::Answer FirmwareRoutes::download(const Call& call) {
    const auto record = m_reader.firmwareByZip(call.path[1]);
    if (!record) return failureOf(record.error());
    auto file = m_files == nullptr ? nullptr : openFile(m_files->pathOf(*record));
    if (!file) return failure(404, "The ZIP of " + record->zipName + " is not there any more.");
    HttpResponse response{200,
                          {{"Content-Type", "application/zip"},
                           {"Content-Disposition", "attachment; filename=\"" + record->zipName + "\""}},
                          {}};
    response.file = std::move(file);
    return response;
}

FirmwareRoutes::Answer FirmwareRoutes::setStatus(const Call& call) {
    const auto wanted = wantedStatus(call.request.body);
    if (!wanted) return failure(400, "Missing required field: release_status");
    const auto record = m_reader.firmwareByZip(call.path[1]);
    if (!record) return failureOf(record.error());
    if (!isAllowed(*record, *wanted)) return notAllowed(*record, *wanted);
    return act(call, ActionKind::setReleaseStatus, *wanted, 200);
}

FirmwareRoutes::Answer FirmwareRoutes::remove(const Call& call) {
    return act(call, ActionKind::deleteFirmware, {}, 202);
}

FirmwareRoutes::Answer FirmwareRoutes::act(const Call& call, ActionKind kind, const std::string& text, int status) {
    const std::string zipName = call.path[1];
    m_core.act({kind, zipName, text, {}}, call.who,
               [this, later = call.later, zipName, status](const Result<fleet::ActionOutcome>& outcome) {
                   // Made on the server's thread, whose reader it takes.
                   later([this, zipName, status, error = outcome ? std::nullopt : std::optional(outcome.error())] {
                       return error ? refusal(*error, zipName) : recordAs(zipName, status);
                   });
               });
    return std::nullopt;
}

HttpResponse FirmwareRoutes::refusal(const storage::Error& error, const std::string& zipName) {
    const auto record = m_reader.firmwareByZip(zipName);
    if (!record) return failureOf(error);
    // What is missing of a record that is there is a file of its package.
    const int status = error.code == ErrorCode::notFound ? 409 : statusOf(error.code);
    return answerWith(status,
                      {{"message", error.message}, {"current_status", fleet::releaseStatusName(record->status)}});
}

FirmwareRoutes::Answer FirmwareRoutes::offer(const Call& call) {
    const std::string current = parameter(call.request, "current_version");
    const auto offers = m_reader.otaOffers(call.path[1], call.path[2],
                                           current.empty() ? std::nullopt : std::optional<std::string_view>(current));
    if (!offers) return failureOf(offers.error());
    json list = json::array();
    for (const FirmwareRecord& record : *offers) list.push_back(offerOf(record, baseUrl(call.request)));
    return answerWith(200, list);
}

FirmwareRoutes::Answer FirmwareRoutes::published(const Call& call) {
    const auto record = m_reader.firmwareAt(call.path[1], call.path[2], call.path[3]);
    if (!record) return failureOf(record.error());
    std::string name = call.path[4];
    for (std::size_t i = 5; i < call.path.size(); ++i) name += '/' + call.path[i];
    std::shared_ptr<const HttpFile> file;
    if (*record && (*record)->status == ReleaseStatus::released && holdsFile(**record, name) && m_files != nullptr) {
        file = openFile(m_files->published().pathOf(**record) / name);
    }
    if (!file) return failure(404, "There is no such file of a released firmware.");
    HttpResponse response{200, {{"Content-Type", "application/octet-stream"}}, {}};
    response.file = std::move(file);
    return response;
}

}  // namespace drydock::app
