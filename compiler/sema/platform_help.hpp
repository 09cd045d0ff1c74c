// What was meant by a word that is no platform.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace igvm::spec {

/// True for the name of a platform of the language.
bool is_platform_name(std::string_view name);

/// "did you mean 'snp'?" about the one of `names` that other projects spell like `word` (sev_snp, SNP, vsm),
/// or that is near it; empty when there is none.
std::string platform_help(std::string_view word, std::span<const std::string_view> names);

}  // namespace igvm::spec
