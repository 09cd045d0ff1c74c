#include "launch_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "exit_code.hpp"
#include "guest_range.hpp"
#include "igvm/x64.hpp"
#include "input.hpp"

namespace igvm::tools {
namespace {

struct ZeroName {
    std::string_view name;
    ZeroPolicy policy;
};
constexpr std::array kZeroNames = {ZeroName{"profile", ZeroPolicy::kOfProfile},
                                   ZeroName{"normal", ZeroPolicy::kNormal},
                                   ZeroName{"zero", ZeroPolicy::kZero}};

struct RealmField {
    std::string_view name;
    std::uint64_t most;
    void (*set)(RealmParameters&, std::uint64_t);
};
constexpr std::array kRealmFields = {
    RealmField{"flags", UINT64_MAX, [](RealmParameters& realm, std::uint64_t value) { realm.flags = value; }},
    RealmField{"s2sz", UINT8_MAX,
               [](RealmParameters& realm, std::uint64_t value) { realm.s2sz = std::uint8_t(value); }},
    RealmField{"sve_vl", UINT8_MAX,
               [](RealmParameters& realm, std::uint64_t value) { realm.sve_vl = std::uint8_t(value); }},
    RealmField{"breakpoints", UINT8_MAX,
               [](RealmParameters& realm, std::uint64_t value) { realm.breakpoints = std::uint8_t(value); }},
    RealmField{"watchpoints", UINT8_MAX,
               [](RealmParameters& realm, std::uint64_t value) { realm.watchpoints = std::uint8_t(value); }},
    RealmField{"pmu", UINT8_MAX,
               [](RealmParameters& realm, std::uint64_t value) { realm.pmu_counters = std::uint8_t(value); }},
};

std::uint64_t required_number(const std::string& option, std::string_view text) {
    const auto value = parse_size(text);
    if (!value) throw CLI::ValidationError(option, fmt::format("'{}' is not a number", text));
    return *value;
}

void set_realm_field(RealmParameters& realm, const std::string& text) {
    const auto equals = text.find('=');
    const auto* const field =
        std::ranges::find(kRealmFields, std::string_view(text).substr(0, equals), &RealmField::name);
    if (equals == std::string::npos || field == kRealmFields.end())
        throw CLI::ValidationError("--realm",
                                   fmt::format("takes flags, s2sz, sve_vl, breakpoints, watchpoints "
                                               "and pmu as name=value, not '{}'",
                                               text));
    const std::uint64_t value = required_number("--realm", std::string_view(text).substr(equals + 1));
    if (value > field->most)
        throw CLI::ValidationError("--realm", fmt::format("{} is at most {}", field->name, field->most));
    field->set(realm, value);
}

RipasRange ripas_range(const std::string& text) {
    const auto dash = text.find('-');
    const auto slash = text.find('/', dash == std::string::npos ? 0 : dash);
    if (dash == std::string::npos)
        throw CLI::ValidationError("--ripas", fmt::format("takes BASE-TOP[/STEP], not '{}'", text));
    const auto read = [&](std::size_t from, std::size_t to) {
        return required_number("--ripas", std::string_view(text).substr(from, to - from));
    };
    const std::size_t top_end = std::min(slash, text.size());
    return {read(0, dash), read(dash + 1, top_end),
            slash == std::string::npos ? 0 : read(slash + 1, text.size())};
}

std::optional<RealmParameters> realm_of(const LaunchFlags& flags) {
    if (flags.realm.empty()) {
        if (!flags.ripas.empty()) throw CLI::ValidationError("--ripas", "needs --realm");
        return std::nullopt;
    }
    RealmParameters realm;
    for (const std::string& field : CLI::detail::split(flags.realm, ',')) set_realm_field(realm, field);
    for (const std::string& range : flags.ripas) realm.ripas.push_back(ripas_range(range));
    return realm;
}

std::optional<MappedFile> open_vmsa(const std::string& path, int& exit_code) {
    const auto file = MappedFile::open(path);
    if (!file) {
        print_error(path, file.error());
        exit_code = kExitInputOutput;
        return std::nullopt;
    }
    if (file->bytes().size() == x64::kVmsaSize) return *file;
    fmt::print(stderr, "{}: error: a VMSA has {} bytes, this file {}\n", path, x64::kVmsaSize,
               file->bytes().size());
    exit_code = kExitInputOutput;
    return std::nullopt;
}

std::vector<std::string> profile_names() {
    std::vector<std::string> names = {std::string(kAllProfiles)};
    for (const LaunchProfile profile : all_profiles()) names.emplace_back(name(profile));
    for (const char* alias : {"per-page", "rmm-2.0"}) names.emplace_back(alias);
    return names;
}

std::vector<std::string> zero_names() {
    std::vector<std::string> names;
    for (const ZeroName& row : kZeroNames) names.emplace_back(row.name);
    return names;
}

/// Turns the name of a model into its number.
std::string read_cpu(std::string& text) {
    const auto models = x64::cpu_models();
    const auto model = std::ranges::find(models, text, &x64::CpuModel::name);
    const auto number =
        model != models.end() ? std::optional<std::uint64_t>(model->signature) : parse_size(text);
    if (number && *number <= UINT32_MAX) {
        text = fmt::format("{}", *number);
        return {};
    }
    std::string names;
    for (const x64::CpuModel& each : models) names += fmt::format("{}, ", each.name);
    return fmt::format("takes {}or the number that CPUID leaf 1 gives in EAX, not '{}'", names, text);
}

}  // namespace

void add_launch_flags(CLI::App& verb, LaunchFlags& flags) {
    verb.add_option("--profile", flags.profile, "Who launches the image; all: every profile")
        ->check(CLI::IsMember(profile_names()))
        ->capture_default_str();
    verb.add_option("--vcpus", flags.vcpus, "vCPUs of the guest: KVM measures a VMSA for each")
        ->check(CLI::Range(1, UINT16_MAX + 1))
        ->capture_default_str();
    verb.add_option("--ap-vmsa", flags.ap_vmsa, "VMSA of the vCPUs that the image has none for")
        ->type_name("FILE");
    verb.add_option("--cpu", flags.cpu_signature,
                    "CPU model, or its CPUID 1 EAX: RDX of the vCPUs that start at the reset vector")
        ->transform(CLI::Validator(read_cpu, ""))
        ->type_name("MODEL");
    verb.add_option("--zeros", flags.zeros, "SNP page type of measured pages without data")
        ->check(CLI::IsMember(zero_names()))
        ->capture_default_str();
    verb.add_option("--realm", flags.realm, "Parameters of the realm, for rmm-1.0 and tf-rmm-2026")
        ->type_name("NAME=VALUE,...");
    verb.add_option("--ripas", flags.ripas, "Address range that the host initialises, for rmm-1.0")
        ->allow_extra_args(false)
        ->type_name("BASE-TOP[/STEP]");
}

std::optional<LaunchChoice> make_launch_choice(const LaunchFlags& flags, int& exit_code) {
    LaunchChoice choice;
    choice.all_profiles = flags.profile == kAllProfiles;
    if (!choice.all_profiles) choice.options.profile = *find_profile(flags.profile);
    choice.options.vcpus = flags.vcpus;
    choice.options.cpu_signature = flags.cpu_signature;
    choice.options.zeros = std::ranges::find(kZeroNames, flags.zeros, &ZeroName::name)->policy;
    choice.options.realm = realm_of(flags);
    if (flags.ap_vmsa.empty()) return choice;
    choice.ap_vmsa = open_vmsa(flags.ap_vmsa, exit_code);
    if (!choice.ap_vmsa) return std::nullopt;
    choice.options.ap_vmsa = choice.ap_vmsa->bytes();
    return choice;
}

}  // namespace igvm::tools
