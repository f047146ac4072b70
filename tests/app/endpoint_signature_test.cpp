#include "app/endpoint/signature_v4.h"

#include <gtest/gtest.h>

#include "tests/app/signing.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

constexpr const char* kExampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

// A request of AWS's test suite for Signature Version 4, with the signature published there.
struct Vector {
    const char* name;
    HttpRequest request;
    std::vector<std::string> signedHeaders;
    const char* signature;
};

std::vector<Vector> vectors() {
    const HttpHeader host = {"Host", "example.amazonaws.com"};
    const HttpHeader date = {"X-Amz-Date", "20150830T123600Z"};
    return {
        {"get-vanilla",
         {"GET", "/", {host, date}, ""},
         {"host", "x-amz-date"},
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"post-vanilla",
         {"POST", "/", {host, date}, ""},
         {"host", "x-amz-date"},
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        {"get-vanilla-query-order-key-case",
         {"GET", "/?Param2=value2&Param1=value1", {host, date}, ""},
         {"host", "x-amz-date"},
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        {"get-vanilla-empty-query-key",
         {"GET", "/?Param1=value1", {host, date}, ""},
         {"host", "x-amz-date"},
         "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
        {"get-vanilla-query-unreserved",
         {"GET",
          "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz="
          "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
          {host, date},
          ""},
         {"host", "x-amz-date"},
         "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
        {"get-vanilla-utf8-query",
         {"GET", "/?\xE1\x88\xB4=bar", {host, date}, ""},
         {"host", "x-amz-date"},
         "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
        {"get-header-key-duplicate",
         {"GET", "/", {host, {"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}, date}, ""},
         {"host", "my-header1", "x-amz-date"},
         "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        {"get-header-value-trim",
         {"GET", "/", {host, {"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}, date}, ""},
         {"host", "my-header1", "my-header2", "x-amz-date"},
         "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        {"post-x-www-form-urlencoded",
         {"POST", "/", {{"Content-Type", "application/x-www-form-urlencoded"}, host, date}, "Param1=value1"},
         {"content-type", "host", "x-amz-date"},
         "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    };
}

TEST(SignatureV4, MakesThePublishedSignatures) {
    constexpr std::string_view kScope = "20150830/us-east-1/service/aws4_request";
    for (const Vector& vector : vectors()) {
        Authorization authorization;
        authorization.signedHeaders = vector.signedHeaders;
        const std::string canonical = canonicalRequest(vector.request, authorization, hex(sha256(vector.request.body)));
        const Sha256 key = signingKey(kExampleSecret, kScope);
        EXPECT_EQ(hex(hmacSha256(viewOf(key), stringToSign("20150830T123600Z", kScope, canonical))), vector.signature)
            << vector.name << "\n"
            << canonical;
    }
}

TEST(SignatureV4, DerivesThePublishedSigningKey) {
    EXPECT_EQ(hex(signingKey(kExampleSecret, "20150830/us-east-1/iam/aws4_request")),
              "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SignatureV4, HashesKeysLongerThanABlock) {
    // RFC 4231, test case 6.
    EXPECT_EQ(hex(hmacSha256(std::string(131, '\xAA'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

class SignatureCheckTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto key = m_file.create(false, 0);
        ASSERT_TRUE(key) << key.error().message;
        m_key = *key;
        m_signer.keyId = m_key.id;
        m_signer.secret = m_key.secret;
    }

    // Signs a request and has it checked; returns the refusal as "type: message", or the key's id.
    std::string check(const tests::Headers& headers, std::string_view body = "{}", const std::string& target = "/") {
        m_headers = headers;
        HttpRequest request{"POST", target, {{"Host", "localhost"}}, body};
        for (const auto& [name, value] : m_headers) request.headers.push_back({name, value});
        const auto authorization = readAuthorization(request);
        if (!authorization) return describe(authorization.error());
        if (!*authorization) return "not signed";
        const auto key = m_check.check(request, **authorization);
        return key ? (*key)->id : describe(key.error());
    }
    std::string checkSigned(const std::string& body = "{}") {
        return check(tests::signedHeaders(m_signer, "localhost", {}, body), body);
    }
    std::string checkHeader(const std::string& authorization, const std::string& date = "20240324T224000Z") {
        return check({{"Authorization", authorization}, {"X-Amz-Date", date}});
    }
    static std::string describe(const AuthError& error) { return std::string(error.type) + ": " + error.message; }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;  // 2024-03-24T22:40:00Z
    AccessKeyFile m_file{m_directory.path()};
    AccessKey m_key;
    tests::Signer m_signer;
    SignatureCheck m_check{m_file, m_clock};
    tests::Headers m_headers;
};

TEST_F(SignatureCheckTest, TakesWhatIsSignedWithAKeyOfTheFile) {
    EXPECT_EQ(checkSigned(), m_key.id);
    EXPECT_EQ(checkSigned(R"({"TableName":"T"})"), m_key.id);
    m_signer.region = "us-east-1";
    EXPECT_EQ(checkSigned(""), m_key.id);
}

TEST_F(SignatureCheckTest, TakesHeadersWithCommasInsteadOfBlanks) {
    tests::Headers headers = tests::signedHeaders(m_signer, "localhost", {}, "{}");
    std::string& authorization = headers.back().second;
    const std::size_t blank = authorization.find(' ');
    std::string tight = authorization.substr(0, blank + 1);
    for (const char c : authorization.substr(blank)) {
        if (c != ' ') tight += c;
    }
    authorization = tight;
    EXPECT_EQ(check(headers), m_key.id);
}

TEST_F(SignatureCheckTest, RefusesWhatWasChangedAfterSigning) {
    const auto headers = tests::signedHeaders(m_signer, "localhost", {{"X-Amz-Target", "A.B"}}, "{}");
    EXPECT_EQ(check(headers), m_key.id);
    const std::string start =
        "InvalidSignatureException: The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe "
        "Canonical String for this request should have been\n'POST\n/\n\nhost:localhost\nx-amz-date:20240324T224000Z\n"
        "x-amz-target:A.B\n\nhost;x-amz-date;x-amz-target\n";
    const std::string end = "'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20240324T224000Z\n";
    EXPECT_EQ(check(headers, R"({"a":1})"),
              start + hex(sha256(R"({"a":1})")) + end + m_signer.scope() + "\n" +
                  hex(sha256("POST\n/\n\nhost:localhost\nx-amz-date:20240324T224000Z\nx-amz-target:A.B\n\n"
                             "host;x-amz-date;x-amz-target\n" +
                             hex(sha256(R"({"a":1})")))) +
                  "'\n");
    auto changed = headers;
    changed[0].second = "A.C";
    EXPECT_EQ(check(changed).substr(0, 25), "InvalidSignatureException");
    EXPECT_EQ(check(headers, "{}", "/?a=b").substr(0, 25), "InvalidSignatureException");
}

TEST_F(SignatureCheckTest, RefusesAWrongSecretAndAnUnknownKey) {
    m_signer.secret[0] = m_signer.secret[0] == 'A' ? 'B' : 'A';
    EXPECT_EQ(checkSigned().substr(0, 25), "InvalidSignatureException");
    m_signer.keyId = "AKIANOBODY";
    EXPECT_EQ(checkSigned(), "UnrecognizedClientException: The security token included in the request is invalid.");
}

TEST_F(SignatureCheckTest, RefusesASessionToken) {
    const auto headers = tests::signedHeaders(m_signer, "localhost", {{"X-Amz-Security-Token", "t"}}, "{}");
    EXPECT_EQ(check(headers), "UnrecognizedClientException: The security token included in the request is invalid.");
}

TEST_F(SignatureCheckTest, RefusesClocksThatAreFifteenMinutesOff) {
    constexpr std::int64_t kMinuteMs = 60'000;
    const std::int64_t now = m_clock.wallMs();
    m_clock.setWall(now + 15 * kMinuteMs);
    EXPECT_EQ(checkSigned(), m_key.id);
    m_clock.setWall(now + 15 * kMinuteMs + 1'000);
    EXPECT_EQ(checkSigned(),
              "InvalidSignatureException: Signature expired: 20240324T224000Z is now earlier than 20240324T224001Z "
              "(20240324T225501Z - 15 min.)");
    m_clock.setWall(now - 15 * kMinuteMs);
    EXPECT_EQ(checkSigned(), m_key.id);
    m_clock.setWall(now - 15 * kMinuteMs - 1'000);
    EXPECT_EQ(checkSigned(),
              "InvalidSignatureException: Signature not yet current: 20240324T224000Z is still later than "
              "20240324T223959Z (20240324T222459Z + 15 min.)");
}

TEST_F(SignatureCheckTest, RefusesInTheServicesOrder) {
    const std::string headers = ", SignedHeaders=host, Signature=b";
    EXPECT_EQ(checkHeader("AWS4-HMAC-SHA25 Credential=a, SignedHeaders=x, Signature=b", "201"),
              "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '201'. See "
              "http://en.wikipedia.org/wiki/ISO_8601");
    EXPECT_EQ(checkHeader("AWS4-HMAC-SHA25 Credential=a, SignedHeaders=x, Signature=b"),
              "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    EXPECT_EQ(checkHeader("AWS4-HMAC-SHA25 Credential=a" + headers),
              "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for "
              "now). ");
    EXPECT_EQ(checkHeader("AWS4-HMAC-SHA256 Credential=a/b/c/d" + headers),
              "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. "
              "keyid/date/region/service/term, got 'a/b/c/d'");
    EXPECT_EQ(checkHeader("AWS4-HMAC-SHA256 Credential=a/b/c/d/e" + headers),
              "InvalidSignatureException: Credential should be scoped to correct service: 'dynamodb'. Credential "
              "should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not "
              "match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20240324', from '20240324T224000Z'. ");
    EXPECT_EQ(checkHeader("AWS4-HMAC-SHA256 Credential=a/20240324/c/dynamodb/aws4_request" + headers),
              "UnrecognizedClientException: The security token included in the request is invalid.");
}

TEST_F(SignatureCheckTest, RefusesDatesThatAreNone) {
    for (const char* date : {"20240324T224000", "20240324 224000Z", "20241324T224000Z", "20240230T224000Z",
                             "20240324T244000Z", "2024-324T224000Z", "20240324T22400xZ", "Sun, 24 Mar 2024"}) {
        EXPECT_EQ(checkHeader("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b", date).substr(0, 42),
                  "IncompleteSignatureException: Date must be")
            << date;
    }
}

TEST_F(SignatureCheckTest, TakesTheDateHeaderWhereThereIsNoOther) {
    EXPECT_EQ(check({{"Authorization", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b"},
                     {"Date", "20240324T224000Z"}})
                  .substr(0, 39),
              "IncompleteSignatureException: Credentia");
}

TEST_F(SignatureCheckTest, RefusesPartsWithoutEqualsSign) {
    EXPECT_EQ(checkHeader("AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders"),
              "IncompleteSignatureException: 'Credential' not a valid key=value pair (missing equal-sign) in "
              "Authorization header: 'AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders'.");
}

TEST_F(SignatureCheckTest, ReadsThePresignedForm) {
    const auto target = [this](const std::string& expires) {
        return "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + m_key.id + "%2F" + "20240324" + "%2F" +
               "eu-north-1%2Fdynamodb%2Faws4_request&X-Amz-Date=20240324T224000Z&X-Amz-Expires=" + expires +
               "&X-Amz-SignedHeaders=host";
    };
    const auto signedTarget = [&](const std::string& expires) {
        const HttpRequest request{"POST", "", {{"Host", "localhost"}}, "{}"};
        HttpRequest withTarget = request;
        const std::string unsignedTarget = target(expires);
        withTarget.target = unsignedTarget;
        Authorization authorization;
        authorization.signedHeaders = {"host"};
        const std::string toSign = stringToSign("20240324T224000Z", m_signer.scope(),
                                                canonicalRequest(withTarget, authorization, hex(sha256("{}"))));
        return unsignedTarget +
               "&X-Amz-Signature=" + hex(hmacSha256(viewOf(signingKey(m_key.secret, m_signer.scope())), toSign));
    };
    EXPECT_EQ(check({}, "{}", signedTarget("3600")), m_key.id);
    EXPECT_EQ(check({}, "[]", signedTarget("3600")).substr(0, 25), "InvalidSignatureException");
    m_clock.advance(3'600'000);
    EXPECT_EQ(check({}, "{}", signedTarget("3600")), m_key.id);
    m_clock.advance(1'000);
    EXPECT_EQ(check({}, "{}", signedTarget("3600")),
              "InvalidSignatureException: Signature expired: 20240324T224000Z is now earlier than 20240324T224001Z "
              "(20240324T234001Z - 60 min.)");
    for (const char* expires : {"0", "604801", "x", "-1"}) {
        EXPECT_EQ(check({}, "{}", signedTarget(expires)),
                  "InvalidSignatureException: 'X-Amz-Expires' must be a number of seconds from 1 to 604800.");
    }
}

TEST_F(SignatureCheckTest, AKeyCountsFromItsCreationToItsDeletion) {
    EXPECT_EQ(checkSigned(), m_key.id);
    const auto second = m_file.create(true, 0);
    ASSERT_TRUE(second);
    m_signer.keyId = second->id;
    m_signer.secret = second->secret;
    EXPECT_EQ(checkSigned(), second->id);
    ASSERT_TRUE(m_file.remove(second->id));
    EXPECT_EQ(checkSigned(), "UnrecognizedClientException: The security token included in the request is invalid.");
    // Nor does the signing key made of the old secret outlive it.
    m_signer.keyId = m_key.id;
    EXPECT_EQ(checkSigned().substr(0, 25), "InvalidSignatureException");
    m_signer.secret = m_key.secret;
    EXPECT_EQ(checkSigned(), m_key.id);
}

}  // namespace
}  // namespace drydock::app
