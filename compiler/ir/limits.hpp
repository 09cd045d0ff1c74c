// What a short spec may not ask for: memory and time are in proportion to what it writes out.
#pragma once

#include <optional>
#include <string_view>

#include "ir/ir.hpp"

namespace igvm::spec::ir {

/// The most 4 KiB pages that the regions of one image may add up to: 16 GiB, far above what a file under 4
/// GiB is used for.
inline constexpr std::uint64_t kMaxPages = std::uint64_t{1} << 22;
/// The most headers behind those of the platforms: what kMaxPages come to.
inline constexpr std::uint64_t kMaxHeaders = kMaxPages;
/// The most bytes that partly filled pages and parameter areas are filled up to.
inline constexpr std::uint64_t kMaxFilled = std::uint64_t{1} << 30;

/// The first item with which the image is past a limit.
struct Excess {
    const model::Item* item;
    std::string_view what;  ///< "the regions add up to more than 16 GiB"
};

std::optional<Excess> find_excess(const model::Image& image);

}  // namespace igvm::spec::ir
