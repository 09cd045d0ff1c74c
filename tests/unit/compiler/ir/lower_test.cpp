#include <gtest/gtest.h>

#include "emit/emit.hpp"
#include "igvm/image.hpp"
#include "ir/ir.hpp"
#include "ir/limits.hpp"

namespace igvm::spec {
namespace {

model::Item item(std::string name, auto body) {
    return {.name = std::move(name), .doc = {}, .span = {}, .mask = 1, .body = std::move(body)};
}

model::Image image_with(std::vector<model::Item> items) {
    model::Image image;
    image.platforms.push_back(
        {.type = PlatformType::kSnp, .mask = 1, .policy = model::SnpOrTdxPolicy{0x30000}, .span = {}});
    image.items = std::move(items);
    return image;
}

std::vector<HeaderType> types(const ir::Program& program) {
    std::vector<HeaderType> result;
    for (const ir::Directive& directive : program.directives) result.push_back(directive.type);
    return result;
}

TEST(Lower, PutsPlatformsBeforePoliciesBeforeDirectives) {
    const auto image = image_with({item("error_range e", model::ErrorRange{0x1000, 0x1000})});
    EXPECT_EQ(types(ir::lower(image)), (std::vector{HeaderType::kSupportedPlatform, HeaderType::kGuestPolicy,
                                                    HeaderType::kErrorRange}));
}

TEST(Lower, PadsTheLastPageAndStoresPagesOfZeros) {
    const std::vector<std::uint8_t> data(kPageSize + 1, 7);
    const auto image = image_with(
        {item("region r", model::Region{.gpa = 0x1000, .size = 3 * kPageSize, .data = {nullptr, data}})});
    const ir::Program program = ir::lower(image);
    ASSERT_EQ(program.directives.size(), 5U);
    const Bytes last = program.directives[3].payload;
    ASSERT_EQ(last.size(), kPageSize);
    EXPECT_EQ(last[0], 7);
    EXPECT_EQ(last[1], 0);
    EXPECT_EQ(program.directives[4].payload.size(), kPageSize);
    EXPECT_EQ(*read<U64>(program.directives[4].body, 0), U64{0x3000});
}

TEST(Lower, ZerosOfDataAndPagesBehindItAreStoredOrNot) {
    const std::vector<std::uint8_t> zeros(kPageSize);
    const auto region = [&](std::uint64_t gpa, bool store_zeros, bool store_rest) {
        return item("region r", model::Region{.gpa = gpa,
                                              .size = 2 * kPageSize,
                                              .data = {nullptr, zeros},
                                              .type = PageDataType::kCpuid,
                                              .store_zeros = store_zeros,
                                              .store_rest = store_rest});
    };
    const auto image = image_with({region(0, false, true), region(0x2000, true, false)});
    const ir::Program program = ir::lower(image);
    EXPECT_TRUE(program.directives[2].payload.empty());
    EXPECT_EQ(program.directives[3].payload.size(), kPageSize);
    EXPECT_EQ(program.directives[4].payload.size(), kPageSize);
    EXPECT_TRUE(program.directives[5].payload.empty());
}

TEST(Lower, SplitsRequiredMemoryThatNoFieldHolds) {
    const auto image =
        image_with({item("required_memory", model::RequiredMemory{0, std::uint64_t{6} << 30})});
    const ir::Program program = ir::lower(image);
    ASSERT_EQ(program.directives.size(), 4U);
    const auto first = *read<RequiredMemory>(program.directives[2].body, 0);
    const auto second = *read<RequiredMemory>(program.directives[3].body, 0);
    EXPECT_EQ(std::uint64_t{first.number_of_bytes} + second.number_of_bytes, std::uint64_t{6} << 30);
    EXPECT_EQ(std::uint64_t{second.gpa}, std::uint64_t{first.number_of_bytes});
}

TEST(Lower, AscendingSortsPagesAfterEverythingElse) {
    auto image = image_with({item("region b", model::Region{.gpa = 0x2000, .size = kPageSize, .data = {}}),
                             item("region a", model::Region{.gpa = 0x1000, .size = kPageSize, .data = {}}),
                             item("error_range e", model::ErrorRange{0x8000, 0x1000})});
    for (model::Item& each : image.items) each.sorted_with = 1;
    const ir::Program program = ir::lower(image);
    EXPECT_EQ(program.directives[2].type, HeaderType::kErrorRange);
    EXPECT_EQ(program.directives[3].item, 1U);
    EXPECT_EQ(program.directives[4].item, 0U);
}

TEST(Limits, NameTheItemThatHoldsTooManyPages) {
    const auto image = image_with(
        {item("region big", model::Region{.gpa = 0, .size = (ir::kMaxPages + 1) * kPageSize, .data = {}})});
    ASSERT_TRUE(ir::find_excess(image));
    EXPECT_EQ(ir::find_excess(image)->item->name, "region big");
    EXPECT_EQ(ir::find_excess(image)->what, "the regions add up to more than 16 GiB");
}

TEST(Limits, CountHeadersThatAreNoPages) {
    std::vector<model::Item> items;
    for (int i = 0; i < 5; ++i)
        items.push_back(item("required_memory", model::RequiredMemory{0, std::uint64_t{1} << 52, false}));
    const auto excess = ir::find_excess(image_with(items));
    ASSERT_TRUE(excess);
    EXPECT_EQ(excess->what, "the image has more than 4194304 headers");
}

TEST(Limits, CountWhatIsFilledUpOnceForEqualContents) {
    static const std::vector<std::uint8_t> bytes(600, 1);
    std::vector<model::Item> equal, distinct;
    for (std::size_t i = 0; i < 600; ++i) {
        model::Region region{.gpa = i * kLargePageSize, .size = kLargePageSize, .data = {}};
        region.page_size = kLargePageSize;
        region.data.bytes = Bytes(bytes).first(1);
        equal.push_back(item("region same", region));
        region.data.bytes = Bytes(bytes).first(i + 1);
        distinct.push_back(item("region other", region));
    }
    EXPECT_FALSE(ir::find_excess(image_with(equal)));
    const auto excess = ir::find_excess(image_with(distinct));
    ASSERT_TRUE(excess);
    EXPECT_EQ(excess->what, "what is filled up with zeros to whole pages and areas is more than 1 GiB");
}

TEST(Lower, FillsEqualPagesUpOnce) {
    static const std::vector<std::uint8_t> one(1, 7), other(1, 7);
    model::Region first{.gpa = 0x1000, .size = kPageSize, .data = {}};
    model::Region second{.gpa = 0x2000, .size = kPageSize, .data = {}};
    first.data.bytes = one;
    second.data.bytes = other;
    const auto image = image_with({item("region a", first), item("region b", second)});
    const ir::Program program = ir::lower(image);
    const auto pages = std::span(program.directives).last(2);
    EXPECT_EQ(pages[0].payload.data(), pages[1].payload.data());
    EXPECT_EQ(pages[0].payload.size(), kPageSize);
}

TEST(Emit, WritesAnImageWhoseMapNamesTheItems) {
    const auto image =
        image_with({item("region r", model::Region{.gpa = 0x1000, .size = 2 * kPageSize, .data = {}})});
    const ir::Program program = ir::lower(image);
    const auto written = emit(program, image);
    ASSERT_TRUE(written.has_value());
    const auto view = Image::open(written->bytes);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->header_count(), 4U);
    EXPECT_EQ(view->bytes().size() - view->data_begin(), kPageSize) << "pages of zeros share one payload";
    EXPECT_NE(written->map.back().meaning.find("region r"), std::string::npos);
}

}  // namespace
}  // namespace igvm::spec
