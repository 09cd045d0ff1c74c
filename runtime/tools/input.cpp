#include "input.hpp"

#include <cstdio>

#include "exit_code.hpp"
#include "igvm/text.hpp"

namespace igvm::tools {

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
        print_error(path, image.error());
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
