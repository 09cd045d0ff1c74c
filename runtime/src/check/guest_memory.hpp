// The memory of one platform's guest at its start.
#pragma once

#include <cstdint>
#include <vector>

#include "context.hpp"

namespace igvm::check_detail {

/// Ranges of addresses that neither overlap nor touch, ascending.
class RangeSet {
  public:
    /// `first` may not be lower than that of an earlier call.
    void add(std::uint64_t first, std::uint64_t last);
    /// True when every byte of [first, last] is in the set.
    bool contains(std::uint64_t first, std::uint64_t last) const;
    bool empty() const { return ranges_.empty(); }

  private:
    struct Range {
        std::uint64_t first;
        std::uint64_t last;
    };
    std::vector<Range> ranges_;
};

class GuestMemory {
  public:
    /// What the file says about the platform of a mask bit; linear in the extents, which must be sorted.
    GuestMemory(const Context& context, unsigned bit);

    /// What the loader fills: pages, areas, error ranges and contexts, ascending.
    const std::vector<const Extent*>& filled() const { return filled_; }
    /// The filled extent that holds `gpa`, or null.
    const Extent* find(std::uint64_t gpa) const;
    const RangeSet& required() const { return required_; }
    /// Filled or required.
    const RangeSet& present() const { return present_; }
    /// The PAGE_DATA payload from `gpa` to the end of its 4 KiB page; nothing where no page is loaded, empty
    /// for a page of zeros.
    std::optional<Bytes> page_bytes(std::uint64_t gpa) const;

  private:
    const Image& image_;
    std::vector<const Extent*> filled_;
    RangeSet required_;
    RangeSet present_;
};

}  // namespace igvm::check_detail
