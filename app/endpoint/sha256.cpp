#include "app/endpoint/sha256.h"

#include <cstdlib>

#include <openssl/evp.h>

namespace drydock::app {

namespace {

constexpr std::size_t kBlockBytes = 64;

// Looking an algorithm up costs more than a short digest.
const EVP_MD* algorithm() {
    static const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
    Sha256 digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm(), nullptr) != 1) std::abort();
    return digest;
}

Sha256 hmacSha256(std::string_view key, std::string_view bytes) {
    const Sha256 shortened = key.size() > kBlockBytes ? sha256(key) : Sha256{};
    if (key.size() > kBlockBytes) key = viewOf(shortened);
    const auto padded = [key](unsigned char pad) {
        std::string block(kBlockBytes, static_cast<char>(pad));
        for (std::size_t i = 0; i < key.size(); ++i) {
            block[i] = static_cast<char>(static_cast<unsigned char>(key[i]) ^ pad);
        }
        return block;
    };
    const Sha256 inner = sha256(padded(0x36).append(bytes));
    return sha256(padded(0x5C).append(viewOf(inner)));
}

std::string hex(const Sha256& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0x0FU];
    }
    return text;
}

std::string_view viewOf(const Sha256& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace drydock::app
