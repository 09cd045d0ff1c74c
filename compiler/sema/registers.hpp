// The registers that a spec can name, by architecture.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "igvm/aarch64.hpp"

namespace igvm::spec {

inline std::span<const x64::RegisterInfo> registers_of(Architecture architecture) {
    return architecture == Architecture::kX64 ? x64::register_table() : aarch64::register_table();
}

inline const x64::RegisterInfo* find_register(Architecture architecture, std::string_view name) {
    return architecture == Architecture::kX64 ? x64::find_register(name) : aarch64::find_register(name);
}

inline std::vector<std::string_view> register_names(Architecture architecture) {
    std::vector<std::string_view> names;
    for (const x64::RegisterInfo& info : registers_of(architecture)) names.push_back(info.name);
    return names;
}

/// A register of either architecture that has one value: which one it is about is known later.
inline bool names_register(std::string_view name) {
    const auto* x64 = x64::find_register(name);
    return (x64 != nullptr && x64->kind == x64::RegisterKind::kValue) ||
           aarch64::find_register(name) != nullptr;
}

}  // namespace igvm::spec
