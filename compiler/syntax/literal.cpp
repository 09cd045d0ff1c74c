#include "syntax/literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace igvm::spec {
namespace {

constexpr std::string_view kSuffixes = "KMGT";
constexpr std::uint64_t kMaxInteger = std::numeric_limits<std::uint64_t>::max();

tl::unexpected<LiteralError> wrong(std::string message, std::string help = {}, std::size_t offset = 0) {
    return tl::unexpected(LiteralError{std::move(message), std::move(help), offset});
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// 0 to 15, or 16 for what is not a hexadecimal digit.
constexpr unsigned digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    c = upper(c);
    return c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10) : 16;
}

struct Base {
    std::string_view prefix, name;
    unsigned value;
};
constexpr std::array<Base, 2> kPrefixedBases{{{"0x", "hexadecimal", 16}, {"0b", "binary", 2}}};
constexpr Base kDecimal{"", "decimal", 10};

/// The text split into base, digits and trailing letters.
struct Parts {
    Base base = kDecimal;
    std::string_view digits, letters;
};

Parts split(std::string_view text) {
    Parts parts;
    for (const Base& base : kPrefixedBases) {
        if (text.starts_with(base.prefix)) parts.base = base;
    }
    text.remove_prefix(parts.base.prefix.size());
    const auto end = std::ranges::find_if(
        text, [&](char c) { return c != '_' && digit(c) >= std::min(parts.base.value, 16u); });
    parts.digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    parts.letters = text.substr(parts.digits.size());
    return parts;
}

/// The suffix that was meant: K for "k", "KB", "kib" and the like.
std::optional<char> meant_suffix(std::string_view letters) {
    if (letters.empty() || kSuffixes.find(upper(letters[0])) == std::string_view::npos) return std::nullopt;
    std::string rest;
    for (const char c : letters.substr(1)) rest += upper(c);
    if (!rest.empty() && rest != "B" && rest != "IB") return std::nullopt;
    return upper(letters[0]);
}

tl::unexpected<LiteralError> wrong_letters(std::string_view text, const Parts& parts) {
    if (parts.base.value != 10) {
        return wrong(fmt::format("'{}' does not belong in a {} number", parts.letters[0], parts.base.name));
    }
    if (parts.digits.empty()) return wrong(fmt::format("'{}' is not a number", text));
    const std::string message = fmt::format("number '{}' has the unknown suffix '{}'", text, parts.letters);
    if (const auto suffix = meant_suffix(parts.letters)) {
        return wrong(message, fmt::format("write {}{}", parts.digits, *suffix));
    }
    return wrong(message, "the suffixes are K, M, G and T, and they are binary");
}

bool separators_are_between_digits(std::string_view digits) {
    return !digits.starts_with('_') && !digits.ends_with('_') && digits.find("__") == std::string_view::npos;
}

tl::expected<std::uint64_t, LiteralError> value_of(std::string_view text, const Parts& parts) {
    std::uint64_t value = 0;
    for (const char c : parts.digits) {
        if (c == '_') continue;
        if (value > (kMaxInteger - digit(c)) / parts.base.value) {
            return wrong(fmt::format("number '{}' does not fit in 64 bits", text));
        }
        value = value * parts.base.value + digit(c);
    }
    if (parts.letters.empty()) return value;
    const auto shift = 10 * (kSuffixes.find(parts.letters[0]) + 1);
    if (value > kMaxInteger >> shift) return wrong(fmt::format("number '{}' does not fit in 64 bits", text));
    return value << shift;
}

struct Escape {
    char letter, value;
};
constexpr std::array<Escape, 6> kEscapes{
    {{'\\', '\\'}, {'"', '"'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'0', '\0'}}};

std::optional<char> byte_of(std::string_view pair) {
    if (pair.size() < 2 || digit(pair[0]) > 15 || digit(pair[1]) > 15) return std::nullopt;
    return static_cast<char>(digit(pair[0]) << 4 | digit(pair[1]));
}

}  // namespace

tl::expected<std::uint64_t, LiteralError> read_number(std::string_view text) {
    const Parts parts = split(text);
    const bool suffixed = parts.base.value == 10 && parts.letters.size() == 1 &&
                          kSuffixes.find(parts.letters[0]) != std::string_view::npos;
    if (!parts.letters.empty() && !suffixed) return wrong_letters(text, parts);
    if (parts.digits.empty()) return wrong(fmt::format("number '{}' has no digits", text));
    if (!separators_are_between_digits(parts.digits)) {
        return wrong(fmt::format("number '{}' has a '_' that is not between two digits", text));
    }
    if (parts.base.value == 10 && parts.digits.size() > 1 && parts.digits[0] == '0') {
        return wrong(fmt::format("number '{}' begins with 0", text),
                     "there is no octal: write 0x or drop the 0");
    }
    return value_of(text, parts);
}

tl::expected<std::string, LiteralError> read_string(std::string_view text) {
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            value += text[i];
            continue;
        }
        const std::string_view escape = text.substr(i + 1);
        const auto known = std::ranges::find(kEscapes, escape.empty() ? '\x7F' : escape[0], &Escape::letter);
        if (known != kEscapes.end()) {
            value += known->value;
            i += 1;
        } else if (const auto byte = escape.starts_with('x') ? byte_of(escape.substr(1)) : std::nullopt) {
            value += *byte;
            i += 3;
        } else {
            return wrong("unknown escape", R"(the escapes are \\ \" \n \r \t \0 and \xHH)", i);
        }
    }
    return value;
}

tl::expected<std::string, LiteralError> read_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '_') {
            ++i;
            continue;
        }
        const auto byte = byte_of(text.substr(i));
        if (!byte) return wrong("expected a pair of hexadecimal digits", {}, i);
        bytes += *byte;
        i += 2;
    }
    return bytes;
}

}  // namespace igvm::spec
