// Whole files in and out: memory-mapped reading, atomic replacement.
#pragma once

#include <filesystem>
#include <memory>

#include "igvm/result.hpp"
#include "igvm/wire.hpp"

namespace igvm {

/// A regular file mapped read-only; the bytes live as long as any copy of the handle.
/// A writer that truncates the file meanwhile makes later reads fault: replace files, do not truncate them.
class MappedFile {
  public:
    /// Errors: kInputOutput when it cannot be opened or is not a regular file.
    static Result<MappedFile> open(const std::filesystem::path& path);

    Bytes bytes() const { return bytes_; }

  private:
    std::shared_ptr<const void> mapping_;
    Bytes bytes_;
};

/// Writes `contents` beside `path` and renames it there, so that `path` is never seen half written.
/// An existing file keeps its permissions; a new one gets 0666 less the umask. Error: kInputOutput; then
/// nothing is changed and no temporary file stays.
Result<void> replace_file(const std::filesystem::path& path, Bytes contents);

}  // namespace igvm
