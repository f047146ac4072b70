#include "app/simulator/ota_client.h"

#include <poll.h>

#include <array>
#include <new>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/curl_handles.h"
#include "app/endpoint/signature_v4.h"
#include "models/fleet/digest.h"

namespace drydock::app {
namespace {

using nlohmann::json;
using storage::ErrorCode;
using storage::Result;
using Kind = UpdateNews::Kind;

constexpr long kHttpOk = 200;
constexpr long kHttpNotFound = 404;
constexpr long kHttpConflict = 409;

struct UrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct TextDeleter {
    void operator()(char* text) const { curl_free(text); }
};

// One device's question and what follows from it.
struct Transfer {
    CurlTransfer handle;
    UpdateNews news;  // of whom, and of what version
    std::string current;
    std::string answer;
    std::vector<OfferedFile> files;
    std::size_t fetching = 0;             // of files
    std::optional<fleet::Digest> digest;  // of the file that is being fetched; none: the question is being asked
    std::uint64_t receivedBytes = 0;
};

// Takes what comes; fewer bytes than came end the transfer.
std::size_t receive(char* data, std::size_t, std::size_t count, void* context) noexcept {
    auto& transfer = *static_cast<Transfer*>(context);
    transfer.receivedBytes += count;
    if (transfer.digest) {
        if (transfer.receivedBytes > transfer.files[transfer.fetching].sizeBytes) return 0;
        transfer.digest->update({data, count});
        return count;
    }
    if (transfer.receivedBytes > kMaxAnswerBytes) return 0;
    try {
        transfer.answer.append(data, count);
    } catch (const std::bad_alloc&) {
        return 0;
    }
    return count;
}

}  // namespace

std::optional<Offer> readFirstOffer(std::string_view answer) {
    const json list = json::parse(answer, nullptr, false);
    if (!list.is_array() || list.empty() || !list.front().is_object()) return std::nullopt;
    const json& first = list.front();
    const auto version = first.find("version");
    const auto files = first.find("files");
    if (version == first.end() || !version->is_string() || files == first.end() || !files->is_array() || files->empty())
        return std::nullopt;
    Offer offer{version->get<std::string>(), {}};
    for (const json& file : *files) {
        const bool complete = file.is_object() && file.contains("url") && file["url"].is_string() &&
                              file.contains("sha256") && file["sha256"].is_string() && file.contains("size") &&
                              file["size"].is_number_unsigned();
        if (!complete) return std::nullopt;
        offer.files.push_back(
            {file["url"].get<std::string>(), file["sha256"].get<std::string>(), file["size"].get<std::uint64_t>()});
    }
    return offer;
}

Result<void> checkOtaUrl(const std::string& url) {
    const std::unique_ptr<CURLU, UrlDeleter> parsed(curl_url());
    if (parsed == nullptr) return storage::fail(ErrorCode::internal, "libcurl made no URL.");
    const auto part = [&parsed](CURLUPart which) {
        char* text = nullptr;
        if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK) return std::string();
        const std::unique_ptr<char, TextDeleter> owned(text);
        return std::string(text);
    };
    const bool usable = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
                        (part(CURLUPART_SCHEME) == "http" || part(CURLUPART_SCHEME) == "https") &&
                        part(CURLUPART_QUERY).empty() && part(CURLUPART_FRAGMENT).empty();
    if (usable) return {};
    return storage::invalid("The address of the updates is a URL such as http://127.0.0.1:8000.");
}

class OtaClient::Impl {
public:
    explicit Impl(const OtaOptions& options) : m_base(options.url), m_application(percentEncoded(options.application)) {
        while (m_base.ends_with('/')) m_base.pop_back();
    }
    ~Impl() {
        for (const Transfer& transfer : m_transfers)
            if (transfer.handle) curl_multi_remove_handle(m_multi.get(), transfer.handle.get());
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Result<void> open();
    bool ask(std::uint64_t device, const std::string& product, const std::string& version);
    short wait(int descriptor, short events, std::chrono::milliseconds timeout);

    std::vector<UpdateNews> m_news;
    std::string m_trouble;

private:
    void fetch(Transfer& transfer, const std::string& url);
    void fetchNextFile(Transfer& transfer);
    void takeFinished();
    void takeAnswer(Transfer& transfer, CURLcode result, long status);
    void takeFile(Transfer& transfer, CURLcode result, long status);
    void tell(const Transfer& transfer, Kind kind, std::string version = {});
    void end(Transfer& transfer, Kind kind, std::string version = {});
    void endUnanswered(Transfer& transfer, const std::string& why);

    std::string m_base;
    std::string m_application;
    CurlMulti m_multi;
    std::array<Transfer, kMostTransfers> m_transfers;
    std::vector<Transfer*> m_free;
};

Result<void> OtaClient::Impl::open() {
    if (startCurl()) m_multi.reset(curl_multi_init());
    for (Transfer& transfer : m_transfers) {
        transfer.handle.reset(m_multi != nullptr ? curl_easy_init() : nullptr);
        CURL* const handle = transfer.handle.get();
        if (handle == nullptr) return storage::fail(ErrorCode::internal, "libcurl made no client.");
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &receive);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
        curl_easy_setopt(handle, CURLOPT_PRIVATE, &transfer);
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");  // a device asks by itself, whatever this shell's settings
        curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(kServerPatience.count()));
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(kServerPatience.count()));
        m_free.push_back(&transfer);
    }
    return {};
}

bool OtaClient::Impl::ask(std::uint64_t device, const std::string& product, const std::string& version) {
    if (m_free.empty()) return false;
    Transfer& transfer = *m_free.back();
    m_free.pop_back();
    transfer.news.device = device;
    transfer.current = version;
    transfer.answer.clear();
    transfer.digest.reset();
    fetch(transfer, m_base + "/ota/" + percentEncoded(product) + '/' + m_application +
                        "?current_version=" + percentEncoded(version));
    return true;
}

void OtaClient::Impl::fetch(Transfer& transfer, const std::string& url) {
    transfer.receivedBytes = 0;
    curl_easy_setopt(transfer.handle.get(), CURLOPT_URL, url.c_str());
    curl_multi_add_handle(m_multi.get(), transfer.handle.get());
}

void OtaClient::Impl::fetchNextFile(Transfer& transfer) {
    transfer.digest.emplace(fleet::DigestKind::sha256);
    fetch(transfer, transfer.files[transfer.fetching].url);
}

short OtaClient::Impl::wait(int descriptor, short events, std::chrono::milliseconds timeout) {
    int running = 0;
    curl_multi_perform(m_multi.get(), &running);
    curl_waitfd entry{};
    entry.fd = descriptor;
    if ((events & POLLIN) != 0) entry.events |= CURL_WAIT_POLLIN;
    if ((events & POLLOUT) != 0) entry.events |= CURL_WAIT_POLLOUT;
    curl_multi_poll(m_multi.get(), &entry, descriptor < 0 ? 0 : 1, static_cast<int>(timeout.count()), nullptr);
    curl_multi_perform(m_multi.get(), &running);
    takeFinished();
    int happened = 0;
    if ((entry.revents & CURL_WAIT_POLLIN) != 0) happened |= POLLIN;
    if ((entry.revents & CURL_WAIT_POLLOUT) != 0) happened |= POLLOUT;
    return static_cast<short>(happened);
}

void OtaClient::Impl::takeFinished() {
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(m_multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const handle = message->easy_handle;
        const CURLcode result = message->data.result;  // the message goes with the handle
        char* context = nullptr;
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_PRIVATE, &context);
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        curl_multi_remove_handle(m_multi.get(), handle);
        auto& transfer = *reinterpret_cast<Transfer*>(context);  // NOLINT: libcurl keeps it as a char*
        if (transfer.digest) {
            takeFile(transfer, result, status);
        } else {
            takeAnswer(transfer, result, status);
        }
    }
}

void OtaClient::Impl::takeAnswer(Transfer& transfer, CURLcode result, long status) {
    if (result != CURLE_OK) return endUnanswered(transfer, curl_easy_strerror(result));
    if (status == kHttpNotFound || status == kHttpConflict) return end(transfer, Kind::nothing);
    if (status != kHttpOk) return endUnanswered(transfer, "HTTP status " + std::to_string(status));
    auto offer = readFirstOffer(transfer.answer);
    if (!offer) return endUnanswered(transfer, "what came is no list of offers");
    if (offer->version == transfer.current) return end(transfer, Kind::nothing);
    transfer.news.version = std::move(offer->version);
    transfer.files = std::move(offer->files);
    transfer.fetching = 0;
    tell(transfer, Kind::offered, transfer.news.version);
    fetchNextFile(transfer);
}

void OtaClient::Impl::takeFile(Transfer& transfer, CURLcode result, long status) {
    const OfferedFile& file = transfer.files[transfer.fetching];
    const bool whole = result == CURLE_OK && status == kHttpOk && transfer.receivedBytes == file.sizeBytes &&
                       transfer.digest->finishHex() == file.sha256;
    if (!whole) return end(transfer, Kind::broken);
    if (++transfer.fetching < transfer.files.size()) return fetchNextFile(transfer);
    end(transfer, Kind::fetched, transfer.news.version);
}

void OtaClient::Impl::tell(const Transfer& transfer, Kind kind, std::string version) {
    m_news.push_back({transfer.news.device, kind, std::move(version)});
}

void OtaClient::Impl::end(Transfer& transfer, Kind kind, std::string version) {
    tell(transfer, kind, std::move(version));
    m_free.push_back(&transfer);
}

void OtaClient::Impl::endUnanswered(Transfer& transfer, const std::string& why) {
    m_trouble = m_base + "/ota: " + why;
    end(transfer, Kind::unanswered);
}

OtaClient::OtaClient(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
OtaClient::~OtaClient() = default;

Result<std::unique_ptr<OtaClient>> OtaClient::create(const OtaOptions& options) {
    DRYDOCK_TRY(checkOtaUrl(options.url));
    if (options.application.empty()) return storage::invalid("The application that devices update has a name.");
    auto impl = std::make_unique<Impl>(options);
    DRYDOCK_TRY(impl->open());
    return std::unique_ptr<OtaClient>(new OtaClient(std::move(impl)));
}

bool OtaClient::ask(std::uint64_t device, const std::string& product, const std::string& version) {
    return m_impl->ask(device, product, version);
}
short OtaClient::wait(int descriptor, short events, std::chrono::milliseconds timeout) {
    return m_impl->wait(descriptor, events, timeout);
}
std::vector<UpdateNews> OtaClient::takeNews() {
    return std::exchange(m_impl->m_news, {});
}
const std::string& OtaClient::trouble() const {
    return m_impl->m_trouble;
}

}  // namespace drydock::app
