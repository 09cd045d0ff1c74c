#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "igvm/x64.hpp"

namespace igvm::x64 {
namespace {

using Context = std::vector<std::uint8_t>;

void put(Context& context, std::size_t offset, std::size_t width, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i) context[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::optional<std::uint64_t> value(ContextFormat format, const Context& context, std::string_view name) {
    const auto content = read_register(format, context, *find_register(name));
    return content ? std::optional(std::get<std::uint64_t>(*content)) : std::nullopt;
}

Segment segment(ContextFormat format, const Context& context, std::string_view name) {
    return std::get<Segment>(read_register(format, context, *find_register(name)).value());
}

std::optional<std::size_t> place(ContextFormat format, const Context& context, std::string_view name) {
    return address_place(format, context, *find_register(name));
}

void expect_segment(const Segment& segment, std::uint16_t selector, std::uint16_t attributes,
                    std::uint32_t limit, std::uint64_t base) {
    EXPECT_EQ(segment.selector, selector);
    EXPECT_EQ(segment.attributes, attributes);
    EXPECT_EQ(segment.limit, limit);
    EXPECT_EQ(segment.base, base);
}

TEST(NativeContext, GivesValuesSegmentsAndTables) {
    Context context(4096);
    put(context, 0x80, 8, 0x1234'5678'9ABC);
    put(context, 0xA8, 2, 0x10);
    put(context, 0xAA, 2, 0xA09B);
    put(context, 0xAC, 4, 0x1000);
    put(context, 0xB0, 4, 0xFFFFF);
    put(context, 0x9E, 2, 0x1F);
    put(context, 0xA0, 8, 0x20'0000);
    put(context, 0x90, 8, 0x30'0000);
    put(context, 0x98, 2, 0xFFF);
    constexpr auto kFormat = ContextFormat::kNativeX64;
    EXPECT_EQ(value(kFormat, context, "rip"), 0x1234'5678'9ABCU);
    EXPECT_EQ(value(kFormat, context, "cr2"), std::nullopt);
    expect_segment(segment(kFormat, context, "cs"), 0x10, 0xA09B, 0xFFFFF, 0x1000);
    expect_segment(segment(kFormat, context, "gdtr"), 0, 0, 0x1F, 0x20'0000);
    expect_segment(segment(kFormat, context, "idtr"), 0, 0, 0xFFF, 0x30'0000);
    EXPECT_EQ(place(kFormat, context, "rip"), 0x80U);
    EXPECT_EQ(place(kFormat, context, "cr3"), 0xD0U);
    EXPECT_EQ(place(kFormat, context, "gdtr"), 0xA0U);
    EXPECT_EQ(place(kFormat, context, "idtr"), 0x90U);
    EXPECT_EQ(place(kFormat, context, "cs"), std::nullopt);
}

TEST(Vmsa, GivesValuesSegmentsAndTables) {
    Context vmsa(kVmsaSize);
    put(vmsa, 0x10, 2, 0xF000);
    put(vmsa, 0x12, 2, 0x29B);
    put(vmsa, 0x14, 4, 0xFFFF);
    put(vmsa, 0x18, 8, 0xFFFF'0000);
    put(vmsa, 0x64, 4, 0x27);
    put(vmsa, 0x68, 8, 0x7000);
    put(vmsa, 0x150, 8, 0x8000'0000'1000);
    put(vmsa, 0x410, 2, 0x37F);
    constexpr auto kFormat = ContextFormat::kVmsa;
    expect_segment(segment(kFormat, vmsa, "cs"), 0xF000, 0x209B, 0xFFFF, 0xFFFF'0000);
    expect_segment(segment(kFormat, vmsa, "gdtr"), 0, 0, 0x27, 0x7000);
    EXPECT_EQ(value(kFormat, vmsa, "cr3"), 0x8000'0000'1000U);
    EXPECT_EQ(value(kFormat, vmsa, "x87_fcw"), 0x37FU);
    EXPECT_EQ(place(kFormat, vmsa, "cr3"), 0x150U);
    EXPECT_EQ(place(kFormat, vmsa, "gdtr"), 0x68U);
    EXPECT_EQ(place(kFormat, vmsa, "x87_fcw"), std::nullopt);
}

/// The VBS names of CS, GDTR and RIP, as of the TLFS.
TEST(VbsContext, GivesTheRegistersThatItLists) {
    Context context(4 + 3 * 32);
    put(context, 0, 4, 3);
    const auto entry = [&](std::size_t index, std::uint32_t name) {
        put(context, 4 + index * 32, 1, 2);
        put(context, 5 + index * 32, 4, name);
        return 4 + index * 32 + 16;
    };
    const std::size_t cs = entry(0, 0x60001);
    put(context, cs, 8, 0x1000);
    put(context, cs + 8, 4, 0xFFFFF);
    put(context, cs + 12, 2, 8);
    put(context, cs + 14, 2, 0xA09B);
    const std::size_t gdtr = entry(1, 0x70001);
    put(context, gdtr + 6, 2, 0x1F);
    put(context, gdtr + 8, 8, 0x9000);
    const std::size_t rip = entry(2, 0x20010);
    put(context, rip, 8, 0x40'0000);
    constexpr auto kFormat = ContextFormat::kVbs;
    expect_segment(segment(kFormat, context, "cs"), 8, 0xA09B, 0xFFFFF, 0x1000);
    expect_segment(segment(kFormat, context, "gdtr"), 0, 0, 0x1F, 0x9000);
    EXPECT_EQ(value(kFormat, context, "rip"), 0x40'0000U);
    EXPECT_EQ(value(kFormat, context, "rax"), std::nullopt);
    EXPECT_EQ(value(kFormat, context, "mxcsr"), std::nullopt);
    EXPECT_EQ(place(kFormat, context, "rip"), rip);
    EXPECT_EQ(place(kFormat, context, "gdtr"), gdtr + 8);
    EXPECT_EQ(vtl_of(kFormat, context), 2);
    EXPECT_EQ(vtl_of(ContextFormat::kVmsa, context), 0);
}

TEST(AnyContext, GivesNothingBehindItsEnd) {
    const Context empty;
    Context cut(4 + 8);
    put(cut, 0, 4, UINT32_MAX);
    for (const auto format : {ContextFormat::kNativeX64, ContextFormat::kVmsa, ContextFormat::kVbs})
        for (const RegisterInfo& info : register_table()) {
            EXPECT_EQ(read_register(format, empty, info), std::nullopt) << info.name;
            EXPECT_EQ(address_place(format, empty, info), std::nullopt) << info.name;
        }
    EXPECT_EQ(value(ContextFormat::kVbs, cut, "rip"), std::nullopt);
    EXPECT_EQ(vtl_of(ContextFormat::kVbs, cut), 0);
    EXPECT_EQ(vtl_of(ContextFormat::kVbs, empty), 0);
}

}  // namespace
}  // namespace igvm::x64
