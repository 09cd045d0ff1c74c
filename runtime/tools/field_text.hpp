// Header fields for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "igvm/image.hpp"

namespace igvm::tools {

/// The name of a value of a kEnum field, or its number in hexadecimal.
std::string enum_name(std::uint64_t value, const FieldInfo& field);

/// The value of a field in `body`: names for enumerations and flags, hexadecimal for addresses and masks;
/// long byte strings are cut.
std::string field_text(Bytes body, const FieldInfo& field);

/// The same as JSON: numbers, strings for addresses, masks and names, a list for flags, whole byte strings.
nlohmann::ordered_json field_json(Bytes body, const FieldInfo& field);

/// The name of the header's type, "UNKNOWN 0x3f0" without one; " (optional)" where a loader may ignore it.
std::string title_text(const Header& header);

/// "name=value" for every field but reserved ones that are zero; the body's bytes for an unknown header.
std::string fields_text(const Header& header);
nlohmann::ordered_json fields_json(const Header& header);

}  // namespace igvm::tools
