// Descriptors of a global descriptor table. Source: AMD APM volume 2, section 4.8.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace igvm::spec::generate {

/// A descriptor with a name: flat, ring 0.
struct NamedDescriptor {
    std::string_view name;
    std::uint64_t value;
};
std::span<const NamedDescriptor> named_descriptors();
std::optional<std::uint64_t> find_descriptor(std::string_view name);

/// The two words of an available 64-bit task state segment. `limit`: bytes less one, below 2^20.
std::array<std::uint64_t, 2> tss_descriptor(std::uint64_t base, std::uint32_t limit);

/// null, code64 at 0x08, data at 0x10: what `start = long_mode` has loaded.
std::vector<std::uint64_t> flat_gdt();

}  // namespace igvm::spec::generate
