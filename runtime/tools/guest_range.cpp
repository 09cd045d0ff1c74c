#include "guest_range.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace igvm::tools {
namespace {

constexpr std::string_view kUnits = "KMGT";
constexpr std::array<std::string_view, 6> kTypes = {"memory",           "reserved",         "persistent",
                                                    "vtl2_protectable", "specific_purpose", "hidden"};

/// Splits at the first `separator`.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    return std::pair(text.substr(0, at), text.substr(at + 1));
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const std::size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
    if (unit != std::string_view::npos) text.remove_suffix(1);
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    const std::size_t shift = unit == std::string_view::npos ? 0 : 10 * (unit + 1);
    if (value > UINT64_MAX >> shift) return std::nullopt;
    return value << shift;
}

std::optional<GpaRange> parse_range(std::string_view text) {
    const bool to_end = text.find('+') == std::string_view::npos;
    const auto parts = split(text, to_end ? '-' : '+');
    if (!parts) return std::nullopt;
    const auto begin = parse_size(parts->first);
    const auto second = parse_size(parts->second);
    if (!begin || !second) return std::nullopt;
    const std::uint64_t end = to_end ? *second : *begin + *second;
    if (end <= *begin) return std::nullopt;  // also where the sum passes 2^64
    return GpaRange{*begin, end - *begin};
}

std::optional<MemoryMapEntry> parse_memory(std::string_view text) {
    const auto typed = split(text, ':');
    const auto range = parse_range(typed ? typed->first : text);
    const auto* const type = std::ranges::find(kTypes, typed ? typed->second : kTypes.front());
    if (!range || type == kTypes.end()) return std::nullopt;
    return MemoryMapEntry{*range, static_cast<MemoryType>(type - kTypes.begin())};
}

std::string_view memory_type_name(MemoryType type) { return kTypes.at(static_cast<std::size_t>(type)); }

}  // namespace igvm::tools
