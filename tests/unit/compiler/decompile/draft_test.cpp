#include <gmock/gmock.h>

#include "decompile/draft.hpp"
#include "decompile/layout.hpp"
#include "igvm/writer.hpp"

namespace igvm::spec::decompiler {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::uint8_t> kPage(kPageSize, 0xCC);
const std::vector<std::uint8_t> kZeros(kPageSize, 0);

/// A native platform and what `add` appends.
std::vector<std::uint8_t> image_with(auto add, WriterOptions options = {}) {
    Writer writer(options);
    SupportedPlatform platform{};
    platform.compatibility_mask = 1U;
    platform.platform_version = std::uint16_t{1};
    EXPECT_TRUE(writer.append(platform, {}, "platform"));
    add(writer);
    return std::move(writer).finish()->bytes;
}

void add_page(Writer& writer, std::uint64_t gpa, Bytes payload, std::uint32_t mask = 1) {
    PageData page{};
    page.gpa = gpa;
    page.compatibility_mask = mask;
    EXPECT_TRUE(writer.append(page, payload, "page"));
}

std::string text_of(const std::vector<std::uint8_t>& file, bool as_they_stand = false) {
    return write_draft(*Image::open(file), "t", {}, [&](std::uint32_t) { return as_they_stand; }).text;
}

TEST(Draft, PagesInARowAreOneRegionAndZerosBehindThemItsSize) {
    const auto text = text_of(image_with([](Writer& writer) {
        add_page(writer, 0x1000, kPage);
        add_page(writer, 0x2000, kPage);
        add_page(writer, 0x3000, kZeros);
        add_page(writer, 0x5000, kPage);
    }));
    EXPECT_THAT(text, HasSubstr("region pages_1000 { at = 0x1000; data = pages_1000_data; size = 12K; }"));
    EXPECT_THAT(text, HasSubstr("region pages_5000 { at = 0x5000; data = "));
    EXPECT_THAT(text, Not(HasSubstr("header {")));
}

TEST(Draft, ElidedAndStoredZerosAreToldApart) {
    const auto text = text_of(image_with([](Writer& writer) {
        add_page(writer, 0x1000, {});
        add_page(writer, 0x2000, kZeros);
    }));
    EXPECT_THAT(text, HasSubstr("zeros = elided;"));
    EXPECT_THAT(text, HasSubstr("region zeros_1000 { at = 0x1000; size = 4K; }"));
    EXPECT_THAT(text, HasSubstr("region zeros_2000 { at = 0x2000; size = 4K; zeros = stored; }"));
}

TEST(Draft, AMaskThatNoPlatformsHaveIsWrittenAsItStands) {
    const auto text = text_of(image_with([](Writer& writer) { add_page(writer, 0x1000, kPage, 3); }));
    EXPECT_THAT(text, HasSubstr("// PAGE_DATA: gpa = 0x1000, compatibility_mask = 0x3"));
    EXPECT_THAT(text, HasSubstr("header {\ntype = 0x302;"));
}

TEST(Draft, WhatIsAskedForIsWrittenAsItStands) {
    const auto file = image_with([](Writer& writer) { add_page(writer, 0x1000, kPage); });
    EXPECT_THAT(text_of(file, true), HasSubstr("header {\ntype = 0x302;"));
    EXPECT_THAT(text_of(file, true), HasSubstr("platform native {"));
}

TEST(Draft, ManyPagesOfOnePayloadDoNotMultiplyTheData) {
    const auto file = image_with([](Writer& writer) {
        for (std::uint64_t i = 0; i < 2000; ++i) add_page(writer, 0x1000 * i, i % 2 == 0 ? kPage : kZeros);
        for (std::uint64_t i = 0; i < 2000; ++i) add_page(writer, 0x4000'0000 + 0x1000 * i, kPage);
    });
    const Draft draft = write_draft(*Image::open(file), "t", {}, [](std::uint32_t) { return false; });
    std::uint64_t total = 0;
    for (const BlobFile& blob : draft.files) total += blob.bytes.size();
    EXPECT_LE(total, 3 * file.size() + 128 * 1024);
}

TEST(DataLayout, KnowsHowTheWriterPlacedPayloads) {
    const auto twice = [](Writer& writer) {
        add_page(writer, 0x1000, kPage);
        add_page(writer, 0x2000, kPage);
    };
    const auto shared = data_layout(*Image::open(image_with(twice)));
    ASSERT_TRUE(shared);
    EXPECT_TRUE(shared->share);
    const auto file = image_with(twice, WriterOptions{.share_payloads = false});
    const auto repeated = data_layout(*Image::open(file));
    ASSERT_TRUE(repeated);
    EXPECT_FALSE(repeated->share);
}

TEST(DataLayout, BytesThatNothingRefersToAreAnotherLayout) {
    auto file = image_with([](Writer& writer) { add_page(writer, 0x1000, kPage); });
    file.push_back(0);
    EXPECT_FALSE(data_layout(*Image::open(file)));
}

}  // namespace
}  // namespace igvm::spec::decompiler
