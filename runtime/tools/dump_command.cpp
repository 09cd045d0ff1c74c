#include "dump_command.hpp"

#include <fmt/format.h>

#include <memory>

#include "build_report.hpp"
#include "exit_code.hpp"
#include "field_text.hpp"
#include "igvm/measure.hpp"
#include "igvm/text.hpp"
#include "input.hpp"
#include "page_run.hpp"
#include "terminal.hpp"

namespace igvm::tools {
namespace {

using nlohmann::ordered_json;

struct Options {
    std::string file;
    std::string report;
    bool json = false;
    bool all = false;
};

constexpr std::string_view kPageNames[] = {"", "secrets page", "CPUID page", "CPUID page with XFEATURES"};

struct ContextName {
    PlatformType platform;
    std::string_view name;
};
constexpr ContextName kContextNames[] = {
    {PlatformType::kNative, "native VP context"},
    {PlatformType::kVbs, "VBS registers"},
    {PlatformType::kSnp, "VMSA"},
    {PlatformType::kSevEs, "VMSA"},
    {PlatformType::kCca, "realm context"},
};

class Dump {
  public:
    Dump(const Image& image, const BuildReport& report) : image_(image), report_(report) {}

    void print_text(bool all) const {
        const bool colour = use_colour(stdout);
        const std::string_view bold = colour ? "\x1b[1m" : "";
        const std::string_view plain = colour ? "\x1b[0m" : "";
        fmt::print("{:#010x}  {}FIXED_HEADER{}  {}\n", 0, bold, plain, fixed_header_text());
        const auto owner_of = [this](std::uint32_t index) { return report_.region_of(index); };
        for (std::uint32_t index = 0; index < image_.header_count();) {
            const std::uint32_t count = all ? 1 : page_run_length(image_, index, owner_of);
            const Header header = image_.header(index);
            fmt::print("{:#010x}  {}{}{}{}  {}{}\n", header.offset, bold, title_text(header), plain,
                       page_run_text(image_, index, count), fields_text(header), name_text(header));
            index += count;
        }
    }

    /// One header a line, so that the output needs no more memory than one of them.
    void print_json() const {
        fmt::print("{{\"sha256\": \"{}\",\n\"fixed_header\": {},\n\"headers\": [",
                   hex(sha256(image_.bytes())), fixed_header_json().dump());
        for (const Header header : image_)
            fmt::print("{}\n{}", header.index == 0 ? "" : ",",
                       header_json(header).dump(-1, ' ', true, ordered_json::error_handler_t::replace));
        fmt::print("\n]}}\n");
    }

  private:
    std::string fixed_header_text() const {
        std::string text;
        for (const FieldInfo& field : fixed_header_fields(image_.fixed_header().format_version))
            text += fmt::format("{}{}={}", text.empty() ? "" : " ", field.name,
                                field_text(image_.bytes(), field));
        return text;
    }

    ordered_json fixed_header_json() const {
        ordered_json fields = ordered_json::object();
        for (const FieldInfo& field : fixed_header_fields(image_.fixed_header().format_version))
            fields[std::string(field.name)] = field_json(image_.bytes(), field);
        return fields;
    }

    ordered_json header_json(const Header& header) const {
        ordered_json line = {{"index", header.index},
                             {"offset", header.offset},
                             {"type", header.type()},
                             {"name", header.info == nullptr ? "UNKNOWN" : header.info->name},
                             {"optional", header.optional()}};
        if (const auto name = name_of(header); !name.empty()) line["region"] = name;
        line["fields"] = fields_json(header);
        return line;
    }

    std::string name_text(const Header& header) const {
        const std::string_view name = name_of(header);
        return name.empty() ? "" : "  ; " + printable(name);
    }

    /// The declaration's name, or else what the header stands for.
    std::string_view name_of(const Header& header) const {
        if (const auto name = report_.region_of(header.index); !name.empty()) return name;
        if (const auto page = header.as<PageData>())
            return page->data_type < std::size(kPageNames) ? kPageNames[page->data_type] : std::string_view{};
        if (const auto context = header.as<VpContext>()) return context_name(context->compatibility_mask);
        return {};
    }

    std::string_view context_name(std::uint32_t mask) const {
        const auto platform = image_.platform_of(mask);
        for (const ContextName& row : kContextNames)
            if (platform == row.platform) return row.name;
        return {};
    }

    const Image& image_;
    const BuildReport& report_;
};

int run(const Options& options) {
    int exit_code = kExitOk;
    const auto opened = open_image(options.file, exit_code);
    if (!opened) return exit_code;
    const auto report = find_report(options.file, options.report, opened->file.bytes());
    if (!report) return kExitInputOutput;
    const Dump dump(opened->image, *report);
    options.json ? dump.print_json() : dump.print_text(options.all);
    return kExitOk;
}

}  // namespace

void add_dump_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand("dump", "Print every header of an image with its fields");
    verb->add_option("FILE", options->file, "IGVM file")->required();
    verb->add_option("--report", options->report,
                     "Build report with the regions' names (default: FILE.json)");
    auto* const json = verb->add_flag("--json", options->json, "Print JSON, every header");
    verb->add_flag("--all", options->all, "A line for every page instead of one for each run of pages")
        ->excludes(json);
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
