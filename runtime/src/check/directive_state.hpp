// What the directives so far have declared, for the rules that compare one with another.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "context.hpp"

namespace igvm::check_detail {

/// Guest memory that one directive fills, for the platforms of `mask`.
struct Extent {
    std::uint64_t gpa;
    std::uint64_t last;    ///< its last byte: an extent may reach the end of the address space
    std::uint64_t offset;  ///< file offset of the directive
    std::uint32_t mask;
};

struct Area {
    std::uint64_t size;
    std::uint32_t inserted_mask = 0;
};

struct DirectiveState {
    Context& context;
    std::vector<Extent> extents;
    std::map<std::uint32_t, Area> areas;
    std::uint32_t id_block_mask = 0;
    /// (mask, VP index, VTL) of the contexts so far.
    std::set<std::tuple<std::uint32_t, std::uint16_t, std::uint8_t>> vps;
    /// (mask, file offset) of the context payloads already judged: many contexts may share one.
    std::set<std::pair<std::uint32_t, std::uint32_t>> judged;

    /// Adds an extent of `size` bytes; an empty one fills nothing.
    void add_extent(std::uint64_t gpa, std::uint64_t size, std::uint64_t offset, std::uint32_t mask);
};

void check_parameter_area(DirectiveState& state, const Header& header);
void check_parameter(DirectiveState& state, const Header& header);
void check_parameter_insert(DirectiveState& state, const Header& header);
void check_vp_context(DirectiveState& state, const Header& header);

/// Reports each extent that meets an earlier one under a common mask bit. Reorders the extents.
void check_overlaps(DirectiveState& state);

}  // namespace igvm::check_detail
