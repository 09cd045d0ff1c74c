// Compatibility masks as scopes of the language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

class Scopes {
  public:
    explicit Scopes(const Image& image);

    /// " on snp, tdx", empty when the mask is that of all platforms; nothing when the language cannot say it,
    /// because it is 0 or has bits of no platform.
    std::optional<std::string> say(std::uint32_t mask) const;

  private:
    const Image& image_;
    std::uint32_t all_ = 0;
};

}  // namespace igvm::spec::decompiler
