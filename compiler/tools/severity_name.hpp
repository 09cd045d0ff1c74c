// What a severity is called in text and JSON.
#pragma once

#include <string_view>

#include "igvm/rule.hpp"

namespace igvm::tools {

inline std::string_view severity_name(Severity severity) {
    constexpr std::string_view kNames[] = {"info", "warning", "error"};
    return kNames[static_cast<std::size_t>(severity)];
}

}  // namespace igvm::tools
