#include "source/source.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "source/utf8.hpp"

namespace igvm::spec {
namespace {

/// The first bytes of every IGVM file.
constexpr std::string_view kImageMagic = "IGVM";

tl::unexpected<LoadError> input_output(std::string detail) {
    return tl::unexpected(LoadError{LoadError::Kind::kInputOutput, std::move(detail)});
}

/// The whole file, or one byte more than the largest size accepted.
tl::expected<std::string, LoadError> read(const std::filesystem::path& path) {
    std::error_code ignored;
    // Opening a FIFO would wait for a writer; a device may have no end.
    if (!std::filesystem::is_regular_file(path, ignored)) return input_output("it is not a regular file");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return input_output(std::generic_category().message(errno));
    std::string text;
    char buffer[65536];
    while (text.size() <= Sources::kMaxSize) {
        file.read(buffer, sizeof buffer);
        text.append(buffer, static_cast<std::size_t>(file.gcount()));
        if (file.eof()) return text;
        if (!file) return input_output("reading it failed");
    }
    return text;
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

std::string not_utf8(std::string_view text, std::size_t bad) {
    if (text.starts_with(kImageMagic))
        return "this is an image; a spec is text that begins with 'igvmspec 1;'";
    const std::string_view before = text.substr(0, bad);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t column = code_points(before.substr(before.rfind('\n') + 1)) + 1;
    return "byte " + std::to_string(bad) + " at " + std::to_string(line) + ":" + std::to_string(column) +
           " is not UTF-8";
}

}  // namespace

tl::expected<FileId, LoadError> Sources::load(const std::filesystem::path& path, std::string name) {
    std::error_code error;
    std::filesystem::path canonical = std::filesystem::canonical(path, error);
    if (error) return input_output(error.message());
    for (FileId id = 0; id < files_.size(); ++id) {
        if (files_[id].path == canonical) return id;
    }
    auto text = read(canonical);
    if (!text) return tl::unexpected(text.error());
    return add(std::move(name), std::move(*text), std::move(canonical));
}

tl::expected<FileId, LoadError> Sources::add(std::string name, std::string text, std::filesystem::path path) {
    if (text.size() > kMaxSize) {
        return tl::unexpected(LoadError{LoadError::Kind::kTooLarge, "it is larger than 16 MiB"});
    }
    if (const auto bad = first_invalid_utf8(text)) {
        return tl::unexpected(LoadError{LoadError::Kind::kNotUtf8, not_utf8(text, *bad), *bad});
    }
    files_.push_back(File{std::move(name), std::move(path), std::move(text), {}});
    return static_cast<FileId>(files_.size() - 1);
}

const std::vector<std::uint32_t>& Sources::line_begins(FileId file) const {
    const File& entry = files_[file];
    if (entry.line_begins.empty()) {
        entry.line_begins.push_back(0);
        for (std::size_t at = entry.text.find('\n'); at != std::string::npos;
             at = entry.text.find('\n', at + 1)) {
            entry.line_begins.push_back(static_cast<std::uint32_t>(at + 1));
        }
    }
    return entry.line_begins;
}

Position Sources::position(FileId file, std::uint32_t offset) const {
    const auto& begins = line_begins(file);
    const auto next = std::upper_bound(begins.begin(), begins.end(), offset);
    const std::string_view all = text(file);
    const std::string_view before = all.substr(0, offset).substr(*(next - 1));
    return {static_cast<std::uint32_t>(next - begins.begin()),
            static_cast<std::uint32_t>(code_points(before) + 1)};
}

std::string_view Sources::line(FileId file, std::uint32_t offset, std::uint32_t* line_begin) const {
    const auto& begins = line_begins(file);
    const std::uint32_t begin = *(std::upper_bound(begins.begin(), begins.end(), offset) - 1);
    if (line_begin) *line_begin = begin;
    std::string_view rest = text(file).substr(begin);
    rest = rest.substr(0, rest.find('\n'));
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    return rest;
}

}  // namespace igvm::spec
