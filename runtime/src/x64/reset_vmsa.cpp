#include <variant>

#include "igvm/x64.hpp"

namespace igvm::x64 {
namespace {

using Vmsa = std::array<std::uint8_t, kVmsaSize>;

struct ResetRow {
    std::string_view name;
    std::variant<std::uint64_t, Segment> value;
};

constexpr Segment kData{0, 0x93, 0xFFFF, 0};
constexpr Segment kTable{0, 0, 0xFFFF, 0};

/// Source: AMD APM volume 2, 14.1.3 (processor state at reset), and what KVM keeps set in a guest with an
/// encrypted state: EFER.SVME and CR4.MCE.
constexpr ResetRow kResetState[] = {
    {"es", kData},        {"cs", Segment{0xF000, 0x9B, 0xFFFF, 0xFFFF0000}},
    {"ss", kData},        {"ds", kData},
    {"fs", kData},        {"gs", kData},
    {"gdtr", kTable},     {"ldtr", Segment{0, 0x82, 0xFFFF, 0}},
    {"idtr", kTable},     {"tr", Segment{0, 0x8B, 0xFFFF, 0}},
    {"efer", 0x1000U},    {"cr4", 0x40U},
    {"cr0", 0x10U},       {"dr7", 0x400U},
    {"dr6", 0xFFFF0FF0U}, {"rflags", 0x2U},
    {"rip", 0xFFF0U},     {"g_pat", 0x0007040600070406U},
    {"xcr0", 0x1U},       {"mxcsr", 0x1F80U},
    {"x87_fcw", 0x37FU},
};

/// Source: the family, model and stepping of QEMU's CPU definitions.
constexpr CpuModel kCpuModels[] = {
    {"EPYC", 0x800F12},       {"EPYC-Rome", 0x830F10},  {"EPYC-Milan", 0xA00F11},
    {"EPYC-Genoa", 0xA10F10}, {"EPYC-Turin", 0xB00F00},
};

void put(Vmsa& vmsa, std::size_t offset, std::size_t width, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i) vmsa[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

void put(Vmsa& vmsa, std::string_view name, std::uint64_t value) {
    const RegisterPlace place = find_register(name)->vmsa;
    put(vmsa, place.offset, place.width, value);
}

void put(Vmsa& vmsa, std::string_view name, const Segment& segment) {
    const std::size_t offset = find_register(name)->vmsa.offset;
    put(vmsa, offset, 2, segment.selector);
    put(vmsa, offset + 2, 2, pack_attributes(segment.attributes));
    put(vmsa, offset + 4, 4, segment.limit);
    put(vmsa, offset + 8, 8, segment.base);
}

}  // namespace

std::span<const CpuModel> cpu_models() { return kCpuModels; }

std::array<std::uint8_t, kVmsaSize> reset_vmsa(std::uint32_t cpu_signature, std::uint64_t sev_features) {
    Vmsa vmsa{};
    for (const ResetRow& row : kResetState)
        std::visit([&](const auto& value) { put(vmsa, row.name, value); }, row.value);
    put(vmsa, "rdx", std::uint64_t{cpu_signature});
    put(vmsa, kVmsaSevFeaturesOffset, sizeof(sev_features), sev_features);
    return vmsa;
}

}  // namespace igvm::x64
