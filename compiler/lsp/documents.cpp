#include "lsp/documents.hpp"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <utility>

namespace igvm::spec::lsp {
namespace {

constexpr std::string_view kScheme = "file://";

}  // namespace

bool Documents::put(const std::string& uri, std::string text) {
    const std::string* old = find(uri);
    const std::size_t others = bytes_ - (old == nullptr ? 0 : old->size());
    if (text.size() > kMaxBytes - others) return false;
    bytes_ = others + text.size();
    texts_[uri] = std::move(text);
    return true;
}

void Documents::remove(const std::string& uri) {
    const auto found = texts_.find(uri);
    if (found == texts_.end()) return;
    bytes_ -= found->second.size();
    texts_.erase(found);
}

const std::string* Documents::find(const std::string& uri) const {
    const auto found = texts_.find(uri);
    return found == texts_.end() ? nullptr : &found->second;
}

std::filesystem::path path_of(std::string_view uri) {
    if (!uri.starts_with(kScheme)) return uri;
    uri.remove_prefix(kScheme.size());
    std::string path;
    for (std::size_t i = 0; i < uri.size(); ++i) {
        unsigned char byte = 0;
        const char* const digits = uri.data() + i + 1;
        const bool escaped = uri[i] == '%' && uri.size() - i > 2 &&
                             std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2 && byte != 0;
        path += escaped ? static_cast<char>(byte) : uri[i];
        if (escaped) i += 2;
    }
    return path;
}

std::string uri_of(const std::filesystem::path& path) {
    constexpr std::string_view kPlain = "/-._~";
    std::string uri(kScheme);
    for (const char c : path.string()) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x80 && std::isalnum(byte)) || kPlain.find(c) != std::string_view::npos)
            uri += c;
        else
            uri += fmt::format("%{:02X}", byte);
    }
    return uri;
}

}  // namespace igvm::spec::lsp
