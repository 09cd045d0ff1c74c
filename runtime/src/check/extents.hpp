// The guest memory that directives speak of, as ranges of addresses.
#pragma once

#include <cstdint>
#include <vector>

namespace igvm::check_detail {

enum class ExtentKind : std::uint8_t {
    kRequired,    ///< REQUIRED_MEMORY
    kPage,        ///< PAGE_DATA
    kArea,        ///< PARAMETER_INSERT
    kErrorRange,  ///< ERROR_RANGE
    kContext,     ///< VP_CONTEXT whose context lies in guest memory
};

struct Extent {
    std::uint64_t gpa;
    std::uint64_t last;    ///< its last byte: an extent may reach the end of the address space
    std::uint32_t header;  ///< index of the directive
    std::uint32_t mask;
    ExtentKind kind;
};

using Extents = std::vector<Extent>;

/// Appends an extent of `size` bytes, cut off at the end of the address space; an empty one is left out.
void add_extent(Extents& extents, std::uint64_t gpa, std::uint64_t size, std::uint32_t header,
                std::uint32_t mask, ExtentKind kind);

/// By address, kind and header.
void sort_extents(Extents& extents);

}  // namespace igvm::check_detail
