"""Initial processor states, as the file data of VP_CONTEXT."""

from __future__ import annotations

import struct

from .dice import Dice
from .format import PAGE, Architecture

SNP_ACTIVE = 1

# VMSA offsets: AMD 24593, appendix B, table B-4.
VMSA_SEGMENTS = {"es": 0x00, "cs": 0x10, "ss": 0x20, "ds": 0x30, "fs": 0x40, "gs": 0x50}
VMSA_TABLES = {"gdtr": 0x60, "ldtr": 0x70, "idtr": 0x80, "tr": 0x90}
VMSA_FREE_QWORDS = (
    *(0x178, 0x1D8, 0x1F8),  # rip rsp rax
    *(0x308, 0x310, 0x318, 0x328, 0x330, 0x338),  # rcx rdx rbx rbp rsi rdi
    *range(0x340, 0x380, 8),  # r8 to r15
)
VMSA_FIXED_QWORDS = {
    0x0D0: 0x1D00,  # efer: SVME, NXE, LMA, LME
    0x148: 0x668,  # cr4
    0x158: 0x80010033,  # cr0
    0x160: 0x400,  # dr7
    0x168: 0xFFFF0FF0,  # dr6
    0x170: 0x2,  # rflags
    0x268: 0x0007040600070406,  # g_pat
    0x3E8: 0x7,  # xcr0
}
VMSA_CR3 = 0x150
VMSA_SEV_FEATURES = 0x3B0
VMSA_MXCSR = 0x408
VMSA_X87_CONTROL = 0x410

VBS_REGISTERS = {
    Architecture.X64: (
        *(0x20004, 0x20005, 0x20006, *range(0x20008, 0x2000D), 0x20010, 0x20011),  # rsp to rflags
        *(0x40000, 0x40002, 0x40003),  # cr0 cr3 cr4
        *(0x80001, 0x80004, 0x8000E),  # efer pat mtrr_def_type
    ),
    Architecture.AARCH64: (
        *range(0x20000, 0x20008),  # x0 to x7
        *(0x20022, 0x20023),  # pc cpsr
        *(0x40002, 0x40005, 0x40006, 0x40007, 0x4000B, 0x4000C),  # sctlr ttbr0 ttbr1 tcr mair vbar
    ),
}


def address(dice: Dice) -> int:
    return dice.below(1 << 32)


def vmsa(dice: Dice, snp: bool) -> bytes:
    """A long-mode state with zero reserved fields; `snp` sets that bit of SEV_FEATURES."""
    page = bytearray(PAGE)
    for name, offset in VMSA_SEGMENTS.items():
        attributes = 0x0A9B if name == "cs" else 0x0C93
        struct.pack_into("<HHIQ", page, offset, 0x10, attributes, 0xFFFFFFFF, 0)
    for offset in VMSA_TABLES.values():
        struct.pack_into("<HHIQ", page, offset, 0, 0, 0xFFFF, address(dice))
    for offset, value in VMSA_FIXED_QWORDS.items():
        struct.pack_into("<Q", page, offset, value)
    for offset in VMSA_FREE_QWORDS:
        struct.pack_into("<Q", page, offset, address(dice))
    struct.pack_into("<Q", page, VMSA_CR3, address(dice) & -PAGE)
    struct.pack_into("<Q", page, VMSA_SEV_FEATURES, SNP_ACTIVE if snp else 0)
    struct.pack_into("<I", page, VMSA_MXCSR, 0x1F80)
    struct.pack_into("<H", page, VMSA_X87_CONTROL, 0x37F)
    return bytes(page)


def native(dice: Dice) -> bytes:
    """The native x64 context in long mode."""
    gprs = [address(dice) for _ in range(16)]
    tables = struct.pack("<QHHHHQ", address(dice), 0xFFF, 0, 0, 0x27, address(dice))
    code = struct.pack("<HHII", 0x08, 0xA09B, 0, 0xFFFFFFFF)
    data = struct.pack("<HHII", 0x10, 0xC093, 0, 0xFFFFFFFF)
    control = (0x80010033, address(dice) & -PAGE, 0x668, 0xD00)
    rip_rflags = struct.pack("<QQ", address(dice), 0x2)
    gs_base_and_control = struct.pack("<5Q", address(dice), *control)
    context = struct.pack("<16Q", *gprs) + rip_rflags + tables + code + data + gs_base_and_control
    return context.ljust(PAGE, b"\0")


def vbs(dice: Dice, architecture: int, vtl: int) -> bytes:
    """Some registers of one VTL."""
    names = dice.some(VBS_REGISTERS[Architecture(architecture)])
    entries = [struct.pack("<BI11xQ8x", vtl, name, address(dice)) for name in names]
    return struct.pack("<I", len(entries)) + b"".join(entries)


def cca(dice: Dice, runnable: bool) -> bytes:
    registers = [address(dice) for _ in range(9)]
    return struct.pack("<10Q", *registers, int(runnable)).ljust(PAGE, b"\0")
