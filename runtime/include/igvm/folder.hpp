// Whole folders out: written beside their place and renamed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "igvm/result.hpp"
#include "igvm/wire.hpp"

namespace igvm {

/// A file of `size` bytes, zeros but for the pieces; what no piece covers takes no room on the disk.
struct FolderFile {
    struct Piece {
        std::uint64_t offset;
        Bytes bytes;  ///< borrowed
    };

    std::string name;  ///< within the folder
    std::uint64_t size = 0;
    std::vector<Piece> pieces;
};

/// Makes `path` a folder of exactly these files. A folder that is there is replaced as a whole when it holds
/// nothing but regular files of these names; its permissions stay. New files get 0666 less the umask.
/// Error: kInputOutput; then nothing is changed and nothing temporary stays.
Result<void> replace_folder(const std::filesystem::path& path, std::span<const FolderFile> files);

}  // namespace igvm
