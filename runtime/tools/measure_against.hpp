// igvm measure FILE --against FILE2
#pragma once

#include "measure_subject.hpp"

namespace igvm::tools {

/// Prints for each platform whether the digests are equal and, if not, the event at which they part.
/// Returns kExitOk when all are, and every platform of either file is in the other.
int compare_files(const MeasureOptions& options, const LaunchChoice& choice, const Subject& subject);

}  // namespace igvm::tools
