// Why a launch digest is not the wanted one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "igvm/measure.hpp"

namespace igvm {

/// One measurement, to be compared with another.
struct LaunchSide {
    const Image& image;
    const SupportedPlatform& platform;
    LaunchOptions options;
};

enum class LaunchDifference : std::uint8_t {
    kStart,      ///< the digests start from different values
    kGpa,        ///< the address
    kType,       ///< how the page is launched
    kContent,    ///< the bytes that are hashed
    kOrder,      ///< both sides have both events, in another order
    kOnlyLeft,   ///< the right side does not have the event
    kOnlyRight,  ///< the left side does not have the event
};

/// "start", "gpa", "type", "content", "order", "only left", "only right".
std::string_view name(LaunchDifference difference);

struct ExplainedEvent {
    LaunchKind kind;
    std::string_view type;  ///< as in TraceLine
    std::uint64_t gpa;
    std::uint32_t header_index;  ///< or kNoHeader
};

/// The first event after which two digests differ.
struct Divergence {
    std::uint64_t position = 0;                 ///< events before it, on either side
    std::vector<LaunchDifference> differences;  ///< never empty
    std::optional<ExplainedEvent> left;         ///< absent when that side has no more events
    std::optional<ExplainedEvent> right;
    std::uint64_t content_offset = 0;  ///< kContent: the first byte that differs
};

/// Nothing when the digests are equal. Keeps some 160 bytes for each event of both sides. Errors: those of
/// `measure`.
Result<std::optional<Divergence>> first_divergence(const LaunchSide& left, const LaunchSide& right);

/// A way to launch a file that gives a wanted digest.
struct DigestMatch {
    PlatformType platform;
    LaunchOptions options;  ///< profile, zeros, vcpus and cpu_signature are those that match
};

/// All that is tried: every profile of every platform, its own and the other treatment of pages without data,
/// 1 to `max_vcpus` vCPUs and, unless `options.ap_vmsa` is given, the CPU models of `x64::cpu_models`.
/// `wanted` may leave out the zeros at the end of a CCA digest. The first match of each profile, in their
/// order. Errors: kPlatformMaskShared.
Result<std::vector<DigestMatch>> find_digest(const Image& image, Bytes wanted, const LaunchOptions& options,
                                             std::uint32_t max_vcpus);

/// True when `digest` is `wanted` with zeros after it (a CCA digest is 64 bytes whatever its hash).
bool is_digest(Bytes digest, Bytes wanted);

}  // namespace igvm
