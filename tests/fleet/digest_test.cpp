#include "models/fleet/digest.h"

#include <gtest/gtest.h>

namespace drydock::fleet {
namespace {

// Source of the vectors: FIPS 180-4's examples and RFC 1321, appendix A.5.
TEST(Digest, sha256OfKnownTexts) {
    EXPECT_EQ(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, md5OfKnownTexts) {
    EXPECT_EQ(md5Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(md5Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Digest, piecesGiveTheDigestOfTheWhole) {
    Digest digest(DigestKind::sha256);
    digest.update("a");
    digest.update("");
    digest.update("bc");
    EXPECT_EQ(digest.finishHex(), sha256Hex("abc"));
}

TEST(Digest, movesWithWhatItHasSeen) {
    Digest first(DigestKind::md5);
    first.update("message ");
    Digest second = std::move(first);
    second.update("digest");
    EXPECT_EQ(second.finishHex(), md5Hex("message digest"));
}

TEST(Digest, aSpentDigestYieldsNothing) {
    Digest digest(DigestKind::sha256);
    EXPECT_FALSE(digest.finishHex().empty());
    digest.update("abc");
    EXPECT_EQ(digest.finishHex(), "");
}

}  // namespace
}  // namespace drydock::fleet
