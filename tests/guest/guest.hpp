// A native guest as the loader gives it, and how its run ended.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "igvm/loader.hpp"
#include "igvm/wire.hpp"

namespace igvm::guest {

/// Guest memory after the load: 4 KiB pages by guest physical address.
using Page = std::array<std::uint8_t, kPageSize>;
using Pages = std::map<std::uint64_t, Page>;

/// CS, or the one segment that DS, ES, FS, GS and SS share. Attributes in the 16-bit form.
struct NativeSegment {
    U16 selector;
    U16 attributes;
    U32 base;
    U32 limit;
    friend bool operator==(const NativeSegment&, const NativeSegment&) = default;
};

/// The registers of a native VP context, stated here once more from the specification (igvm_defs,
/// IgvmNativeVpContextX64) so that the test does not read with the table that wrote.
struct NativeContext {
    U64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
    U64 r8, r9, r10, r11, r12, r13, r14, r15;
    U64 rip, rflags;
    U64 idtr_base;
    U16 idtr_limit;
    std::array<U16, 2> reserved;
    U16 gdtr_limit;
    U64 gdtr_base;
    NativeSegment code, data;
    U64 gs_base, cr0, cr3, cr4, efer;
};
static_assert(sizeof(NativeContext) == 0xE8);

/// What a loader gives to a native guest.
struct GuestStart {
    Pages pages;
    NativeContext context;
};

/// How a guest ended, the same for every emulator.
struct Outcome {
    std::string printed;                    ///< every byte it wrote to COM1
    std::optional<std::uint8_t> exit_code;  ///< the byte it wrote to the debug exit port, when it did
    std::string ending;                     ///< the emulator's own words, for the test's message
};

/// Opens the image and loads its native platform with igvm::Loader.
/// Throws std::runtime_error when the image is refused, holds no native platform, or starts anything but
/// exactly one VP.
GuestStart load_native_guest(const std::filesystem::path& path, const HostConfig& host = {});
GuestStart load_native_guest(Bytes file, const HostConfig& host = {});

/// The same for a guest that starts from the CPU's reset state: what it has in memory, without a VP context.
Pages load_native_pages(const std::filesystem::path& path);

/// The segment that a CPU in long mode loads for `selector` from the GDT at `gdt_base`, which must be mapped
/// to itself. Throws std::out_of_range when the page of the GDT was not loaded.
NativeSegment gdt_segment(const Pages& pages, std::uint64_t gdt_base, std::uint16_t selector);

}  // namespace igvm::guest
