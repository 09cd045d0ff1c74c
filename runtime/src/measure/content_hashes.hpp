// SHA-384 of page contents, computed once for several SNP profiles.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "igvm/launch.hpp"

namespace igvm {

using Sha384 = std::array<std::uint8_t, 48>;

/// 56 bytes for each distinct page in the file.
class ContentHashes {
  public:
    /// Hashes what some profile of `platform` may measure, on all cores. Errors: those of `walk`.
    static Result<ContentHashes> of(const Image& image, const SupportedPlatform& platform);

    /// Null when the content at that place was not hashed. `hint` is 0 at first and kept between calls: pages
    /// mostly follow one another.
    const Sha384* find(std::uint64_t content_id, std::size_t& hint) const;

  private:
    std::vector<std::uint64_t> ids_;  ///< ascending
    std::vector<Sha384> hashes_;
};

}  // namespace igvm
