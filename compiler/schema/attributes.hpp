// The attributes of each block. Included by blocks.cpp alone.
#pragma once

#include "schema/schema.hpp"

namespace igvm::spec::schema {

using enum AttributeType;

inline constexpr Keyword kArchitectures[] = {
    {"x64", 0, "64-bit x86."},
    {"aarch64", 1, "64-bit Arm."},
};
inline constexpr Keyword kFormats[] = {
    {"auto", 0, "Version 2 when the image needs it (AArch64, a native or CCA VP context), else version 1."},
    {"1", 1, "Version 1."},
    {"2", 2, "Version 2."},
};
inline constexpr Keyword kOrders[] = {
    {"source", 0, "Directives come out in source order."},
    {"ascending", 1, "Pages and VP contexts come last, sorted by address; the sort is stable."},
};
inline constexpr Keyword kZeros[] = {
    {"elided", 0, "Pages of zeros have no payload; loaders differ in how they measure them."},
    {"stored", 1, "Pages of zeros are stored once; they measure the same under every loader."},
};
inline constexpr Keyword kPageKinds[] = {
    {"normal", 0, "Guest memory with the given data."},
    {"secrets", 1, "The SNP secrets page, filled in by the platform."},
    {"cpuid", 2, "The SNP CPUID page, filled in by the loader."},
    {"cpuid_xf", 3, "The SNP CPUID page of extended features, filled in by the loader."},
};
inline constexpr Keyword kAdjustments[] = {
    {"rip", 2, "The instruction pointer; pc on aarch64."},
    {"gdtr", 4, "The base of the GDT."},
};
inline constexpr Keyword kInsertTimes[] = {
    {"here", 0, "The area is inserted where it is declared."},
    {"later", 1, "An `insert` block further down inserts the area."},
};
inline constexpr Keyword kStartStates[] = {
    {"reset_vector", 1, "The architectural reset state: 16-bit code at 0xFFFFFFF0."},
    {"long_mode", 2,
     "64-bit mode with paging on; rip and cr3 are to be given. Without gdt, the segment registers hold what "
     "they have loaded until the guest loads others."},
    {"real_mode", 3, "As after a reset, but cs and rip are 0 until they are given."},
    {"flat32", 4,
     "32-bit protected mode with flat segments, paging off; rip is to be given, gdt as for long_mode."},
};
/// The value is a platform whose contexts are so encoded.
inline constexpr Keyword kEncodings[] = {
    {"native", 0, "The native x64 context, a page."},
    {"vbs", 1, "The count of the registers and a list of them, 32 bytes each."},
    {"vmsa", 2,
     "The save area of SEV-ES and SEV-SNP, a page; bit 0 of SEV_FEATURES is clear on sev_es alone."},
    {"cca", 6, "The context of a realm, a page."},
};
// AMD APM volume 2, table B-4, SEV_FEATURES at 0x3B0.
inline constexpr Keyword kSevFeatures[] = {
    {"vtom", 1 << 1, "virtual_tom divides private from shared memory."},
    {"reflect_vc", 1 << 2, "#VC is reflected to the guest's next lower privilege level."},
    {"restricted_injection", 1 << 3, "The host injects #HV alone."},
    {"alternate_injection", 1 << 4, "The guest injects interrupts through the save area."},
    {"debug_swap", 1 << 5, "The debug registers are swapped in full."},
    {"prevent_host_ibs", 1 << 6, "The host cannot sample instructions of the guest."},
    {"btb_isolation", 1 << 7, "Branch predictions are isolated from the host."},
    {"vmpl_sss", 1 << 8, "Supervisor shadow stacks follow the privilege level."},
    {"secure_tsc", 1 << 9, "The TSC is the guest's own."},
    {"vmgexit_parameter", 1 << 10, "VMGEXIT takes a parameter in rax."},
    {"ibs_virtualization", 1 << 12, "Instruction-based sampling is the guest's own."},
    {"vmsa_reg_prot", 1 << 14, "Registers in the save area are masked with a nonce."},
    {"smt_protection", 1 << 15, "The sibling thread is idle or of the same guest."},
    {"secure_avic", 1 << 16, "The interrupt controller is the guest's own."},
    {"ibpb_on_entry", 1 << 21, "An indirect branch prediction barrier on every entry."},
};
inline constexpr Keyword kRealmHashes[] = {
    {"sha256", 0, "SHA-256."},
    {"sha512", 1, "SHA-512."},
    {"sha384", 2, "SHA-384."},
};

inline constexpr AttributeRow kImageAttributes[] = {
    {"arch", kKeyword, "Architecture of the guest; x64 when absent.", false, kArchitectures},
    {"format", kKeyword, "Version of the file format; auto when absent.", false, kFormats},
    {"order", kKeyword, "Order of the directives; source when absent.", false, kOrders},
    {"zeros", kKeyword, "What becomes of pages of zeros; stored when absent.", false, kZeros},
    {"dedup", kBool, "Equal data is stored once, where it is first used; true when absent."},
    {"data_unit", kInteger,
     "Data is filled with zeros to a multiple of this many bytes, at most 4K; 1 when absent."},
    {"padding", kInteger, "The byte that fills headers up to a multiple of 8; 0 when absent."},
    {"gap", kBytes,
     "What stands between the fixed header and the other headers, a multiple of 8 bytes; nothing when "
     "absent."},
    {"data_section", kBytes,
     "What the data section begins with: the data of blocks follows it, but for slices of it, which stay "
     "where they lie. Headers that give their own file_offset point into it."},
    {"allow", kWords,
     "Rules of the format that the image may break, by their ids: [D020, I001]. For images of other builders "
     "that must come out as they are. A platform that cannot be measured for them has no measurement; "
     "`igvm check` reports the breaches all the same."},
};

inline constexpr AttributeRow kPlatformAttributes[] = {
    {"highest_vtl", kInteger, "Highest virtual trust level that the guest uses: 0 or 2; 0 when absent."},
    {"shared_gpa_boundary", kInteger,
     "First guest physical address of shared memory; 0, its value when absent, means none."},
    {"mask", kInteger,
     "The platform's bit in compatibility masks; when absent, the lowest bit that no platform names or had "
     "before it."},
    {"default_policy", kBool,
     "Without a policy block, snp and cca get a policy header of their own; true when absent."},
};

inline constexpr AttributeRow kHeaderAttributes[] = {
    {"type", kInteger, "Type number of the header, without the optional bit.", true},
    {"optional", kBool, "A loader may ignore the header: bit 31 of the type; false when absent."},
    {"bytes", kBytes, "The body, with its compatibility mask, as it is stored.", true},
    {"data", kBytes,
     "Stored in the file, and its place put in the file_offset field; when absent, that field stays as in "
     "bytes."},
    {"padding", kBytes, "What fills the header up to a multiple of 8, instead of the image's padding."},
};
inline constexpr Keyword kImportedParts[] = {
    {"region", 1 << 0, "Pages."},
    {"parameters", 1 << 1, "Parameter areas, what the loader writes into them, and their inserts."},
    {"required_memory", 1 << 2, "Memory that must exist."},
    {"error_range", 1 << 3, "Memory for reports of the guest."},
    {"vp_context", 1 << 4, "First registers."},
    {"relocatable", 1 << 5, "Memory that the loader may move."},
    {"page_table_region", 1 << 6, "Page tables that the loader rewrites."},
};
inline constexpr AttributeRow kImportAttributes[] = {
    {"file", kBytes, "An IGVM file.", true},
    {"remap", kWords,
     "Pairs of platforms, [[native, snp]]: what the file has for the first is for the second here. When "
     "absent, "
     "each platform takes what the file has for its own type."},
    {"index", kInteger, "Least index for the parameter areas of the file; 0 when absent."},
    {"vp_contexts", kBool, "VP contexts come along, to platforms of their own type alone; true when absent."},
    {"drop", kWords,
     "What stays behind, by the blocks that would say it: [required_memory]; nothing when absent.", false,
     kImportedParts},
};
inline constexpr AttributeRow kIdBlockAttributes[] = {
    {"family_id", kBytes, "Identity of the family of images, up to 16 bytes; zeros when absent."},
    {"image_id", kBytes, "Identity of the image, up to 16 bytes; zeros when absent."},
    {"version", kInteger, "Version of the ID block; 1 when absent."},
    {"svn", kInteger, "Security version of the guest; 0 when absent."},
};
inline constexpr AttributeRow kVbsMeasurementAttributes[] = {
    {"product_id", kInteger, "Identity of the product, 32 bits; 0 when absent."},
    {"module_id", kInteger, "Identity of the module, 32 bits; 0 when absent."},
    {"security_version", kInteger, "Security version of the module; 0 when absent."},
    {"policy", kInteger, "Policy flags: bit 0 allows debugging; 0 when absent."},
};

inline constexpr std::string_view kRawDoc = "The whole policy as one integer; then no other field is given.";
inline constexpr AttributeRow kSnpPolicy[] = {
    {"abi_minor", kInteger, "Least minor version of the firmware ABI.", false, {}, 0, 8},
    {"abi_major", kInteger, "Least major version of the firmware ABI.", false, {}, 8, 8},
    {"smt", kBool, "Simultaneous multithreading is allowed.", false, {}, 16, 1},
    {"migrate_ma", kBool, "A migration agent is allowed.", false, {}, 18, 1},
    {"debug", kBool, "Debugging is allowed: the host can read the guest.", false, {}, 19, 1},
    {"single_socket", kBool, "The guest runs on one socket only.", false, {}, 20, 1},
    {"cxl_allow", kBool, "CXL devices and memory are allowed.", false, {}, 21, 1},
    {"mem_aes_256_xts", kBool, "Memory must be encrypted with AES-256-XTS.", false, {}, 22, 1},
    {"rapl_dis", kBool, "Running average power limit must be off.", false, {}, 23, 1},
    {"ciphertext_hiding_dram", kBool, "Ciphertext hiding for DRAM must be on.", false, {}, 24, 1},
    {"page_swap_disable", kBool, "Page swap, move and migration commands are forbidden.", false, {}, 25, 1},
    {"raw", kInteger, kRawDoc},
};
inline constexpr AttributeRow kTdxPolicy[] = {
    {"debug", kBool, "Debugging is allowed: the host can read the guest.", false, {}, 0, 1},
    {"sept_ve_disable", kBool, "EPT violations of pending pages do not raise #VE.", false, {}, 1, 1},
    {"migratable", kBool, "Migration is allowed.", false, {}, 2, 1},
    {"raw", kInteger, kRawDoc},
};
inline constexpr AttributeRow kSevPolicy[] = {
    {"nodbg", kBool, "Debugging is forbidden.", false, {}, 0, 1},
    {"noks", kBool, "Sharing keys with other guests is forbidden.", false, {}, 1, 1},
    {"es", kBool, "SEV-ES is required.", false, {}, 2, 1},
    {"nosend", kBool, "Sending the guest to another platform is forbidden.", false, {}, 3, 1},
    {"domain", kBool, "The guest must stay within the domain.", false, {}, 4, 1},
    {"sev", kBool, "The guest may be sent only to a platform with SEV.", false, {}, 5, 1},
    {"api_major", kInteger, "Least major version of the firmware API.", false, {}, 16, 8},
    {"api_minor", kInteger, "Least minor version of the firmware API.", false, {}, 24, 8},
    {"raw", kInteger, kRawDoc},
};
inline constexpr AttributeRow kRealmPolicy[] = {
    {"required_zeroes", kInteger, "Bits of the realm's flags that must be 0."},
    {"required_ones", kInteger, "Bits of the realm's flags that must be 1."},
    {"hash", kKeyword, "Hash algorithm of the realm's measurements; sha256 when absent.", false,
     kRealmHashes},
    {"lfa", kInteger, "Policy for live firmware activation, 0 to 255."},
};

inline constexpr AttributeRow kRegionAttributes[] = {
    {"at", kInteger, "First guest physical address, a multiple of 4K."},
    {"end", kInteger, "Address after the last byte, instead of `at`."},
    {"after", kBlock, "A block that this one follows, instead of `at`."},
    {"align", kInteger, "With `after`: alignment of the address, a power of two; 4K when absent."},
    {"size", kInteger,
     "Bytes, rounded up to 4K; `.size` and `.end` are of the rounded size. The size of the data when "
     "absent."},
    {"data", kBytes, "The contents; what is left of the size is zeros. All zeros when absent."},
    {"kind", kKeyword, "Type of the pages; normal when absent.", false, kPageKinds},
    {"measured", kBool, "The contents enter the launch measurement; true when absent."},
    {"shared", kBool, "The pages are shared with the host; false when absent."},
    {"page", kInteger,
     "4K or 2M, the size of the pages; 4K when absent. With 2M, the address is a multiple of 2M, and the "
     "size "
     "is rounded up to one."},
    {"zeros", kKeyword,
     "What becomes of pages of zeros; as in the image when absent, but pages of cpuid and cpuid_xf without "
     "data are elided. A secrets page takes none.",
     false, kZeros},
};

inline constexpr AttributeRow kAliasAttributes[] = {
    {"of", kBlock, "The region whose data this is.", true},
    {"at", kInteger, "First guest physical address, a multiple of 4K."},
    {"end", kInteger, "Address after the last byte, instead of `at`."},
    {"after", kBlock, "A block that this one follows, instead of `at`."},
    {"align", kInteger, "With `after`: alignment of the address, a power of two; 4K when absent."},
    {"from", kInteger, "Where in the region the alias begins, a multiple of 4K; 0 when absent."},
    {"size", kInteger, "Bytes, a multiple of 4K; up to the end of the region when absent."},
    {"measured", kBool, "The contents enter the launch measurement; as in the region when absent."},
    {"shared", kBool, "The pages are shared with the host; as in the region when absent."},
    {"zeros", kKeyword, "What becomes of pages of zeros; as in the region when absent.", false, kZeros},
};
inline constexpr AttributeRow kFillAttributes[] = {
    {"range", kRange, "First address and the address after the last byte, multiples of 4K: [0, 160M].", true},
    {"measured", kBool, "The pages enter the launch measurement; true when absent."},
    {"shared", kBool, "The pages are shared with the host; false when absent."},
    {"zeros", kKeyword, "What becomes of pages of zeros; as in the image when absent.", false, kZeros},
};
inline constexpr AttributeRow kGroupAttributes[] = {
    {"order", kKeyword, "Order of the directives in the group; source when absent.", false, kOrders},
};
inline constexpr AttributeRow kRelocatableAttributes[] = {
    {"at", kInteger, "First guest physical address, a multiple of `align`.", true},
    {"size", kInteger, "Bytes, a multiple of 4K.", true},
    {"align", kInteger,
     "Alignment of the address that the loader chooses, a multiple of 4K; 2M when absent."},
    {"range", kRange, "Least and greatest address that the loader may choose, multiples of `align`.", true},
    {"vtl", kInteger, "Virtual trust level of the context that moves along, 0 to 2; 0 when absent."},
    {"vp", kInteger, "Virtual processor of the context that moves along; 0 when absent."},
    {"vtl2", kBool, "The memory is that of VTL 2; false when absent."},
    {"adjust", kWords, "Registers that move along: [rip, gdtr]; none when absent.", false, kAdjustments},
};
inline constexpr AttributeRow kPageTableRegionAttributes[] = {
    {"at", kInteger, "First guest physical address, a multiple of 4K.", true},
    {"size", kInteger, "Bytes, a multiple of 4K: what the loader may extend the tables to.", true},
    {"used", kInteger, "Bytes that hold tables, a multiple of 4K.", true},
    {"vtl", kInteger, "Virtual trust level of the context whose cr3 moves, 0 to 2; 0 when absent."},
    {"vp", kInteger, "Virtual processor of the context whose cr3 moves; 0 when absent."},
};

inline constexpr AttributeRow kParametersAttributes[] = {
    {"at", kInteger, "Guest physical address where the area is inserted, a multiple of 4K."},
    {"size", kInteger, "Bytes, a multiple of 4K.", true},
    {"initial", kBytes, "What the area holds before the loader writes parameters; zeros when absent."},
    {"index", kInteger, "Index of the area in the file; the lowest free one when absent."},
    {"insert", kKeyword, "When the area is inserted; here when absent.", false, kInsertTimes},
    {"vp_count", kInteger, "Offset of the number of virtual processors, 4 bytes."},
    {"environment_info", kInteger, "Offset of the environment flags, 4 bytes."},
    {"srat", kInteger, "Offset of the ACPI SRAT."},
    {"madt", kInteger, "Offset of the ACPI MADT."},
    {"mmio_ranges", kInteger, "Offset of the MMIO ranges."},
    {"memory_map", kInteger, "Offset of the memory map."},
    {"command_line", kInteger, "Offset of the command line, ended by a zero byte."},
    {"slit", kInteger, "Offset of the ACPI SLIT."},
    {"pptt", kInteger, "Offset of the ACPI PPTT."},
    {"device_tree", kInteger, "Offset of the device tree."},
};

inline constexpr AttributeRow kInsertAttributes[] = {
    {"at", kInteger, "Guest physical address where the area is inserted, a multiple of 4K.", true},
};
inline constexpr AttributeRow kRequiredMemoryAttributes[] = {
    {"at", kInteger, "First guest physical address, a multiple of 4K.", true},
    {"size", kInteger, "Bytes, a multiple of 4K.", true},
    {"vtl2_protectable", kBool, "VTL 2 must be able to protect the memory; false when absent."},
};
inline constexpr AttributeRow kErrorRangeAttributes[] = {
    {"at", kInteger, "First guest physical address, a multiple of 4K.", true},
    {"size", kInteger, "Bytes, a multiple of 4K below 4G.", true},
};

inline constexpr AttributeRow kStartAttribute{
    "start", kKeyword, "State that the registers start from; all zeros when absent.", false, kStartStates};
inline constexpr AttributeRow kSevFeaturesAttribute{
    "sev_features", kWords,
    "SEV_FEATURES of the save area as names, [debug_swap], or an integer; without the SNP bit, which is set "
    "on snp.",
    false, kSevFeatures};
inline constexpr AttributeRow kGdtAttribute{"gdt", kBlock, "A region that holds the GDT: sets gdtr."};
inline constexpr AttributeRow kIdtAttribute{"idt", kBlock, "A region that holds the IDT: sets idtr."};

inline constexpr AttributeRow kVpContextAttributes[] = {
    {"vp", kInteger, "Index of the virtual processor; 0 when absent."},
    {"vtl", kInteger, "Virtual trust level, 0 to 2; 0 when absent."},
    {"at", kInteger,
     "Guest physical address of the save area; required on snp and sev_es. native, sev and vbs keep none."},
    kStartAttribute,
    kSevFeaturesAttribute,
    {"raw", kBytes, "The whole encoded context, instead of registers."},
    kGdtAttribute,
    kIdtAttribute,
};
inline constexpr AttributeRow kRegistersAttributes[] = {
    {"encoding", kKeyword, "Format of the bytes; that of the contexts of the platform when absent.", false,
     kEncodings},
    {"vtl", kInteger, "Virtual trust level in a vbs encoding, 0 to 2; 0 when absent."},
    kStartAttribute,
    kSevFeaturesAttribute,
    kGdtAttribute,
    kIdtAttribute,
};
inline constexpr AttributeRow kSegmentAttributes[] = {
    {"selector", kInteger, "Selector, 16 bits.", true},
    {"attributes", kInteger,
     "Type 0-3, S 4, DPL 5-6, P 7, AVL 12, L 13, D 14, G 15; packed as the platform wants it.", true},
    {"limit", kInteger, "Limit in bytes, 32 bits.", true},
    {"base", kInteger, "Linear base address; 0 when absent."},
};
inline constexpr AttributeRow kTableAttributes[] = {
    {"base", kInteger, "Linear base address.", true},
    {"limit", kInteger, "Bytes less one, 16 bits.", true},
};

}  // namespace igvm::spec::schema
