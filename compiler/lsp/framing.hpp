// Messages of the language server protocol on a stream: a header with Content-Length, then JSON.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>

namespace igvm::spec::lsp {

/// The largest message that is read.
inline constexpr std::size_t kMaxMessage = 32 * 1024 * 1024;

enum class FrameError { kEnd, kMalformed, kTooLarge };

struct Frame {
    std::string body;
    std::optional<FrameError> error;  ///< then nothing after it can be read
};

/// Reads one message. Holds no more memory than what has arrived.
Frame read_frame(std::istream& in);
void write_frame(std::ostream& out, const std::string& body);

}  // namespace igvm::spec::lsp
