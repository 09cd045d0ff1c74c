#include "lsp/utf16.hpp"

#include <algorithm>

#include "source/utf8.hpp"

namespace igvm::spec::lsp {
namespace {

/// Code points of four bytes take two units.
std::uint64_t units(std::string_view code_point) { return code_point.size() == 4 ? 2 : 1; }

}  // namespace

std::uint32_t offset_of(std::string_view text, std::uint64_t line, std::uint64_t character) {
    std::size_t at = 0;
    for (; line > 0; --line) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) return static_cast<std::uint32_t>(text.size());
        at = end + 1;
    }
    while (at < text.size() && text[at] != '\n' && text[at] != '\r' && character > 0) {
        const std::size_t size = code_point_size(text.substr(at));
        character -= std::min(character, units(text.substr(at, size)));
        at += size;
    }
    return static_cast<std::uint32_t>(at);
}

Json position_json(const Sources& sources, FileId file, std::uint32_t offset) {
    std::uint32_t begin = 0;
    const std::string_view line = sources.line(file, offset, &begin);
    std::uint64_t character = 0;
    const std::size_t end = std::min<std::size_t>(offset - begin, line.size());
    for (std::size_t at = 0; at < end;) {
        const std::size_t size = code_point_size(line.substr(at));
        character += units(line.substr(at, size));
        at += size;
    }
    return {{"line", sources.position(file, offset).line - 1}, {"character", character}};
}

Json range_json(const Sources& sources, Span span) {
    return {{"start", position_json(sources, span.file, span.begin)},
            {"end", position_json(sources, span.file, span.end)}};
}

}  // namespace igvm::spec::lsp
