// Rule rows. The operating system and this library.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kEnvironmentRuleRows[] = {
    {Rule::kInputOutput, "IGVM-X001", Severity::kError, "operating system", "files can be read and written",
     "check the path, the permissions and the free space",
     "The operating system refused the read or the write.", "a missing file, a full disk"},
    {Rule::kFileLimit, "IGVM-X002", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "an IGVM file is smaller than 4 GiB", "make the payloads smaller; total_file_size is a 32-bit field",
     "total_file_size is a u32, so no file of the format can be larger.",
     "a payload of 5 GiB; leave zero pages without data"},
    {Rule::kInternal, "IGVM-X003", Severity::kError, "this library", "this library keeps its own promises",
     "report this as a bug, with the file that shows it",
     "A promise of this library did not hold; its result is not to be trusted.", "none is known"},
};

}  // namespace igvm::check_detail
