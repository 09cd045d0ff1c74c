#include <gmock/gmock.h>

#include "igvm/check.hpp"
#include "igvm/edit.hpp"
#include "igvm/measure.hpp"
#include "image_files.hpp"
#include "raw_image.hpp"

namespace igvm::test {
namespace {

using testing::ElementsAre;

std::vector<PlatformType> all_platforms(const Image& image) {
    std::vector<PlatformType> types;
    for (const SupportedPlatform& one : image.platforms())
        types.push_back(PlatformType{std::uint8_t{one.platform_type}});
    return types;
}

Buffer filtered(const Buffer& file, std::initializer_list<PlatformType> platforms) {
    return filter(Image::open(file).value(), platforms).value();
}

std::vector<std::uint32_t> types_of(const Image& image) {
    std::vector<std::uint32_t> types;
    for (const Header& header : image) types.push_back(header.type());
    return types;
}

void expect_unchanged(const std::vector<std::filesystem::path>& files) {
    for (const auto& path : files) {
        const Buffer file = read_image_file(path);
        const Image image = Image::open(file).value();
        const auto kept = filter(image, all_platforms(image));
        ASSERT_TRUE(kept) << path << ": " << to_string(kept.error());
        EXPECT_EQ(*kept, file) << path;
    }
}

TEST(Filter, WithAllPlatformsGivesTheSameBytes) { expect_unchanged(image_files(own_images())); }

TEST(Filter, WithAllPlatformsGivesTheSameBytesOfPeerImages) {
    const auto files = image_files(peer_vectors());
    if (files.empty()) GTEST_SKIP() << "no peer vectors at " << peer_vectors();
    expect_unchanged(files);
}

TEST(Filter, KeepsTheMeasurementOfEachPlatform) {
    const Buffer file = read_image_file(own_images() / "allkinds.igvm");
    const Image image = Image::open(file).value();
    const auto wholes = measure_all(image, {}).value();
    for (const Measurement& whole : wholes) {
        const Buffer part = filtered(file, {whole.platform});
        const auto measured = measure_all(Image::open(part).value(), {}).value();
        ASSERT_EQ(measured.size(), 1u);
        EXPECT_EQ(measured[0].platform, whole.platform);
        EXPECT_EQ(measured[0].digest, whole.digest);
        EXPECT_FALSE(check_file(part).has_errors());
        EXPECT_LT(part.size(), file.size());
    }
}

/// SNP and TDX, with a page of its own each, a shared one, an unknown header and odd padding; between the
/// payloads are bytes that no header names.
struct Mixed {
    Mixed() {
        image.add(platform(PlatformType::kSnp, 1));
        image.add(platform(PlatformType::kTdx, 8));
        lead = image.payload(Buffer(16, 0xAA));
        snp = image.payload(Buffer(kPageSize, 1));
        image.payload(Buffer(100, 0xBB));
        both = image.payload(Buffer(kPageSize, 3));
        image.payload(Buffer(60, 0xCC));
        tdx = image.payload(Buffer(kPageSize, 2));
        image.add(page(0x1000, 8, tdx));
        image.add(page(0x1000, 1, snp));
        image.add(page(0x2000, 9, both));
        image.add(0x3FF | kOptionalBit, Buffer{1, 2, 3});
        file = image.build();
    }
    RawImage image;
    std::uint32_t lead, snp, both, tdx;
    Buffer file;
};

TEST(Filter, DropsTheHeadersAndTheDataOfOtherPlatforms) {
    const Mixed mixed;
    const Buffer part = filtered(mixed.file, {PlatformType::kTdx});
    const Image image = Image::open(part).value();
    EXPECT_THAT(types_of(image), ElementsAre(0x001, 0x302, 0x302, 0x3FF));
    EXPECT_EQ(std::uint64_t{image.header(1).as<PageData>()->gpa}, 0x1000u);
    EXPECT_EQ(image.payload(image.header(1)).value()[0], 2);
    EXPECT_EQ(image.header(2).as<PageData>()->compatibility_mask, 8u);
    EXPECT_EQ(image.payload(image.header(2)).value()[0], 3);
    EXPECT_EQ(mixed.file.size() - part.size(), 24u + 32u + kPageSize + 100u);
}

TEST(Filter, KeepsTheOrderOfTheDataAndTheBytesBetween) {
    const Mixed mixed;
    const Buffer part = filtered(mixed.file, {PlatformType::kTdx});
    const Image image = Image::open(part).value();
    const std::uint32_t both = image.header(2).as<PageData>()->file_offset;
    EXPECT_EQ(std::uint64_t{image.header(1).as<PageData>()->file_offset}, both + kPageSize + 60);
    EXPECT_EQ(part[both - 1], 0xAA);
    EXPECT_EQ(part[both + kPageSize], 0xCC);
}

TEST(Filter, KeepsPaddingAndUnknownHeadersAsStored) {
    Mixed mixed;
    const Image whole = Image::open(mixed.file).value();
    const std::size_t padding = whole.header(5).padding.data() - mixed.file.data();
    mixed.file[padding] = '0';
    seal(mixed.file);
    const Buffer part = filtered(mixed.file, {PlatformType::kSnp});
    const Image image = Image::open(part).value();
    EXPECT_THAT(image.header(3).body, ElementsAre(1, 2, 3));
    EXPECT_THAT(image.header(3).padding, ElementsAre('0', 0, 0, 0, 0));
}

TEST(Filter, DropsParameterAreasThatOnlyOtherPlatformsInsert) {
    RawImage image;
    image.add(platform(PlatformType::kSnp, 1));
    image.add(platform(PlatformType::kTdx, 2));
    for (const std::uint32_t index : {0u, 1u, 2u}) image.add(ParameterArea{kPageSize, index, 0});
    image.add(HeaderType::kVpCount, Parameter{0, 0});
    image.add(HeaderType::kMemoryMap, Parameter{1, 0});
    image.add(ParameterInsert{0x1000, 1, 0});
    image.add(ParameterInsert{0x1000, 2, 1});
    const Buffer part = filtered(image.build(), {PlatformType::kTdx});
    EXPECT_THAT(types_of(Image::open(part).value()), ElementsAre(0x001, 0x301, 0x301, 0x30C, 0x303));
}

TEST(Filter, KeepsAPayloadThatReachesIntoTheNext) {
    RawImage image;
    image.add(platform(PlatformType::kSnp, 1));
    image.add(platform(PlatformType::kTdx, 2));
    const std::uint32_t data = image.payload(Buffer(kPageSize, 1));
    image.payload(Buffer(kPageSize, 2));
    image.add(page(0x1000, 1, data + 0x800));
    image.add(page(0x1000, 2, data));
    image.add(page(0x2000, 2, data + kPageSize));
    const Buffer part = filtered(image.build(), {PlatformType::kSnp});
    const Image kept = Image::open(part).value();
    const Bytes content = kept.payload(kept.header(1)).value();
    EXPECT_EQ(content[0x7FF], 1);
    EXPECT_EQ(content[0x800], 2);
}

TEST(Filter, RefusesAPlatformThatTheFileLacks) {
    const Mixed mixed;
    const PlatformType wanted[] = {PlatformType::kSnp, PlatformType::kVbs};
    const auto refused = filter(Image::open(mixed.file).value(), wanted);
    EXPECT_EQ(refused.error().rule, Rule::kPlatformAbsent);
    EXPECT_THAT(refused.error().detail, testing::HasSubstr("vbs"));
}

TEST(Filter, RefusesAFileWithAWrongChecksum) {
    Mixed mixed;
    mixed.file[20] ^= 1;
    const PlatformType wanted[] = {PlatformType::kSnp};
    EXPECT_EQ(filter(Image::open(mixed.file).value(), wanted).error().rule, Rule::kFileChecksum);
}

}  // namespace
}  // namespace igvm::test
