#include "load_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "exit_code.hpp"
#include "guest_range.hpp"
#include "igvm/check.hpp"
#include "input.hpp"
#include "loaded_guest.hpp"
#include "platform_names.hpp"
#include "terminal.hpp"

namespace igvm::tools {
namespace {

using nlohmann::ordered_json;
using Stretches = std::vector<LoadedGuest::Stretch>;

constexpr std::uint64_t kLowMemoryEnd = std::uint64_t{3} << 30;  // a PC's devices begin here
constexpr std::uint64_t kHighMemoryBegin = std::uint64_t{4} << 30;
constexpr int kDefaultPrivateBit = 51;
/// Pages outside of the host's memory (firmware below 4 GiB, a VMSA) that a load may hold beyond it.
constexpr std::uint64_t kRoomBesideMemory = std::uint64_t{64} << 20;

/// A file that the host gives to the guest.
struct HostFile {
    std::string_view option;
    Bytes HostConfig::*target;
    std::string_view help;
};
constexpr HostFile kHostFiles[] = {
    {"--device-tree", &HostConfig::device_tree, "Flattened device tree"},
    {"--srat", &HostConfig::srat, "ACPI SRAT"},
    {"--madt", &HostConfig::madt, "ACPI MADT"},
    {"--slit", &HostConfig::slit, "ACPI SLIT"},
    {"--pptt", &HostConfig::pptt, "ACPI PPTT"},
};

struct Options {
    std::string file, platform, folder;
    std::vector<std::string> memory = {"4G"};
    std::vector<std::string> mmio, bases;
    std::array<std::string, std::size(kHostFiles)> host_files;
    HostConfig host;
    std::optional<int> private_bit;
    bool shared_memory = false;
    bool json = false;
};

/// A size alone is the memory of a PC: from 0 up to 3 GiB, and the rest from 4 GiB on.
std::vector<MemoryMapEntry> pc_memory(std::uint64_t size) {
    const std::uint64_t low = std::min(size, kLowMemoryEnd);
    std::vector<MemoryMapEntry> map = {{{0, low}, MemoryType::kMemory}};
    if (size > low) map.push_back({{kHighMemoryBegin, size - low}, MemoryType::kMemory});
    return map;
}

/// Texts are checked by the option's validators before.
void add_memory(HostConfig& host, const std::string& text) {
    const auto size = parse_size(text);
    const auto entries = size ? pc_memory(*size) : std::vector{*parse_memory(text)};
    host.memory_map.insert(host.memory_map.end(), entries.begin(), entries.end());
}

std::string_view name_of(const SupportedPlatform& platform) {
    return platform_name(PlatformType{std::uint8_t{platform.platform_type}});
}

const SupportedPlatform* find_wanted(const Options& options, const Image& image) {
    const auto& platforms = image.platforms();
    if (options.platform.empty()) return platforms.size() == 1 ? &platforms.front() : nullptr;
    const auto found = std::ranges::find(platforms, options.platform, name_of);
    return found == platforms.end() ? nullptr : &*found;
}

Result<const SupportedPlatform*> choose_platform(const Options& options, const Image& image) {
    if (const auto* const found = find_wanted(options, image)) return found;
    return fail(Rule::kPlatformAbsent, image.headers_begin(),
                options.platform.empty() ? fmt::format("the file has {} platforms; --platform must name one",
                                                       image.platforms().size())
                                         : fmt::format("the file has no platform {}", options.platform));
}

bool is_sev(PlatformType type) {
    return type == PlatformType::kSnp || type == PlatformType::kSev || type == PlatformType::kSevEs;
}

/// The host as the options describe it. Keeps the files that it maps.
Result<HostConfig> make_host(const Options& options, PlatformType platform, std::vector<MappedFile>& files) {
    HostConfig host = options.host;
    for (const std::string& text : options.memory) add_memory(host, text);
    for (const std::string& text : options.mmio) host.mmio_ranges.push_back(*parse_range(text));
    for (const std::string& text : options.bases) host.relocation_bases.push_back(*parse_size(text));
    host.environment = options.shared_memory ? kEnvironmentMemoryIsShared : 0;
    const int bit = options.private_bit.value_or(is_sev(platform) ? kDefaultPrivateBit : 0);
    host.private_bit = bit == 0 ? 0 : std::uint64_t{1} << bit;
    for (std::size_t i = 0; i < std::size(kHostFiles); ++i) {
        if (options.host_files[i].empty()) continue;
        auto file = MappedFile::open(options.host_files[i]);
        if (!file) return tl::unexpected(file.error());
        host.*kHostFiles[i].target = file->bytes();
        files.push_back(std::move(*file));
    }
    return host;
}

/// The text's own bytes.
FolderFile text_file(std::string name, const std::string& text) {
    return {std::move(name),
            text.size(),
            {{0, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}}}};
}

Result<void> write_guest(const Options& options, const Image& image, const LoadedGuest& guest,
                         const Stretches& stretches, const LoadReport& report) {
    const std::string memory = guest.memory_json(stretches, report);
    const std::string registers = guest.registers_json(image.architecture());
    const FolderFile files[] = {guest.memory_file(stretches), text_file("memory.json", memory),
                                text_file("registers.json", registers)};
    return replace_folder(options.folder, files);
}

void print_json(const SupportedPlatform& platform, const Stretches& stretches, const LoadReport& report) {
    auto relocations = ordered_json::array();
    for (const Relocation& one : report.relocations)
        relocations.push_back({{"gpa", fmt::format("{:#x}", one.from.gpa)},
                               {"size", one.from.size},
                               {"to", fmt::format("{:#x}", one.to)}});
    const ordered_json summary = {{"platform", name_of(platform)},
                                  {"pages", report.page_count},
                                  {"ranges", stretches.size()},
                                  {"vps", report.vp_count},
                                  {"relocations", relocations}};
    fmt::print("{}\n", summary.dump(2));
}

void print_text(const SupportedPlatform& platform, const Stretches& stretches, const LoadReport& report) {
    fmt::print("{}: {} pages in {} ranges, {} VP contexts\n", name_of(platform), report.page_count,
               stretches.size(), report.vp_count);
    for (const Relocation& one : report.relocations)
        if (one.to != one.from.gpa)
            fmt::print("{:#x} to {:#x} moved to {:#x}\n", one.from.gpa, one.from.gpa + one.from.size, one.to);
}

std::uint64_t memory_size(const HostConfig& host) {
    return std::accumulate(host.memory_map.begin(), host.memory_map.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const MemoryMapEntry& entry) {
                               return sum + std::min(entry.range.size, kEndOfGuestMemory);
                           });
}

Result<void> load_platform(const Options& options, const Image& image) {
    const auto platform = choose_platform(options, image);
    if (!platform) return tl::unexpected(platform.error());
    std::vector<MappedFile> files;
    const auto host = make_host(options, PlatformType{std::uint8_t{(*platform)->platform_type}}, files);
    if (!host) return tl::unexpected(host.error());
    Loader loader(image, **platform);
    LoadedGuest guest(memory_size(*host) + kRoomBesideMemory);
    const auto report = loader.load(*host, guest);
    if (!report) return tl::unexpected(report.error());
    const auto stretches = guest.stretches();
    if (!stretches) return tl::unexpected(stretches.error());
    if (auto written = write_guest(options, image, guest, *stretches, *report); !written) return written;
    options.json ? print_json(**platform, *stretches, *report) : print_text(**platform, *stretches, *report);
    return {};
}

/// True when the file breaks no rule; prints the breaches otherwise.
bool is_valid(const Options& options, const Image& image) {
    const CheckReport report = check(image);
    for (const Finding& finding : report.findings)
        if (finding.severity == Severity::kError)
            print_error(options.file, {finding.rule, finding.offset, finding.detail});
    return !report.has_errors();
}

int run(const Options& options) {
    int exit_code = kExitOk;
    const auto opened = open_image(options.file, exit_code);
    if (!opened) return exit_code;
    if (!is_valid(options, opened->image)) return kExitDiagnostics;
    const auto done = load_platform(options, opened->image);
    if (!done) {
        print_error(options.file, done.error());
        return done.error().rule == Rule::kInputOutput ? kExitInputOutput : kExitDiagnostics;
    }
    return flush_output() ? kExitOk : kExitInputOutput;
}

/// A validator of texts that `parse` must take.
template <class Parse>
CLI::Validator parsed_by(Parse parse, std::string form) {
    const auto check = [parse, form](const std::string& text) {
        return parse(text) ? std::string() : fmt::format("{} is not {}", text, form);
    };
    return {check, form};
}

void add_host_options(CLI::App& verb, Options& options) {
    verb.add_option(
            "--memory", options.memory,
            "Memory of the host: SIZE (0 to 3 GiB, the rest from 4 GiB), or BEGIN+SIZE[:TYPE] for each range")
        ->check(parsed_by([](const std::string& text) { return parse_size(text) || parse_memory(text); },
                          "SIZE or BEGIN+SIZE[:TYPE]"))
        ->allow_extra_args(false)
        ->capture_default_str();
    verb.add_option("--vcpus", options.host.vp_count, "Number of VPs")->capture_default_str();
    verb.add_option("--cmdline", options.host.command_line, "Command line");
    for (std::size_t i = 0; i < std::size(kHostFiles); ++i)
        verb.add_option(std::string(kHostFiles[i].option), options.host_files[i],
                        std::string(kHostFiles[i].help));
    verb.add_option("--mmio", options.mmio, "MMIO range, at most two")
        ->check(parsed_by(parse_range, "BEGIN+SIZE"))
        ->allow_extra_args(false);
    verb.add_flag("--shared-memory", options.shared_memory, "Memory is shared until the guest accepts it");
    verb.add_option("--relocate", options.bases, "New base of each relocatable region, in file order")
        ->check(parsed_by(parse_size, "an address"))
        ->allow_extra_args(false);
    verb.add_option("--private-bit", options.private_bit,
                    "Bit of page table entries that marks private memory, 0: none (51 on SEV platforms)")
        ->check(CLI::Range(0, 51));
}

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand("load", "Load an image as a VMM does, into files");
    verb->add_option("FILE", options->file, "IGVM file")->required();
    verb->add_option("--platform", options->platform,
                     "The platform to load; needed when the file has several")
        ->check(CLI::IsMember(platform_names()));
    verb->add_option("-o,--output", options->folder, "Folder for memory.bin, memory.json and registers.json")
        ->required();
    add_host_options(*verb, *options);
    verb->add_flag("--json", options->json, "Print the summary as JSON");
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
