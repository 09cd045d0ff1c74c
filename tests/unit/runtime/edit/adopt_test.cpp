#include <gmock/gmock.h>

#include "igvm/edit.hpp"
#include "raw_image.hpp"

namespace igvm::test {
namespace {

using ::testing::ElementsAre;

/// SNP with mask 1 and VBS with mask 2; area 0 of both and area 5 of VBS.
Buffer firmware() {
    RawImage image;
    image.add(SupportedPlatform{1, 0, 2, 1, 0});
    image.add(SupportedPlatform{2, 0, 1, 1, 0});
    image.add(GuestPolicy{0x20000, 1, 0});
    image.add(PageData{0x1000, 3, 0, 0, 0, 0});
    image.add(PageData{0x2000, 2, 0, 0, 0, 0});
    image.add(ParameterArea{kPageSize, 0, 0});
    image.add(ParameterInsert{0x3000, 3, 0});
    image.add(ParameterArea{kPageSize, 5, 0});
    image.add(ParameterInsert{0x4000, 2, 5});
    return image.build();
}

Result<std::vector<AdoptedHeader>> adopted(const Buffer& file, std::vector<AdoptedPlatform> platforms,
                                           std::set<std::uint32_t> used = {}) {
    return adopt(Image::open(file).value(), {platforms, &used, 0});
}

std::vector<std::uint32_t> values(const std::vector<AdoptedHeader>& headers, FieldKind kind) {
    std::vector<std::uint32_t> found;
    for (const AdoptedHeader& header : headers)
        if (const FieldInfo* field = find_header(header.raw_type)->field(kind))
            found.push_back(static_cast<std::uint32_t>(field_value(header.body, *field)));
    return found;
}

TEST(Adopt, TranslatesMasksAndLeavesPoliciesAndOtherPlatformsBehind) {
    const auto headers = adopted(firmware(), {{PlatformType::kSnp, 0x10, 0x10}}).value();
    EXPECT_EQ(headers.size(), 3u);
    EXPECT_THAT(values(headers, FieldKind::kMask), ElementsAre(0x10u, 0x10u));
}

TEST(Adopt, GivesAreasTheLowestFreeIndices) {
    const auto headers = adopted(firmware(), {{PlatformType::kVbs, 4, 4}}, {0, 2}).value();
    EXPECT_THAT(values(headers, FieldKind::kAreaIndex), ElementsAre(1u, 1u, 3u, 3u));
}

TEST(Adopt, LeavesBehindWhatItIsToldTo) {
    const Buffer file = firmware();
    const std::vector<AdoptedPlatform> platforms = {{PlatformType::kVbs, 4, 4}};
    std::set<std::uint32_t> used;
    const auto pages = [](const Header& header) { return header.is(HeaderType::kPageData); };
    const auto headers = adopt(Image::open(file).value(), {platforms, &used, 0, pages}).value();
    EXPECT_EQ(headers.size(), 4u);
    EXPECT_THAT(values(headers, FieldKind::kAreaIndex), ElementsAre(0u, 0u, 1u, 1u));
}

TEST(Adopt, NamesThePlatformThatTheFileLacks) {
    const auto headers = adopted(firmware(), {{PlatformType::kTdx, 1, 1}});
    ASSERT_FALSE(headers);
    EXPECT_EQ(headers.error().rule, Rule::kPlatformAbsent);
}

}  // namespace
}  // namespace igvm::test
