#include "field_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "igvm/measure.hpp"

namespace igvm::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kShownBytes = 16;

bool is_integer(const FieldInfo& field) {
    return field.width == 1 || field.width == 2 || field.width == 4 || field.width == 8;
}

Bytes field_bytes(Bytes body, const FieldInfo& field) {
    return slice(body, field.offset, field.width).value_or(Bytes{});
}

bool is_zero(Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

std::string bytes_text(Bytes bytes) {
    if (is_zero(bytes)) return fmt::format("{} zero bytes", bytes.size());
    if (bytes.size() <= kShownBytes) return hex(bytes);
    return fmt::format("{}... ({} bytes)", hex(bytes.first(kShownBytes)), bytes.size());
}

std::string hex_number(std::uint64_t value) { return fmt::format("{:#x}", value); }

/// The names of the bits that are set, and the rest as one number.
std::vector<std::string> flag_names(std::uint64_t value, const FieldInfo& field) {
    std::vector<std::string> names;
    for (const NamedValue& flag : field.names) {
        if ((value & flag.value) == 0) continue;
        names.emplace_back(flag.name);
        value &= ~flag.value;
    }
    if (value != 0) names.push_back(hex_number(value));
    return names;
}

std::string flags_text(std::uint64_t value, const FieldInfo& field) {
    return value == 0 ? "none" : fmt::format("{}", fmt::join(flag_names(value, field), "|"));
}

}  // namespace

std::string enum_name(std::uint64_t value, const FieldInfo& field) {
    const auto found = std::ranges::find(field.names, value, &NamedValue::value);
    return found == field.names.end() ? hex_number(value) : std::string(found->name);
}

std::string field_text(Bytes body, const FieldInfo& field) {
    if (field.kind == FieldKind::kBytes || !is_integer(field)) return bytes_text(field_bytes(body, field));
    const std::uint64_t value = field_value(body, field);
    switch (field.kind) {
        case FieldKind::kEnum:
            return enum_name(value, field);
        case FieldKind::kFlags:
            return flags_text(value, field);
        case FieldKind::kUint:
        case FieldKind::kAreaIndex:
            return value < 10 ? fmt::format("{}", value) : hex_number(value);
        default:
            return hex_number(value);
    }
}

ordered_json field_json(Bytes body, const FieldInfo& field) {
    if (field.kind == FieldKind::kBytes || !is_integer(field)) return hex(field_bytes(body, field));
    const std::uint64_t value = field_value(body, field);
    switch (field.kind) {
        case FieldKind::kEnum:
            return enum_name(value, field);
        case FieldKind::kFlags:
            return flag_names(value, field);
        case FieldKind::kGpa:
        case FieldKind::kMask:
            return hex_number(value);
        default:
            return value;
    }
}

std::string title_text(const Header& header) {
    const std::string name =
        header.info == nullptr ? fmt::format("UNKNOWN {:#x}", header.type()) : std::string(header.info->name);
    return header.optional() ? name + " (optional)" : name;
}

std::string fields_text(const Header& header) {
    if (header.info == nullptr) return "body=" + bytes_text(header.body);
    std::vector<std::string> parts;
    for (const FieldInfo& field : header.info->fields)
        if (field.kind != FieldKind::kReserved || !is_zero(field_bytes(header.body, field)))
            parts.push_back(fmt::format("{}={}", field.name, field_text(header.body, field)));
    return fmt::format("{}", fmt::join(parts, " "));
}

ordered_json fields_json(const Header& header) {
    if (header.info == nullptr) return {{"body", hex(header.body)}};
    ordered_json fields = ordered_json::object();
    for (const FieldInfo& field : header.info->fields)
        fields[std::string(field.name)] = field_json(header.body, field);
    return fields;
}

}  // namespace igvm::tools
