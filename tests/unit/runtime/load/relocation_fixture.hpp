// Images with relocatable regions, contexts with addresses, and page tables made by hand.
#pragma once

#include <initializer_list>
#include <utility>

#include "load_fixture.hpp"

namespace igvm::test {

inline constexpr std::uint8_t kApplyPc = 2;
inline constexpr std::uint8_t kApplyGdtr = 4;

/// A region at 128 MiB of 2 MiB, which may go anywhere below 1 TiB in steps of 2 MiB, for VP 0.
inline RelocatableRegion region_at_128m(std::uint8_t vtl, std::uint8_t flags = kApplyPc | kApplyGdtr) {
    return {kMask,    std::uint16_t{0}, vtl,        flags, 2 * kMiB, 128 * kMiB,
            2 * kMiB, std::uint64_t{0}, 1024 * kGiB};
}

struct Addresses {
    std::uint64_t rip = 0, gdtr = 0, cr3 = 0, cr4 = 0;
    friend bool operator==(const Addresses&, const Addresses&) = default;
};

/// igvm_defs, IgvmNativeVpContextX64.
inline Buffer native_context(const Addresses& registers) {
    Buffer context(kPageSize);
    put(context, 0x80, 8, registers.rip);
    put(context, 0xA0, 8, registers.gdtr);
    put(context, 0xD0, 8, registers.cr3);
    put(context, 0xD8, 8, registers.cr4);
    return context;
}
inline Addresses native_addresses(const Buffer& context) {
    return {*read<U64>(context, 0x80), *read<U64>(context, 0xA0), *read<U64>(context, 0xD0),
            *read<U64>(context, 0xD8)};
}

/// AMD APM volume 2, table B-4.
inline Buffer vmsa(const Addresses& registers) {
    Buffer context(kPageSize);
    put(context, 0x178, 8, registers.rip);
    put(context, 0x68, 8, registers.gdtr);
    put(context, 0x150, 8, registers.cr3);
    put(context, 0x148, 8, registers.cr4);
    put(context, 0x3B0, 8, 1);
    return context;
}
inline Addresses vmsa_addresses(const Buffer& context) {
    return {*read<U64>(context, 0x178), *read<U64>(context, 0x68), *read<U64>(context, 0x150),
            *read<U64>(context, 0x148)};
}

/// The Hyper-V TLFS's names of RIP, GDTR, CR3 and CR4, in this order.
inline Buffer vbs_context(const Addresses& registers, std::uint8_t vtl = 2) {
    Buffer context(4 + 4 * 32);
    put(context, 0, 4, 4);
    std::size_t at = 4;
    const auto add = [&](std::uint32_t name, std::size_t part, std::uint64_t value) {
        context[at] = vtl;
        put(context, at + 1, 4, name);
        put(context, at + 16 + part, 8, value);
        at += 32;
    };
    add(0x20010, 0, registers.rip);
    add(0x70001, 8, registers.gdtr);
    add(0x40002, 0, registers.cr3);
    add(0x40003, 0, registers.cr4);
    return context;
}
inline Addresses vbs_addresses(const Buffer& context) {
    return {*read<U64>(context, 20), *read<U64>(context, 32 + 28), *read<U64>(context, 64 + 20),
            *read<U64>(context, 96 + 20)};
}

/// A page of 512 entries, those that are given and zeros.
inline Buffer page_table(std::initializer_list<std::pair<std::size_t, std::uint64_t>> entries) {
    Buffer table(kPageSize);
    for (const auto& [slot, entry] : entries) put(table, 8 * slot, 8, entry);
    return table;
}

inline constexpr std::uint64_t kTable = 0x23;  ///< present, writable, accessed
inline constexpr std::uint64_t kLeaf = 0x63;   ///< and dirty
inline constexpr std::uint64_t kLarge = 0xE3;  ///< and a large page

}  // namespace igvm::test
