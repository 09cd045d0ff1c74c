// Digests that must come out, of the command line and of the spec.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "igvm/image.hpp"
#include "igvm/measure.hpp"
#include "igvm/spec/compile.hpp"
#include "ir/ir.hpp"

namespace igvm::spec {

/// A digest that must come out, and where the spec says so.
struct Pin {
    Expectation expected;
    std::optional<Span> span;  ///< none: of the command line
};

/// What was built.
struct Build {
    const Image& view;
    const ir::Program& program;
    const model::Image& image;
};

/// The expectations of the command line, then those of the spec.
std::vector<Pin> pins_of(const Request& request, const model::Image& image);

/// Adds the measurements that the pins are about and that are not there yet. Errors: those of `measure`.
Result<void> measure_pinned(const std::vector<Pin>& pins, const Image& view,
                            std::vector<Measurement>& measurements);

/// Reports every pin that did not come out, and for the first of each measurement who else would have
/// measured the image so, or what moved: when the file at `previous` is an image with the expected digest,
/// where the two launches part.
void compare(const std::vector<Pin>& pins, const std::vector<Measurement>& measurements, const Build& build,
             const std::filesystem::path& previous, Diagnostics& diagnostics);

}  // namespace igvm::spec
