// libcurl's handles as owned values, and its beginning, for all of the program that speaks HTTP to others.
#pragma once

#include <memory>

#include <curl/curl.h>

namespace drydock::app {

struct CurlCloser {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct CurlMultiCloser {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using CurlTransfer = std::unique_ptr<CURL, CurlCloser>;
using CurlMulti = std::unique_ptr<CURLM, CurlMultiCloser>;
using CurlList = std::unique_ptr<curl_slist, CurlCloser>;

// False: libcurl can't be used. From any thread; what it holds is the process's.
[[nodiscard]] inline bool startCurl() {
    static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
    return kStarted == CURLE_OK;
}

}  // namespace drydock::app
