// A range of guest physical memory.
#pragma once

#include <cstdint>

namespace igvm {

/// `size` bytes of guest physical memory from `gpa` on.
struct GpaRange {
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;

    friend bool operator==(const GpaRange&, const GpaRange&) = default;
};

}  // namespace igvm
