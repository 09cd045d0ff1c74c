// The registers and the memory with which an x64 processor starts.
#pragma once

#include <optional>
#include <string>

#include "guest_memory.hpp"
#include "igvm/x64.hpp"
#include "x64/paging.hpp"

namespace igvm::check_detail {

/// A segment or table that a context may leave at its reset value.
using OptionalSegment = std::optional<x64::Segment>;

struct StartState {
    PlatformType platform;
    std::uint64_t offset = 0;  ///< of the VP_CONTEXT header
    std::uint16_t vp_index = 0;
    std::optional<std::uint64_t> rip = {}, rsp = {}, rsi = {}, cr0 = {}, cr3 = {}, cr4 = {}, efer = {};
    OptionalSegment cs = {}, ss = {}, gdtr = {};
    std::uint64_t sev_features = 0;

    bool has(std::optional<std::uint64_t> value, std::uint64_t bits) const {
        return (value.value_or(0) & bits) == bits;
    }
    bool paging() const { return has(cr0, x64::kCr0Pg); }
    bool long_mode() const { return paging() && has(efer, x64::kEferLma); }
    /// Bit 13 of the attributes is the L bit.
    bool code_is_64_bit() const { return cs && (cs->attributes & 0x2000) != 0; }
    /// SNP with the encryption bit in page tables, not with a boundary above which memory is shared.
    bool uses_c_bit() const {
        return platform == PlatformType::kSnp && !has(sev_features, x64::kSevFeatureVtom);
    }
    /// Whom a finding is about: "VP 0 of snp".
    std::string subject() const;
    /// How addresses translate in long mode.
    x64::Paging page_tables() const;
    /// The linear address of an effective one.
    std::uint64_t linear(const OptionalSegment& segment, std::uint64_t effective) const;
};

/// The state that a VP_CONTEXT of an x64 file gives; nothing for other platforms and for contexts without
/// data.
std::optional<StartState> start_state(const Image& image, const Header& header);

/// The rules of a Linux kernel, when it is one that starts.
void check_linux_start(Context& context, const GuestMemory& memory, const StartState& state);

}  // namespace igvm::check_detail
