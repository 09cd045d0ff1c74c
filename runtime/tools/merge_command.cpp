#include "merge_command.hpp"

#include <fmt/format.h>

#include <memory>

#include "exit_code.hpp"
#include "igvm/edit.hpp"
#include "input.hpp"

namespace igvm::tools {
namespace {

struct Options {
    std::vector<std::string> files;
    std::string output;
    bool append = false;
};

int run(const Options& options) {
    int exit_code = kExitOk;
    std::vector<MappedFile> files;
    std::vector<Image> images;
    for (const std::string& path : options.files) {
        auto opened = open_image(path, exit_code);
        if (!opened) return exit_code;
        files.push_back(std::move(opened->file));
        images.push_back(std::move(opened->image));
    }
    const auto merged = merge(images, options.append ? MergeMode::kAppend : MergeMode::kFold);
    if (!merged) {
        const auto& [input, error] = merged.error();
        print_error(options.files[input], error);
        fmt::print(stderr, "help: {}\n", rule_info(error.rule).help);
        return kExitDiagnostics;
    }
    return write_output(options.output, *merged);
}

}  // namespace

void add_merge_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand("merge", "Make one image for the platforms of several");
    verb->add_option("FILES", options->files, "IGVM files without a platform in common")
        ->required()
        ->expected(2, -1);
    verb->add_option("-o,--output", options->output, "The merged image")->required();
    verb->add_flag("--append", options->append,
                   "Keep every directive apart, in the order of the files, instead of folding equal ones");
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
