#include "source/utf8.hpp"

#include "igvm/text.hpp"

namespace igvm::spec {

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = utf8_size(text.substr(at));
        if (size == 0) return at;
        at += size;
    }
    return std::nullopt;
}

}  // namespace igvm::spec
