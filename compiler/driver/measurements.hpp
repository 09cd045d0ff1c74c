// The measurements of what was built.
#pragma once

#include <set>
#include <vector>

#include "igvm/measure.hpp"

namespace igvm::spec {

/// The measurements of all platforms; a platform that cannot be measured because of an allowed rule has none.
Result<std::vector<Measurement>> measure_allowing(const Image& view, const std::set<Rule>& allowed);

/// The rules that the image breaks: those of the format, and those that keep a platform from being measured.
std::set<Rule> broken_rules(const Image& view);

}  // namespace igvm::spec
