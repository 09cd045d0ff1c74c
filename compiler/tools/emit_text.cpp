#include "tools/emit_text.hpp"

#include <fmt/format.h>

#include "field_text.hpp"
#include "igvm/image.hpp"
#include "igvm/text.hpp"
#include "page_run.hpp"

namespace igvm::tools {
namespace {

std::string model(const spec::Compilation& compilation) { return compilation.model; }

/// The block of each header, by index; empty for platforms and policies.
std::vector<std::string_view> owners(const spec::Compilation& compilation, std::uint32_t headers) {
    std::vector<std::string_view> names(headers);
    for (const spec::LayoutEntry& entry : compilation.layout)
        for (const spec::HeaderRun& run : entry.headers)
            for (std::uint32_t i = run.first; i < run.first + run.count; ++i) names[i] = entry.name;
    return names;
}

std::string directives(const spec::Compilation& compilation) {
    const auto image = Image::open(compilation.image);
    const auto names = owners(compilation, image->header_count());
    std::string text;
    const auto owner_of = [&](std::uint32_t index) { return names[index]; };
    for (std::uint32_t index = 0; index < image->header_count();) {
        const Header header = image->header(index);
        const std::uint32_t count = page_run_length(*image, index, owner_of);
        text +=
            fmt::format("{}  {}{}  {}{}\n", index, title_text(header), page_run_text(*image, index, count),
                        fields_text(header), names[index].empty() ? "" : "  ; " + printable(names[index]));
        index += count;
    }
    return text;
}

std::string depends(const spec::Compilation& compilation) {
    std::string text;
    for (const auto& file : compilation.files_read) text += file.string() + "\n";
    return text;
}

struct Kind {
    std::string_view name;
    std::string (*text)(const spec::Compilation&);
};
constexpr Kind kKinds[] = {{kEmitModel, model}, {"directives", directives}, {"depends", depends}};

}  // namespace

std::vector<std::string> emit_kinds() {
    std::vector<std::string> names;
    for (const Kind& kind : kKinds) names.emplace_back(kind.name);
    return names;
}

std::string emit_text(std::string_view name, const spec::Compilation& compilation) {
    for (const Kind& kind : kKinds)
        if (kind.name == name) return kind.text(compilation);
    return {};
}

}  // namespace igvm::tools
