#include "linux_boot_params.hpp"

#include <algorithm>
#include <bit>

namespace igvm::check_detail {
namespace {

constexpr std::uint32_t kMagic = 0x53726448;
constexpr std::uint16_t kOldestVersion = 0x20A;  ///< the first with pref_address and init_size

struct E820Entry {
    U64 address;
    U64 size;
    U32 type;
};
static_assert(sizeof(E820Entry) == 20);
constexpr std::uint32_t kE820Ram = 1;
constexpr std::uint64_t kE820Table = 0x2D0;

}  // namespace

std::uint64_t Piece::last() const { return size - 1 <= UINT64_MAX - first ? first + (size - 1) : UINT64_MAX; }

bool Piece::meets(const Piece& other) const {
    return size != 0 && other.size != 0 && first <= other.last() && other.first <= last();
}

bool BootParams::is_one() const { return at<U32>(0x202) == kMagic && at<U16>(0x206) >= kOldestVersion; }

Piece BootParams::initrd() const { return {"the initrd", wide(0x218, 0x0C0), wide(0x21C, 0x0C4)}; }

Piece BootParams::command_line() const { return {"the command line", wide(0x228, 0x0C8), 1}; }

Piece BootParams::cc_blob() const { return {"the confidential computing blob", at<U32>(0x13C), 1}; }

Piece BootParams::working_memory(std::uint64_t load) const {
    const std::uint64_t preferred = at<U64>(0x258);
    const std::uint64_t alignment = at<U32>(0x230);
    std::uint64_t begin = preferred;
    if (at<U8>(0x234) != 0 && std::has_single_bit(alignment))
        begin = std::max(preferred, align_up(load, alignment).value_or(preferred));
    return {"the kernel", begin, at<U32>(0x260)};
}

std::uint8_t BootParams::map_entries() const { return static_cast<std::uint8_t>(at<U8>(0x1E8)); }

std::vector<MapEntry> BootParams::memory_map() const {
    std::vector<MapEntry> map;
    for (std::size_t i = 0; i < std::min(map_entries(), kMaxMapEntries); ++i) {
        const auto entry = read<E820Entry>(page_, kE820Table + i * sizeof(E820Entry));
        if (entry && entry->size != std::uint64_t{0})
            map.push_back({{"the entry", entry->address, entry->size}, entry->type == kE820Ram});
    }
    std::ranges::sort(map, {}, [](const MapEntry& entry) { return entry.piece.first; });
    return map;
}

/// Linux, arch/x86/kernel/e820.c, e820__memory_setup_default: conventional memory, and the larger of what two
/// BIOS calls told of the memory above 1 MiB, in KiB.
std::vector<MapEntry> BootParams::memory_without_map() const {
    const std::uint64_t kibibytes = std::max(at<U32>(0x1E0), at<U16>(0x002));
    return {{{"low memory", 0, 0x9F000}, true}, {{"high memory", 0x100000, kibibytes << 10}, true}};
}

bool BootParams::map_may_go_on() const { return map_entries() >= kMaxMapEntries && at<U64>(0x250) != 0; }

}  // namespace igvm::check_detail
