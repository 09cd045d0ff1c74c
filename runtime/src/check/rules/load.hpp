// Rule rows. What the host must have for an image to be loaded.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kLoadRuleRows[] = {
    {Rule::kLoadHost, "IGVM-H001", Severity::kError, "igvm_defs 0.4, IgvmVariableHeaderType",
     "the host describes itself in the terms of the format",
     "correct what the host says of its memory, VPs, command line, tables or relocation bases",
     "The loader writes these values into the guest as they are, so they must make sense before it starts.",
     "two memory ranges of the host that overlap"},
    {Rule::kLoadParameterAbsent, "IGVM-H002", Severity::kError, "igvm_defs 0.4, IGVM_VHS_PARAMETER",
     "the host has every parameter that the image asks for", "give the host the table or device tree",
     "The guest was built to find the value in its parameter area, and would read zeros instead.",
     "a SRAT parameter and a host without a SRAT"},
    {Rule::kLoadParameterSize, "IGVM-H003", Severity::kError, "igvm_defs 0.4, IGVM_VHS_PARAMETER",
     "every parameter of the host fits its parameter area",
     "give the host a smaller value, or build the image with a larger parameter area",
     "A value that is cut short, or that runs into the next one, is worse than none.",
     "a command line of 5000 bytes for an area of 4096"},
    {Rule::kLoadMemory, "IGVM-H004", Severity::kError, "igvm_defs 0.4, IGVM_VHS_REQUIRED_MEMORY",
     "the host has the memory that the image requires", "give the host memory there",
     "The image says that its guest does not work without this memory.",
     "REQUIRED_MEMORY up to 0x8000000 on a host of 64 MiB"},
    {Rule::kLoadAddress, "IGVM-H005", Severity::kError, "AMD APM volume 2, 5.1 (physical address size)",
     "everything that is loaded ends below 2^52", "lower the GPA; no machine has memory there",
     "No processor translates to more than 52 physical address bits.", "a page at 0x10000000000000"},
    {Rule::kLoadVp, "IGVM-H006", Severity::kError, "igvm_defs 0.4, IGVM_VHS_VP_CONTEXT",
     "the host has every VP that the image starts", "give the host more VPs",
     "A context without its processor is state that never runs, and a measurement that never comes out.",
     "VP_CONTEXT of VP 4 on a host of 4 processors"},
    {Rule::kLoadRelocation, "IGVM-H007", Severity::kError, "igvm_defs 0.4, IGVM_VHS_RELOCATABLE_REGION",
     "every relocatable region is sound and has a place in the host's memory",
     "give the host memory within the limits of the region, or correct the region",
     "An image cannot be moved to where its own limits or the host's memory do not let it be.",
     "a region of 64 MiB that must end below 0x4000000 on a host whose memory begins at 0x8000000"},
    {Rule::kLoadPageTable, "IGVM-H008", Severity::kError, "igvm_defs 0.4, IGVM_VHS_PAGE_TABLE_RELOCATION",
     "the page tables of a relocated image are an identity map that can follow it",
     "correct the page tables, enlarge their region, or raise the alignment of the relocatable region",
     "The loader rewrites the tables for the new addresses, and can do so only for tables that map each "
     "address to itself.",
     "a table that maps 0x200000 to 0x400000"},
};

}  // namespace igvm::check_detail
