// Which files the C interface opens, and with which code it refuses the others.
#pragma once

#include <tl/expected.hpp>

#include "igvm/image.hpp"

namespace igvm::c {

/// Why a file is not opened.
struct Refusal {
    std::int32_t code;  ///< IGVMAPI_*
    Error error;        ///< the rule and the place; what `igvm_error_text` says
};

/// A view of `file`, which must outlive it, when libigvm 0.4 would open it, and it can be read without harm.
/// Stricter than libigvm 0.4: where that one aborts; a parameter outside its area, for loaders write it
/// without a bounds check; empty areas and error ranges; a reserved field of a VP context or an ID block; a
/// GPA that is not aligned of a context that has none. Costs `check` and two passes more; keeps nothing but
/// the view.
tl::expected<Image, Refusal> admit(Bytes file);

}  // namespace igvm::c
