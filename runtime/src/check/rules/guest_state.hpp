// Rule rows. The state in which a guest starts: none of these keeps a file from being loaded.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kGuestStateRuleRows[] = {
    {Rule::kEntryPointLoaded, "IGVM-G001", Severity::kWarning, "igvm_defs 0.4, IGVM_VHS_VP_CONTEXT",
     "the entry point lies in loaded memory", "load code there, or correct rip and the base of cs",
     "The first instruction is fetched from memory that nobody filled, and the guest dies with an exception.",
     "rip = 0x100000 in a file whose pages are all above 0x200000"},
    {Rule::kEntryPointExecutable, "IGVM-G002", Severity::kWarning,
     "igvm_defs 0.4, IgvmPageDataType, IgvmPageDataFlags", "the entry point lies in a page of code",
     "load the code as a normal, measured, private page that the page tables let execute",
     "The host or the firmware decides what secrets, CPUID, shared, unmeasured and parameter pages hold; "
     "from a no-execute page nothing runs.",
     "rip in a page whose data_type is secrets"},
    {Rule::kEntryPointMapped, "IGVM-G003", Severity::kWarning, "AMD APM volume 2, chapter 5",
     "the page tables map the entry point", "add the mapping, or correct cr3 or rip",
     "The first instruction faults, and without an IDT that is a triple fault.",
     "rip = 0x100000 with page tables that map 1 GiB from 0xc0000000 on"},
    {Rule::kStackPresent, "IGVM-G004", Severity::kWarning, "igvm_defs 0.4, IGVM_VHS_REQUIRED_MEMORY",
     "the stack lies in loaded or required memory that is mapped",
     "load or require the memory below rsp, and map it; 0 leaves the stack to the guest",
     "The first push goes to memory that the loader may not have provided.",
     "rsp = 0x90000 with pages and required memory from 0x100000 on"},
    {Rule::kGdtPresent, "IGVM-G005", Severity::kWarning, "igvm_defs 0.4, IGVM_VHS_REQUIRED_MEMORY",
     "the GDT lies in loaded or required memory that is mapped",
     "load and map the table, or correct base and limit of gdtr",
     "The first load of a segment register or the first interrupt reads a descriptor that is not there.",
     "gdtr.base = 0x5000 and gdtr.limit = 0x1f without a page at 0x5000"},
    {Rule::kPageTableRoot, "IGVM-G006", Severity::kWarning, "AMD APM volume 2, sections 5.2 and 5.3",
     "with paging on, cr3 points to loaded or required memory", "load the page tables at the address in cr3",
     "No address can be translated, so the guest dies before its first instruction.",
     "cr3 = 0x3000 without a page at 0x3000"},
    {Rule::kPageTablesMapped, "IGVM-G007", Severity::kWarning, "AMD APM volume 2, chapter 5",
     "the page tables map themselves", "map the pages of the tables, for example one to one",
     "The guest cannot change its mappings, and a loader that relocates the image has tables it must move "
     "but cannot reach.",
     "tables at 0x800000 that map the first 2 MiB only"},
    {Rule::kEncryptionBit, "IGVM-G008", Severity::kWarning, "AMD APM volume 2, section 15.34.5",
     "on SEV-SNP the entry point is mapped as private", "set bit 51 in the entries of private pages",
     "Code is fetched as private all the same, but data beside it would be read and written as shared, in "
     "plain text.",
     "a leaf entry of 0x100063 instead of 0x8000000100063"},
    {Rule::kControlRegisters, "IGVM-G009", Severity::kWarning,
     "AMD APM volume 2, sections 3.1, 14.6 and 15.5.1", "CR0, CR4, EFER and CS agree on one mode",
     "correct the register that the finding names",
     "The processor refuses to start the guest, or starts it in another mode than its code was written for.",
     "CS with the L bit and EFER = 0; 64-bit mode needs EFER 0xd00, CR0 with PE and PG, CR4 with PAE"},
    {Rule::kSecretsPage, "IGVM-G010", Severity::kWarning, "igvm_defs 0.4, IgvmPageDataType",
     "an SEV-SNP guest has a secrets page", "load a page with data_type secrets",
     "Without the keys in it the guest cannot ask the firmware for attestation reports.",
     "an SNP image of normal pages only"},
    {Rule::kCpuidPage, "IGVM-G011", Severity::kWarning, "igvm_defs 0.4, IgvmPageDataType",
     "an SEV-SNP guest has a CPUID page", "load a page with data_type cpuid",
     "Guests take CPUID values from this page because the firmware vouches for it and not for the host's "
     "answers; most refuse to start without it.",
     "an SNP image of normal pages only"},
    {Rule::kTdxResetPage, "IGVM-G012", Severity::kWarning,
     "Intel TDX Module 1.5 Base Architecture Specification, TD VCPU initial state",
     "TDX has a page at 0xfffff000", "load the reset vector at 0xfffffff0",
     "Every TDX processor starts at 0xfffffff0, whatever the file says.",
     "a TDX image whose last page is at 0x100000"},
    {Rule::kLinuxWorkingMemory, "IGVM-G013", Severity::kWarning,
     "Linux, Documentation/arch/x86/boot.rst, init_size",
     "nothing that a Linux kernel needs lies where it unpacks itself",
     "move it behind the load address of the kernel plus its init_size",
     "The kernel unpacks itself over init_size bytes from its load address on; what lay there is gone before "
     "it is read.",
     "a kernel at 0x1000000 whose init_size is 0x2000000 and an initrd at 0x2800000 instead of 0x3000000"},
    {Rule::kLinuxBootData, "IGVM-G014", Severity::kWarning, "Linux, Documentation/arch/x86/boot.rst",
     "the initrd and the command line of a Linux kernel are loaded",
     "load them, or correct ramdisk_image, ramdisk_size and cmd_line_ptr of the boot parameters",
     "The kernel reads what the boot parameters point to, and finds nothing, or what the host put there.",
     "cmd_line_ptr = 0x20000 without a page at 0x20000"},
    {Rule::kLinuxMemoryMap, "IGVM-G015", Severity::kWarning,
     "Linux, Documentation/arch/x86/zero-page.rst, e820_table",
     "the memory map of a Linux kernel covers what the kernel uses",
     "list all RAM once, in at least two entries, with the initrd and the init_size bytes of the kernel",
     "The kernel takes for RAM what the map lists as usable, and nothing else: what lies elsewhere is lost "
     "or "
     "overwritten.",
     "an e820 table that ends at 0x4000000 for an initrd at 0x8000000"},
    {Rule::kEntryPointLimit, "IGVM-G016", Severity::kWarning, "AMD APM volume 2, section 4.12.1",
     "outside of 64-bit mode the entry point lies within the limit of CS",
     "lower rip and give CS a base, or raise the limit of CS",
     "The first fetch beyond the limit is a general protection fault, before the guest has an IDT.",
     "rip = 0x100000 in real mode, where the limit of CS is 0xffff"},
};

}  // namespace igvm::check_detail
