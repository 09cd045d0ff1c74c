#include <gmock/gmock.h>

#include <deque>

#include "image_files.hpp"

namespace igvm::test {
namespace {

using ::testing::ElementsAre;

constexpr std::uint32_t kVbsMask = 1;
constexpr std::uint32_t kSnpMask = 2;

SupportedPlatform platform(std::uint32_t mask, PlatformType type) {
    return {
        .compatibility_mask = mask, .platform_type = static_cast<std::uint8_t>(type), .platform_version = 1};
}

/// Headers after a VBS and an SNP platform.
class View : public ::testing::Test {
  protected:
    View() {
        EXPECT_TRUE(writer_.append(platform(kVbsMask, PlatformType::kVbs), {}, "vbs"));
        EXPECT_TRUE(writer_.append(platform(kSnpMask, PlatformType::kSnp), {}, "snp"));
    }

    template <Wire T>
    void append(const T& header, Buffer payload = {}) {
        payloads_.push_back(std::move(payload));
        ASSERT_TRUE(writer_.append(header, payloads_.back(), "test"));
    }
    Image& open() {
        file_ = std::move(writer_).finish().value().bytes;
        return image_.emplace(Image::open(file_).value());
    }
    Result<Bytes> last_payload() { return image_->payload(image_->header(image_->header_count() - 1)); }

  private:
    std::deque<Buffer> payloads_;
    Writer writer_;
    Buffer file_;
    std::optional<Image> image_;
};

Buffer register_context(std::uint32_t count, std::size_t stored) {
    Buffer context(4 + 32 * stored, 0x5A);
    std::ranges::copy(bytes_of(U32{count}), context.begin());
    return context;
}

TEST_F(View, HeaderSaysWhereItStandsAndWhatItIs) {
    const Header header = open().header(1);
    EXPECT_EQ(header.index, 1u);
    EXPECT_EQ(header.offset, 24u + 24u);
    EXPECT_EQ(header.type(), 1u);
    EXPECT_FALSE(header.optional());
    EXPECT_TRUE(header.is(HeaderType::kSupportedPlatform));
    EXPECT_EQ(header.as<SupportedPlatform>()->compatibility_mask, kSnpMask);
    EXPECT_FALSE(header.as<PageData>());
    EXPECT_EQ(header.value(FieldKind::kMask), kSnpMask);
    EXPECT_EQ(header.value(FieldKind::kGpa), std::nullopt);
    EXPECT_EQ(header.offset_of(FieldKind::kMask), header.offset + 8);
    EXPECT_EQ(header.offset_of(FieldKind::kGpa), header.offset);
}

TEST_F(View, IterationVisitsEveryHeaderInFileOrder) {
    append(PageData{.gpa = 0x1000});
    std::vector<std::uint32_t> types;
    for (const Header& header : open()) types.push_back(header.type());
    EXPECT_THAT(types, ElementsAre(0x001, 0x001, 0x302));
}

TEST_F(View, PlatformOfAMaskIsTheFirstInFileOrder) {
    append(platform(0x80000001, PlatformType::kTdx));
    const Image& image = open();
    EXPECT_EQ(image.platforms().size(), 3u);
    EXPECT_EQ(image.platform_of(kVbsMask), PlatformType::kVbs);
    EXPECT_EQ(image.platform_of(kSnpMask), PlatformType::kSnp);
    EXPECT_EQ(image.platform_of(0x80000002), PlatformType::kSnp);
    EXPECT_EQ(image.platform_of(0x80000000), PlatformType::kTdx);
    EXPECT_EQ(image.platform_of(0x7FFFFFFC), std::nullopt);
    EXPECT_EQ(image.platform_of(0), std::nullopt);
}

TEST_F(View, ParameterHeadersGiveAParameter) {
    Writer writer;
    const Parameter place{.parameter_area_index = 3, .byte_offset = 8};
    ASSERT_TRUE(
        writer.append(static_cast<std::uint32_t>(HeaderType::kVpCount), bytes_of(place), {}, "count"));
    const Buffer file = std::move(writer).finish().value().bytes;
    const Image image = Image::open(file).value();
    EXPECT_EQ(image.header(0).parameter()->parameter_area_index, 3u);
    EXPECT_FALSE(open().header(0).parameter());
}

TEST_F(View, PagePayloadIsFourKibibytes) {
    append(PageData{.compatibility_mask = kSnpMask}, Buffer(kPageSize, 9));
    open();
    EXPECT_EQ(last_payload().value().size(), kPageSize);
    EXPECT_EQ(last_payload().value()[0], 9);
}

TEST_F(View, LargePagePayloadIsTwoMebibytes) {
    append(PageData{.compatibility_mask = kSnpMask, .flags = kPageFlag2Mb}, Buffer(kLargePageSize, 9));
    open();
    EXPECT_EQ(last_payload().value().size(), kLargePageSize);
}

TEST_F(View, PayloadWithoutFileOffsetIsEmpty) {
    append(PageData{.compatibility_mask = kSnpMask});
    open();
    EXPECT_TRUE(last_payload().value().empty());
}

TEST_F(View, AreaPayloadHasTheSizeOfTheArea) {
    append(ParameterArea{.number_of_bytes = 8192}, Buffer(8192, 1));
    open();
    EXPECT_EQ(last_payload().value().size(), 8192u);
}

TEST_F(View, CorimPayloadHasTheSizeThatItsHeaderSays) {
    Writer writer;
    const Buffer document(77, 4);
    const CorimBlob blob{.compatibility_mask = 1, .size = 77};
    ASSERT_TRUE(writer.append(0x104, bytes_of(blob), document, "corim"));
    const Buffer file = std::move(writer).finish().value().bytes;
    const Image image = Image::open(file).value();
    EXPECT_TRUE(std::ranges::equal(image.payload(image.header(0)).value(), document));
}

TEST_F(View, ContextPayloadIsAPageButForVbsItsCountOfRegisters) {
    append(VpContext{.compatibility_mask = kVbsMask}, register_context(2, 127));
    append(VpContext{.compatibility_mask = kSnpMask}, Buffer(kPageSize, 1));
    const Image& image = open();
    EXPECT_EQ(image.payload(image.header(2)).value().size(), 4 + 2 * 32u);
    EXPECT_EQ(last_payload().value().size(), kPageSize);
}

TEST_F(View, VbsRegisterCountThatLeavesTheFileIsRefused) {
    append(VpContext{.compatibility_mask = kVbsMask}, register_context(0x08000000, 1));
    const Image& image = open();
    EXPECT_EQ(last_payload().error().rule, Rule::kFileDataOffset);
    EXPECT_EQ(last_payload().error().offset, image.header(2).offset_of(FieldKind::kFileOffset));
}

TEST_F(View, PayloadThatLeavesTheFileIsRefusedAtItsField) {
    append(PageData{.compatibility_mask = kSnpMask}, Buffer(kPageSize - 1));
    const Image& image = open();
    EXPECT_EQ(last_payload().error().rule, Rule::kFileDataOffset);
    EXPECT_EQ(last_payload().error().offset, image.header(2).offset + 8 + 12);
}

TEST_F(View, DataInsideTheHeadersIsRefused) {
    append(PageData{.compatibility_mask = kSnpMask}, Buffer(kPageSize));
    const Image& image = open();
    const auto begin = static_cast<std::uint32_t>(image.data_begin());
    EXPECT_EQ(image.data(begin - 1, 16, 5).error().rule, Rule::kFileDataOffset);
    EXPECT_EQ(image.data(begin - 1, 16, 5).error().offset, 5u);
    EXPECT_EQ(image.data(begin, 16, 5).value().data(), image.bytes().data() + begin);
    EXPECT_EQ(image.data(begin, UINT64_MAX, 5).error().rule, Rule::kFileDataOffset);
}

}  // namespace
}  // namespace igvm::test
