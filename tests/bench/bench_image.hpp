// The image that every benchmark reads.
#pragma once

#include "igvm/image.hpp"

namespace igvm::bench {

inline constexpr std::uint64_t kPages = 16384;

/// A 64 MiB image: SNP, TDX and VBS with masks of their own, and kPages distinct pages for all three.
const Image& image();
/// The same pages for SNP alone.
const Image& snp_image();
const SupportedPlatform& platform(PlatformType type);

}  // namespace igvm::bench
