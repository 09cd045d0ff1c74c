// The one launch walk: what a loader does for one platform, in order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "igvm/image.hpp"

namespace igvm {

/// How a loader orders and types what it launches (`measurement.md` names them). `spec` is what the format's
/// own tools do.
enum class LaunchProfile : std::uint8_t { kSpec };

std::string_view name(LaunchProfile profile);
std::optional<LaunchProfile> find_profile(std::string_view name);

enum class LaunchKind : std::uint8_t {
    kPage,           ///< a 4 KiB page of PAGE_DATA
    kParameterPage,  ///< a 4 KiB page of an inserted parameter area; the host writes it
    kVpContext,      ///< a VP context
    kErrorPage,      ///< a 4 KiB page of an ERROR_RANGE
};

/// One step of the launch. A 2 MB page is 512 events.
struct LaunchEvent {
    LaunchKind kind;
    PageDataType page_type = PageDataType::kNormal;  ///< kPage only
    bool measured = true;                            ///< false: the unmeasured flag, and every parameter page
    bool shared = false;
    std::uint64_t gpa = 0;
    Bytes content;  ///< kPage: 4096 bytes, or empty for zeros; kVpContext: the context; else empty
    std::uint64_t content_id = 0;    ///< equal for equal places in the file (its offset); 0: no content
    std::uint16_t vp_index = 0;      ///< kVpContext only
    std::uint32_t header_index = 0;  ///< the directive it comes from
};

using LaunchSink = std::function<Result<void>(const LaunchEvent&)>;

/// Pages that inserts, error ranges, 2 MB pages and VP contexts may add up to in one walk beyond the pages
/// that the file has room for; a small hostile file must not cost hours.
inline constexpr std::uint64_t kMaxHostPages = (std::uint64_t{1} << 30) / kPageSize;

/// Calls `sink` for every event of `platform` in the profile's order; stops at the first error, the sink's or
/// its own (kFileDataOffset, kAreaUndeclared, kLaunchTooLarge).
Result<void> walk(const Image& image, const SupportedPlatform& platform, LaunchProfile profile,
                  const LaunchSink& sink);

}  // namespace igvm
