// The one launch walk: what a loader does for one platform, in order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "igvm/image.hpp"

namespace igvm {

/// Who launches the file: how the loader orders, types and measures what it launches. `spec` is what the
/// format's own tools do, and the first profile of every platform.
enum class LaunchProfile : std::uint8_t {
    kSpec,
    // SEV-SNP, and kIgvmmeasure for SEV and SEV-ES too
    kNativeZero,
    kIgvmmeasure,
    kOpenvmmKvm,
    kCloudHypervisorKvm,
    kCloudHypervisorMshv,
    kQemuKvm,
    // TDX
    kTwoPass,
    kTdShim,
    // CCA
    kRmm1,
    kTfRmm2026,
};

std::string_view name(LaunchProfile profile);
/// Also by the names that `spec` has on one platform: "per-page" (TDX) and "rmm-2.0" (CCA).
std::optional<LaunchProfile> find_profile(std::string_view name);
/// In the order of the enumeration.
std::span<const LaunchProfile> all_profiles();
/// The profiles that a platform has; kSpec first.
std::vector<LaunchProfile> profiles_of(PlatformType platform);

/// How SNP loaders type a measured page without data.
enum class ZeroPolicy : std::uint8_t {
    kOfProfile,
    kNormal,  ///< NORMAL, 4096 zeros
    kZero,    ///< ZERO, not hashed
};

/// A call of RMI_RTT_INIT_RIPAS for each `step` bytes from `base` to `top`; step 0: one call.
struct RipasRange {
    std::uint64_t base = 0;
    std::uint64_t top = 0;
    std::uint64_t step = 0;
};

/// What a CCA host creates the realm with (RMM 1.0, RmiRealmParams). It enters the RIM before RMM 2.0.
struct RealmParameters {
    std::uint64_t flags = 0;
    std::uint8_t s2sz = 0;         ///< bits of the realm's address space
    std::uint8_t sve_vl = 0;       ///< as encoded
    std::uint8_t breakpoints = 0;  ///< as encoded: the number less 1
    std::uint8_t watchpoints = 0;  ///< as encoded: the number less 1
    std::uint8_t pmu_counters = 0;
    std::vector<RipasRange> ripas;  ///< in the order of the calls; kRmm1 only
};

/// QEMU's CPU model EPYC: CPUID 1 EAX.
inline constexpr std::uint32_t kDefaultCpuSignature = 0x800F12;

/// What the host decides beside the file.
struct LaunchOptions {
    LaunchOptions() = default;
    LaunchOptions(LaunchProfile of_profile) : profile(of_profile) {}

    LaunchProfile profile = LaunchProfile::kSpec;
    ZeroPolicy zeros = ZeroPolicy::kOfProfile;  ///< SNP only
    /// KVM measures one VMSA for each vCPU, so its profiles depend on their number.
    std::uint32_t vcpus = 1;
    /// 4096 bytes for the vCPUs that the file has no VMSA for; must outlive the use of the events.
    /// Empty: `measure` takes what QEMU leaves such a vCPU: the state of a CPU at reset, with `cpu_signature`
    /// in RDX and the SEV features of the file's first VMSA; `walk` refuses. A file without any VMSA is
    /// measured without, unless this is given.
    Bytes ap_vmsa;
    std::uint32_t cpu_signature = kDefaultCpuSignature;
    std::optional<RealmParameters> realm;  ///< kRmm1 and kTfRmm2026 need it
};

/// True when the profile depends on `LaunchOptions::vcpus`.
bool measures_every_vcpu(PlatformType platform, LaunchProfile profile);
/// True when the profile needs `LaunchOptions::realm`.
bool needs_realm(LaunchProfile profile);

enum class LaunchKind : std::uint8_t {
    kPage,           ///< a 4 KiB page of PAGE_DATA
    kParameterPage,  ///< a 4 KiB page of an inserted parameter area; the host writes it
    kVpContext,      ///< a VP context
    kErrorPage,      ///< a 4 KiB page of an ERROR_RANGE
};

/// The header_index of an event that no header stands for: the VMSA of a vCPU that the file has none for.
inline constexpr std::uint32_t kNoHeader = UINT32_MAX;

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
    std::uint32_t header_index = 0;  ///< the directive it comes from, or kNoHeader
};

using LaunchSink = std::function<Result<void>(const LaunchEvent&)>;

/// Pages that inserts, error ranges, 2 MB pages and VP contexts may add up to in one walk beyond the pages
/// that the file has room for; a small hostile file must not cost hours.
inline constexpr std::uint64_t kMaxHostPages = (std::uint64_t{1} << 30) / kPageSize;

/// Calls `sink` for every event of `platform` in the profile's order; stops at the first error, the sink's or
/// its own (kFileDataOffset, kAreaUndeclared, kLaunchTooLarge, and kMeasureUnsupported for a profile that the
/// platform has not and for a vCPU without a VMSA). NATIVE has kSpec.
Result<void> walk(const Image& image, const SupportedPlatform& platform, const LaunchOptions& options,
                  const LaunchSink& sink);

}  // namespace igvm
