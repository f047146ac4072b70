// OtaClient: asks the desk's update route for simulated devices, and fetches what they are offered, checking the hashes
// as the bytes come. Nothing is kept of the files.
//
// Asynchronous: everything happens within wait(), which the caller calls again and again, as it does with its other
// sockets. Thread: one.
// Bounds: kMostTransfers devices at once; an answer of kMaxAnswerBytes; a file of the size that was offered; a server
//   that is silent for kServerPatience is given up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulator/update_news.h"
#include "storage/base/result.h"

namespace drydock::app {

inline constexpr std::size_t kMostTransfers = 32;
inline constexpr std::size_t kMaxAnswerBytes = 1024 * 1024;
inline constexpr std::chrono::seconds kServerPatience{20};

struct OtaOptions {
    std::string url;  // such as http://127.0.0.1:8000; the route is below it
    std::string application = "main";
};

// ErrorCode::validation says what is wrong with the URL.
[[nodiscard]] storage::Result<void> checkOtaUrl(const std::string& url);

struct OfferedFile {
    std::string url;
    std::string sha256;
    std::uint64_t sizeBytes = 0;
};
struct Offer {
    std::string version;
    std::vector<OfferedFile> files;  // at least one
};
// The first of the list of offers that this is, for devices go from version to version; nothing: it is no such list.
[[nodiscard]] std::optional<Offer> readFirstOffer(std::string_view answer);

class OtaClient {
public:
    // ErrorCode::validation for a URL that can't be used; internal when the library makes no client.
    [[nodiscard]] static storage::Result<std::unique_ptr<OtaClient>> create(const OtaOptions& options);
    ~OtaClient();
    OtaClient(const OtaClient&) = delete;
    OtaClient& operator=(const OtaClient&) = delete;

    // Begins to ask what a device at this version is offered, and then to fetch it. False when as many as may are under
    // way: nothing has begun.
    [[nodiscard]] bool ask(std::uint64_t device, const std::string& product, const std::string& version);

    // Waits until `descriptor` is ready for `events` (as with poll), a transfer has something to do, or the time is
    // over; does what there is to do. Returns the events that came. A descriptor below 0 is none.
    short wait(int descriptor, short events, std::chrono::milliseconds timeout);

    // What came of the questions since the last call, in its order.
    [[nodiscard]] std::vector<UpdateNews> takeNews();
    // Why the latest question that was unanswered was so; empty: none was.
    [[nodiscard]] const std::string& trouble() const;

private:
    class Impl;
    explicit OtaClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::app
