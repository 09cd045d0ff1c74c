#include <fmt/format.h>

#include "igvm/result.hpp"

namespace igvm {

std::string to_string(const Error& error) {
    const RuleInfo& info = rule_info(error.rule);
    return fmt::format("{} at offset {:#x}: {}; {}", info.id, error.offset, error.detail, info.help);
}

}  // namespace igvm
