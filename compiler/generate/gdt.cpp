#include "generate/gdt.hpp"

#include <algorithm>

namespace igvm::spec::generate {
namespace {

/// `attributes` as in a segment register: type 0-3, S 4, DPL 5-6, P 7, AVL 12, L 13, D 14, G 15. `limit` in
/// the unit that G says.
constexpr std::uint64_t descriptor(std::uint16_t attributes, std::uint32_t limit, std::uint32_t base) {
    return (limit & 0xFFFF) | std::uint64_t{base & 0xFFFFFF} << 16 | std::uint64_t{attributes} << 40 |
           std::uint64_t{limit & 0xF0000} << 32 | std::uint64_t{base & 0xFF000000} << 32;
}

constexpr std::uint32_t kWholeLimit = 0xFFFFF;
constexpr std::uint16_t kCode64 = 0xA09B;
constexpr std::uint16_t kCode32 = 0xC09B;
constexpr std::uint16_t kData = 0xC093;
constexpr std::uint16_t kAvailableTss = 0x0089;

constexpr NamedDescriptor kDescriptors[] = {
    {"null", 0},
    {"code64", descriptor(kCode64, kWholeLimit, 0)},
    {"code32", descriptor(kCode32, kWholeLimit, 0)},
    {"data", descriptor(kData, kWholeLimit, 0)},
};

}  // namespace

std::span<const NamedDescriptor> named_descriptors() { return kDescriptors; }

std::optional<std::uint64_t> find_descriptor(std::string_view name) {
    const auto found = std::ranges::find(kDescriptors, name, &NamedDescriptor::name);
    return found == std::end(kDescriptors) ? std::nullopt : std::optional(found->value);
}

std::array<std::uint64_t, 2> tss_descriptor(std::uint64_t base, std::uint32_t limit) {
    return {descriptor(kAvailableTss, limit, static_cast<std::uint32_t>(base)), base >> 32};
}

std::vector<std::uint64_t> flat_gdt() {
    return {*find_descriptor("null"), *find_descriptor("code64"), *find_descriptor("data")};
}

}  // namespace igvm::spec::generate
