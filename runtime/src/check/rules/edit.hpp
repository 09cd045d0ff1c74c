// Rule rows. What merge, filter and extract refuse.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kEditRuleRows[] = {
    {Rule::kMergeRevision, "IGVM-E001", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "merged files have one format version, architecture and page size",
     "build the files with the same architecture, page size and version: `format = 2;` in the image of a "
     "spec",
     "A file has one fixed header, which says the format version, the architecture and the page size for all "
     "of "
     "its platforms.",
     "a file with format_version = 1 and one with format_version = 2"},
    {Rule::kMergePlatform, "IGVM-E002", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "merged files have no platform in common", "leave the platform out of one of them with `igvm filter`",
     "A file declares each platform type once; two files for the same platform are two different guests.",
     "two files that both declare SNP"},
    {Rule::kMergeUnknownHeader, "IGVM-E003", Severity::kError, "limit of this library",
     "a file with headers of unknown type is merged with its own mask bits and parameter areas",
     "name this file first, or give its platforms and areas numbers that the other files do not use",
     "A merge moves mask bits and parameter area indices that two files both use. Whether a header of "
     "unknown "
     "type names such a number cannot be known, so it could be left pointing at another platform.",
     "a file with header type 0x803003F0, after one that has its mask bit 1"},
    {Rule::kEditOverlap, "IGVM-E004", Severity::kError, "limit of this library",
     "payloads that overlap do not multiply the file", "store payloads apart, or equal ones at one place",
     "A merge writes each distinct payload. Where payloads overlap, a small file can stand for any amount of "
     "data.",
     "a 64 KiB file with 1000 PAGE_DATA whose payloads begin one byte apart"},
    {Rule::kExtractHole, "IGVM-E005", Severity::kError, "limit of this library",
     "extracted guest memory is loaded by the file", "choose addresses of pages that `igvm dump` lists",
     "What memory holds that no header loads is the host's to say, so that it has no bytes to extract.",
     "--gpa 0x1000+0x2000 where only 0x1000 has a page"},
    {Rule::kExtractAmbiguous, "IGVM-E006", Severity::kError, "limit of this library",
     "extracted guest memory is the same for all chosen platforms", "name one platform with --platform",
     "A file may load other bytes at the same address for each platform.",
     "a page at 0x1000 with other contents for SNP than for TDX"},
    {Rule::kRegionUnknown, "IGVM-E007", Severity::kError, "build report of igvm build",
     "an extracted region is named in the build report",
     "name a region that `igvm dump` shows, and give the report of this very file with --report",
     "An image has no names; they stand in the report that the build writes beside it.", "--region frimware"},
};

}  // namespace igvm::check_detail
