// Positions of the protocol: lines, and UTF-16 units in a line, from 0.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "source/source.hpp"

namespace igvm::spec::lsp {

using Json = nlohmann::json;

/// The byte that a position is before; a position past the end of its line or of the text is that end.
std::uint32_t offset_of(std::string_view text, std::uint64_t line, std::uint64_t character);
Json position_json(const Sources& sources, FileId file, std::uint32_t offset);
Json range_json(const Sources& sources, Span span);

}  // namespace igvm::spec::lsp
