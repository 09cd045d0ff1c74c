// The CPUID page of SEV-SNP. Source: AMD publication 56860, section 8.14.2.6.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "igvm/wire.hpp"

namespace igvm::spec::generate {

inline constexpr std::size_t kMaxCpuidRows = 64;

struct CpuidRow {
    U32 leaf;     ///< EAX in
    U32 subleaf;  ///< ECX in
    U64 xcr0;
    U64 xss;
    U32 eax, ebx, ecx, edx;  ///< out
    U64 reserved;
};
static_assert(sizeof(CpuidRow) == 48);

struct CpuidPage {
    U32 count;
    U32 reserved;
    U64 reserved_too;
    std::array<CpuidRow, kMaxCpuidRows> rows;
    std::array<std::uint8_t, 4096 - 16 - kMaxCpuidRows * 48> rest;
};
static_assert(sizeof(CpuidPage) == 4096);

struct NamedLeaf {
    std::string_view name;
    std::uint32_t leaf;
};
std::span<const NamedLeaf> named_leaves();

/// At most kMaxCpuidRows rows.
CpuidPage cpuid_page(std::span<const CpuidRow> rows);

}  // namespace igvm::spec::generate
