#include "app/endpoint/content_coding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <zlib.h>

#include "app/endpoint/http.h"

namespace drydock::app {

namespace {

constexpr int kBadRequestBody = 500;
constexpr int kTooLarge = 413;

// zlib's way to name the format around a deflated stream.
int windowBits(ContentCoding coding) {
    return coding == ContentCoding::gzip ? MAX_WBITS + 16 : MAX_WBITS;
}

// The quality of one element, which is what follows its name: ";q=0.5". What can't be read counts as none.
double quality(std::string_view parameters) {
    while (!parameters.empty()) {
        parameters.remove_prefix(1);
        const std::string_view parameter = parameters.substr(0, parameters.find(';'));
        parameters.remove_prefix(parameter.size());
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos || !equalsIgnoringCase(trimmed(parameter.substr(0, equals)), "q"))
            continue;
        const std::string_view text = trimmed(parameter.substr(equals + 1));
        double value = 1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size() ? std::clamp(value, 0.0, 1.0) : 1;
    }
    return 1;
}

std::optional<ContentCoding> codingOf(std::string_view name) {
    if (name.empty() || equalsIgnoringCase(name, "identity")) return ContentCoding::identity;
    if (equalsIgnoringCase(name, "gzip")) return ContentCoding::gzip;
    if (equalsIgnoringCase(name, "deflate")) return ContentCoding::deflate;
    return std::nullopt;
}

class Inflater {
public:
    explicit Inflater(ContentCoding coding) { m_ready = inflateInit2(&m_stream, windowBits(coding)) == Z_OK; }
    ~Inflater() {
        if (m_ready) inflateEnd(&m_stream);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    // One stream after the other, until the input ends where one of them does.
    tl::expected<std::string, int> run(std::string_view input, std::size_t limit) {
        if (!m_ready) return tl::unexpected(kBadRequestBody);
        std::string output;
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        m_stream.avail_in = static_cast<uInt>(input.size());
        for (;;) {
            std::array<char, 64 * 1024> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): zlib fills it
            m_stream.next_out = reinterpret_cast<Bytef*>(piece.data());
            m_stream.avail_out = static_cast<uInt>(piece.size());
            const int result = inflate(&m_stream, Z_NO_FLUSH);
            if (result != Z_OK && result != Z_STREAM_END) return tl::unexpected(kBadRequestBody);
            output.append(piece.data(), piece.size() - m_stream.avail_out);
            if (output.size() > limit) return tl::unexpected(kTooLarge);
            if (result != Z_STREAM_END) continue;
            if (m_stream.avail_in == 0) return output;
            if (inflateReset(&m_stream) != Z_OK) return tl::unexpected(kBadRequestBody);
        }
    }

private:
    z_stream m_stream{};
    bool m_ready = false;
};

}  // namespace

const char* codingName(ContentCoding coding) {
    switch (coding) {
        case ContentCoding::gzip:
            return "gzip";
        case ContentCoding::deflate:
            return "deflate";
        case ContentCoding::identity:
            break;
    }
    return "identity";
}

ContentCoding preferredCoding(std::string_view acceptEncoding) {
    struct Candidate {
        ContentCoding coding;
        std::size_t position;  // in the header; behind it for those that only "*" names
        std::optional<double> quality;
    };
    std::array<Candidate, 2> candidates = {{{ContentCoding::gzip, acceptEncoding.size() + 1, std::nullopt},
                                            {ContentCoding::deflate, acceptEncoding.size() + 2, std::nullopt}}};
    std::optional<double> others;
    for (std::size_t begin = 0; begin < acceptEncoding.size();) {
        const std::string_view element = acceptEncoding.substr(begin, acceptEncoding.find(',', begin) - begin);
        const std::string_view name = trimmed(element.substr(0, element.find(';')));
        const double value = quality(element.substr(std::min(element.find(';'), element.size())));
        if (name == "*") others = value;
        for (Candidate& candidate : candidates) {
            if (!equalsIgnoringCase(name, codingName(candidate.coding))) continue;
            candidate.quality = std::max(value, candidate.quality.value_or(0));
            candidate.position = std::min(candidate.position, begin);
        }
        begin += element.size() + 1;
    }
    for (Candidate& candidate : candidates) {
        if (!candidate.quality) candidate.quality = others.value_or(0);
    }
    const Candidate& best = *std::min_element(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return std::pair(-*a.quality, a.position) < std::pair(-*b.quality, b.position);
    });
    return *best.quality > 0 ? best.coding : ContentCoding::identity;
}

tl::expected<std::string, int> decodeBody(std::string_view contentEncoding, std::string_view body, std::size_t limit) {
    const auto coding = codingOf(trimmed(contentEncoding));
    if (!coding) return tl::unexpected(kBadRequestBody);
    if (*coding == ContentCoding::identity) return std::string(body);
    return Inflater(*coding).run(body, limit);
}

std::string encodeBody(ContentCoding coding, std::string_view body) {
    if (coding == ContentCoding::identity) return std::string(body);
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, windowBits(coding), MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return {};
    }
    std::string encoded(deflateBound(&stream, body.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(encoded.data());
    stream.avail_out = static_cast<uInt>(encoded.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    encoded.resize(done ? stream.total_out : 0);
    deflateEnd(&stream);
    return encoded;
}

}  // namespace drydock::app
