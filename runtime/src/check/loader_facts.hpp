// What loaders do with what a file may hold: one row a fact. Sources: QEMU 11.0 and 10.1, backends/igvm.c;
// cloud-hypervisor, vmm/src/igvm; OpenVMM of August 2026, vm_loaders/igvm.rs and virt_kvm/src/snp.rs; the
// igvm crate 0.4, with which these three read a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "igvm/format.hpp"
#include "igvm/loader_model.hpp"
#include "igvm/portable.hpp"
#include "igvm/rule.hpp"

namespace igvm::check_detail {

using LoaderSet = std::uint8_t;

constexpr LoaderSet set_of(LoaderModel model) {
    return static_cast<LoaderSet>(1U << static_cast<unsigned>(model));
}
inline constexpr LoaderSet kQemu10Set = set_of(LoaderModel::kQemu10);
inline constexpr LoaderSet kQemuSet = set_of(LoaderModel::kQemu) | kQemu10Set;
inline constexpr LoaderSet kCloudSet = set_of(LoaderModel::kCloudHypervisor);
inline constexpr LoaderSet kOpenvmmSet = set_of(LoaderModel::kOpenvmm);
inline constexpr LoaderSet kCrateSet = kQemuSet | kCloudSet | kOpenvmmSet;

using Platforms = std::uint8_t;

constexpr Platforms set_of(PlatformType type) {
    return static_cast<Platforms>(1U << static_cast<unsigned>(type));
}
inline constexpr Platforms kNativeSet = set_of(PlatformType::kNative);
inline constexpr Platforms kVbsSet = set_of(PlatformType::kVbs);
inline constexpr Platforms kSnpSet = set_of(PlatformType::kSnp);
inline constexpr Platforms kTdxSet = set_of(PlatformType::kTdx);
inline constexpr Platforms kSevSet = set_of(PlatformType::kSev) | set_of(PlatformType::kSevEs);
/// Headers of every mask: the loader does not leave out those of other platforms.
inline constexpr Platforms kAnyPlatform = 0xFF;

/// Which platforms a loader can offer a file.
struct PlatformFact {
    LoaderSet loaders;
    Platforms platforms;
};
inline constexpr PlatformFact kPlatformFacts[] = {
    {kQemuSet, kNativeSet | kSnpSet | kSevSet},
    {kCloudSet, kSnpSet},
    {kOpenvmmSet, kVbsSet | kSnpSet},
    {set_of(LoaderModel::kHyperV), kVbsSet | kSnpSet | kTdxSet},
};

/// A header type that a loader does not take as the format means it.
struct HeaderFact {
    LoaderSet loaders;
    Platforms platforms;
    HeaderType type;
    Rule rule;
    std::string_view effect;
};
inline constexpr std::string_view kStops = "stops at it, for whatever platform it is";
inline constexpr std::string_view kAborts = "aborts at it";
inline constexpr HeaderFact kHeaderFacts[] = {
    {kQemuSet, kAnyPlatform, HeaderType::kRelocatableRegion, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kPageTableRelocation, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kCorimDocument, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kCorimSignature, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kCcaPolicy, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kSrat, Rule::kLoaderHeader, kStops},
    {kQemu10Set, kAnyPlatform, HeaderType::kMadt, Rule::kLoaderHeader, "stops at it before version 11.0"},
    {kQemuSet, kAnyPlatform, HeaderType::kMmioRanges, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kErrorRange, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kCommandLine, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kSlit, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kPptt, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kVbsMeasurement, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kDeviceTree, Rule::kLoaderHeader, kStops},
    {kQemuSet, kAnyPlatform, HeaderType::kEnvironmentInfo, Rule::kLoaderParameterValue,
     "writes 1: memory is shared"},
    {kCloudSet, kSnpSet, HeaderType::kRelocatableRegion, Rule::kLoaderHeader, "does not relocate"},
    {kCloudSet, kSnpSet, HeaderType::kPageTableRelocation, Rule::kLoaderHeader, "does not relocate"},
    {kCloudSet, kSnpSet, HeaderType::kMmioRanges, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kSrat, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kMadt, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kSlit, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kPptt, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kDeviceTree, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kEnvironmentInfo, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kErrorRange, Rule::kLoaderHeader, kAborts},
    {kCloudSet, kSnpSet, HeaderType::kCommandLine, Rule::kLoaderParameterValue,
     "writes an empty command line"},
    {kOpenvmmSet, kSnpSet, HeaderType::kRelocatableRegion, Rule::kLoaderHeader, "refuses it on SEV-SNP"},
    {kOpenvmmSet, kSnpSet, HeaderType::kPageTableRelocation, Rule::kLoaderHeader, "refuses it on SEV-SNP"},
    {kOpenvmmSet, kVbsSet, HeaderType::kVbsMeasurement, Rule::kLoaderHeader, kAborts},
    {kOpenvmmSet, kVbsSet | kSnpSet, HeaderType::kEnvironmentInfo, Rule::kLoaderParameterValue,
     "writes 0: memory is private"},
    {kCloudSet | kOpenvmmSet, kAnyPlatform, HeaderType::kCorimDocument, Rule::kLoaderBuildFeature,
     "reads it only when built with CoRIM"},
    {kCloudSet | kOpenvmmSet, kAnyPlatform, HeaderType::kCorimSignature, Rule::kLoaderBuildFeature,
     "reads it only when built with CoRIM"},
};

/// How many VP contexts of a platform a loader takes.
struct ContextFact {
    LoaderSet loaders;
    PlatformType platform;
    std::uint32_t least;
    std::uint32_t most;
    bool first_vp_only;                    ///< the index must be 0
    std::optional<std::uint64_t> address;  ///< the only GPA
};
inline constexpr ContextFact kContextFacts[] = {
    {kQemuSet, PlatformType::kNative, 0, 1, true, std::nullopt},
    {kQemuSet, PlatformType::kSnp, 0, UINT32_MAX, false, kKvmVmsaGpa},
    {kCloudSet, PlatformType::kSnp, 1, UINT32_MAX, false, kKvmVmsaGpa},
    {kOpenvmmSet, PlatformType::kVbs, 1, 1, false, std::nullopt},
    {kOpenvmmSet, PlatformType::kSnp, 1, 1, true, std::nullopt},
};

}  // namespace igvm::check_detail
