// Which headers of an image are for some of its platforms.
#pragma once

#include <map>
#include <span>

#include "igvm/image.hpp"

namespace igvm::edit {

/// Which headers and mask bits stay when only `platforms` do.
class Selection {
  public:
    /// `platforms` is borrowed. Error: kPlatformAbsent.
    static Result<Selection> of(const Image& image, std::span<const PlatformType> platforms);

    /// The header's mask without the bits of the platforms that go.
    std::uint32_t mask(const Header& header) const;
    bool keeps(const Header& header) const;

  private:
    Selection(const Image& image, std::span<const PlatformType> platforms);

    bool wanted(const SupportedPlatform& platform) const;
    bool loses_all(const Header& header) const;
    /// An area goes when it was inserted, and for no platform that stays.
    bool keeps_area(const Header& header) const;

    std::span<const PlatformType> platforms_;
    std::uint32_t removed_ = 0;
    std::map<std::uint32_t, bool> area_stays_;
};

}  // namespace igvm::edit
