// Whole files in and out: memory-mapped reading, atomic replacement.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

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

/// One file to write: where, and what it will hold.
struct FileContents {
    std::filesystem::path path;
    Bytes contents;
};

/// Writes all files or none. Each is written in full beside its target before any is renamed there. The
/// renames go from the last file to the first, so that the first is new only when all are, and targets get
/// their old files back when a rename fails. So no target is ever seen half written, and on an error
/// (kInputOutput) nothing is changed and no temporary file stays. A target that is a symbolic link stays one;
/// an existing file keeps its permissions; a new one gets 0666 less the umask. The paths must be different
/// files.
Result<void> replace_files(std::span<const FileContents> files);

/// `replace_files` for one file.
Result<void> replace_file(const std::filesystem::path& path, Bytes contents);

/// True when both paths name one file, or would once the missing ones are created.
bool same_file(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace igvm
