#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "inputs/linux.hpp"

namespace igvm::spec::linux_x86 {
namespace {

constexpr auto kMembers = std::to_array<Member>({
    {"setup_sects", 0x1f1, 1, 0},
    {"root_flags", 0x1f2, 2, 0},
    {"syssize", 0x1f4, 4, 0x204},
    {"ram_size", 0x1f8, 2, 0},
    {"vid_mode", 0x1fa, 2, 0},
    {"root_dev", 0x1fc, 2, 0},
    {"boot_flag", 0x1fe, 2, 0},
    {"jump", 0x200, 2, 0x200},
    {"header", 0x202, 4, 0x200},
    {"version", 0x206, 2, 0x200},
    {"realmode_swtch", 0x208, 4, 0x200},
    {"start_sys_seg", 0x20c, 2, 0x200},
    {"kernel_version", 0x20e, 2, 0x200},
    {"type_of_loader", 0x210, 1, 0x200},
    {"loadflags", 0x211, 1, 0x200},
    {"setup_move_size", 0x212, 2, 0x200},
    {"code32_start", 0x214, 4, 0x200},
    {"ramdisk_image", 0x218, 4, 0x200},
    {"ramdisk_size", 0x21c, 4, 0x200},
    {"bootsect_kludge", 0x220, 4, 0x200},
    {"heap_end_ptr", 0x224, 2, 0x201},
    {"ext_loader_ver", 0x226, 1, 0x202},
    {"ext_loader_type", 0x227, 1, 0x202},
    {"cmd_line_ptr", 0x228, 4, 0x202},
    {"initrd_addr_max", 0x22c, 4, 0x203},
    {"kernel_alignment", 0x230, 4, 0x205},
    {"relocatable_kernel", 0x234, 1, 0x205},
    {"min_alignment", 0x235, 1, 0x20a},
    {"xloadflags", 0x236, 2, 0x20c},
    {"cmdline_size", 0x238, 4, 0x206},
    {"hardware_subarch", 0x23c, 4, 0x207},
    {"hardware_subarch_data", 0x240, 8, 0x207},
    {"payload_offset", 0x248, 4, 0x208},
    {"payload_length", 0x24c, 4, 0x208},
    {"setup_data", 0x250, 8, 0x209},
    {"pref_address", 0x258, 8, 0x20a},
    {"init_size", 0x260, 4, 0x20a},
    {"handover_offset", 0x264, 4, 0x20b},
    {"kernel_info_offset", 0x268, 4, 0x20f},
});

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kDefaultSetupSectors = 4;
constexpr std::uint64_t kMagicOffset = 0x202, kMagic = 0x53726448;  // "HdrS"
constexpr std::uint64_t kBootFlag = 0xaa55;
constexpr std::uint64_t kOldestVersion = 0x20c;
constexpr std::uint64_t kLoadedHigh = 1;
constexpr std::uint64_t kKernel64 = 1;
constexpr std::uint64_t kEntry64 = 0x200;

const Member& member(std::string_view name) { return *std::ranges::find(kMembers, name, &Member::name); }

/// The little-endian number at an offset that was checked.
std::uint64_t number(Bytes bytes, std::uint64_t offset, unsigned width) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i)
        value |= std::uint64_t{bytes[static_cast<std::size_t>(offset) + i]} << (8 * i);
    return value;
}

tl::unexpected<InputError> malformed(std::uint64_t offset, std::string detail) {
    return input_error(Code::kInputMalformed, offset, std::move(detail));
}

tl::unexpected<InputError> unsupported(std::uint64_t offset, std::string detail) {
    return input_error(Code::kInputUnsupported, offset, std::move(detail));
}

/// The end of the header by the jump over it, when it holds all members of the protocol version.
InputResult<std::uint64_t> header_end(Bytes bytes, std::uint64_t version) {
    const auto& jump = member("jump");
    std::uint64_t needed = 0;
    for (const Member& m : kMembers)
        if (m.since <= version) needed = m.offset + std::uint64_t{m.width};
    const std::uint64_t end = kMagicOffset + bytes[jump.offset + 1u];
    if (bytes[jump.offset] != 0xeb || bytes[jump.offset + 1u] > 0x7f || end < needed)
        return malformed(jump.offset,
                         fmt::format("the jump over the setup header does not lead to {:#x} or beyond, "
                                     "where the header of protocol {}.{:02} ends",
                                     needed, version >> 8, version & 0xff));
    return end;
}

}  // namespace

InputResult<Kernel> Kernel::open(Bytes bytes) {
    if (bytes.size() < 2 * kSector)
        return malformed(0, fmt::format("{} bytes are too few for a bzImage", bytes.size()));
    Kernel kernel(bytes);
    if (kernel.get("boot_flag") != kBootFlag || kernel.get("header") != kMagic)
        return malformed(kMagicOffset, "this is not a bzImage: no \"HdrS\" behind the boot sector");
    const std::uint64_t version = kernel.get("version");
    if (version < kOldestVersion)
        return unsupported(member("version").offset,
                           fmt::format("boot protocol {}.{:02} is older than 2.12 (Linux 3.8)", version >> 8,
                                       version & 0xff));
    if ((kernel.get("loadflags") & kLoadedHigh) == 0)
        return unsupported(member("loadflags").offset, "the kernel is a zImage, which is loaded below 1 MiB");
    const auto end = header_end(bytes, version);
    if (!end) return tl::unexpected(end.error());
    kernel.header_end_ = *end;
    const std::uint64_t sectors = kernel.get("setup_sects");
    kernel.payload_ = ((sectors == 0 ? kDefaultSetupSectors : sectors) + 1) * kSector;
    const std::uint64_t needed = kernel.payload_ + kernel.get("syssize") * 16;
    if (bytes.size() < needed || bytes.size() <= kernel.payload_)
        return malformed(bytes.size(), fmt::format("the file ends before the kernel, at {:#x}", needed));
    return kernel;
}

std::vector<Member> Kernel::members() const {
    std::vector<Member> known;
    for (const Member& m : kMembers)
        if (m.since <= get("version")) known.push_back(m);
    return known;
}

std::uint64_t Kernel::get(const Member& m) const { return number(bytes_, m.offset, m.width); }
std::uint64_t Kernel::get(std::string_view name) const { return get(member(name)); }

InputResult<std::uint64_t> Kernel::entry64() const {
    if ((get("xloadflags") & kKernel64) == 0)
        return unsupported(member("xloadflags").offset,
                           "the kernel has no 64-bit entry: bit 0 of xloadflags (XLF_KERNEL_64) is clear");
    if (payload().size() <= kEntry64)
        return malformed(bytes_.size(), "the file ends before the 64-bit entry, 0x200 into the kernel");
    return kEntry64;
}

}  // namespace igvm::spec::linux_x86
