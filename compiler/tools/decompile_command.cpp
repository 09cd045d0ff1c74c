#include "igvm/spec/decompile.hpp"

#include <fmt/format.h>
#include <cstdio>
#include <memory>

#include "exit_code.hpp"
#include "igvm/folder.hpp"
#include "igvm/text.hpp"
#include "input.hpp"
#include "tools/commands.hpp"

namespace igvm::tools {
namespace {

struct Options {
    std::string file;
    std::string folder;
    bool quiet = false;
};

FolderFile folder_file(std::string name, Bytes bytes) {
    return {std::move(name), bytes.size(), {{0, bytes}}};
}

Result<void> write(const Options& options, const std::string& name, const spec::Decompilation& made) {
    const Bytes text(reinterpret_cast<const std::uint8_t*>(made.text.data()), made.text.size());
    std::vector<FolderFile> files{folder_file(name + ".igvmspec", text)};
    for (const spec::DecompiledFile& file : made.files) files.push_back(folder_file(file.name, file.bytes));
    return replace_folder(options.folder, files);
}

void print_result(const Options& options, const std::string& name, const spec::Decompilation& made) {
    fmt::print("{}\n", printable((std::filesystem::path(options.folder) / (name + ".igvmspec")).string()));
    fmt::print("{} blocks, {} files\n", made.blocks, made.files.size());
    if (made.as_they_stand != 0)
        fmt::print("{} headers as they stand: no block of the language says them\n", made.as_they_stand);
    for (const Rule rule : made.broken)
        fmt::print("the image breaks {}, which the spec allows\n", rule_info(rule).id);
}

int run(const Options& options) {
    int exit_code = kExitOk;
    const auto opened = open_image(options.file, exit_code);
    if (!opened) return exit_code;
    const std::string name = spec::image_name(std::filesystem::path(options.file).stem().string());
    const spec::Decompilation made = spec::decompile(opened->image, name);
    if (!made.refusal.empty()) {
        fmt::print(stderr, "{}: error: {}\n", printable(options.file), made.refusal);
        return kExitDiagnostics;
    }
    if (const auto written = write(options, name, made); !written) {
        print_error(options.folder, written.error());
        return kExitInputOutput;
    }
    if (!options.quiet) print_result(options, name, made);
    return kExitOk;
}

}  // namespace

void add_decompile_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* const command =
        app.add_subcommand("decompile", "Turn an image back into a spec that builds the same bytes");
    command->add_option("FILE", options->file, "IGVM file")->required();
    command->add_option("-o,--output", options->folder, "Folder for the spec and its data")->required();
    command->add_flag("--quiet", options->quiet, "Print nothing on success");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
