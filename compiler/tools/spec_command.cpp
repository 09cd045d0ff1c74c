#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "exit_code.hpp"
#include "igvm/spec/outline.hpp"
#include "igvm/text.hpp"
#include "tools/commands.hpp"
#include "tools/spec_options.hpp"

namespace igvm::tools {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::string spec;
    std::vector<std::string> include_directories;
    bool json = false;
};

void print_line(const std::string& line, const std::string& doc) {
    fmt::print("{}\n", printable(line));
    for (std::size_t begin = 0; begin < doc.size();) {
        const std::size_t end = std::min(doc.find('\n', begin), doc.size());
        fmt::print("    {}\n", printable(doc.substr(begin, end - begin)));
        begin = end + 1;
    }
}

void print_names(const char* kind, const std::vector<spec::OutlinedName>& names) {
    for (const spec::OutlinedName& one : names)
        print_line(fmt::format("{} {} : {}{}", kind, one.name, one.type, one.value ? " = " + *one.value : ""),
                   one.doc);
}

void print_text(const spec::Outline& outline) {
    if (!outline.image.empty()) print_line("image " + outline.image, outline.doc);
    for (const auto& platform : outline.platforms) print_line("platform " + platform.name, platform.doc);
    print_names("param", outline.params);
    print_names("input", outline.inputs);
}

Json names_json(const std::vector<spec::OutlinedName>& names) {
    Json list = Json::array();
    for (const spec::OutlinedName& one : names)
        list.push_back({{"name", one.name},
                        {"type", one.type},
                        {"default", one.value ? Json(*one.value) : Json(nullptr)},
                        {"doc", one.doc}});
    return list;
}

void print_json(const spec::Outline& outline) {
    Json platforms = Json::array();
    for (const auto& platform : outline.platforms)
        platforms.push_back({{"name", platform.name}, {"doc", platform.doc}});
    const Json json = {{"image", outline.image},
                       {"doc", outline.doc},
                       {"platforms", platforms},
                       {"params", names_json(outline.params)},
                       {"inputs", names_json(outline.inputs)}};
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

int run(const Options& options) {
    const spec::Outline outline =
        spec::outline(options.spec, include_directories(options.include_directories), render_options());
    print_diagnostics(outline, options.json);
    if (outline.outcome != spec::Outcome::kOk) return to_exit_code(outline.outcome);
    options.json ? print_json(outline) : print_text(outline);
    return kExitOk;
}

}  // namespace

void add_spec_command(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("spec", "List what a spec takes and offers: params, inputs, platforms");
    command->add_option("spec", options->spec, "The .igvmspec file")->required()->type_name("SPEC");
    command->add_option("-I,--include", options->include_directories, "Look for includes here too")
        ->allow_extra_args(false)
        ->type_name("DIR");
    command->add_flag("--json", options->json, "JSON, and diagnostics as one object a line");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
