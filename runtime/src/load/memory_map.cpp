#include "load/memory_map.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace igvm::load {
namespace {

/// Source: igvm_defs, IGVM_VHS_MEMORY_MAP_ENTRY.
struct WireEntry {
    U64 first_page;
    U64 page_count;
    U16 type;
    U16 flags;
    U32 reserved;
};
static_assert(sizeof(WireEntry) == 24);

std::uint64_t end_of(const MemoryMapEntry& entry) { return entry.range.gpa + entry.range.size; }

bool is_sound(GpaRange range) {
    return range.size != 0 && range.gpa % kPageSize == 0 && range.size % kPageSize == 0 &&
           range.gpa < kEndOfGuestMemory && range.size <= kEndOfGuestMemory - range.gpa;
}

Result<void> check_entries(const std::vector<MemoryMapEntry>& sorted) {
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const auto [gpa, size] = sorted[i].range;
        if (!is_sound(sorted[i].range))
            return fail(
                Rule::kLoadHost, 0,
                fmt::format("the host's memory at {:#x} with {:#x} bytes is empty, not 4 KiB aligned or "
                            "not below {:#x}",
                            gpa, size, kEndOfGuestMemory));
        if (i > 0 && end_of(sorted[i - 1]) > gpa)
            return fail(Rule::kLoadHost, 0,
                        fmt::format("the host's memory at {:#x} overlaps that at {:#x}", gpa,
                                    sorted[i - 1].range.gpa));
    }
    return {};
}

bool is_ram(MemoryType type) { return type == MemoryType::kMemory || type == MemoryType::kVtl2Protectable; }

}  // namespace

Result<MemoryMap> MemoryMap::make(const std::vector<MemoryMapEntry>& entries) {
    MemoryMap map;
    map.entries_ = entries;
    std::ranges::sort(map.entries_, {}, [](const MemoryMapEntry& entry) { return entry.range.gpa; });
    if (auto sound = check_entries(map.entries_); !sound) return tl::unexpected(sound.error());
    std::vector<Interval> ram;
    for (const MemoryMapEntry& entry : map.entries_)
        if (is_ram(entry.type)) ram.push_back({entry.range.gpa, end_of(entry)});
    map.ram_ = unite(std::move(ram));
    return map;
}

void MemoryMap::protect(const Intervals& ranges) {
    std::vector<MemoryMapEntry> result;
    auto range = ranges.begin();
    for (const MemoryMapEntry& entry : entries_) {
        while (range != ranges.end() && range->end <= entry.range.gpa) ++range;
        std::uint64_t at = entry.range.gpa;
        const auto add = [&](std::uint64_t end, MemoryType type) {
            if (at < end) result.push_back({{at, end - at}, type});
            at = std::max(at, end);
        };
        if (is_ram(entry.type))
            for (auto next = range; next != ranges.end() && next->begin < end_of(entry); ++next) {
                add(next->begin, entry.type);
                add(std::min(next->end, end_of(entry)), MemoryType::kVtl2Protectable);
            }
        add(end_of(entry), entry.type);
    }
    entries_ = std::move(result);
}

std::vector<std::uint8_t> MemoryMap::encode() const {
    std::vector<std::uint8_t> bytes;
    bytes.reserve((entries_.size() + 1) * sizeof(WireEntry));
    const auto append = [&](const WireEntry& entry) {
        const Bytes raw = bytes_of(entry);
        bytes.insert(bytes.end(), raw.begin(), raw.end());
    };
    for (const MemoryMapEntry& entry : entries_)
        append({entry.range.gpa / kPageSize, entry.range.size / kPageSize,
                static_cast<std::uint16_t>(entry.type), std::uint16_t{0}, 0U});
    append({});
    return bytes;
}

}  // namespace igvm::load
