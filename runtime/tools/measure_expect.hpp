// igvm measure FILE --expect DIGEST
#pragma once

#include "measure_subject.hpp"

namespace igvm::tools {

/// Throws CLI::ValidationError for an expectation that is none.
void validate_expectations(const MeasureOptions& options);

/// Says of every expectation that did not come out what came out instead, who would measure the image so, and
/// at which event the two part. Returns kExitOk when all came out.
int check_expectations(const MeasureOptions& options, const LaunchChoice& choice, const Subject& subject);

}  // namespace igvm::tools
