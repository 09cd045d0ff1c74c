// What a built image must show before it is handed out.
#pragma once

#include <vector>

#include "diagnose/diagnostic.hpp"
#include "igvm/image.hpp"
#include "igvm/measure.hpp"
#include "igvm/spec/compile.hpp"
#include "ir/ir.hpp"

namespace igvm::spec {

/// The variable headers that hold the file offset, or whose payload does: equal payloads are stored once. VP
/// contexts come first, as the rules look into no other payload.
std::vector<std::uint32_t> headers_at(const Image& view, std::uint64_t offset);

/// Runs the rule checker on the view. A breach by what the binder leaves to the rules is the spec's; any
/// other is ours: false.
bool verify(const Image& view, const ir::Program& program, const model::Image& image,
            Diagnostics& diagnostics);

/// What to say when the image has no measurement, at the block that is the reason.
Diagnostic unmeasurable(const Error& error, const Image& view, const ir::Program& program,
                        const model::Image& image);

}  // namespace igvm::spec
