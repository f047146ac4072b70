#include "models/fleet/ota.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

using enum ReleaseStatus;
using Versions = std::vector<FirmwareVersion>;

const Versions kThree = {{"2026.03.01", released}, {"2026.01.01", released}, {"2026.02.01", released}};

void expectError(const Versions& versions, std::optional<std::string_view> current, ErrorCode code,
                 const std::string& part) {
    const auto offers = otaOffers(versions, current);
    ASSERT_FALSE(offers);
    EXPECT_EQ(offers.error().code, code);
    EXPECT_THAT(offers.error().message, HasSubstr(part));
}

TEST(Ota, ADeviceIsOfferedTheNextVersionAndNeverStraightTheNewest) {
    EXPECT_THAT(otaOffers(kThree, "2025.12.31").value(), ElementsAre("2026.01.01"));
    EXPECT_THAT(otaOffers(kThree, "2026.01.01").value(), ElementsAre("2026.02.01"));
    EXPECT_THAT(otaOffers(kThree, "2026.02.01").value(), ElementsAre("2026.03.01"));
}

TEST(Ota, AVersionThatIsUnknownOrRevokedIsLedOnAsWell) {
    EXPECT_THAT(otaOffers(kThree, "2026.01.15").value(), ElementsAre("2026.02.01"));
    const Versions versions = {{"2026.01.01", revoked}, {"2026.02.01", released}};
    EXPECT_THAT(otaOffers(versions, "2026.01.01").value(), ElementsAre("2026.02.01"));
}

TEST(Ota, OnlyWhatIsReleasedIsOffered) {
    const Versions versions = {{"1", released}, {"2", readyToTest}, {"3", testing},    {"4", revoked}, {"5", deleting},
                               {"6", deleted},  {"7", error},       {"8", processing}, {"9", released}};
    EXPECT_THAT(otaOffers(versions, "1").value(), ElementsAre("9"));
    EXPECT_THAT(otaOffers(versions, std::nullopt).value(), ElementsAre("1", "9"));
}

TEST(Ota, VersionsAreComparedByteByByte) {
    const Versions versions = {{"10", released}, {"9", released}, {"\xC3\xA9", released}, {"Z", released}};
    EXPECT_THAT(otaOffers(versions, std::nullopt).value(), ElementsAre("10", "9", "Z", "\xC3\xA9"));
    EXPECT_THAT(otaOffers(versions, "10").value(), ElementsAre("9"));
    EXPECT_THAT(otaOffers(versions, "a").value(), ElementsAre("\xC3\xA9"));
}

TEST(Ota, WithNothingNewerTheSameVersionIsOfferedAgainWhileItIsReleased) {
    EXPECT_THAT(otaOffers(kThree, "2026.03.01").value(), ElementsAre("2026.03.01"));
}

TEST(Ota, WithNothingNewerARevokedVersionIsAConflict) {
    const Versions versions = {{"2026.01.01", released}, {"2026.03.01", revoked}};
    expectError(versions, "2026.03.01", ErrorCode::conflict, "2026.03.01 was revoked");
}

TEST(Ota, WithNothingNewerAnUnknownVersionIsAConflict) {
    const Versions versions = {{"2026.01.01", released}, {"2026.03.01", testing}};
    expectError(versions, "2026.02.01", ErrorCode::conflict, "2026.02.01 is unknown");
}

TEST(Ota, AVersionAheadOfAllIsAConflict) {
    expectError(kThree, "2026.04.01", ErrorCode::conflict, "2026.04.01 is ahead of all");
    const Versions versions = {{"2026.01.01", released}, {"2026.03.01", testing}};
    expectError(versions, "2026.03.01", ErrorCode::conflict, "is ahead of all");
    // Records of packages that were refused say nothing of versions.
    const Versions withError = {{"2026.01.01", released}, {"ERROR#9#x.zip", error}};
    expectError(withError, "2026.02.01", ErrorCode::conflict, "is ahead of all");
}

TEST(Ota, WithNothingReleasedItIsNotFound) {
    expectError({}, std::nullopt, ErrorCode::notFound, "Nothing is released");
    expectError({}, "1", ErrorCode::notFound, "Nothing is released");
    expectError({{"1", testing}, {"2", revoked}}, "1", ErrorCode::notFound, "Nothing is released");
    expectError({{"1", revoked}}, std::nullopt, ErrorCode::notFound, "Nothing is released");
}

TEST(Ota, WithNothingReleasedARevokedVersionIsAConflict) {
    expectError({{"1", testing}, {"2", revoked}}, "2", ErrorCode::conflict, "2 was revoked");
}

TEST(Ota, WithoutAVersionAllThatIsReleasedIsOfferedInAscendingOrder) {
    EXPECT_THAT(otaOffers(kThree, std::nullopt).value(), ElementsAre("2026.01.01", "2026.02.01", "2026.03.01"));
}

}  // namespace
}  // namespace drydock::fleet
