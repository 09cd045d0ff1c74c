// struct boot_params, the "zero page", and what it points to.
#include <algorithm>

#include <fmt/format.h>

#include "inputs/linux.hpp"

namespace igvm::spec::linux_x86 {
namespace {

// Offsets in struct boot_params; those of the setup header's members are the members' own.
constexpr std::size_t kAcpiRsdp = 0x70;
constexpr std::size_t kExtRamdiskImage = 0xc0, kExtRamdiskSize = 0xc4, kExtCmdLinePtr = 0xc8;
constexpr std::size_t kCcBlobAddress = 0x13c;
constexpr std::size_t kE820Entries = 0x1e8, kE820Table = 0x2d0;
constexpr std::size_t kSpare = 0xf00;  ///< in the 276 unused bytes at the end

constexpr std::size_t kTypeOfLoader = 0x210, kRamdiskImage = 0x218, kRamdiskSize = 0x21c, kCmdLinePtr = 0x228;
constexpr std::size_t kInitrdAddrMax = 0x22c, kCmdlineSize = 0x238, kSetupData = 0x250;

constexpr std::uint8_t kUnknownLoader = 0xff;
constexpr std::uint64_t kAbove4G = 2;  ///< of xloadflags
constexpr std::uint32_t kSetupCcBlob = 7;

constexpr Range kLowRam = {0, 0xa0000};
constexpr std::uint64_t kHighRam = 0x100000;

struct E820Bytes {
    U64 address, size;
    U32 type;
};

/// struct cc_setup_data: how the kernel finds the blob before it parses anything else.
struct CcSetupData {
    U64 next;
    U32 type, length, blob;
};

struct CcBlobBytes {
    U32 magic;
    U16 version, reserved;
    U64 secrets;
    U32 secrets_size, reserved_1;
    U64 cpuid;
    U32 cpuid_size, reserved_2;
};
static_assert(sizeof(CcBlobBytes) == 40);

template <Wire T>
void put(std::span<std::uint8_t> page, std::size_t offset, const T& value) {
    std::ranges::copy(bytes_of(value), page.begin() + static_cast<std::ptrdiff_t>(offset));
}

void put_split(std::span<std::uint8_t> page, std::size_t low, std::size_t high, std::uint64_t value) {
    put(page, low, U32(static_cast<std::uint32_t>(value)));
    put(page, high, U32(static_cast<std::uint32_t>(value >> 32)));
}

void put_setup_data(const BootParams& params, std::span<std::uint8_t> page) {
    std::uint64_t first = params.setup_data.value_or(0);
    if (params.cc_blob) {
        put(page, kCcBlobAddress, U32(*params.cc_blob));
        put(page, kSpare, CcSetupData{first, kSetupCcBlob, std::uint32_t{sizeof(U32)}, *params.cc_blob});
        first = params.address + kSpare;
    }
    if (first != 0) put(page, kSetupData, U64(first));
}

}  // namespace

std::vector<E820Entry> ram_map(std::uint64_t size) {
    std::vector<E820Entry> map{{{0, std::min(size, kLowRam.size)}}};
    if (size > kHighRam) map.push_back({{kHighRam, size - kHighRam}});
    return map;
}

InputResult<void> check_command_line(const Kernel& kernel, std::uint32_t size) {
    if (size <= kernel.get("cmdline_size")) return {};
    return input_error(Code::kOutOfRange, kCmdlineSize,
                       fmt::format("a command line of {} bytes is longer than the {} that the kernel takes",
                                   size, kernel.get("cmdline_size")));
}

InputResult<void> check_initrd(const Kernel& kernel, const Range& initrd) {
    const bool anywhere = (kernel.get("xloadflags") & kAbove4G) != 0;
    const std::uint64_t max = anywhere ? UINT64_MAX : kernel.get("initrd_addr_max");
    if (initrd.size != 0 && initrd.address <= max && initrd.size - 1 <= max - initrd.address) return {};
    return input_error(
        Code::kOutOfRange, kInitrdAddrMax,
        fmt::format("an initrd of {:#x} bytes at {:#x} is empty or reaches beyond {:#x}, the highest "
                    "address that the kernel takes",
                    initrd.size, initrd.address, max));
}

void write_boot_params(const Kernel& kernel, const BootParams& params, std::span<std::uint8_t> page) {
    std::ranges::copy(kernel.header(), page.begin() + Kernel::kHeader);
    page[kTypeOfLoader] = kUnknownLoader;
    if (params.command_line) put_split(page, kCmdLinePtr, kExtCmdLinePtr, *params.command_line);
    if (params.command_line_size) put(page, kCmdlineSize, U32(*params.command_line_size));
    if (params.initrd) {
        put_split(page, kRamdiskImage, kExtRamdiskImage, params.initrd->address);
        put_split(page, kRamdiskSize, kExtRamdiskSize, params.initrd->size);
    }
    if (params.acpi_rsdp) put(page, kAcpiRsdp, U64(*params.acpi_rsdp));
    put_setup_data(params, page);
    page[kE820Entries] = static_cast<std::uint8_t>(params.e820.size());
    for (std::size_t i = 0; i < params.e820.size(); ++i) {
        const E820Entry& entry = params.e820[i];
        put(page, kE820Table + i * sizeof(E820Bytes),
            E820Bytes{entry.range.address, entry.range.size, entry.type});
    }
}

std::vector<std::uint8_t> cc_blob(const Range& secrets, const Range& cpuid) {
    constexpr std::uint32_t kMagic = 0x45444d41;  // "AMDE"
    const CcBlobBytes blob = {kMagic,
                              std::uint16_t{1},
                              std::uint16_t{0},
                              secrets.address,
                              static_cast<std::uint32_t>(secrets.size),
                              0u,
                              cpuid.address,
                              static_cast<std::uint32_t>(cpuid.size),
                              0u};
    const Bytes bytes = bytes_of(blob);
    return {bytes.begin(), bytes.end()};
}

}  // namespace igvm::spec::linux_x86
