#include <algorithm>

#include "igvm/aarch64.hpp"

namespace igvm::aarch64 {
namespace {

using x64::RegisterKind;

constexpr RegisterInfo plain(std::string_view name, x64::RegisterPlace cca, std::uint32_t vbs,
                             std::string_view doc) {
    return {name, RegisterKind::kValue, {}, cca, vbs, doc};
}

// CCA: igvm_defs, the CCA VP context. VBS: HvArm64Register… names of the Hyper-V register interface.
constexpr RegisterInfo kRegisters[] = {
    plain("x0", {0x000, 8}, 0x00020000, "General register X0"),
    plain("x1", {0x008, 8}, 0x00020001, "General register X1"),
    plain("x2", {0x010, 8}, 0x00020002, "General register X2"),
    plain("x3", {0x018, 8}, 0x00020003, "General register X3"),
    plain("x4", {0x020, 8}, 0x00020004, "General register X4"),
    plain("x5", {0x028, 8}, 0x00020005, "General register X5"),
    plain("x6", {0x030, 8}, 0x00020006, "General register X6"),
    plain("x7", {0x038, 8}, 0x00020007, "General register X7"),
    plain("x8", {}, 0x00020008, "General register X8"),
    plain("x9", {}, 0x00020009, "General register X9"),
    plain("x10", {}, 0x0002000A, "General register X10"),
    plain("x11", {}, 0x0002000B, "General register X11"),
    plain("x12", {}, 0x0002000C, "General register X12"),
    plain("x13", {}, 0x0002000D, "General register X13"),
    plain("x14", {}, 0x0002000E, "General register X14"),
    plain("x15", {}, 0x0002000F, "General register X15"),
    plain("x16", {}, 0x00020010, "General register X16"),
    plain("x17", {}, 0x00020011, "General register X17"),
    plain("x18", {}, 0x00020012, "General register X18"),
    plain("x19", {}, 0x00020013, "General register X19"),
    plain("x20", {}, 0x00020014, "General register X20"),
    plain("x21", {}, 0x00020015, "General register X21"),
    plain("x22", {}, 0x00020016, "General register X22"),
    plain("x23", {}, 0x00020017, "General register X23"),
    plain("x24", {}, 0x00020018, "General register X24"),
    plain("x25", {}, 0x00020019, "General register X25"),
    plain("x26", {}, 0x0002001A, "General register X26"),
    plain("x27", {}, 0x0002001B, "General register X27"),
    plain("x28", {}, 0x0002001C, "General register X28"),
    plain("x29", {}, 0x0002001D, "Frame pointer, X29"),
    plain("x30", {}, 0x0002001E, "Link register, X30"),
    plain("sp", {}, 0x0002001F, "Stack pointer that cpsr selects"),
    plain("sp_el0", {}, 0x00020020, "Stack pointer of EL0"),
    plain("sp_el1", {}, 0x00020021, "Stack pointer of EL1, or of the level above that the guest runs at"),
    plain("pc", {0x040, 8}, 0x00020022, "Where execution starts"),
    plain("cpsr", {}, 0x00020023, "Processor state: mode, masks, flags"),
    plain("flags", {0x048, 8}, 0, "Flags of a realm's execution context: bit 0 makes it runnable"),
    plain("spsr_el2", {}, 0x00021002, "Saved processor state of EL2"),
    plain("sctlr_el1", {}, 0x00040002, "System control: MMU, caches, alignment"),
    plain("ttbr0_el1", {}, 0x00040005, "Page table root of the lower addresses"),
    plain("ttbr1_el1", {}, 0x00040006, "Page table root of the upper addresses"),
    plain("tcr_el1", {}, 0x00040007, "Translation control"),
    plain("esr_el1", {}, 0x00040008, "Exception syndrome"),
    plain("far_el1", {}, 0x00040009, "Fault address"),
    plain("mair_el1", {}, 0x0004000B, "Memory attributes"),
    plain("vbar_el1", {}, 0x0004000C, "Vector base address"),
    plain("elr_el1", {}, 0x00040015, "Exception return address"),
};

}  // namespace

std::span<const RegisterInfo> register_table() { return kRegisters; }

const RegisterInfo* find_register(std::string_view name) {
    const auto* row = std::ranges::find(kRegisters, name, &RegisterInfo::name);
    return row == std::end(kRegisters) ? nullptr : row;
}

}  // namespace igvm::aarch64
