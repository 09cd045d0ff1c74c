#include "c/codes.hpp"

#include <algorithm>
#include <iterator>

namespace igvm::c {
namespace {

constexpr std::optional<std::int32_t> kOfSection = std::nullopt;

// libigvm 0.4 opens files that break other rules of the format (overlapping pages, undeclared masks, VMSA
// fields), and so must this one: those rules have no row.
constexpr RuleCode kRuleCodes[] = {
    {Rule::kFileTooSmall, IGVMAPI_INVALID_FIXED_HEADER},
    {Rule::kFileMagic, IGVMAPI_INVALID_FIXED_HEADER},
    {Rule::kFileVersion, IGVMAPI_INVALID_FIXED_HEADER},
    {Rule::kFileArchitecture, IGVMAPI_INVALID_FIXED_HEADER},
    {Rule::kFilePageSize, IGVMAPI_UNSUPPORTED_PAGE_SIZE},
    {Rule::kFileTotalSize, IGVMAPI_INVALID_FIXED_HEADER},
    {Rule::kFileHeaderOffset, IGVMAPI_INVALID_FIXED_HEADER},
    {Rule::kFileHeaderSize, IGVMAPI_INVALID_FIXED_HEADER},
    {Rule::kFileLimit, IGVMAPI_TOTAL_FILE_SIZE_TOO_LARGE},
    {Rule::kFileChecksum, IGVMAPI_INVALID_CHECKSUM},
    {Rule::kFileHeaderBounds, kOfSection},
    {Rule::kFileHeaderLength, kOfSection},
    {Rule::kFileTrailingHeaderBytes, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {Rule::kFileTypeRange, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {Rule::kFileSectionOrder, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {Rule::kFileUnknownOptionalType, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {Rule::kFileUnknownType, kOfSection},
    {Rule::kFileDataOffset, kOfSection},
    {Rule::kPlatformMaskBits, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {Rule::kPlatformVtl, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {Rule::kPlatformType, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {Rule::kPlatformVersion, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {Rule::kPlatformBoundary, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {Rule::kPolicyReserved, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {Rule::kPolicyCcaBits, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {Rule::kRelocationAlignment, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {Rule::kRelocationAddress, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {Rule::kPageTableRegionSize, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {Rule::kReservedField, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kPageAlignment, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kPageType, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kAreaSize, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kRequiredMemoryRange, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kErrorRange, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kVpContextPlatform, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kVpContextMask, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kNativeContextTail, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kVbsRegisters, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {Rule::kPlatformNone, IGVMAPI_NO_PLATFORM_HEADERS},
    {Rule::kPlatformArchitecture, IGVMAPI_PLATFORM_ARCH_UNSUPPORTED},
    {Rule::kPlatformRepeated, IGVMAPI_MULTIPLE_PLATFORM_HEADERS_WITH_SAME_ISOLATION},
    {Rule::kPageTableRegionRepeated, IGVMAPI_MULTIPLE_PAGE_TABLE_RELOCATION_HEADERS},
    {Rule::kRelocationOverlap, IGVMAPI_RELOCATION_REGIONS_OVERLAP},
    {Rule::kCorimRepeated, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {Rule::kCorimOrder, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {Rule::kAreaIndex, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {Rule::kAreaUndeclared, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {Rule::kAreaUsedAfterInsert, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {Rule::kAreaInsertedTwice, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {Rule::kInsertInPageTable, IGVMAPI_PARAMETER_INSERT_INSIDE_PAGE_TABLE_REGION},
    // Loaders write parameters without a bounds check of their own.
    {Rule::kParameterOutsideArea, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
};

struct CodeName {
    std::int32_t code;
    const char* name;
};

#define NAME(code) \
    CodeName { code, #code }

constexpr CodeName kCodeNames[] = {
    NAME(IGVMAPI_OK),
    NAME(IGVMAPI_INVALID_PARAMETER),
    NAME(IGVMAPI_NO_DATA),
    NAME(IGVMAPI_INVALID_FILE),
    NAME(IGVMAPI_INVALID_HANDLE),
    NAME(IGVMAPI_NO_PLATFORM_HEADERS),
    NAME(IGVMAPI_FILE_DATA_SECTION_TOO_LARGE),
    NAME(IGVMAPI_VARIABLE_HEADER_SECTION_TOO_LARGE),
    NAME(IGVMAPI_TOTAL_FILE_SIZE_TOO_LARGE),
    NAME(IGVMAPI_INVALID_BINARY_PLATFORM_HEADER),
    NAME(IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER),
    NAME(IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER),
    NAME(IGVMAPI_MULTIPLE_PLATFORM_HEADERS_WITH_SAME_ISOLATION),
    NAME(IGVMAPI_INVALID_PARAMETER_AREA_INDEX),
    NAME(IGVMAPI_INVALID_PLATFORM_TYPE),
    NAME(IGVMAPI_NO_FREE_COMPATIBILITY_MASKS),
    NAME(IGVMAPI_INVALID_FIXED_HEADER),
    NAME(IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION),
    NAME(IGVMAPI_INVALID_CHECKSUM),
    NAME(IGVMAPI_MULTIPLE_PAGE_TABLE_RELOCATION_HEADERS),
    NAME(IGVMAPI_RELOCATION_REGIONS_OVERLAP),
    NAME(IGVMAPI_PARAMETER_INSERT_INSIDE_PAGE_TABLE_REGION),
    NAME(IGVMAPI_NO_MATCHING_VP_CONTEXT),
    NAME(IGVMAPI_PLATFORM_ARCH_UNSUPPORTED),
    NAME(IGVMAPI_INVALID_HEADER_ARCH),
    NAME(IGVMAPI_UNSUPPORTED_PAGE_SIZE),
    NAME(IGVMAPI_INVALID_FIXED_HEADER_ARCH),
    NAME(IGVMAPI_MERGE_REVISION),
    NAME(IGVMAPI_INVALID_CCA_POLICY_COMPATIBILITY_MASK),
    NAME(IGVMAPI_CORIM_GENERATION),
    NAME(IGVMAPI_MEASUREMENT_FAILED),
};

#undef NAME

}  // namespace

std::span<const RuleCode> rule_codes() { return kRuleCodes; }

std::int32_t code_of(Section section) {
    return IGVMAPI_INVALID_BINARY_PLATFORM_HEADER - static_cast<std::int32_t>(section);
}

const char* code_name(std::int32_t code) {
    const CodeName* const row = std::ranges::find(kCodeNames, code, &CodeName::code);
    return row == std::end(kCodeNames) ? "unknown" : row->name;
}

}  // namespace igvm::c
