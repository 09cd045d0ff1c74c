// Every bit flipped and every length cut, through every operation: a clear error or a fully valid file.
#include "contract.hpp"

#include <gtest/gtest.h>

#include "raw_image.hpp"

namespace igvm::test {
namespace {

/// A file for one platform that none of the others is for.
Buffer partner() {
    RawImage image = image_for(PlatformType::kNative);
    image.add(ParameterArea{kPageSize, 0, 0});
    image.add(HeaderType::kVpCount, Parameter{0, 0});
    image.add(ParameterInsert{0x5000, 1, 0});
    image.add(page(0x1000));
    return image.build();
}

void add_parameters(RawImage& image) {
    image.add(ParameterArea{2 * kPageSize, 0, 0});
    std::uint32_t offset = 0;
    for (const HeaderInfo& info : header_table())
        if (info.parameter_size != 0) image.add(info.type, Parameter{0, 512 * offset++});
    image.add(ParameterInsert{0x6000, 3, 0});
}

void add_initialization(RawImage& image) {
    image.add(GuestPolicy{kSnpPolicyReservedMustBeOne, 1, 0});
    image.add(RelocatableRegion{2, 0, 0, 0, kPageSize, 0x1000, 0x1000, 0x1000, 0x9000});
    image.add(PageTableRelocation{2, 0, 0, 0, 0x2000, 0x2000, 0x1000});
}

/// The start state of a VBS guest: one register, RIP.
Buffer vbs_context() {
    Buffer context(4 + 32);
    poke(context, 0, U32{1});
    poke(context, 4 + 1, U32{0x00020010});
    return context;
}

/// All header kinds but VMSAs and endorsements, almost no data.
Buffer many_kinds() {
    RawImage image(1, Architecture::kX64, 0x300);
    image.add(platform(PlatformType::kSnp, 1));
    image.add(platform(PlatformType::kVbs, 2));
    add_initialization(image);
    image.add(page(0x1000, 3));
    image.add(page(0x2000, 1));
    add_parameters(image);
    image.add(RequiredMemory{0, 3, 0x100000, 1, 0});
    image.add(ErrorRange{0x8000, 2, 0x1000});
    const std::uint32_t context = image.payload(vbs_context());
    image.add(VpContext{0, 2, context, 0, 0});
    image.add(0x3F0 | kOptionalBit, Buffer{1, 2, 3});
    return image.build();
}

Buffer aarch64() {
    RawImage image(2, Architecture::kAArch64, 0x200);
    image.add(platform(PlatformType::kCca, 1));
    CcaPolicy policy{};
    policy.compatibility_mask = 1;
    image.add(policy);
    const std::uint32_t context = image.payload(Buffer(kPageSize));
    image.add(page(0x1000, 1, context));
    image.add(VpContext{0, 1, context, 0, 0});
    return image.build();
}

class EveryImage : public testing::TestWithParam<Buffer (*)()> {};

TEST_P(EveryImage, IsValid) { EXPECT_TRUE(Contract::judge(GetParam()(), partner())); }

TEST_P(EveryImage, KeepsTheContractWithEveryBitFlipped) {
    const Buffer other = partner();
    Buffer file = GetParam()();
    std::size_t valid = 0;
    for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
        const auto flip = static_cast<std::uint8_t>(1u << (bit % 8));
        file[bit / 8] ^= flip;
        ASSERT_NO_THROW(valid += Contract::judge(file, other)) << "bit " << bit;
        file[bit / 8] ^= flip;
    }
    EXPECT_LT(valid, 8 * file.size());
}

/// The same with the checksum made to fit, so that the damage reaches what lies behind that check.
TEST_P(EveryImage, KeepsTheContractWithEveryHeaderBitFlippedUnderAFittingChecksum) {
    const Buffer other = partner();
    const Buffer whole = GetParam()();
    const std::size_t end = Image::open(whole).value().data_begin();
    std::size_t valid = 0;
    for (std::size_t bit = 8 * sizeof(FixedHeader); bit < 8 * end; ++bit) {
        Buffer file = whole;
        file[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        seal(file);
        ASSERT_NO_THROW(valid += Contract::judge(file, other)) << "bit " << bit;
    }
    EXPECT_GT(valid, 0u);
}

TEST_P(EveryImage, KeepsTheContractCutAtEveryLength) {
    const Buffer other = partner();
    const Buffer whole = GetParam()();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Buffer file(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        ASSERT_NO_THROW(EXPECT_FALSE(Contract::judge(file, other)) << size);
        if (size < sizeof(FixedHeader)) continue;
        poke(file, 16, U32{static_cast<std::uint32_t>(size)});
        if (Image::open(file)) seal(file);
        ASSERT_NO_THROW(Contract::judge(file, other)) << size;
    }
}

INSTANTIATE_TEST_SUITE_P(Small, EveryImage, testing::Values(many_kinds, aarch64));

}  // namespace
}  // namespace igvm::test
