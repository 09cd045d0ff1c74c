#include "input.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "exit_code.hpp"
#include "igvm/text.hpp"

namespace igvm::tools {

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
    std::fprintf(stderr, "%s: error: %s\n", printable(path.string()).c_str(),
                 printable(to_string(error)).c_str());
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
        print_error(path, spec
                              ? Error{Rule::kFileMagic, 0, "this is a spec: build it first with `igvm build`"}
                              : image.error());
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
