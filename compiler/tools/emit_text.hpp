// What `build --emit` shows instead of an image.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "igvm/spec/compile.hpp"

namespace igvm::tools {

inline constexpr std::string_view kEmitModel = "model";

/// The words that --emit takes.
std::vector<std::string> emit_kinds();

/// The text of one of them: `model`, the evaluated blocks as JSON; `directives`, a line for each header in
/// file order with the block it comes from; `depends`, a line for each file that was read.
std::string emit_text(std::string_view kind, const spec::Compilation& compilation);

}  // namespace igvm::tools
