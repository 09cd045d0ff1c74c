// Every diagnostic code, its number, title and explanation: one table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace igvm::spec {

enum class Code : std::uint16_t {
    kSyntax = 101,
};

}  // namespace igvm::spec
