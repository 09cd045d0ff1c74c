#include "sema/platform_help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnose/suggest.hpp"
#include "schema/schema.hpp"

namespace igvm::spec {
namespace {

/// A word that other spellings of a platform hold, without '_' and in lower case.
struct Spelling {
    std::string_view word;
    std::string_view platform;
};

/// What holds two of them means the first: "sev_snp" is snp, "sev-es" is sev_es.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"snp", "snp"},
    {"seves", "sev_es"},
    {"sev", "sev"},
    {"tdx", "tdx"},
    {"vbs", "vbs"},
    {"vsm", "vbs"},
    {"hyperv", "vbs"},
    {"cca", "cca"},
    {"realm", "cca"},
    {"native", "native"},
});

std::string normalised(std::string_view word) {
    std::string letters;
    for (const char c : word)
        if (c != '_' && c != '-') letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return letters;
}

}  // namespace

bool is_platform_name(std::string_view name) {
    return std::ranges::any_of(schema::platform_names(),
                               [&](const schema::Keyword& known) { return known.name == name; });
}

std::string platform_help(std::string_view word, std::span<const std::string_view> names) {
    const std::string letters = normalised(word);
    for (const Spelling& row : kSpellings) {
        const bool meant = letters.find(row.word) != std::string::npos && row.platform != word;
        if (meant && std::ranges::count(names, row.platform) != 0)
            return fmt::format("did you mean '{}'?", row.platform);
    }
    return did_you_mean(word, names);
}

}  // namespace igvm::spec
