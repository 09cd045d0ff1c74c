// The registers that a start state sets, per platform.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/model.hpp"

namespace igvm::spec::generate {

/// The registers of `start` on `platform`, in register table order; empty for StartState::kNone.
/// reset_vector: the state that KVM gives a virtual CPU at reset, but for RDX, which holds the CPU's
/// signature. real_mode: the same, but for cs and rip. flat32: protected mode without paging
/// (AMD APM volume 2, 4.8). long_mode: 64-bit mode with paging on; the page tables are the spec's. EFER.SVME
/// is set wherever the context is a VMSA (AMD APM volume 2, 15.5.1 demands it), and VBS gets only the
/// registers that its loaders know.
std::vector<model::RegisterValue> start_registers(model::StartState start, PlatformType platform);

/// The registers that a guest cannot do without in that state and that it does not set.
std::span<const std::string_view> needed_registers(model::StartState start);
/// The largest value that a register, or the base of a segment, can have in the mode of that state.
std::uint64_t max_value(model::StartState start, const x64::RegisterInfo& info);

}  // namespace igvm::spec::generate
