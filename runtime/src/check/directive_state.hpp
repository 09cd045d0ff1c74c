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

/// A PAGE_TABLE_RELOCATION_REGION.
struct PageTableRegion {
    std::uint64_t gpa;
    std::uint64_t size;
    std::uint32_t mask;
};

struct Area {
    std::uint64_t size;
    std::uint32_t inserted_mask = 0;
};

struct DirectiveState {
    Context& context;
    /// The first of each platform.
    std::vector<PageTableRegion> page_tables = {};
    std::map<std::uint32_t, Area> areas = {};
    std::uint32_t id_block_mask = 0;
    /// (mask, VP index, VTL) of the contexts so far.
    std::set<std::tuple<std::uint32_t, std::uint16_t, std::uint8_t>> vps = {};
    /// (mask, file offset) of the context payloads already judged: many contexts may share one.
    std::set<std::pair<std::uint32_t, std::uint32_t>> judged = {};

    void add_extent(const Header& header, std::uint64_t gpa, std::uint64_t size, std::uint32_t mask,
                    ExtentKind kind) {
        check_detail::add_extent(context.extents(), gpa, size, header.index, mask, kind);
    }
};

void check_parameter_area(DirectiveState& state, const Header& header);
void check_parameter(DirectiveState& state, const Header& header);
void check_parameter_insert(DirectiveState& state, const Header& header);
void check_vp_context(DirectiveState& state, const Header& header);

/// Reports each filled extent that meets an earlier one under a common mask bit; contexts may share their
/// page, because some loaders give all processors the same one. The extents are sorted.
void check_overlaps(Context& context);

/// Reports the platforms that load pages outside their required memory. The extents are sorted.
void check_required_memory(Context& context);

}  // namespace igvm::check_detail
