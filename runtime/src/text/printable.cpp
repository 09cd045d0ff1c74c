#include <algorithm>

#include "igvm/text.hpp"

namespace igvm {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kTab = "    ";

/// Control characters, and the marks that change the direction of text (U+202A-202E, U+2066-2069).
bool controls_terminal(std::string_view code_point) {
    const auto first = static_cast<unsigned char>(code_point[0]);
    if (code_point.size() == 1) return first < 0x20 || first == 0x7F;
    if (code_point.size() == 2) return code_point < "\xC2\xA0";
    return (code_point >= "\xE2\x80\xAA" && code_point <= "\xE2\x80\xAE") ||
           (code_point >= "\xE2\x81\xA6" && code_point <= "\xE2\x81\xA9");
}

std::string_view displayed(std::string_view code_point) {
    if (code_point == "\t") return kTab;
    return controls_terminal(code_point) ? kReplacement : code_point;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t size = utf8_size(text);
        shown += size == 0 ? kReplacement : displayed(text.substr(0, size));
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return shown;
}

}  // namespace igvm
