// GUIDs as firmware and boot protocols store them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace igvm::spec {

/// In memory order: the first three fields little-endian, the rest as written (UEFI 2.10, appendix A).
using Guid = std::array<std::uint8_t, 16>;

/// Reads "96b582de-1fb2-45f7-baea-a366c55a082d"; either case. Nothing when the text is anything else.
std::optional<Guid> parse_guid(std::string_view text);

/// The text form, lowercase.
std::string to_string(const Guid& guid);

}  // namespace igvm::spec
