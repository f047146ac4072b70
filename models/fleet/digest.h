// SHA-256 and MD5 as lower-case hex, over libcrypto. MD5 only where a rule asks for it: it protects nothing.
// Thread: a Digest belongs to one thread at a time; the functions are free.
// Errors: a libcrypto that lacks the digest or memory yields an empty text, which equals no digest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace drydock::fleet {

enum class DigestKind : std::uint8_t { sha256, md5 };

// For data that comes in pieces.
class Digest {
public:
    explicit Digest(DigestKind kind);
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;
    ~Digest();

    void update(std::string_view bytes);
    // The digest of everything so far. To be called once; the Digest is spent then.
    [[nodiscard]] std::string finishHex();

private:
    struct Context;
    std::unique_ptr<Context> m_context;  // null once spent or failed
};

[[nodiscard]] std::string sha256Hex(std::string_view bytes);
[[nodiscard]] std::string md5Hex(std::string_view bytes);

}  // namespace drydock::fleet
