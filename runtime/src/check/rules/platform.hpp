// Rule rows. SUPPORTED_PLATFORM headers.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kPlatformRuleRows[] = {
    {Rule::kPlatformNone, "IGVM-P001", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "the file supports at least one platform", "add a SUPPORTED_PLATFORM header",
     "A loader picks the platform it can offer; without one there is nothing to pick.",
     "a file of PAGE_DATA only; add SUPPORTED_PLATFORM with mask 1"},
    {Rule::kPlatformMaskBits, "IGVM-P002", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "a platform has exactly one bit in its compatibility mask", "set exactly one bit in the mask",
     "Every later header names platforms by these bits; two bits for one platform make that ambiguous.",
     "compatibility_mask = 0x3; write 0x1"},
    {Rule::kPlatformMaskShared, "IGVM-P003", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "no two platforms share a compatibility mask", "give each platform its own bit",
     "Headers for one of the two platforms would be loaded on the other as well.",
     "SNP and TDX both with mask 0x1; give TDX 0x2"},
    {Rule::kPlatformType, "IGVM-P004", Severity::kError, "igvm_defs 0.4, IgvmPlatformType",
     "the platform type is known", "use a platform type of 0 to 6",
     "A loader cannot offer a platform that the format does not define.",
     "platform_type = 7; 0 to 6 are defined"},
    {Rule::kPlatformRepeated, "IGVM-P005", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "each platform type is declared once", "remove the second declaration",
     "Loaders take the first or the last declaration of a type, so the two would be different guests.",
     "SNP with mask 0x1 and again with mask 0x4"},
    {Rule::kPlatformVersion, "IGVM-P006", Severity::kError, "igvm_defs 0.4, IGVM_PLATFORM_VERSION",
     "the platform version is 1", "set platform_version to 1",
     "The version states the launch interface; only version 1 is defined for each platform.",
     "platform_version = 2; write 1"},
    {Rule::kPlatformVtl, "IGVM-P007", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "the highest VTL is 0 or 2", "set highest_vtl to 0 or 2",
     "The format knows guests without VTLs (0) and guests whose paravisor runs in VTL2 (2).",
     "highest_vtl = 1; write 0 or 2"},
    {Rule::kPlatformBoundary, "IGVM-P008", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "the shared GPA boundary is 0 on NATIVE and VBS", "set shared_gpa_boundary to 0",
     "These platforms have no address bit that marks shared memory, so a boundary could only mislead.",
     "NATIVE with shared_gpa_boundary = 0x400000000000; write 0"},
    {Rule::kPlatformArchitecture, "IGVM-P009", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER_V2",
     "the platform fits the architecture of the file",
     "CCA needs AArch64, NATIVE, SNP, TDX, SEV and SEV-ES need x64: correct the architecture or the "
     "platform",
     "The contexts and page tables of a platform are those of its architecture; the guest could not start.",
     "CCA in an x64 file; state architecture = 1 in a version 2 header"},
};

}  // namespace igvm::check_detail
