// Launch measurements as folds over the launch walk.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
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

/// One line of the trace: an event that entered the digest, how it was launched, and the digest as it would
/// be if nothing followed.
struct TraceLine {
    const LaunchEvent& event;
    std::string_view type;  ///< "NORMAL", "ZERO", "VMSA", "ADD", …: the name that the platform has for it
    Bytes running;
};
using TraceSink = std::function<void(const TraceLine&)>;

/// True when the platform has a launch measurement (all but NATIVE).
bool is_measured(PlatformType platform);
/// How many bytes a launch digest of the platform may be written with, what `measure` gives first: that of
/// CCA is one of three hashes and zeros up to 64 bytes. Empty: the platform is not measured.
std::span<const std::size_t> digest_sizes(PlatformType platform);

/// The launch measurement of `platform`. Streams: private memory does not grow with the file's payload.
/// Errors: those of `walk`, kMeasurePageType, kMeasureUnsupported.
Result<Measurement> measure(const Image& image, const SupportedPlatform& platform,
                            const LaunchOptions& options, const TraceSink& trace = {});

/// The measurements of all measured platforms that have the profile, in file order.
Result<std::vector<Measurement>> measure_all(const Image& image, const LaunchOptions& options);

/// What one profile makes of one platform; a profile may be unable to launch a file that others can.
struct ProfileMeasurement {
    PlatformType platform;
    LaunchProfile profile;
    Result<Measurement> result;
};

/// As measure_all, but a platform that cannot be measured keeps none of the others from it.
Result<std::vector<ProfileMeasurement>> measure_each(const Image& image, const LaunchOptions& options);

/// Every profile of every measured platform, in file order and the order of the profiles; of `options`
/// all counts but the profile. The profiles of SNP share the hashes of the pages (56 bytes a distinct page).
/// Error: kPlatformMaskShared.
Result<std::vector<ProfileMeasurement>> measure_profiles(const Image& image, const LaunchOptions& options);

/// Lowercase hexadecimal.
std::string hex(Bytes bytes);
/// The bytes of hexadecimal text; nothing when it is of odd length or has another character.
std::optional<std::vector<std::uint8_t>> unhex(std::string_view text);

/// SHA-256 of `bytes`, 32 bytes: the identity of files in reports.
std::vector<std::uint8_t> sha256(Bytes bytes);

}  // namespace igvm
