// The platform table as constants, for tables that name its values.
#pragma once

#include <array>

#include "igvm/describe.hpp"

namespace igvm::describe {

using enum Architecture;

inline constexpr std::array kPlatforms = {
    PlatformInfo{PlatformType::kNative, "native", "native", kX64, false, ContextFormat::kNativeX64},
    PlatformInfo{PlatformType::kVbs, "vbs", "VBS", kX64, true, ContextFormat::kVbs},
    PlatformInfo{PlatformType::kSnp, "snp", "SEV-SNP", kX64, false, ContextFormat::kVmsa},
    PlatformInfo{PlatformType::kTdx, "tdx", "TDX", kX64, false, ContextFormat::kNone},
    PlatformInfo{PlatformType::kSev, "sev", "SEV", kX64, false, ContextFormat::kNativeX64},
    PlatformInfo{PlatformType::kSevEs, "sev_es", "SEV-ES", kX64, false, ContextFormat::kVmsa},
    PlatformInfo{PlatformType::kCca, "cca", "CCA", kAArch64, false, ContextFormat::kCca},
};

}  // namespace igvm::describe
