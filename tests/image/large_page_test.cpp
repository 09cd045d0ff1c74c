// A 2 MB page on its whole way: written, opened, checked and measured. Loading it is tested with the loader.
#include <gtest/gtest.h>

#include "igvm/check.hpp"
#include "igvm/measure.hpp"
#include "igvm/writer.hpp"

namespace igvm::test {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::uint64_t kGpa = 3 * kLargePageSize;

/// Every 4 KiB of it differ.
Buffer content() {
    Buffer bytes(kLargePageSize);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(i / kPageSize + i % 251);
    return bytes;
}

SupportedPlatform platform(PlatformType type) {
    return {1U, std::uint8_t{0}, static_cast<std::uint8_t>(type), std::uint16_t{1}, std::uint64_t{0}};
}

PageData page(std::uint64_t gpa, std::uint32_t flags) {
    return {gpa, 1U, 0U, flags, std::uint16_t{0}, std::uint16_t{0}};
}

Buffer finish(Writer&& writer) { return std::move(writer).finish().value().bytes; }

Buffer one_large_page(PlatformType type, Bytes bytes) {
    Writer writer;
    EXPECT_TRUE(writer.append(platform(type), {}, "platform"));
    EXPECT_TRUE(writer.append(page(kGpa, kPageFlag2Mb), bytes, "page"));
    return finish(std::move(writer));
}

Buffer small_pages(PlatformType type, Bytes bytes) {
    Writer writer;
    EXPECT_TRUE(writer.append(platform(type), {}, "platform"));
    for (std::uint64_t at = 0; at < kLargePageSize; at += kPageSize) {
        const Bytes part = bytes.empty() ? bytes : bytes.subspan(at, kPageSize);
        EXPECT_TRUE(writer.append(page(kGpa + at, 0), part, "page"));
    }
    return finish(std::move(writer));
}

std::string digest(const Buffer& file, int& events) {
    const Image image = Image::open(file).value();
    const auto measured =
        measure(image, image.platforms().at(0), LaunchProfile::kSpec,
                [&](const TraceLine& line) { events += line.event.kind == LaunchKind::kPage ? 1 : 0; });
    return measured ? hex(measured->digest) : to_string(measured.error());
}

TEST(LargePage, IsWrittenWithAllOfItsData) {
    const Buffer bytes = content();
    const Buffer file = one_large_page(PlatformType::kSnp, bytes);
    constexpr std::uint64_t kHeaders = 24 + 24 + 32;
    ASSERT_EQ(file.size(), kHeaders + kLargePageSize);
    const Image image = Image::open(file).value();
    EXPECT_EQ(std::uint64_t{image.header(1).as<PageData>()->file_offset}, kHeaders);
    const Bytes payload = image.payload(image.header(1)).value();
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), bytes.begin(), bytes.end()));
    EXPECT_FALSE(check(image).has_errors());
}

TEST(LargePage, NeedsAllOfItsData) {
    Buffer file = one_large_page(PlatformType::kSnp, Bytes(content()).first(kLargePageSize - kPageSize));
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.payload(image.header(1)).error().rule, Rule::kFileDataOffset);
    EXPECT_TRUE(check(image).has_errors());
    int events = 0;
    EXPECT_EQ(digest(file, events).substr(0, 9), "IGVM-F018");
    EXPECT_EQ(events, 0);
}

TEST(LargePage, IsMeasuredAs512Pages) {
    const Buffer bytes = content();
    for (const PlatformType type :
         {PlatformType::kSnp, PlatformType::kTdx, PlatformType::kVbs, PlatformType::kSev})
        for (const Bytes data : {Bytes(bytes), Bytes()}) {
            int large = 0;
            int small = 0;
            EXPECT_EQ(digest(one_large_page(type, data), large), digest(small_pages(type, data), small));
            EXPECT_EQ(large, 512);
            EXPECT_EQ(small, 512);
        }
}

/// The value is the Python oracle's.
TEST(LargePage, HasTheLaunchDigestThatTheOracleComputes) {
    int events = 0;
    EXPECT_EQ(
        digest(one_large_page(PlatformType::kSnp, content()), events),
        "baee34aeb1ce52d3efabd57db0d93552a6c5215ff412732368093378f5ec5cc9e8c2b481442f6140c60f0b4fd40a0ce5");
}

}  // namespace
}  // namespace igvm::test
