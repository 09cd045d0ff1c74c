#include "filter_command.hpp"

#include <memory>

#include "exit_code.hpp"
#include "igvm/edit.hpp"
#include "input.hpp"
#include "platform_names.hpp"

namespace igvm::tools {
namespace {

struct Options {
    std::string file;
    std::vector<std::string> platforms;
    std::string output;
};

int run(const Options& options) {
    int exit_code = kExitOk;
    const auto opened = open_image(options.file, exit_code);
    if (!opened) return exit_code;
    std::vector<PlatformType> platforms;
    for (const std::string& name : options.platforms) platforms.push_back(platform_named(name));
    const auto filtered = filter(opened->image, platforms);
    if (!filtered) {
        print_error(options.file, filtered.error());
        return kExitDiagnostics;
    }
    return write_output(options.output, *filtered);
}

}  // namespace

void add_filter_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand("filter", "Keep only some platforms of an image");
    verb->add_option("FILE", options->file, "IGVM file")->required();
    verb->add_option("--platform", options->platforms, "A platform to keep; may be repeated")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(CLI::IsMember(platform_names()));
    verb->add_option("-o,--output", options->output, "The filtered image")->required();
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
