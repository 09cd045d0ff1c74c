// The IR: the variable headers of the file, in order, with their payloads and where they come from.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "igvm/format.hpp"
#include "model/model.hpp"

namespace igvm::spec::ir {

struct Directive {
    HeaderType type;
    std::vector<std::uint8_t> body;   ///< the wire struct
    Bytes payload;                    ///< borrowed from the model or from Program::storage
    std::uint32_t item = UINT32_MAX;  ///< index in model::Image::items; UINT32_MAX: a platform or its policy
};

struct Program {
    std::uint32_t version = 1;
    Architecture architecture = Architecture::kX64;
    std::vector<Directive> directives;
    std::vector<std::shared_ptr<const std::vector<std::uint8_t>>>
        storage;  ///< payloads made here: contexts, padded last pages
};

/// Lowers a model: platforms, then policies, then directives in source order (or sorted, when the image says
/// so). The model must outlive the program.
Program lower(const model::Image& image);

}  // namespace igvm::spec::ir
