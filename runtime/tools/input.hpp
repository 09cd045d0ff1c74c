// Files that the verbs read.
#pragma once

#include <filesystem>
#include <optional>

#include "igvm/file.hpp"
#include "igvm/image.hpp"

namespace igvm::tools {

struct OpenedImage {
    MappedFile file;
    Image image;
};

/// True for text whose first word, behind white space and comments, is the one that every spec begins with.
bool begins_as_spec(Bytes contents);

/// Prints "PATH: error: ERROR" on standard error.
void print_error(const std::filesystem::path& path, const Error& error);

/// Maps and opens an image. On failure prints the error and sets `exit_code`: kExitInputOutput for a file
/// that cannot be read, kExitDiagnostics for one that is no image.
std::optional<OpenedImage> open_image(const std::filesystem::path& path, int& exit_code);

/// Replaces `path`; returns the exit code. Prints the error.
int write_output(const std::filesystem::path& path, Bytes contents);

}  // namespace igvm::tools
