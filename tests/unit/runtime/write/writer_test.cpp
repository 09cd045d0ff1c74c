#include "igvm/writer.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <zlib.h>

#include "image_files.hpp"

namespace igvm::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr SupportedPlatform kSnp{.compatibility_mask = 1, .platform_type = 2, .platform_version = 1};

PageData page_at(std::uint64_t gpa) { return {.gpa = gpa, .compatibility_mask = 1}; }

std::vector<std::uint32_t> payload_offsets(Bytes file) {
    std::vector<std::uint32_t> offsets;
    const Image image = Image::open(file).value();
    for (const Header& header : image)
        if (const auto page = header.as<PageData>()) offsets.push_back(page->file_offset);
    return offsets;
}

/// A platform and three pages, of which the first and the last are equal.
WrittenFile three_pages(WriterOptions options, const Buffer& a, const Buffer& b) {
    Writer writer(options);
    EXPECT_TRUE(writer.append(kSnp, {}, "platform snp"));
    EXPECT_TRUE(writer.append(page_at(0x1000), a, "region a"));
    EXPECT_TRUE(writer.append(page_at(0x2000), b, "region b"));
    EXPECT_TRUE(writer.append(page_at(0x3000), a, "region c"));
    return std::move(writer).finish().value();
}

TEST(Writer, FillsTheFixedHeaderOfVersionOne) {
    const WrittenFile file = three_pages({}, Buffer(kPageSize, 1), Buffer(kPageSize, 2));
    const Image image = Image::open(file.bytes).value();
    const FixedHeader& fixed = image.fixed_header();
    EXPECT_EQ(fixed.magic, kMagic);
    EXPECT_EQ(fixed.format_version, 1u);
    EXPECT_EQ(fixed.variable_header_offset, 24u);
    EXPECT_EQ(fixed.variable_header_size, 24u + 3 * 32u);
    EXPECT_EQ(std::uint32_t{fixed.total_file_size}, file.bytes.size());
    EXPECT_FALSE(image.fixed_header_v2());
}

TEST(Writer, FillsTheFixedHeaderOfVersionTwo) {
    const WriterOptions options{.version = 2, .architecture = Architecture::kAArch64};
    const WrittenFile file = three_pages(options, Buffer(kPageSize, 1), Buffer(kPageSize, 2));
    const Image image = Image::open(file.bytes).value();
    EXPECT_EQ(image.fixed_header().variable_header_offset, 32u);
    EXPECT_EQ(image.architecture(), Architecture::kAArch64);
    EXPECT_EQ(image.fixed_header_v2()->page_size, 4096u);
}

TEST(Writer, ChecksumCoversTheFixedHeaderWithoutItAndTheVariableHeaders) {
    WrittenFile file = three_pages({.version = 2}, Buffer(kPageSize, 1), Buffer(kPageSize, 2));
    const Image image = Image::open(file.bytes).value();
    const std::uint32_t stored = image.fixed_header().checksum;
    Buffer covered(file.bytes.begin(), file.bytes.begin() + static_cast<std::ptrdiff_t>(image.data_begin()));
    std::fill_n(covered.begin() + offsetof(FixedHeader, checksum), 4, std::uint8_t{0});
    EXPECT_EQ(stored, ::crc32_z(0, covered.data(), covered.size()));
}

TEST(Writer, StoresEqualPayloadsOnceAtTheFirstOnesPlace) {
    const WrittenFile file = three_pages({}, Buffer(kPageSize, 1), Buffer(kPageSize, 2));
    const std::uint32_t begin = 24 + 24 + 3 * 32;
    EXPECT_THAT(payload_offsets(file.bytes), ElementsAre(begin, begin + 4096, begin));
    EXPECT_EQ(file.bytes.size(), begin + 2 * 4096u);
    EXPECT_EQ(file.bytes[begin], 1);
    EXPECT_EQ(file.bytes[begin + 4096], 2);
}

TEST(Writer, StoresEveryPayloadWhenNotSharing) {
    const WrittenFile file =
        three_pages({.share_payloads = false}, Buffer(kPageSize, 1), Buffer(kPageSize, 2));
    const std::uint32_t begin = 24 + 24 + 3 * 32;
    EXPECT_THAT(payload_offsets(file.bytes), ElementsAre(begin, begin + 4096, begin + 8192));
}

TEST(Writer, KeepsPayloadsApartOfWhichOneBeginsLikeTheOther) {
    const WrittenFile file = three_pages({}, Buffer(kPageSize, 1), Buffer(8, 1));
    const std::uint32_t begin = 24 + 24 + 3 * 32;
    EXPECT_THAT(payload_offsets(file.bytes), ElementsAre(begin, begin + 4096, begin));
}

TEST(Writer, AnEmptyPayloadClearsTheFileOffset) {
    Writer writer;
    PageData page = page_at(0x1000);
    page.file_offset = 77;
    ASSERT_TRUE(writer.append(page, {}, "zeros"));
    const WrittenFile file = std::move(writer).finish().value();
    EXPECT_THAT(payload_offsets(file.bytes), ElementsAre(0u));
}

TEST(Writer, MapNamesEveryStretchAndTheFirstUserOfASharedPayload) {
    const WrittenFile file = three_pages({}, Buffer(kPageSize, 1), Buffer(kPageSize, 2));
    std::vector<std::string> lines;
    for (const MapEntry& entry : file.map)
        lines.push_back(entry.meaning + " " + std::to_string(entry.offset) + "+" +
                        std::to_string(entry.length));
    EXPECT_THAT(lines,
                ElementsAre("fixed header 0+24", "platform snp 24+24", "region a 48+32", "region b 80+32",
                            "region c 112+32", "region a 144+4096", "region b 4240+4096"));
}

TEST(Writer, PadsBodiesToEightWithTheByteAskedFor) {
    for (const std::uint8_t padding : {std::uint8_t{0}, std::uint8_t{0x30}}) {
        Writer writer({.padding = padding});
        ASSERT_TRUE(writer.append(VpContext{}, {}, "context"));
        const WrittenFile file = std::move(writer).finish().value();
        const Header header = *Image::open(file.bytes).value().begin();
        EXPECT_EQ(header.body.size(), 20u);
        EXPECT_EQ(header.padding.size(), 4u);
        EXPECT_THAT(header.padding, Each(padding));
    }
}

TEST(Writer, OneHeaderMayHavePaddingOfItsOwn) {
    const Buffer body = {1, 2, 3}, own = {9, 8, 7, 6, 5};
    Writer writer({.padding = 0x30});
    ASSERT_TRUE(writer.append({.raw_type = 0x3FF, .body = body, .padding = own}, "odd"));
    ASSERT_TRUE(writer.append({.raw_type = 0x3FF, .body = body}, "usual"));
    EXPECT_EQ(writer.append({.raw_type = 0x3FF, .body = body, .padding = body}, "wrong").error().rule,
              Rule::kInternal);
    const WrittenFile file = std::move(writer).finish().value();
    const Image image = Image::open(file.bytes).value();
    EXPECT_TRUE(std::ranges::equal(image.header(0).padding, own));
    EXPECT_THAT(image.header(1).padding, Each(0x30));
}

TEST(Writer, AGapBeforeTheHeadersIsInNoChecksumAndMovesTheData) {
    const Buffer gap(16, 0xAB);
    const WrittenFile file = three_pages({.gap = gap}, Buffer(kPageSize, 1), Buffer(kPageSize, 2));
    const Image image = Image::open(file.bytes).value();
    EXPECT_EQ(image.headers_begin(), 24u + 16u);
    EXPECT_TRUE(std::ranges::equal(Bytes(file.bytes).subspan(24, 16), gap));
    const std::uint32_t begin = 24 + 16 + 24 + 3 * 32;
    EXPECT_THAT(payload_offsets(file.bytes), ElementsAre(begin, begin + 4096, begin));
    EXPECT_EQ(std::uint32_t{image.fixed_header().checksum}, header_checksum(file.bytes).value());
    EXPECT_EQ(file.map[1].meaning, "gap");
}

TEST(Writer, KeepsUnknownAndOptionalHeadersAsGiven) {
    const Buffer body = {1, 2, 3};
    Writer writer;
    ASSERT_TRUE(writer.append(kOptionalBit | 0x3FF, body, {}, "unknown"));
    const WrittenFile file = std::move(writer).finish().value();
    const Image image = Image::open(file.bytes).value();
    const Header header = image.header(0);
    EXPECT_EQ(header.raw_type, 0x800003FFu);
    EXPECT_EQ(header.info, nullptr);
    EXPECT_TRUE(std::ranges::equal(header.body, body));
}

TEST(Writer, LeadingDataStandsFirstAndAHeaderGivenAsItIsPointsIntoIt) {
    const Buffer lead(kPageSize + 3, 9);
    const Buffer data(kPageSize, 9);
    Writer writer;
    writer.lead_with(lead);
    const std::uint32_t begin = 24 + 24 + 2 * 32;
    PageData given = page_at(0x1000);
    given.file_offset = begin + 1;
    EXPECT_TRUE(writer.append(kSnp, {}, "platform snp"));
    const auto type = static_cast<std::uint32_t>(PageData::kType);
    EXPECT_TRUE(writer.append({.raw_type = type, .body = bytes_of(given)}, "given"));
    EXPECT_TRUE(writer.append(page_at(0x2000), data, "page"));
    const WrittenFile file = std::move(writer).finish().value();
    EXPECT_THAT(payload_offsets(file.bytes), ElementsAre(begin + 1, begin + lead.size()));
    EXPECT_EQ(file.bytes.size(), begin + lead.size() + data.size());
}

TEST(Writer, WritesEveryHeaderTypeOfTheTable) {
    Writer writer;
    for (const HeaderInfo& row : header_table())
        ASSERT_TRUE(writer.append(static_cast<std::uint32_t>(row.type), Buffer(row.length), {}, row.name))
            << row.name;
    const WrittenFile file = std::move(writer).finish().value();
    const Image image = Image::open(file.bytes).value();
    ASSERT_EQ(image.header_count(), header_table().size());
    for (const Header& header : image) EXPECT_EQ(header.info, &header_table()[header.index]);
}

TEST(Writer, RefusesAPayloadForAHeaderWithoutOne) {
    Writer writer;
    EXPECT_EQ(writer.append(kSnp, Buffer(1), "platform").error().rule, Rule::kInternal);
    EXPECT_EQ(writer.append(0x3FF, {}, Buffer(1), "unknown").error().rule, Rule::kInternal);
}

TEST(Writer, RefusesABodyThatHasNotTheLengthOfItsType) {
    Writer writer;
    EXPECT_EQ(writer.append(0x302, Buffer(23), {}, "page").error().rule, Rule::kInternal);
}

TEST(Writer, RefusesAFileThatTheSizeFieldCannotHold) {
    const std::size_t size = std::size_t{1} << 31;
    void* reserved = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT_NE(reserved, MAP_FAILED);
    const Bytes payload(static_cast<const std::uint8_t*>(reserved), size);
    Writer writer({.share_payloads = false});
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer.append(page_at(0), payload, "large"));
    EXPECT_EQ(std::move(writer).finish().error().rule, Rule::kFileLimit);
    ::munmap(reserved, size);
}

}  // namespace
}  // namespace igvm::test
