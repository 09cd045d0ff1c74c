#include "save_area.hpp"

namespace igvm::guest {
namespace {

SavedSegment saved(const NativeSegment& segment) {
    return {segment.selector, segment.attributes, segment.limit, std::uint64_t{segment.base}};
}

SavedSegment saved_table(U64 base, U16 limit) {
    return {.selector = {}, .attributes = {}, .limit = std::uint32_t{limit}, .base = base};
}

void set_segments(SaveArea& area, const NativeContext& context) {
    area.cs = saved(context.code);
    area.ds = area.es = area.fs = area.gs = area.ss = saved(context.data);
    area.gs.base = context.gs_base;
    area.gdtr = saved_table(context.gdtr_base, context.gdtr_limit);
    area.idtr = saved_table(context.idtr_base, context.idtr_limit);
    area.ldtr = saved({.selector = {}, .attributes = std::uint16_t{0x82}, .base = {}, .limit = 0xFFFFU});
    area.tr = saved({.selector = {}, .attributes = std::uint16_t{0x8B}, .base = {}, .limit = 0xFFFFU});
}

void set_control_registers(SaveArea& area, const NativeContext& context) {
    area.cr0 = context.cr0;
    area.cr3 = context.cr3;
    area.cr4 = context.cr4;
    area.efer = context.efer;
    area.dr6 = 0xFFFF0FF0U;
    area.dr7 = 0x400U;
}

void set_general_registers(SaveArea& area, const NativeContext& context) {
    area.rax = context.rax, area.rcx = context.rcx, area.rdx = context.rdx, area.rbx = context.rbx;
    area.rsp = context.rsp, area.rbp = context.rbp, area.rsi = context.rsi, area.rdi = context.rdi;
    area.r8 = context.r8, area.r9 = context.r9, area.r10 = context.r10, area.r11 = context.r11;
    area.r12 = context.r12, area.r13 = context.r13, area.r14 = context.r14, area.r15 = context.r15;
    area.rip = context.rip, area.rflags = context.rflags;
}

}  // namespace

SaveArea save_area(const NativeContext& context) {
    SaveArea area{};
    set_segments(area, context);
    set_control_registers(area, context);
    set_general_registers(area, context);
    return area;
}

}  // namespace igvm::guest
