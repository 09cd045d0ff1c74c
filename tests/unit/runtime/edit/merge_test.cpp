#include <gmock/gmock.h>

#include <map>
#include <set>

#include "igvm/check.hpp"
#include "igvm/edit.hpp"
#include "igvm/measure.hpp"
#include "image_files.hpp"
#include "raw_image.hpp"

namespace igvm::test {
namespace {

using testing::ElementsAre;

/// The measurements of the platforms of an image, by platform.
std::map<PlatformType, std::vector<std::uint8_t>> digests(const Image& image) {
    std::map<PlatformType, std::vector<std::uint8_t>> all;
    const auto measured = measure_all(image, {}).value();
    for (const Measurement& one : measured) all[one.platform] = one.digest;
    return all;
}

std::multiset<Rule> broken_rules(const Buffer& file) {
    std::multiset<Rule> rules;
    const CheckReport report = check_file(file);
    for (const Finding& finding : report.findings) rules.insert(finding.rule);
    return rules;
}

Buffer merged(const std::vector<Buffer>& files, MergeMode mode = MergeMode::kFold) {
    std::vector<Image> images;
    for (const Buffer& file : files) images.push_back(Image::open(file).value());
    auto result = merge(images, mode);
    if (!result) throw std::runtime_error(to_string(result.error().error));
    return std::move(*result);
}

MergeError refusal(const std::vector<Buffer>& files) {
    std::vector<Image> images;
    for (const Buffer& file : files) images.push_back(Image::open(file).value());
    return merge(images).error();
}

/// (gpa in pages, mask) of each PAGE_DATA, in file order.
std::vector<std::pair<std::uint64_t, std::uint32_t>> pages_of(const Buffer& file) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> pages;
    const Image image = Image::open(file).value();
    for (const Header& header : image)
        if (const auto data = header.as<PageData>())
            pages.emplace_back(data->gpa / kPageSize, data->compatibility_mask);
    return pages;
}

/// A file of one platform that loads zero pages at the given page numbers, in that order.
Buffer loading(PlatformType type, std::initializer_list<std::uint64_t> numbers, std::uint32_t mask = 1) {
    RawImage image;
    image.add(platform(type, mask));
    for (const std::uint64_t number : numbers) image.add(page(number * kPageSize, mask));
    return image.build();
}

TEST(Merge, KeepsTheMeasurementsAndFindingsOfEveryMergeablePairOfVectors) {
    std::vector<Buffer> files;
    for (const auto& path : image_files(own_images())) files.push_back(read_image_file(path));
    std::size_t merges = 0;
    for (const Buffer& a : files)
        for (const Buffer& b : files)
            for (const MergeMode mode : {MergeMode::kFold, MergeMode::kAppend}) {
                const std::vector<Image> images = {Image::open(a).value(), Image::open(b).value()};
                const auto result = merge(images, mode);
                if (!result) continue;
                ++merges;
                auto expected = digests(images[0]);
                expected.merge(digests(images[1]));
                EXPECT_EQ(digests(Image::open(*result).value()), expected);
                auto rules = broken_rules(a);
                rules.merge(broken_rules(b));
                EXPECT_EQ(broken_rules(*result), rules);
            }
    EXPECT_EQ(merges, 32u);
}

TEST(Merge, FoldsEqualPagesIntoOneForBothPlatforms) {
    const Buffer file =
        merged({loading(PlatformType::kSnp, {1, 2, 3}), loading(PlatformType::kTdx, {1, 2, 3})});
    EXPECT_THAT(pages_of(file), ElementsAre(std::pair(1, 3), std::pair(2, 3), std::pair(3, 3)));
}

TEST(Merge, PutsWhatItCannotFoldBehindTheLastFold) {
    const Buffer file =
        merged({loading(PlatformType::kSnp, {1, 2, 3}), loading(PlatformType::kTdx, {8, 2, 9, 1})});
    EXPECT_THAT(pages_of(file), ElementsAre(std::pair(8, 2), std::pair(1, 1), std::pair(2, 3),
                                            std::pair(9, 2), std::pair(1, 2), std::pair(3, 1)));
}

TEST(Merge, AppendsWithoutFoldingWhenAsked) {
    const Buffer file =
        merged({loading(PlatformType::kSnp, {1}), loading(PlatformType::kTdx, {1, 2})}, MergeMode::kAppend);
    EXPECT_THAT(pages_of(file), ElementsAre(std::pair(1, 1), std::pair(1, 2), std::pair(2, 2)));
}

TEST(Merge, TellsPagesWithOtherContentsOrFlagsApart) {
    const auto with = [](PlatformType type, std::uint8_t content, std::uint32_t flags) {
        RawImage image = image_for(type);
        PageData one = page(0x1000, 1, image.payload(Buffer(kPageSize, content)));
        one.flags = flags;
        image.add(one);
        return image.build();
    };
    const auto base = with(PlatformType::kSnp, 1, 0);
    EXPECT_EQ(pages_of(merged({base, with(PlatformType::kTdx, 1, 0)})).size(), 1u);
    EXPECT_EQ(pages_of(merged({base, with(PlatformType::kTdx, 2, 0)})).size(), 2u);
    EXPECT_EQ(pages_of(merged({base, with(PlatformType::kTdx, 1, kPageFlagUnmeasured)})).size(), 2u);
    EXPECT_EQ(pages_of(merged({base, loading(PlatformType::kTdx, {1})})).size(), 2u);
}

TEST(Merge, StoresEqualPayloadsOnce) {
    const auto with = [](PlatformType type, std::uint64_t gpa) {
        RawImage image = image_for(type);
        image.add(page(gpa, 1, image.payload(Buffer(kPageSize, 7))));
        return image.build();
    };
    const Buffer file = merged({with(PlatformType::kSnp, 0x1000), with(PlatformType::kTdx, 0x2000)});
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.header(2).as<PageData>()->file_offset, image.header(3).as<PageData>()->file_offset);
    EXPECT_EQ(file.size(), image.data_begin() + kPageSize);
}

/// A file of two platforms with these masks, and a page for both.
Buffer two_platforms(std::uint32_t tdx_mask, std::uint32_t vbs_mask) {
    RawImage image;
    image.add(platform(PlatformType::kTdx, tdx_mask));
    image.add(platform(PlatformType::kVbs, vbs_mask));
    image.add(page(0x5000, tdx_mask | vbs_mask));
    return image.build();
}

TEST(Merge, MovesAMaskOntoABitThatAnotherPlatformHadBefore) {
    const Buffer file = merged({loading(PlatformType::kSnp, {1}), two_platforms(1, 2)});
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.platforms()[1].compatibility_mask, 2u);
    EXPECT_EQ(image.platforms()[2].compatibility_mask, 4u);
    EXPECT_THAT(pages_of(file), ElementsAre(std::pair(5, 6), std::pair(1, 1)));
}

TEST(Merge, DoesNotGiveAwayABitThatALaterPlatformKeeps) {
    RawImage second;
    second.add(platform(PlatformType::kVbs, 2));
    second.add(platform(PlatformType::kTdx, 1));
    second.add(page(0x5000, 1));
    const Buffer file = merged({loading(PlatformType::kSnp, {1}), second.build()});
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.platforms()[1].compatibility_mask, 2u);
    EXPECT_EQ(image.platforms()[2].compatibility_mask, 4u);
    EXPECT_THAT(pages_of(file), ElementsAre(std::pair(5, 4), std::pair(1, 1)));
}

/// A file that declares, fills and inserts areas with these indices.
Buffer with_areas(PlatformType type, std::initializer_list<std::uint32_t> indices) {
    RawImage image = image_for(type);
    std::uint64_t gpa = 0x1000;
    for (const std::uint32_t index : indices) {
        image.add(ParameterArea{kPageSize, index, 0});
        image.add(HeaderType::kVpCount, Parameter{index, 8});
        image.add(ParameterInsert{gpa += kPageSize, 1, index});
    }
    return image.build();
}

/// The area index of every header that has one, in file order.
std::vector<std::uint32_t> area_indices(const Buffer& file) {
    std::vector<std::uint32_t> indices;
    const Image image = Image::open(file).value();
    for (const Header& header : image)
        if (const auto index = header.value(FieldKind::kAreaIndex))
            indices.push_back(static_cast<std::uint32_t>(*index));
    return indices;
}

TEST(Merge, RenumbersParameterAreasThatClash) {
    const Buffer file =
        merged({with_areas(PlatformType::kSnp, {0, 7}), with_areas(PlatformType::kTdx, {1, 0, 7})},
               MergeMode::kAppend);
    EXPECT_THAT(area_indices(file), ElementsAre(0, 0, 0, 7, 7, 7, 1, 1, 1, 2, 2, 2, 3, 3, 3));
    EXPECT_FALSE(check_file(file).has_errors());
}

TEST(Merge, TakesMoreThanTwoFiles) {
    const Buffer file = merged({loading(PlatformType::kSnp, {1, 2}), loading(PlatformType::kTdx, {2}),
                                loading(PlatformType::kVbs, {1, 2})});
    EXPECT_THAT(pages_of(file), ElementsAre(std::pair(1, 5), std::pair(2, 7)));
}

TEST(Merge, CarriesAnUnknownHeaderOfAFileThatKeepsItsNumbers) {
    RawImage with_unknown = image_for(PlatformType::kSnp);
    with_unknown.add(0x3F0 | kOptionalBit, Buffer{1, 2, 3});
    const Buffer other = loading(PlatformType::kTdx, {1});
    const Buffer file = merged({with_unknown.build(), other});
    const Header header = Image::open(file).value().header(3);
    EXPECT_EQ(header.raw_type, 0x3F0 | kOptionalBit);
    EXPECT_THAT(header.body, ElementsAre(1, 2, 3));

    const MergeError error = refusal({other, with_unknown.build()});
    EXPECT_EQ(error.input, 1u);
    EXPECT_EQ(error.error.rule, Rule::kMergeUnknownHeader);
    EXPECT_EQ(error.error.offset, 48u);
}

TEST(Merge, RefusesAPlatformTwice) {
    const MergeError error = refusal({loading(PlatformType::kTdx, {1}), loading(PlatformType::kSnp, {1}),
                                      loading(PlatformType::kTdx, {2})});
    EXPECT_EQ(error.input, 2u);
    EXPECT_EQ(error.error.rule, Rule::kMergePlatform);
    EXPECT_EQ(error.error.offset, 24u);
}

TEST(Merge, RefusesFilesOfDifferentVersions) {
    RawImage second(2);
    second.add(platform(PlatformType::kTdx));
    const MergeError error = refusal({loading(PlatformType::kSnp, {1}), second.build()});
    EXPECT_EQ(error.input, 1u);
    EXPECT_EQ(error.error.rule, Rule::kMergeRevision);
    EXPECT_EQ(error.error.offset, 4u);
}

TEST(Merge, RefusesAMaskAndAnAreaThatTheFileDoesNotDeclare) {
    RawImage mask = image_for(PlatformType::kTdx);
    const auto page_at = mask.add(page(0, 3));
    const MergeError unknown_mask = refusal({loading(PlatformType::kSnp, {1}), mask.build()});
    EXPECT_EQ(unknown_mask.error.rule, Rule::kMaskUnknown);
    EXPECT_EQ(unknown_mask.error.offset, page_at + 8);

    RawImage area = image_for(PlatformType::kTdx);
    const auto insert_at = area.add(ParameterInsert{0x1000, 1, 5});
    const MergeError undeclared = refusal({loading(PlatformType::kSnp, {1}), area.build()});
    EXPECT_EQ(undeclared.error.rule, Rule::kAreaUndeclared);
    EXPECT_EQ(undeclared.error.offset, insert_at + 12);
}

TEST(Merge, RefusesAFileThatBreaksAFileRule) {
    Buffer damaged = loading(PlatformType::kTdx, {1});
    damaged[20] ^= 1;
    const MergeError error = refusal({loading(PlatformType::kSnp, {1}), damaged});
    EXPECT_EQ(error.input, 1u);
    EXPECT_EQ(error.error.rule, Rule::kFileChecksum);
}

/// 128 GiB if each of the pages were read.
TEST(Merge, ReadsAPayloadThatManyHeadersShareOnce) {
    constexpr std::uint32_t kCount = 65536;
    const auto with = [](PlatformType type) {
        RawImage image(1, Architecture::kX64, 48 + 32 * kCount);
        image.add(platform(type));
        const std::uint32_t data = image.payload(Buffer(kLargePageSize, 5));
        for (std::uint32_t i = 0; i < kCount; ++i) {
            PageData large = page(kLargePageSize * i, 1, data);
            large.flags = kPageFlag2Mb;
            image.add(large);
        }
        return image.build();
    };
    const Buffer file = merged({with(PlatformType::kSnp), with(PlatformType::kTdx)});
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.header_count(), 2 + kCount);
    EXPECT_EQ(file.size(), image.data_begin() + kLargePageSize);
}

TEST(Merge, RefusesPayloadsWhoseOverlapMultipliesTheFile) {
    RawImage image(1, Architecture::kX64, 0x10000);
    image.add(platform(PlatformType::kTdx));
    const std::uint32_t data = image.payload(Buffer(2 * kPageSize, 1));
    for (std::uint32_t i = 0; i < 1000; ++i) image.add(page(kPageSize * i, 1, data + i));
    const MergeError error = refusal({loading(PlatformType::kSnp, {1}), image.build()});
    EXPECT_EQ(error.error.rule, Rule::kEditOverlap);
}

}  // namespace
}  // namespace igvm::test
