// Names that the spec gives: each one once.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace igvm::spec::decompiler {

class Names {
  public:
    /// `base`, or with a number after it when that is taken. `base` must be an identifier.
    std::string take(std::string_view base);

  private:
    std::set<std::string, std::less<>> taken_;
    std::map<std::string, unsigned, std::less<>> last_;  ///< number given, by base
};

/// An identifier made of any text: other characters become `_`.
std::string identifier(std::string_view text);

/// "VP_COUNT" as the language writes it: "vp_count".
std::string lower_case(std::string_view text);

}  // namespace igvm::spec::decompiler
