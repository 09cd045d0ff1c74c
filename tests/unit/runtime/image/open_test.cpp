#include <gmock/gmock.h>

#include <cstddef>

#include "image_files.hpp"

namespace igvm::test {
namespace {

/// SNP platform, policy and one page, version 1: headers from 24 on, data at 24 + 24 + 24 + 32.
Buffer valid_file() {
    static const Buffer page(kPageSize, 7);
    Writer writer;
    EXPECT_TRUE(
        writer.append(SupportedPlatform{.compatibility_mask = 1, .platform_type = 2, .platform_version = 1},
                      {}, "platform"));
    EXPECT_TRUE(writer.append(GuestPolicy{.policy = kSnpPolicyReservedMustBeOne, .compatibility_mask = 1}, {},
                              "policy"));
    EXPECT_TRUE(writer.append(PageData{.gpa = 0x1000, .compatibility_mask = 1}, page, "page"));
    return std::move(writer).finish().value().bytes;
}

Buffer with_u32(std::size_t offset, std::uint32_t value) {
    Buffer file = valid_file();
    std::ranges::copy(bytes_of(U32{value}), file.begin() + static_cast<std::ptrdiff_t>(offset));
    return file;
}

void expect_refused(const Buffer& file, Rule rule, std::uint64_t offset) {
    const Result<Image> image = Image::open(file);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().rule, rule) << image.error().detail;
    EXPECT_EQ(image.error().offset, offset) << image.error().detail;
}

constexpr std::size_t kFirstHeader = sizeof(FixedHeader);
constexpr std::size_t kPageHeader = kFirstHeader + 48;

TEST(ImageOpen, AcceptsAValidFile) {
    const Buffer file = valid_file();
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.header_count(), 3u);
    EXPECT_EQ(image.headers_begin(), kFirstHeader);
    EXPECT_EQ(image.data_begin(), kFirstHeader + 80);
    EXPECT_EQ(image.architecture(), Architecture::kX64);
}

TEST(ImageOpen, RefusesEverySizeBelowTheFixedHeader) {
    const Buffer file = valid_file();
    for (std::ptrdiff_t size = 0; size < 24; ++size)
        expect_refused(Buffer(file.begin(), file.begin() + size), Rule::kFileTooSmall, 0);
}

TEST(ImageOpen, RefusesAVersionTwoFileThatEndsInItsFixedHeader) {
    Buffer file = with_u32(offsetof(FixedHeader, format_version), 2);
    file.resize(31);
    expect_refused(file, Rule::kFileTooSmall, 0);
}

TEST(ImageOpen, RefusesAnotherMagic) { expect_refused(with_u32(0, 0), Rule::kFileMagic, 0); }

TEST(ImageOpen, RefusesAnotherVersion) {
    expect_refused(with_u32(4, 0), Rule::kFileVersion, 4);
    expect_refused(with_u32(4, 3), Rule::kFileVersion, 4);
}

TEST(ImageOpen, RefusesHeadersThatBeginInTheFixedHeaderOrUnaligned) {
    expect_refused(with_u32(8, 16), Rule::kFileHeaderOffset, 8);
    expect_refused(with_u32(8, 28), Rule::kFileHeaderOffset, 8);
}

TEST(ImageOpen, RefusesHeadersThatLeaveTheFile) {
    expect_refused(with_u32(8, 0xFFFFFFF8), Rule::kFileHeaderSize, 12);
    expect_refused(with_u32(12, 0xFFFFFFF8), Rule::kFileHeaderSize, 12);
    expect_refused(with_u32(12, static_cast<std::uint32_t>(valid_file().size()) - 23), Rule::kFileHeaderSize,
                   12);
}

TEST(ImageOpen, RefusesAHeaderThatLeavesTheHeaders) {
    expect_refused(with_u32(kPageHeader + 4, 25), Rule::kFileHeaderBounds, kPageHeader + 4);
    expect_refused(with_u32(kPageHeader + 4, 0xFFFFFFFF), Rule::kFileHeaderBounds, kPageHeader + 4);
    expect_refused(with_u32(12, 80 - 8), Rule::kFileHeaderBounds, kPageHeader + 4);
}

TEST(ImageOpen, RefusesAHeaderWithTheWrongLengthForItsType) {
    expect_refused(with_u32(kFirstHeader + 4, 8), Rule::kFileHeaderLength, kFirstHeader + 4);
    expect_refused(with_u32(kPageHeader, kOptionalBit | 0x301), Rule::kFileHeaderLength, kPageHeader + 4);
}

TEST(ImageOpen, KeepsUnknownHeadersOfAnyLength) {
    const Buffer file = with_u32(kPageHeader, 0x3FF);
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.header(2).info, nullptr);
    EXPECT_EQ(image.header(2).body.size(), 24u);
    EXPECT_TRUE(image.payload(image.header(2)).value().empty());
}

TEST(ImageOpen, LeavesBytesAfterTheLastHeaderToTheChecker) {
    const Buffer file = with_u32(12, 80 + 4);
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.header_count(), 3u);
    EXPECT_EQ(image.data_begin(), kFirstHeader + 84);
}

}  // namespace
}  // namespace igvm::test
