#include "input.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "exit_code.hpp"
#include "igvm/text.hpp"

namespace igvm::tools {

namespace {

/// In place of the rule's own help, which knows nothing of specs.
constexpr std::string_view kSpecGiven =
    "IGVM-F002 at offset 0x0: this is a spec: build it first with `igvm build`";

void print_error(const std::filesystem::path& path, const std::string& text) {
    std::fprintf(stderr, "%s: error: %s\n", printable(path.string()).c_str(), printable(text).c_str());
}

}  // namespace

bool begins_as_spec(Bytes contents) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF", kFirstWord = "igvmspec";
    std::string_view text(reinterpret_cast<const char*>(contents.data()), contents.size());
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        if (!text.starts_with("//")) return text.starts_with(kFirstWord);
        text.remove_prefix(std::min(text.find('\n'), text.size()));
    }
}

void print_error(const std::filesystem::path& path, const Error& error) {
    print_error(path, to_string(error));
}

std::optional<OpenedImage> open_image(const std::filesystem::path& path, int& exit_code) {
    const auto file = MappedFile::open(path);
    if (!file) {
        print_error(path, file.error());
        exit_code = kExitInputOutput;
        return std::nullopt;
    }
    const auto image = Image::open(file->bytes());
    if (!image) {
        const bool spec = image.error().rule == Rule::kFileMagic && begins_as_spec(file->bytes());
        print_error(path, spec ? std::string(kSpecGiven) : to_string(image.error()));
        exit_code = kExitDiagnostics;
        return std::nullopt;
    }
    return OpenedImage{*file, *image};
}

int write_output(const std::filesystem::path& path, Bytes contents) {
    const auto written = replace_file(path, contents);
    if (written) return kExitOk;
    print_error(path, written.error());
    return kExitInputOutput;
}

}  // namespace igvm::tools
