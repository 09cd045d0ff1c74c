// Rule rows. Policies, relocation and CoRIM headers.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kInitializationRuleRows[] = {
    {Rule::kPolicyPlatform, "IGVM-I001", Severity::kError, "igvm_defs 0.4, IGVM_VHS_GUEST_POLICY",
     "a policy names a platform that has one", "set the mask of the policy to the platform that it is for",
     "A policy under another platform's mask is read by nobody, and the platform it was meant for gets the "
     "loader's default.",
     "GUEST_POLICY with the mask of NATIVE; write the mask of SNP"},
    {Rule::kPolicyReserved, "IGVM-I002", Severity::kError, "igvm_defs 0.4, IgvmInitializationHeader",
     "reserved fields of initialization headers are zero", "write zero in the reserved field",
     "A later format may give reserved fields a meaning, and loaders refuse values other than zero.",
     "reserved = 1 in GUEST_POLICY"},
    {Rule::kPolicySnpBit, "IGVM-I003", Severity::kError, "SEV-SNP Firmware ABI 1.57, table 9 (guest policy)",
     "bit 17 of an SNP policy is one", "set bit 17 (0x20000) of the policy",
     "The SNP firmware refuses to launch a guest whose policy has bit 17 clear.",
     "policy = 0x10000; write 0x30000"},
    {Rule::kPolicyCcaBits, "IGVM-I004", Severity::kError, "igvm_defs 0.4, IGVM_VHS_CCA_POLICY",
     "no bit is required to be both one and zero", "clear the bit in required_ones or required_zeroes",
     "No realm can meet both demands, so the file could never be loaded.",
     "required_zeroes = 0x6 and required_ones = 0x5 share bit 2"},
    {Rule::kRelocationAlignment, "IGVM-I005", Severity::kError, "igvm_defs 0.4, IGVM_VHS_RELOCATABLE_REGION",
     "the relocation alignment is a non-zero multiple of 4 KiB",
     "round relocation_alignment up to a multiple of 4096",
     "A loader moves the region by multiples of the alignment; readers divide by it.",
     "relocation_alignment = 0; write 0x200000 to keep 2 MiB mappings"},
    {Rule::kRelocationAddress, "IGVM-I006", Severity::kError, "igvm_defs 0.4, IGVM_VHS_RELOCATABLE_REGION",
     "base, minimum and maximum of a relocatable region are multiples of its alignment and its size is a "
     "non-zero multiple of 4 KiB",
     "align the addresses to relocation_alignment and the size to 4096",
     "A base off the grid cannot be moved to any address that the region allows.",
     "relocation_region_gpa = 0x101000 with relocation_alignment = 0x200000"},
    {Rule::kRelocationBounds, "IGVM-I007", Severity::kError, "igvm_defs 0.4, IGVM_VHS_RELOCATABLE_REGION",
     "the base of a relocatable region lies between its minimum and its maximum",
     "widen the bounds so that the address the image was built for is allowed",
     "A loader that cannot move the region would have no place for it at all.",
     "minimum 0x400000, base 0x200000"},
    {Rule::kRelocationOverlap, "IGVM-I008", Severity::kError, "igvm_defs 0.4, IGVM_VHS_PAGE_TABLE_RELOCATION",
     "relocatable regions and page table regions of one platform do not overlap",
     "separate the regions, or give them masks without a common bit",
     "Memory in two regions would have to move to two places.",
     "regions 0x100000-0x300000 and 0x200000-0x400000 under mask 0x1"},
    {Rule::kRelocationContext, "IGVM-I009", Severity::kError, "igvm_defs 0.4, IGVM_VHS_PAGE_TABLE_RELOCATION",
     "each relocation names a VP context of the file", "correct vp_index and vtl, or add the VP_CONTEXT",
     "The registers to be moved with the region, its page table root above all, are those of that context.",
     "RELOCATABLE_REGION for VP 0 and VTL 2 in a file whose only context is of VTL 0"},
    {Rule::kPageTableRegionRepeated, "IGVM-I010", Severity::kError,
     "igvm_defs 0.4, IGVM_VHS_PAGE_TABLE_RELOCATION", "a platform has one page table region",
     "join the two regions", "A processor has one page table root, and loaders keep one region a platform.",
     "two PAGE_TABLE_RELOCATION_REGION headers with mask 0x1"},
    {Rule::kPageTableRegionSize, "IGVM-I011", Severity::kError,
     "igvm_defs 0.4, IGVM_VHS_PAGE_TABLE_RELOCATION",
     "a page table region is 4 KiB aligned and not smaller than its used part",
     "align gpa, size and used_size to 4096 and let size be at least used_size",
     "The loader builds new tables in the unused rest of the region.",
     "size = 0x1000 with used_size = 0x3000"},
    {Rule::kPageTableRegionBoundary, "IGVM-I012", Severity::kWarning,
     "igvm_defs 0.4, IGVM_VHS_PAGE_TABLE_RELOCATION",
     "a page table region does not begin a 2 MiB page of its own",
     "place the page tables in the 2 MiB page in which the relocatable region ends or begins",
     "Loaders before September 2026 move the mappings of relocatable regions only. Page tables alone in "
     "their 2 MiB page keep the old mapping, CR3 is unmapped and the guest dies with a triple fault.",
     "a region at 0x400000 behind a relocatable region that ends at 0x400000; 0x3ff000 with the region "
     "ending there is safe"},
    {Rule::kCorimRepeated, "IGVM-I013", Severity::kError,
     "igvm_defs 0.4, IGVM_VHT_CORIM_DOCUMENT, IGVM_VHT_CORIM_SIGNATURE",
     "a platform has one CoRIM document and one signature", "remove the second header",
     "A verifier could not tell which one speaks for the platform.",
     "two CORIM_DOCUMENT headers with mask 0x1"},
    {Rule::kCorimOrder, "IGVM-I014", Severity::kError, "igvm_defs 0.4, IGVM_VHT_CORIM_SIGNATURE",
     "a CoRIM signature follows the document that it signs", "write CORIM_DOCUMENT before CORIM_SIGNATURE",
     "The signature is detached: without a document of the same platform before it there is nothing to "
     "verify.",
     "CORIM_SIGNATURE with mask 0x1 as the first CoRIM header"},
};

}  // namespace igvm::check_detail
