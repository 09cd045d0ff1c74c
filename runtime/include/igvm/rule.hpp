// The registry of everything this library can hold against a file: one row a rule.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace igvm {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

/// Stable identity of a rule. The printed id, severity and clause are in the table behind `rule_info`.
enum class Rule : std::uint16_t {
    // File
    kFileTooSmall,
    kFileMagic,
    kFileVersion,
    kFileArchitecture,
    kFilePageSize,
    kFileHeaderOffset,
    kFileHeaderSize,
    kFileTotalSize,
    kFileChecksum,
    kFileHeaderBounds,
    kFileHeaderLength,
    kFileTrailingHeaderBytes,
    kFileSectionOrder,
    kFileTypeRange,
    kFileUnknownType,
    kFileUnknownOptionalType,
    kFilePadding,
    kFileDataOffset,
    // Platform
    kPlatformNone,
    kPlatformMaskBits,
    kPlatformMaskShared,
    kPlatformType,
    kPlatformRepeated,
    kPlatformVersion,
    kPlatformVtl,
    kPlatformBoundary,
    kPlatformArchitecture,
    // Initialization
    kPolicyPlatform,
    kPolicyReserved,
    kPolicySnpBit,
    kPolicyCcaBits,
    kRelocationAlignment,
    kRelocationAddress,
    kRelocationBounds,
    kRelocationOverlap,
    kRelocationContext,
    kPageTableRegionRepeated,
    kPageTableRegionSize,
    kPageTableRegionBoundary,
    kCorimRepeated,
    kCorimOrder,
    // Directive
    kMaskUnknown,
    kReservedField,
    kReservedFlags,
    kPageAlignment,
    kPageType,
    kGpaOverlap,
    kAreaIndex,
    kAreaSize,
    kAreaUndeclared,
    kAreaInsertedTwice,
    kAreaUsedAfterInsert,
    kParameterOutsideArea,
    kRequiredMemoryRange,
    kErrorRange,
    kVpContextPlatform,
    kVpContextMask,
    kVpContextRepeated,
    kNativeContextTail,
    kVmsaReserved,
    kVmsaFeatures,
    kVbsRegisters,
    kIdBlockPlatform,
    kIdBlockRepeated,
    kIdBlockAuthor,
    kInsertInPageTable,
    kVpContextAddress,
    kPageOutsideRequiredMemory,
    kIdBlockKey,
    kIdBlockDigest,
    kIdBlockSignature,
    kIdBlockAuthorSignature,
    kVbsMeasurementPlatform,
    kVbsMeasurementDigest,
    // Guest state
    kEntryPointLoaded,
    kEntryPointExecutable,
    kEntryPointMapped,
    kStackPresent,
    kGdtPresent,
    kPageTableRoot,
    kPageTablesMapped,
    kEncryptionBit,
    kControlRegisters,
    kSecretsPage,
    kCpuidPage,
    kTdxResetPage,
    kLinuxWorkingMemory,
    kLinuxBootData,
    kLinuxMemoryMap,
    kEntryPointLimit,
    // Loader lints
    kLoaderPlatform,
    kLoaderPlatformOrder,
    kLoaderPlatformSettings,
    kLoaderPolicy,
    kLoaderEmptyData,
    kLoaderNoDirectives,
    kLoaderOptionalHeader,
    kLoaderHeader,
    kLoaderBuildFeature,
    kLoaderPageType,
    kLoaderLargePage,
    kLoaderContextCount,
    kLoaderContextIndex,
    kLoaderContextVtl,
    kLoaderVmsaAddress,
    kLoaderVmsaFeatures,
    kLoaderRegister,
    kLoaderRelocation,
    kLoaderAreaReuse,
    kLoaderAreaData,
    kLoaderParameterOffset,
    kLoaderParameterValue,
    kPortableDigest,
    // Launch and measurement
    kLaunchTooLarge,
    kMeasureUnsupported,
    kMeasurePageType,
    kPlatformAbsent,
    // Load
    kLoadHost,
    kLoadParameterAbsent,
    kLoadParameterSize,
    kLoadMemory,
    kLoadAddress,
    kLoadVp,
    kLoadRelocation,
    kLoadPageTable,
    // Edit
    kMergeRevision,
    kMergePlatform,
    kMergeUnknownHeader,
    kEditOverlap,
    kExtractHole,
    kExtractAmbiguous,
    kRegionUnknown,
    // Environment
    kInputOutput,
    kFileLimit,
    kInternal,
    kCount_,
};

struct RuleInfo {
    Rule rule;
    std::string_view id;       ///< e.g. "IGVM-F002"
    Severity severity;         ///< default severity of a finding
    std::string_view clause;   ///< where the format says so
    std::string_view title;    ///< one line, what a good file does
    std::string_view help;     ///< one line, what to do about it
    std::string_view reason;   ///< what goes wrong with a file that breaks the rule
    std::string_view example;  ///< a breach and what is right instead, with values
};

/// The row of `rule`; every Rule has one.
const RuleInfo& rule_info(Rule rule);

/// The id without its prefix: "F002".
std::string_view short_id(const RuleInfo& info);

/// The row with an id such as "IGVM-F002" or "F002", in any case of letters, or null.
const RuleInfo* find_rule(std::string_view id);

/// All rows, in the order of the enumeration.
std::span<const RuleInfo> all_rules();

}  // namespace igvm
