// One look over an image's headers, for what must be known before anything is loaded.
#pragma once

#include <optional>
#include <vector>

#include "igvm/loader.hpp"
#include "load/intervals.hpp"

namespace igvm::load {

/// Guest memory that one directive of the platform names.
struct Extent {
    Interval interval;
    MapReason reason;
    std::uint32_t header_index;
};

struct VpHeader {
    std::uint32_t header_index;
    std::uint16_t vp_index;
    std::uint8_t vtl;
    Bytes context;
};

template <Wire T>
struct Found {
    std::uint32_t header_index;
    T wire;
};

struct Survey {
    std::vector<Extent> extents;
    std::vector<VpHeader> vps;
    std::vector<Found<RelocatableRegion>> regions;
    std::optional<Found<PageTableRelocation>> page_table;
};

/// All lists are in file order. Errors: kFileUnknownType, kPageAlignment, kRequiredMemoryRange, kLoadAddress,
/// kVpContextRepeated, kLoadVp for a VP that a host with `vp_count` VPs has not, kLoadRelocation for a second
/// page table region, kFileDataOffset.
Result<Survey> survey(const Image& image, const SupportedPlatform& platform, std::uint32_t vp_count);

}  // namespace igvm::load
