// Source texts and positions in them.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace igvm::spec {

using FileId = std::uint32_t;

/// Which repetition of the text is meant, where `for` and `use` repeat it: see Expansions.
using ExpansionId = std::uint32_t;

/// A stretch of one source text, in bytes: [begin, end).
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    FileId file = 0;
    ExpansionId expansion = 0;  ///< 0: the text itself

    /// The same text, in whichever expansion.
    constexpr bool same_text(const Span& other) const {
        return begin == other.begin && end == other.end && file == other.file;
    }
    friend bool operator==(const Span&, const Span&) = default;
};

/// From the start of `first` to the end of `last`, of the same file.
constexpr Span join(Span first, Span last) { return {first.begin, last.end, first.file, first.expansion}; }

/// A place for people: both count from 1; the column counts code points.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

/// Why a text could not be loaded.
struct LoadError {
    enum class Kind { kInputOutput, kTooLarge, kNotUtf8 } kind;
    std::string detail;        ///< a sentence without final period
    std::uint64_t offset = 0;  ///< of the first bad byte, for kNotUtf8
};

/// All texts of one compilation. Ids stay valid; texts never move.
class Sources {
  public:
    /// The largest text accepted, in bytes.
    static constexpr std::uint64_t kMaxSize = 16 * 1024 * 1024;

    /// Reads a file, which messages call `name`; the same file (by canonical path) gives the same id.
    tl::expected<FileId, LoadError> load(const std::filesystem::path& path, std::string name);
    /// Takes a text that is in memory, under a name to print; `path` is where it belongs, if anywhere.
    tl::expected<FileId, LoadError> add(std::string name, std::string text, std::filesystem::path path = {});

    std::string_view text(FileId file) const { return files_[file].text; }
    /// The name to print: the path as it was given.
    const std::string& name(FileId file) const { return files_[file].name; }
    const std::filesystem::path& path(FileId file) const { return files_[file].path; }
    std::size_t size() const { return files_.size(); }

    Position position(FileId file, std::uint32_t offset) const;
    /// The line that holds `offset`, without its line end, and where it begins.
    std::string_view line(FileId file, std::uint32_t offset, std::uint32_t* line_begin = nullptr) const;

  private:
    struct File {
        std::string name;
        std::filesystem::path path;
        std::string text;
        mutable std::vector<std::uint32_t> line_begins;  ///< computed at the first question
    };
    const std::vector<std::uint32_t>& line_begins(FileId file) const;

    std::deque<File> files_;
};

}  // namespace igvm::spec
