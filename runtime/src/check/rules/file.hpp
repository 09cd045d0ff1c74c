// Rule rows. The file: fixed header, header section, data section.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::check_detail {

inline constexpr RuleInfo kFileRuleRows[] = {
    {Rule::kFileTooSmall, "IGVM-F001", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "the file holds a whole fixed header", "give a complete IGVM file",
     "Nothing can be read from a file that ends inside its fixed header of 24 bytes (version 1) or 32 bytes "
     "(version 2).",
     "a file of 20 bytes; the smallest image has 48: a fixed header and one SUPPORTED_PLATFORM"},
    {Rule::kFileMagic, "IGVM-F002", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "the file begins with the magic \"IGVM\"", "give an IGVM file; this is another format",
     "Every loader compares the first four bytes and gives up when they differ.",
     "0x464c457f is an ELF file; an IGVM file begins with 49 47 56 4d"},
    {Rule::kFileVersion, "IGVM-F003", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "the format version is 1 or 2", "write the file with format version 1 or 2",
     "The version decides the size of the fixed header; a reader that does not know it would take other "
     "bytes for headers.",
     "format_version = 3; write 1, or 2 to state architecture and page size"},
    {Rule::kFileArchitecture, "IGVM-F004", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER_V2",
     "the architecture is 0 (x64) or 1 (AArch64)", "set a known architecture",
     "Contexts and page tables are read in the way of the architecture, so an unknown one leaves them "
     "without meaning.",
     "architecture = 2; write 0 for x64 or 1 for AArch64"},
    {Rule::kFilePageSize, "IGVM-F005", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER_V2",
     "the page size is 4096", "write the file with a page size of 4096",
     "The format lets other powers of two be stated, but no loader accepts one, and all sizes of this "
     "library count 4 KiB pages.",
     "page_size = 65536; write 4096"},
    {Rule::kFileHeaderOffset, "IGVM-F006", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "the variable headers begin 8-aligned after the fixed header",
     "set variable_header_offset to a multiple of 8 behind the fixed header",
     "Headers are read in steps of 8 bytes; a start inside the fixed header or off that grid reads them "
     "askew.",
     "variable_header_offset = 20; write 24 (version 1) or 32 (version 2)"},
    {Rule::kFileHeaderSize, "IGVM-F007", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "the variable header section lies inside the file",
     "set variable_header_size to the true size; the file may be cut short",
     "A section that leaves the file cannot be read to its end.",
     "variable_header_size = 4096 in a file of 200 bytes"},
    {Rule::kFileTotalSize, "IGVM-F008", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "total_file_size equals the size of the file",
     "give the whole file, of less than 4 GiB; it may be cut short or have bytes appended",
     "Loaders refuse a file whose length is not the stated one: it was cut short, or has bytes that nothing "
     "vouches for.",
     "total_file_size = 8328 in a file of 8192 bytes"},
    {Rule::kFileChecksum, "IGVM-F009", Severity::kError, "igvm_defs 0.4, IGVM_FIXED_HEADER",
     "the checksum is the CRC-32 of the fixed and variable headers",
     "write the file again; its headers were changed or damaged",
     "The checksum tells a damaged header before it is acted on; loaders compare it first. It does not cover "
     "the data.",
     "a header edited by hand without computing the CRC-32 anew"},
    {Rule::kFileHeaderBounds, "IGVM-F010", Severity::kError, "igvm_defs 0.4, IGVM_VHS_VARIABLE_HEADER",
     "every variable header lies inside the variable header section",
     "correct the length of the header; the section may be cut short",
     "A header whose body or padding leaves the section would take its fields from the data.",
     "length = 24 with 16 bytes of the section left"},
    {Rule::kFileHeaderLength, "IGVM-F011", Severity::kError, "igvm_defs 0.4, IGVM_VHS_VARIABLE_HEADER",
     "every known header has the length of its type", "write the header with the length of its structure",
     "A reader copies the structure of the type; with another length it would miss fields or read those of "
     "the next header.",
     "PAGE_DATA with length 20; its structure has 24 bytes"},
    {Rule::kFileTrailingHeaderBytes, "IGVM-F012", Severity::kError, "igvm_defs 0.4, IGVM_VHS_VARIABLE_HEADER",
     "the variable header section ends with a whole header",
     "remove the bytes behind the last header or correct variable_header_size",
     "Strict readers take the rest for a header and fail; lenient ones stop early without a word.",
     "variable_header_size = 52 where the headers have 48 bytes"},
    {Rule::kFileSectionOrder, "IGVM-F013", Severity::kError, "igvm_defs 0.4, IgvmVariableHeaderType",
     "headers stand in the order platform, initialization, directive",
     "move the header before the first header of a later section",
     "Platforms must be known before masks name them and initialization comes before loading, so loaders "
     "refuse a step back.",
     "GUEST_POLICY behind the first PAGE_DATA; write it before"},
    {Rule::kFileTypeRange, "IGVM-F014", Severity::kError, "igvm_defs 0.4, IgvmVariableHeaderType",
     "every header type lies in the platform, initialization or directive range",
     "use a header type of 0x1-0x100, 0x101-0x200 or 0x301-0x400",
     "A type outside the three ranges belongs to no section, so that no loader can say when it would apply.",
     "type 0x250; directives have 0x301 to 0x400"},
    {Rule::kFileUnknownType, "IGVM-F015", Severity::kError, "igvm_defs 0.4, IgvmVariableHeaderType",
     "every required header is of a known type",
     "use a known header type, or mark the header optional if a loader may ignore it",
     "A loader must refuse what it does not know and may not ignore: the guest could depend on it.",
     "type 0x306, which is reserved; with bit 31 set a loader may skip it"},
    {Rule::kFileUnknownOptionalType, "IGVM-F016", Severity::kInfo, "igvm_defs 0.4, IGVM_VHT_OPTIONAL",
     "an optional header of unknown type is ignored", "no change is needed; a loader may ignore the header",
     "The header says itself that it may be ignored. It is shown because most loaders refuse the optional "
     "bit all the same.",
     "type 0x80000306"},
    {Rule::kFilePadding, "IGVM-F017", Severity::kWarning, "igvm_defs 0.4, IGVM_VHS_VARIABLE_HEADER",
     "padding between headers is zero", "write zeros up to the next multiple of 8",
     "Loaders do not look at padding, but the checksum covers it, so two builds of one image can differ in "
     "it.",
     "padding bytes 30 30 30 30 behind a VP_CONTEXT; write zeros"},
    {Rule::kFileDataOffset, "IGVM-F018", Severity::kError, "igvm_defs 0.4, IGVM_VHS_VARIABLE_HEADER",
     "every payload lies in the data section",
     "set file_offset to a place behind the variable headers whose whole payload is in the file, or to 0 for "
     "none",
     "Payload outside the data section would load headers, or what lies behind the file, into the guest.",
     "file_offset = 0x2000 with 4096 bytes in a file that ends at 0x2800"},
};

}  // namespace igvm::check_detail
