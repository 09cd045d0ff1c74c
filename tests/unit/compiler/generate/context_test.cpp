#include "generate/context.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "generate/start_state.hpp"
#include "igvm/aarch64.hpp"
#include "igvm/describe.hpp"

namespace igvm::spec::generate {
namespace {

using model::StartState;

model::VpContext context(PlatformType platform, StartState start) {
    model::VpContext result{};
    result.platform = platform;
    result.start = start;
    return result;
}

model::RegisterValue value(std::string_view name, std::uint64_t number) {
    return {x64::find_register(name), number};
}

template <class T>
std::uint64_t at(const std::vector<std::uint8_t>& bytes, std::size_t offset) {
    return *read<T>(bytes, offset);
}

std::vector<std::uint8_t> published_vmsa() {
    const char* folder = std::getenv("IGVM_PEER_VECTORS");
    const auto path = std::filesystem::path(folder ? folder : IGVM_PEER_VECTORS_DEFAULT) /
                      "sev-snp-measure/qemu_1vcpu_nokernel_0x1.igvm";
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
    if (bytes.size() > x64::kVmsaSize) bytes.erase(bytes.begin(), bytes.end() - x64::kVmsaSize);
    return bytes;
}

TEST(Vmsa, ResetVectorIsTheStateThatKvmMeasuresButForRdx) {
    const auto published = published_vmsa();
    if (published.empty()) GTEST_SKIP() << "no peer vectors";
    model::VpContext snp = context(PlatformType::kSnp, StartState::kResetVector);
    snp.registers.push_back(value("rdx", at<U64>(published, 0x310)));
    EXPECT_EQ(encode_context(snp), published);
}

TEST(Vmsa, ResetVectorIsTheStateThatTheLauncherGivesFurtherCpus) {
    constexpr std::uint32_t kSignature = 0x800F12;
    model::VpContext snp = context(PlatformType::kSnp, StartState::kResetVector);
    snp.registers.push_back(value("rdx", kSignature));
    const auto expected = x64::reset_vmsa(kSignature, x64::kSevFeatureSnp);
    EXPECT_TRUE(std::ranges::equal(encode_context(snp), expected));
}

TEST(Encoders, WriteWhatTheRuntimeReads) {
    constexpr PlatformType kPlatforms[] = {PlatformType::kSnp, PlatformType::kNative, PlatformType::kVbs};
    for (const PlatformType platform : kPlatforms) {
        const ContextFormat format = platform_info(platform).context;
        for (const x64::RegisterInfo& info : x64::register_table()) {
            const bool plain = info.kind == x64::RegisterKind::kValue;
            x64::Segment segment{0x18, 0xA09B, 0xFFFF, 0x1234};
            if (info.kind == x64::RegisterKind::kTable) segment = {0, 0, 0x7FF, 0x1234};
            model::VpContext given = context(platform, StartState::kNone);
            given.registers.push_back(
                {&info, plain ? x64::RegisterContent(std::uint64_t{0x51}) : x64::RegisterContent(segment)});
            const auto read_back = x64::read_register(format, encode_context(given), info);
            if (!read_back) continue;  // the format has no such register
            EXPECT_EQ(*read_back, given.registers.front().value) << info.name;
        }
    }
}

TEST(CcaContext, HoldsGeneralRegistersThenPcAndFlags) {
    model::VpContext cca = context(PlatformType::kCca, StartState::kNone);
    cca.registers = {{aarch64::find_register("x7"), std::uint64_t{7}},
                     {aarch64::find_register("pc"), std::uint64_t{0x80000}},
                     {aarch64::find_register("flags"), std::uint64_t{1}}};
    const auto bytes = encode_context(cca);
    ASSERT_EQ(bytes.size(), kPageSize);
    EXPECT_EQ(at<U64>(bytes, 0x38), 7U);
    EXPECT_EQ(at<U64>(bytes, 0x40), 0x80000U);
    EXPECT_EQ(at<U64>(bytes, 0x48), 1U);
}

TEST(Vmsa, TheSnpBitOfSevFeaturesFollowsThePlatform) {
    model::VpContext vmsa = context(PlatformType::kSnp, StartState::kNone);
    vmsa.sev_features = 0x20;
    EXPECT_EQ(at<U64>(encode_context(vmsa), 0x3B0), 0x21U);
    vmsa.platform = PlatformType::kSevEs;
    EXPECT_EQ(at<U64>(encode_context(vmsa), 0x3B0), 0x20U);
}

TEST(Vmsa, SegmentAttributesArePackedIntoTwelveBits) {
    const auto vmsa = encode_context(context(PlatformType::kSnp, StartState::kLongMode));
    EXPECT_EQ(at<U16>(vmsa, 0x10), 0x08U);
    EXPECT_EQ(at<U16>(vmsa, 0x12), 0xA9BU);
    EXPECT_EQ(at<U16>(vmsa, 0x32), 0xC93U);
    EXPECT_EQ(at<U64>(vmsa, 0xD0), 0x1500U);
}

TEST(NativeContext, IsWhatSevTakesAsWell) {
    const auto native = context(PlatformType::kNative, StartState::kResetVector);
    const auto sev = context(PlatformType::kSev, StartState::kResetVector);
    EXPECT_EQ(encode_context(sev), encode_context(native));
    EXPECT_EQ(at<U64>(encode_context(sev), 0x80), 0xFFF0U);
}

TEST(NativeContext, LongModeIsWhatTheFormatLaysDown) {
    model::VpContext native = context(PlatformType::kNative, StartState::kLongMode);
    native.registers = {value("rip", 0x100000),
                        value("cr3", 0x101000),
                        {x64::find_register("gdtr"), x64::Segment{0, 0, 0x17, 0x104000}},
                        {x64::find_register("idtr"), x64::Segment{0, 0, 0xFFF, 0x105000}}};
    const auto bytes = encode_context(native);
    ASSERT_EQ(bytes.size(), kPageSize);
    EXPECT_EQ(at<U64>(bytes, 0x80), 0x100000U);
    EXPECT_EQ(at<U64>(bytes, 0x90), 0x105000U);
    EXPECT_EQ(at<U16>(bytes, 0x98), 0xFFFU);
    EXPECT_EQ(at<U16>(bytes, 0x9E), 0x17U);
    EXPECT_EQ(at<U64>(bytes, 0xA0), 0x104000U);
    EXPECT_EQ(at<U16>(bytes, 0xA8), 0x08U);
    EXPECT_EQ(at<U16>(bytes, 0xAA), 0xA09BU);
    EXPECT_EQ(at<U32>(bytes, 0xB0), 0xFFFFFFFFU);
    EXPECT_EQ(at<U16>(bytes, 0xB6), 0xC093U);
    EXPECT_EQ(at<U64>(bytes, 0xD0), 0x101000U);
    EXPECT_EQ(at<U64>(bytes, 0xE0), 0x500U);
}

TEST(VbsContext, ListsEachRegisterOnceInTableOrderWithItsVtl) {
    model::VpContext vbs = context(PlatformType::kVbs, StartState::kNone);
    vbs.vtl = 2;
    vbs.registers = {{x64::find_register("cs"), x64::Segment{8, 0xA09B, 0xFFFFFFFF, 0x1000}},
                     value("rip", 1),
                     value("rip", 2)};
    const auto bytes = encode_context(vbs);
    ASSERT_EQ(bytes.size(), 4U + 2 * 32);
    EXPECT_EQ(at<U32>(bytes, 0), 2U);
    EXPECT_EQ(bytes[4], 2);
    EXPECT_EQ(at<U32>(bytes, 5), 0x20010U);
    EXPECT_EQ(at<U64>(bytes, 20), 2U);
    EXPECT_EQ(at<U32>(bytes, 36 + 1), 0x60001U);
    EXPECT_EQ(at<U64>(bytes, 36 + 16), 0x1000U);
    EXPECT_EQ(at<U32>(bytes, 36 + 24), 0xFFFFFFFFU);
    EXPECT_EQ(at<U16>(bytes, 36 + 28), 8U);
    EXPECT_EQ(at<U16>(bytes, 36 + 30), 0xA09BU);
}

TEST(RawContext, IsAPageOnEveryPlatformButVbs) {
    const std::vector<std::uint8_t> raw = {1, 2, 3};
    model::VpContext given = context(PlatformType::kNative, StartState::kNone);
    given.raw = model::Blob{nullptr, raw};
    EXPECT_EQ(encode_context(given).size(), kPageSize);
    given.platform = PlatformType::kVbs;
    EXPECT_EQ(encode_context(given), raw);
}

}  // namespace
}  // namespace igvm::spec::generate
