// Rule rows. Launch walk and measurement.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kLaunchRuleRows[] = {
    {Rule::kLaunchTooLarge, "IGVM-M001", Severity::kError, "limit of this library",
     "inserted areas and error ranges together stay under 1 GiB",
     "make the parameter areas and error ranges smaller",
     "One header of 16 bytes can ask for gigabytes of pages; the limit keeps small files from costing hours.",
     "a PARAMETER_AREA of 2 GiB that is inserted"},
    {Rule::kMeasureUnsupported, "IGVM-M002", Severity::kError, "limit of this library",
     "the platform has a launch measurement that can be computed", "name another platform",
     "NATIVE has no launch measurement, and an unknown platform no known one.", "--platform native"},
    {Rule::kMeasurePageType, "IGVM-M003", Severity::kError, "platform launch interface",
     "the platform can launch pages of this type", "use a page data type that the platform has",
     "SECRETS and CPUID pages exist on SNP alone; elsewhere the launch would fail.",
     "data_type = secrets under the mask of VBS"},
    {Rule::kPlatformAbsent, "IGVM-M004", Severity::kError, "igvm_defs 0.4, IGVM_VHS_SUPPORTED_PLATFORM",
     "the file supports the platform that was asked for", "name a platform that the file declares",
     "Nothing is loaded for a platform that the file does not declare.",
     "--platform tdx for a file of SNP alone"},
};

}  // namespace igvm::check_detail
