#include <fmt/format.h>

#include "igvm/result.hpp"

namespace igvm {

std::string to_string(const Error& error) {
    const RuleInfo& info = rule_info(error.rule);
    const bool in_file = error.rule < Rule::kInputOutput;
    return fmt::format("{}{}: {}; {}", info.id, in_file ? fmt::format(" at offset {:#x}", error.offset) : "",
                       error.detail, info.help);
}

}  // namespace igvm
