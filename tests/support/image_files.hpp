// IGVM files for tests: reading them (gzip or not) and building small ones.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "igvm/image.hpp"
#include "igvm/writer.hpp"

namespace igvm {

inline void PrintTo(const Error& error, std::ostream* out) { *out << to_string(error); }

}  // namespace igvm

namespace igvm::test {

using Buffer = std::vector<std::uint8_t>;

/// The contents of a file, decompressed when it is gzip. The buffer's capacity is its size, so that
/// sanitizers see the first byte too far.
inline Buffer read_image_file(const std::filesystem::path& path) {
    Buffer contents;
    const gzFile file = ::gzopen(path.c_str(), "rb");
    if (file == nullptr) throw std::filesystem::filesystem_error("gzopen", path, std::error_code{});
    std::array<std::uint8_t, 1 << 16> chunk;
    int count = 0;
    while ((count = ::gzread(file, chunk.data(), chunk.size())) > 0)
        contents.insert(contents.end(), chunk.begin(), chunk.begin() + count);
    ::gzclose(file);
    contents.shrink_to_fit();
    return contents;
}

/// The IGVM files under `folder`, at any depth, in order of their paths; none when the folder is absent.
inline std::vector<std::filesystem::path> image_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    if (!std::filesystem::exists(folder)) return found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().filename();
        if (name.ends_with(".igvm") || name.ends_with(".igvm.gz")) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

inline std::filesystem::path own_images() { return std::filesystem::path(IGVM_TEST_VECTORS) / "own/image"; }

/// Other projects' files, read in place; may be absent.
inline std::filesystem::path peer_vectors() {
    const char* chosen = std::getenv("IGVM_PEER_VECTORS");
    return chosen != nullptr ? chosen : IGVM_PEER_VECTORS_DEFAULT;
}

/// The stored extents of an image's payloads: each reaches to the next payload or the end of the file, so
/// that bytes which some builders store after a payload are part of it.
class StoredPayloads {
  public:
    explicit StoredPayloads(const Image& image) : file_(image.bytes()) {
        for (const Header& header : image)
            if (const std::uint64_t begin = begin_of(header)) begins_.push_back(begin);
        begins_.push_back(file_.size());
        std::ranges::sort(begins_);
    }

    /// Empty when the header has no payload. Precondition: `image.payload(header)` succeeds.
    Bytes of(const Header& header) const {
        const std::uint64_t begin = begin_of(header);
        if (begin == 0) return {};
        return file_.subspan(begin, *std::ranges::upper_bound(begins_, begin) - begin);
    }

  private:
    static std::uint64_t begin_of(const Header& header) {
        return header.value(FieldKind::kFileOffset).value_or(0);
    }

    Bytes file_;
    std::vector<std::uint64_t> begins_;
};

/// The options that write the image's own fixed header.
inline WriterOptions options_of(const Image& image) {
    WriterOptions options;
    options.version = image.fixed_header().format_version;
    options.architecture = image.architecture();
    if (image.fixed_header_v2()) options.page_size = image.fixed_header_v2()->page_size;
    return options;
}

/// The image written again, header by header, with payloads as stored.
inline Result<WrittenFile> rewrite(const Image& image, const WriterOptions& options) {
    const StoredPayloads payloads(image);
    Writer writer(options);
    for (const Header& header : image) {
        const std::string_view name = header.info == nullptr ? "unknown" : header.info->name;
        const Result<void> appended = writer.append(header.raw_type, header.body, payloads.of(header), name);
        if (!appended) return tl::unexpected(appended.error());
    }
    return std::move(writer).finish();
}

}  // namespace igvm::test
