// Whether a platform's launch measurement is the same under every profile, and if not, why.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "igvm/image.hpp"

namespace igvm {

/// Where KVM measures every VMSA, whatever address the file gives it.
inline constexpr std::uint64_t kKvmVmsaGpa = 0xFFFFFFFFF000;

/// What a file must not have for all profiles of a platform to measure it alike.
enum class PortableCondition : std::uint8_t {
    kNoSharedPage,
    kNoPageWithoutData,
    kNoUnmeasuredData,
    kInsertsBeforePages,
    kNoInsert,
    kOnePageAreas,
    kAscendingGpa,
    kOneVmsa,
    kVmsaLast,
    kVmsaAtKvmGpa,
    kNoForeignVmsa,
    kNoForeignPage,
    kMeasuredPageLast,
    kNoRealmParameters,
};

struct PortableConditionInfo {
    PortableCondition condition;
    std::string_view name;  ///< for JSON: "no-shared-page"
    std::string_view why;   ///< how the profiles differ where it is broken; a sentence without final period
    std::string_view help;  ///< how a file keeps it; a sentence without final period
};

/// All conditions, in the order of the enumeration.
std::span<const PortableConditionInfo> portable_conditions();
const PortableConditionInfo& portable_condition_info(PortableCondition condition);

/// A broken condition.
struct PortableBreach {
    PortableCondition condition;
    std::uint64_t offset = 0;        ///< of the first header that breaks it, or of the first header of all
    std::uint32_t header_index = 0;  ///< the same header
    std::uint32_t count = 1;  ///< headers that break it; 0: no header does, the platform itself differs

    friend bool operator==(const PortableBreach&, const PortableBreach&) = default;
};

/// The broken conditions of `platform`, in the order of the enumeration; none: its measurement is portable
/// (or it has a single profile, or no measurement at all). One pass over the headers.
std::vector<PortableBreach> portable_breaches(const Image& image, const SupportedPlatform& platform);

}  // namespace igvm
