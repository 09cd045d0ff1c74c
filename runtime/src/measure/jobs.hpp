// One measurement of one platform, with what it may share with others.
#pragma once

#include "igvm/measure.hpp"
#include "measure/content_hashes.hpp"

namespace igvm {

/// `measure`, with hashes that other profiles share (null: none).
Result<Measurement> measure_with(const Image& image, const SupportedPlatform& platform,
                                 const LaunchOptions& options, const TraceSink& trace,
                                 const ContentHashes* contents);

/// kPlatformMaskShared when there are more measured platforms than a mask has bits: each would cost a
/// measurement.
Result<void> check_platform_count(const Image& image);

}  // namespace igvm
