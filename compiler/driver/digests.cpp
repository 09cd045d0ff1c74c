#include "driver/digests.hpp"

#include <algorithm>
#include <cstddef>

namespace igvm::spec {
namespace {

struct Row {
    HeaderType type;
    PlatformType platform;
    std::size_t digest;  ///< its place in the header's body
};

constexpr Row kRows[] = {
    {HeaderType::kSnpIdBlock, PlatformType::kSnp, offsetof(SnpIdBlock, ld)},
    {HeaderType::kVbsMeasurement, PlatformType::kVbs, offsetof(VbsMeasurement, boot_digest)},
};

/// A header that a `header` block gives is left as it is.
bool is_declared(const model::Image& image, const ir::Directive& directive) {
    return directive.item != ir::kNoItem &&
           (std::holds_alternative<model::IdBlock>(image.items[directive.item].body) ||
            std::holds_alternative<model::VbsMeasurement>(image.items[directive.item].body));
}

}  // namespace

void fill_in_digests(const model::Image& image, const ir::Program& program,
                     const std::vector<Measurement>& measurements, std::vector<std::uint8_t>& file) {
    bool changed = false;
    const auto view = Image::open(file);
    for (std::uint32_t index = 0; view && index < program.directives.size(); ++index) {
        if (!is_declared(image, program.directives[index])) continue;
        const auto* const row = std::ranges::find(kRows, program.directives[index].type, &Row::type);
        const auto digest = std::ranges::find(measurements, row->platform, &Measurement::platform);
        if (digest == measurements.end()) continue;
        const std::size_t place = view->header(index).offset + sizeof(VariableHeader) + row->digest;
        std::ranges::copy(digest->digest, file.begin() + static_cast<std::ptrdiff_t>(place));
        changed = true;
    }
    if (!changed) return;
    const U32 checksum = *header_checksum(file);
    std::ranges::copy(bytes_of(checksum), file.begin() + offsetof(FixedHeader, checksum));
}

}  // namespace igvm::spec
