#include "models/fleet/digest.h"

#include <array>

#include <openssl/evp.h>

namespace drydock::fleet {

namespace {

struct FreeAlgorithm {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::unique_ptr<EVP_MD, FreeAlgorithm> algorithmOf(DigestKind kind) {
    // "-fips": a machine in FIPS mode would refuse MD5, which serves no security here.
    const char* name = kind == DigestKind::sha256 ? "SHA256" : "MD5";
    return std::unique_ptr<EVP_MD, FreeAlgorithm>(EVP_MD_fetch(nullptr, name, "-fips"));
}

std::string hexOf(const unsigned char* bytes, std::size_t count) {
    static constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string hex;
    hex.reserve(count * 2);
    for (std::size_t i = 0; i < count; ++i) {
        hex += kHexDigits[bytes[i] >> 4U];
        hex += kHexDigits[bytes[i] & 0x0FU];
    }
    return hex;
}

std::string hexDigest(DigestKind kind, std::string_view bytes) {
    Digest digest(kind);
    digest.update(bytes);
    return digest.finishHex();
}

}  // namespace

struct Digest::Context {
    std::unique_ptr<EVP_MD_CTX, FreeContext> evp;
};

Digest::Digest(DigestKind kind) {
    const auto algorithm = algorithmOf(kind);
    std::unique_ptr<EVP_MD_CTX, FreeContext> evp(EVP_MD_CTX_new());
    if (algorithm == nullptr || evp == nullptr) return;
    if (EVP_DigestInit_ex(evp.get(), algorithm.get(), nullptr) != 1) return;
    m_context = std::make_unique<Context>(Context{std::move(evp)});
}

Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::string_view bytes) {
    if (m_context == nullptr) return;
    if (EVP_DigestUpdate(m_context->evp.get(), bytes.data(), bytes.size()) != 1) m_context.reset();
}

std::string Digest::finishHex() {
    const auto context = std::move(m_context);
    if (context == nullptr) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int count = 0;
    if (EVP_DigestFinal_ex(context->evp.get(), bytes.data(), &count) != 1) return {};
    return hexOf(bytes.data(), count);
}

std::string sha256Hex(std::string_view bytes) {
    return hexDigest(DigestKind::sha256, bytes);
}

std::string md5Hex(std::string_view bytes) {
    return hexDigest(DigestKind::md5, bytes);
}

}  // namespace drydock::fleet
