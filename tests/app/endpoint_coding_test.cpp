#include "app/endpoint/content_coding.h"

#include <gtest/gtest.h>

namespace drydock::app {
namespace {

constexpr std::size_t kLimit = 1'000'000;

TEST(ContentCoding, WhatIsPackedComesOutAgain) {
    const std::string text(100'000, 'x');
    for (const ContentCoding coding : {ContentCoding::gzip, ContentCoding::deflate}) {
        const std::string packed = encodeBody(coding, text);
        EXPECT_LT(packed.size(), text.size() / 30);
        EXPECT_EQ(decodeBody(codingName(coding), packed, kLimit), text);
    }
    EXPECT_EQ(decodeBody("identity", "abc", kLimit), "abc");
    EXPECT_EQ(decodeBody("", "abc", kLimit), "abc");
    EXPECT_EQ(decodeBody(" GZIP ", encodeBody(ContentCoding::gzip, ""), kLimit), "");
}

TEST(ContentCoding, SeveralStreamsAreOneBody) {
    const std::string packed = encodeBody(ContentCoding::gzip, "one ") + encodeBody(ContentCoding::gzip, "two");
    EXPECT_EQ(decodeBody("gzip", packed, kLimit), "one two");
}

TEST(ContentCoding, ABrokenBodyIsRefused) {
    const std::string packed = encodeBody(ContentCoding::gzip, "some text");
    EXPECT_EQ(decodeBody("gzip", "", kLimit).error(), 500);
    EXPECT_EQ(decodeBody("deflate", "", kLimit).error(), 500);
    EXPECT_EQ(decodeBody("gzip", "{}", kLimit).error(), 500);
    EXPECT_EQ(decodeBody("deflate", "{}", kLimit).error(), 500);
    EXPECT_EQ(decodeBody("deflate", packed, kLimit).error(), 500);
    EXPECT_EQ(decodeBody("gzip", packed + "junk", kLimit).error(), 500);
    EXPECT_EQ(decodeBody("gzip", packed.substr(0, packed.size() - 1), kLimit).error(), 500);
    EXPECT_EQ(decodeBody("garbage", packed, kLimit).error(), 500);
}

TEST(ContentCoding, ABodyThatGrowsTooLargeIsRefused) {
    const std::string packed = encodeBody(ContentCoding::gzip, std::string(20 * kLimit, ' '));
    EXPECT_LT(packed.size(), kLimit);
    EXPECT_EQ(decodeBody("gzip", packed, kLimit).error(), 413);
    EXPECT_EQ(decodeBody("gzip", encodeBody(ContentCoding::gzip, std::string(kLimit, ' ')), kLimit)->size(), kLimit);
}

TEST(ContentCoding, TheClientsPreferenceCounts) {
    const std::vector<std::pair<const char*, ContentCoding>> cases = {
        {"", ContentCoding::identity},
        {"identity", ContentCoding::identity},
        {"br", ContentCoding::identity},
        {"zstd", ContentCoding::identity},
        {"x-gzip", ContentCoding::identity},
        {"gzip", ContentCoding::gzip},
        {"deflate", ContentCoding::deflate},
        {"gzip, deflate", ContentCoding::gzip},
        {"br, identity, deflate, gzip", ContentCoding::deflate},
        {"GZIP, identity", ContentCoding::gzip},
        {"dog, gzip ,, cat", ContentCoding::gzip},
        {"gzip;q=0.8, deflate;q=0.5", ContentCoding::gzip},
        {"br, gzip;q=0, deflate; q = 0.5 , identity;q=0", ContentCoding::deflate},
        {"*", ContentCoding::gzip},
        {"*, deflate;q=0.5", ContentCoding::gzip},
        {"*, deflate", ContentCoding::deflate},
        {"*, identity", ContentCoding::gzip},
        {"*, gzip;q=0.5", ContentCoding::deflate},
        {"gzip ;q=0", ContentCoding::identity},
        {"identity;q=0", ContentCoding::identity},
        {"*;q=0", ContentCoding::identity},
        {"*;q=0.5,identity", ContentCoding::gzip},
        {"gzip;q=0.5,identity;q=0.8", ContentCoding::gzip},
        {"br;q=0.8,identity;q=0.5,*;q=0", ContentCoding::identity},
        {"\"gzip\"", ContentCoding::identity},
        {"gzip br", ContentCoding::identity},
        {"gzip:q=1", ContentCoding::identity},
        {"deflate;q=0.5, gzip;q=31", ContentCoding::gzip},
        {"gzip;q=31,deflate;q=51", ContentCoding::gzip},
        {"deflate;q=0.5, gzip;q=0.2", ContentCoding::deflate},
        {"deflate;q=0.5, gzip;q=1;q=0.2", ContentCoding::gzip},
        {"deflate;q=0.5,gzip;q=0.", ContentCoding::deflate},
        {"deflate;q=0.5,gzip;q=0.x", ContentCoding::gzip},
        {"deflate;q=-0.5,gzip;q=0.2", ContentCoding::gzip},
        {"gzip;nq=1;q=0 ", ContentCoding::identity},
        {"gzip;q=0, gzip;q=1, gzip;q=0", ContentCoding::gzip},
        {"br,identity;q=0.5,gzip;q=0.0001", ContentCoding::gzip},
    };
    for (const auto& [header, coding] : cases) EXPECT_EQ(preferredCoding(header), coding) << header;
}

}  // namespace
}  // namespace drydock::app
