// Launch measurements as folds over the launch walk.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "igvm/launch.hpp"

namespace igvm {

enum class HashAlgorithm : std::uint8_t { kSha256, kSha384, kSha512 };

/// "sha256", "sha384", "sha512".
std::string_view name(HashAlgorithm algorithm);

struct Measurement {
    PlatformType platform;
    LaunchProfile profile;
    HashAlgorithm algorithm;
    std::vector<std::uint8_t>
        digest;  ///< SNP, TDX 48 bytes; SEV, SEV-ES, VBS 32; CCA 64 (the hash in the low bytes)
};

/// One line of the trace: an event that entered the digest and, where the digest is a chain, its value after
/// the event.
struct TraceLine {
    const LaunchEvent& event;
    Bytes running;  ///< empty where the digest is one stream (TDX, SEV, SEV-ES)
};
using TraceSink = std::function<void(const TraceLine&)>;

/// True when the platform has a launch measurement (all but NATIVE).
bool is_measured(PlatformType platform);

/// The launch measurement of `platform`. Streams: private memory does not grow with the file's payload.
/// Errors: those of `walk`, kMeasurePageType, kMeasureUnsupported.
Result<Measurement> measure(const Image& image, const SupportedPlatform& platform, LaunchProfile profile,
                            const TraceSink& trace = {});

/// The measurements of all measured platforms, in file order.
Result<std::vector<Measurement>> measure_all(const Image& image, LaunchProfile profile);

/// Lowercase hexadecimal.
std::string hex(Bytes bytes);

/// SHA-256 of `bytes`, 32 bytes: the identity of files in reports.
std::vector<std::uint8_t> sha256(Bytes bytes);

}  // namespace igvm
