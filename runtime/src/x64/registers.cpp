#include <algorithm>

#include "igvm/x64.hpp"

namespace igvm::x64 {
namespace {

using enum RegisterKind;

// VMSA: AMD APM volume 2, table B-4. Native: igvm_defs, IgvmNativeVpContextX64. VBS: Hyper-V TLFS,
// HvX64Register… names. SEV_FEATURES has no row: the platform decides its SNP bit.
constexpr RegisterInfo kRegisters[] = {
    {"rax", kValue, {0x1F8, 8}, {0x000, 8}, 0x00020000, "General register RAX"},
    {"rcx", kValue, {0x308, 8}, {0x008, 8}, 0x00020001, "General register RCX"},
    {"rdx", kValue, {0x310, 8}, {0x010, 8}, 0x00020002, "General register RDX"},
    {"rbx", kValue, {0x318, 8}, {0x018, 8}, 0x00020003, "General register RBX"},
    {"rsp", kValue, {0x1D8, 8}, {0x020, 8}, 0x00020004, "General register RSP"},
    {"rbp", kValue, {0x328, 8}, {0x028, 8}, 0x00020005, "General register RBP"},
    {"rsi", kValue, {0x330, 8}, {0x030, 8}, 0x00020006, "General register RSI"},
    {"rdi", kValue, {0x338, 8}, {0x038, 8}, 0x00020007, "General register RDI"},
    {"r8", kValue, {0x340, 8}, {0x040, 8}, 0x00020008, "General register R8"},
    {"r9", kValue, {0x348, 8}, {0x048, 8}, 0x00020009, "General register R9"},
    {"r10", kValue, {0x350, 8}, {0x050, 8}, 0x0002000A, "General register R10"},
    {"r11", kValue, {0x358, 8}, {0x058, 8}, 0x0002000B, "General register R11"},
    {"r12", kValue, {0x360, 8}, {0x060, 8}, 0x0002000C, "General register R12"},
    {"r13", kValue, {0x368, 8}, {0x068, 8}, 0x0002000D, "General register R13"},
    {"r14", kValue, {0x370, 8}, {0x070, 8}, 0x0002000E, "General register R14"},
    {"r15", kValue, {0x378, 8}, {0x078, 8}, 0x0002000F, "General register R15"},
    {"rip", kValue, {0x178, 8}, {0x080, 8}, 0x00020010, "Where execution starts"},
    {"rflags", kValue, {0x170, 8}, {0x088, 8}, 0x00020011, "Flags; bit 1 is always set"},
    {"es", kSegment, {0x000, 16}, {}, 0x00060000, "Extra segment"},
    {"cs", kSegment, {0x010, 16}, {0x0A8, 12}, 0x00060001, "Code segment"},
    {"ss", kSegment, {0x020, 16}, {}, 0x00060002, "Stack segment"},
    {"ds",
     kSegment,
     {0x030, 16},
     {0x0B4, 12},
     0x00060003,
     "Data segment; a native context uses it for ds, es, fs, gs and ss"},
    {"fs", kSegment, {0x040, 16}, {}, 0x00060004, "Data segment fs"},
    {"gs", kSegment, {0x050, 16}, {}, 0x00060005, "Data segment gs"},
    {"ldtr", kSegment, {0x070, 16}, {}, 0x00060006, "Local descriptor table"},
    {"tr", kSegment, {0x090, 16}, {}, 0x00060007, "Task register"},
    {"gs_base", kValue, {0x058, 8}, {0x0C0, 8}, 0, "Base of gs alone"},
    {"gdtr", kTable, {0x060, 16}, {0x09E, 10}, 0x00070001, "Global descriptor table"},
    {"idtr", kTable, {0x080, 16}, {0x090, 10}, 0x00070000, "Interrupt descriptor table"},
    {"cr0", kValue, {0x158, 8}, {0x0C8, 8}, 0x00040000, "Control register 0: protection, paging"},
    {"cr2", kValue, {0x240, 8}, {}, 0x00040001, "Control register 2: page fault address"},
    {"cr3", kValue, {0x150, 8}, {0x0D0, 8}, 0x00040002, "Control register 3: page table root"},
    {"cr4", kValue, {0x148, 8}, {0x0D8, 8}, 0x00040003, "Control register 4: paging and extension switches"},
    {"cr8", kValue, {}, {}, 0x00040004, "Control register 8: task priority"},
    {"xcr0", kValue, {0x3E8, 8}, {}, 0x00040005, "Enabled extended states"},
    {"dr0", kValue, {0x180, 8}, {}, 0x00050000, "Debug register 0: breakpoint address"},
    {"dr1", kValue, {0x188, 8}, {}, 0x00050001, "Debug register 1: breakpoint address"},
    {"dr2", kValue, {0x190, 8}, {}, 0x00050002, "Debug register 2: breakpoint address"},
    {"dr3", kValue, {0x198, 8}, {}, 0x00050003, "Debug register 3: breakpoint address"},
    {"dr6", kValue, {0x168, 8}, {}, 0x00050004, "Debug register 6: status"},
    {"dr7", kValue, {0x160, 8}, {}, 0x00050005, "Debug register 7: control"},
    {"efer", kValue, {0x0D0, 8}, {0x0E0, 8}, 0x00080001, "Extended features: LME, LMA, NXE, SVME"},
    {"kernel_gs_base", kValue, {0x220, 8}, {}, 0x00080002, "Base that SWAPGS loads"},
    {"apic_base", kValue, {}, {}, 0x00080003, "Local APIC address and enable bits"},
    {"g_pat", kValue, {0x268, 8}, {}, 0x00080004, "Page attribute table"},
    {"sysenter_cs", kValue, {0x228, 8}, {}, 0x00080005, "SYSENTER code selector"},
    {"sysenter_eip", kValue, {0x238, 8}, {}, 0x00080006, "SYSENTER entry point"},
    {"sysenter_esp", kValue, {0x230, 8}, {}, 0x00080007, "SYSENTER stack"},
    {"star", kValue, {0x200, 8}, {}, 0x00080008, "SYSCALL selectors"},
    {"lstar", kValue, {0x208, 8}, {}, 0x00080009, "SYSCALL entry point in 64-bit mode"},
    {"cstar", kValue, {0x210, 8}, {}, 0x0008000A, "SYSCALL entry point in compatibility mode"},
    {"sfmask", kValue, {0x218, 8}, {}, 0x0008000B, "Flags that SYSCALL clears"},
    {"mtrr_def_type", kValue, {}, {}, 0x0008000E, "Memory type of ranges without an MTRR"},
    {"mtrr_phys_base0", kValue, {}, {}, 0x00080010, "Variable MTRR 0: base and type"},
    {"mtrr_phys_base1", kValue, {}, {}, 0x00080011, "Variable MTRR 1: base and type"},
    {"mtrr_phys_base2", kValue, {}, {}, 0x00080012, "Variable MTRR 2: base and type"},
    {"mtrr_phys_base3", kValue, {}, {}, 0x00080013, "Variable MTRR 3: base and type"},
    {"mtrr_phys_base4", kValue, {}, {}, 0x00080014, "Variable MTRR 4: base and type"},
    {"mtrr_phys_mask0", kValue, {}, {}, 0x00080040, "Variable MTRR 0: mask and valid bit"},
    {"mtrr_phys_mask1", kValue, {}, {}, 0x00080041, "Variable MTRR 1: mask and valid bit"},
    {"mtrr_phys_mask2", kValue, {}, {}, 0x00080042, "Variable MTRR 2: mask and valid bit"},
    {"mtrr_phys_mask3", kValue, {}, {}, 0x00080043, "Variable MTRR 3: mask and valid bit"},
    {"mtrr_phys_mask4", kValue, {}, {}, 0x00080044, "Variable MTRR 4: mask and valid bit"},
    {"mtrr_fix64k_00000", kValue, {}, {}, 0x00080070, "Fixed MTRR at 0x00000"},
    {"mtrr_fix16k_80000", kValue, {}, {}, 0x00080071, "Fixed MTRR at 0x80000"},
    {"mtrr_fix16k_a0000", kValue, {}, {}, 0x00080072, "Fixed MTRR at 0xA0000"},
    {"mtrr_fix4k_c0000", kValue, {}, {}, 0x00080073, "Fixed MTRR at 0xC0000"},
    {"mtrr_fix4k_c8000", kValue, {}, {}, 0x00080074, "Fixed MTRR at 0xC8000"},
    {"mtrr_fix4k_d0000", kValue, {}, {}, 0x00080075, "Fixed MTRR at 0xD0000"},
    {"mtrr_fix4k_d8000", kValue, {}, {}, 0x00080076, "Fixed MTRR at 0xD8000"},
    {"mtrr_fix4k_e0000", kValue, {}, {}, 0x00080077, "Fixed MTRR at 0xE0000"},
    {"mtrr_fix4k_e8000", kValue, {}, {}, 0x00080078, "Fixed MTRR at 0xE8000"},
    {"mtrr_fix4k_f0000", kValue, {}, {}, 0x00080079, "Fixed MTRR at 0xF0000"},
    {"mtrr_fix4k_f8000", kValue, {}, {}, 0x0008007A, "Fixed MTRR at 0xF8000"},
    {"tsc_aux", kValue, {0x2EC, 4}, {}, 0x0008007B, "Value that RDTSCP and RDPID return"},
    {"pl0_ssp", kValue, {0x0A0, 8}, {}, 0, "Shadow stack pointer of ring 0"},
    {"pl1_ssp", kValue, {0x0A8, 8}, {}, 0, "Shadow stack pointer of ring 1"},
    {"pl2_ssp", kValue, {0x0B0, 8}, {}, 0, "Shadow stack pointer of ring 2"},
    {"pl3_ssp", kValue, {0x0B8, 8}, {}, 0, "Shadow stack pointer of ring 3"},
    {"u_cet", kValue, {0x0C0, 8}, {}, 0, "User CET switches"},
    {"vmpl", kValue, {0x0CA, 1}, {}, 0, "Virtual machine privilege level"},
    {"cpl", kValue, {0x0CB, 1}, {}, 0, "Current privilege level"},
    {"xss", kValue, {0x140, 8}, {}, 0, "Enabled supervisor states"},
    {"s_cet", kValue, {0x1E0, 8}, {}, 0, "Supervisor CET switches"},
    {"ssp", kValue, {0x1E8, 8}, {}, 0, "Shadow stack pointer"},
    {"isst_addr", kValue, {0x1F0, 8}, {}, 0, "Interrupt shadow stack table"},
    {"dbgctl", kValue, {0x270, 8}, {}, 0, "Debug control"},
    {"spec_ctrl", kValue, {0x2E0, 8}, {}, 0, "Speculation control"},
    {"pkru", kValue, {0x2E8, 4}, {}, 0, "Protection key rights"},
    {"tsc_scale", kValue, {0x2F0, 8}, {}, 0, "Guest TSC scale"},
    {"tsc_offset", kValue, {0x2F8, 8}, {}, 0, "Guest TSC offset"},
    {"vintr_ctrl", kValue, {0x3B8, 8}, {}, 0, "Virtual interrupt control"},
    {"virtual_tom", kValue, {0x3C8, 8}, {}, 0, "Virtual top of memory: private below, shared above"},
    {"mxcsr", kValue, {0x408, 4}, {}, 0, "SSE control and status"},
    {"x87_ftw", kValue, {0x40C, 2}, {}, 0, "x87 tag word"},
    {"x87_fsw", kValue, {0x40E, 2}, {}, 0, "x87 status word"},
    {"x87_fcw", kValue, {0x410, 2}, {}, 0, "x87 control word"},
};

template <class Same>
const RegisterInfo* find(Same same) {
    const auto* row = std::ranges::find_if(kRegisters, same);
    return row == std::end(kRegisters) ? nullptr : row;
}

}  // namespace

std::span<const RegisterInfo> register_table() { return kRegisters; }

const RegisterInfo* find_register(std::string_view name) {
    return find([&](const RegisterInfo& row) { return row.name == name; });
}

const RegisterInfo* find_vbs_register(std::uint32_t vbs) {
    if (vbs == 0) return nullptr;
    return find([&](const RegisterInfo& row) { return row.vbs == vbs; });
}

}  // namespace igvm::x64
