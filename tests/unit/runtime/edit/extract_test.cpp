#include <gmock/gmock.h>

#include "igvm/edit.hpp"
#include "raw_image.hpp"

namespace igvm::test {
namespace {

using testing::Each;

class Extract : public testing::Test {
  protected:
    Extract() {
        image_.add(platform(PlatformType::kSnp, 1));
        image_.add(platform(PlatformType::kTdx, 2));
    }
    std::uint32_t filled(std::uint8_t value, std::size_t size = kPageSize) {
        return image_.payload(Buffer(size, value));
    }
    Result<Buffer> extract(const ExtractOptions& options) {
        file_ = image_.build();
        return igvm::extract(Image::open(file_).value(), options);
    }
    Result<Buffer> extract(std::uint64_t begin, std::uint64_t end,
                           std::optional<PlatformType> platform = {}) {
        return extract({.range = GpaRange{begin, end - begin}, .platform = platform, .choose = {}});
    }

    RawImage image_;
    Buffer file_;
};

TEST_F(Extract, JoinsPagesInAddressOrderAndGivesZerosForThoseWithoutData) {
    image_.add(page(0x3000, 3, filled(3)));
    image_.add(page(0x1000, 3, filled(1)));
    image_.add(page(0x2000, 3));
    const Buffer memory = extract(0x1000, 0x4000).value();
    ASSERT_EQ(memory.size(), 3 * kPageSize);
    EXPECT_THAT(Bytes(memory).first(kPageSize), Each(1));
    EXPECT_THAT(Bytes(memory).subspan(kPageSize, kPageSize), Each(0));
    EXPECT_THAT(Bytes(memory).subspan(2 * kPageSize), Each(3));
}

TEST_F(Extract, CutsAtAnyByte) {
    image_.add(page(0x1000, 3, filled(1)));
    image_.add(page(0x2000, 3, filled(2)));
    EXPECT_THAT(extract(0x1FFE, 0x2003).value(), testing::ElementsAre(1, 1, 2, 2, 2));
}

TEST_F(Extract, GivesTheInitialDataOfInsertedAreas) {
    image_.add(ParameterArea{2 * kPageSize, 0, filled(9, 2 * kPageSize)});
    image_.add(ParameterInsert{0x8000, 1, 0});
    EXPECT_THAT(extract(0x9000, 0xA000).value(), Each(9));
}

TEST_F(Extract, RefusesAddressesThatNothingIsLoadedAt) {
    image_.add(page(0x1000, 3));
    image_.add(page(0x3000, 3));
    for (const auto& [begin, end, hole] :
         {std::tuple{0x0, 0x2000, 0x0}, {0x1000, 0x4000, 0x2000}, {0x3000, 0x5000, 0x4000}}) {
        const Error error =
            extract(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end)).error();
        EXPECT_EQ(error.rule, Rule::kExtractHole);
        EXPECT_EQ(error.detail,
                  "nothing is loaded at gpa 0x" + std::to_string(hole / 0x1000) + (hole == 0 ? "" : "000"));
    }
}

TEST_F(Extract, AsksForAPlatformWhereTheyDiffer) {
    image_.add(page(0x1000, 1, filled(1)));
    image_.add(page(0x1000, 2, filled(2)));
    const Error error = extract(0x1000, 0x2000).error();
    EXPECT_EQ(error.rule, Rule::kExtractAmbiguous);
    EXPECT_EQ(error.offset, 24u + 2 * 24u + 32u);
    EXPECT_THAT(extract(0x1000, 0x2000, PlatformType::kSnp).value(), Each(1));
    EXPECT_THAT(extract(0x1000, 0x2000, PlatformType::kTdx).value(), Each(2));
    EXPECT_EQ(extract(0x1000, 0x2000, PlatformType::kVbs).error().rule, Rule::kPlatformAbsent);
}

TEST_F(Extract, TakesEqualBytesOfTwoPlatforms) {
    image_.add(page(0x1000, 1, filled(0)));
    image_.add(page(0x1000, 2));
    EXPECT_EQ(extract(0x1000, 0x2000).value(), Buffer(kPageSize));
}

TEST_F(Extract, WithoutARangeTakesAllOfTheChosenHeaders) {
    image_.add(page(0x1000, 3));
    image_.add(page(0x5000, 3, filled(5)));
    image_.add(page(0x6000, 3, filled(5)));
    const auto chosen = [](const Header& header) { return header.index >= 3; };
    const Buffer memory = extract({.range = {}, .platform = {}, .choose = chosen}).value();
    EXPECT_EQ(memory, Buffer(2 * kPageSize, 5));
}

TEST_F(Extract, GivesALargePageOfZeros) {
    PageData large = page(kLargePageSize, 1);
    large.flags = kPageFlag2Mb;
    image_.add(large);
    EXPECT_EQ(extract(kLargePageSize, 2 * kLargePageSize).value(), Buffer(kLargePageSize));
}

TEST_F(Extract, RefusesMoreThanASmallFileMayCost) {
    image_.add(ParameterArea{std::uint64_t{1} << 40, 0, 0});
    image_.add(ParameterInsert{0, 1, 0});
    EXPECT_EQ(extract(0, std::uint64_t{1} << 40).error().rule, Rule::kLaunchTooLarge);
    EXPECT_EQ(extract(0x1000, 0x2000).value(), Buffer(kPageSize));
}

TEST_F(Extract, HandlesMemoryThatEndsWithTheAddressSpace) {
    image_.add(page(0 - kPageSize, 1, filled(4)));
    const Buffer memory = extract(0 - kPageSize, UINT64_MAX).value();
    EXPECT_EQ(memory, Buffer(kPageSize - 1, 4));
}

}  // namespace
}  // namespace igvm::test
