#include "lsp/framing.hpp"

#include <algorithm>
#include <charconv>
#include <istream>
#include <ostream>
#include <string_view>

namespace igvm::spec::lsp {
namespace {

constexpr std::size_t kMaxHeaderLine = 1024;
constexpr std::size_t kMaxHeaderLines = 16;

/// A header line without its end; nothing at the end of the stream or when it is too long.
std::optional<std::string> read_line(std::istream& in) {
    std::string line;
    for (char c; in.get(c);) {
        if (c == '\n') {
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        if (line.size() == kMaxHeaderLine) return std::nullopt;
        line += c;
    }
    return std::nullopt;
}

std::optional<std::size_t> content_length(std::string_view line) {
    constexpr std::string_view kName = "Content-Length:";
    if (!line.starts_with(kName)) return std::nullopt;
    line.remove_prefix(std::min(line.find_first_not_of(' ', kName.size()), line.size()));
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), length);
    if (error == std::errc::result_out_of_range) return kMaxMessage + 1;
    if (error != std::errc{} || end != line.data() + line.size()) return std::nullopt;
    return length;
}

Frame failed(FrameError error) { return {{}, error}; }

Frame read_body(std::istream& in, std::size_t length) {
    if (length > kMaxMessage) return failed(FrameError::kTooLarge);
    Frame frame;
    char buffer[65536];
    while (frame.body.size() < length) {
        in.read(buffer, static_cast<std::streamsize>(std::min(sizeof buffer, length - frame.body.size())));
        frame.body.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (!in && frame.body.size() < length) return failed(FrameError::kMalformed);
    }
    return frame;
}

}  // namespace

Frame read_frame(std::istream& in) {
    if (in.peek() == std::istream::traits_type::eof()) return failed(FrameError::kEnd);
    std::optional<std::size_t> length;
    for (std::size_t lines = 0; lines <= kMaxHeaderLines; ++lines) {
        const auto line = read_line(in);
        if (!line) return failed(FrameError::kMalformed);
        if (line->empty()) return length ? read_body(in, *length) : failed(FrameError::kMalformed);
        if (const auto found = content_length(*line)) length = found;
    }
    return failed(FrameError::kMalformed);
}

void write_frame(std::ostream& out, const std::string& body) {
    out << "Content-Length: " << body.size() << "\r\n\r\n" << body << std::flush;
}

}  // namespace igvm::spec::lsp
