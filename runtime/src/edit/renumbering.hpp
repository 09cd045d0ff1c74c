// Mask bits and parameter area indices of one image, moved out of the way of those of earlier ones.
#pragma once

#include <array>
#include <map>
#include <set>

#include "igvm/image.hpp"

namespace igvm::edit {

/// The mask bits and area indices that the merged file has so far.
struct UsedNumbers {
    std::uint32_t masks = 0;
    std::set<std::uint32_t> areas;
    std::uint32_t lowest_free_area = 0;
};

class Renumbering {
  public:
    /// Gives each platform and parameter area of `image` a number that is free in `used`, and takes it there.
    /// Precondition: the image obeys the Platform rules. Error: kAreaIndex for an index declared twice.
    static Result<Renumbering> assign(const Image& image, UsedNumbers& used);

    /// The header's mask as it must be written, 0 when it has none. Error: kMaskUnknown for a bit that no
    /// platform of the image has.
    Result<std::uint32_t> mask(const Header& header) const;
    /// The header's area index as it must be written, 0 when it has none. Error: kAreaUndeclared.
    Result<std::uint32_t> area(const Header& header) const;

    /// True when every number stays what it was.
    bool is_identity() const { return identity_; }

  private:
    void assign_masks(const Image& image, UsedNumbers& used);
    Result<void> assign_area(const Header& header, UsedNumbers& used);

    bool identity_ = true;
    std::uint32_t known_bits_ = 0;
    std::array<std::uint32_t, 32> new_bit_{};  ///< by old bit number
    std::map<std::uint32_t, std::uint32_t> new_area_;
};

}  // namespace igvm::edit
