#include "diagnose/codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace igvm::spec {
namespace {

constexpr auto kCodes = std::to_array<CodeInfo>({
    {Code::kSyntax, "syntax error",
     "The text does not follow the grammar at this place. A spec is a version line and then declarations, "
     "blocks and assertions; every attribute and declaration ends with ';'.\n\n"
     "    igvmspec 1;\n    const BASE = 1M;\n    image demo { arch = x64; }"},
    {Code::kVersion, "unknown or missing language version",
     "Every spec begins with the version of the language it is written in, so that a later tool can still "
     "read "
     "it. This tool knows version 1.\n\n    igvmspec 1;"},
    {Code::kNesting, "nested too deeply",
     "Blocks, brackets and operators may stand in one another 256 deep, where a chain of one operator counts "
     "once; values may wait for one another 300 deep, as when every block begins where the next one in the "
     "file ends. Chains of constants may be of any length. Give parts of an expression a name with 'const', "
     "and declare blocks in the order of their addresses.\n\n"
     "    const TABLES = kernel.end + 2M;"},
    {Code::kTooLarge, "text too large",
     "A spec may have 16 MiB and three million tokens. Put bulk data in a file and declare it as an "
     "input.\n\n"
     "    input blob : file;"},
    {Code::kNotUtf8, "text is not UTF-8",
     "Specs are UTF-8 text. Save the file in that encoding, or declare binary data as an input.\n\n"
     "    input blob : file;"},
    {Code::kBadNumber, "malformed number",
     "Numbers are decimal, 0x hexadecimal or 0b binary, fit in 64 bits, may have '_' between digits, and may "
     "end "
     "in one of the binary suffixes K, M, G and T.\n\n    at = 0xFFFF_F000;  size = 64K;"},
    {Code::kBadString, "malformed string",
     "A string ends on the line where it begins. Its escapes are \\\\ \\\" \\n \\r \\t \\0 and \\xHH. A hex "
     "literal "
     "holds pairs of hexadecimal digits.\n\n    hex\"00 ff 7f\""},
    {Code::kInclude, "includes without end",
     "A file may not include itself, also not through others, and 64 includes may be open at once. Move what "
     "both files need to a third one.\n\n    include \"common.igvmspec\";"},
    {Code::kExpansion, "text grows too much",
     "What 'for' and 'use' repeat may add up to four million names, values and blocks, and stand 64 deep in "
     "one "
     "another.\n\n    for i in 0..cpus { vp_context ap { vp = i + 1; } }"},

    {Code::kUnknownName, "unknown name",
     "No constant, parameter, input, region or built-in value has this name in this scope.\n\n"
     "    const BASE = 1M;\n    region code { at = BASE; size = 4K; }"},
    {Code::kDuplicateName, "name declared twice",
     "A name stands for one thing in the whole image: nothing is merged or replaced. Rename one of the two. "
     "A fragment that declares blocks takes their names as parameters, for each use to give others.\n\n"
     "    const LOW = 1M;\n    const HIGH = 4G;"},
    {Code::kTypeMismatch, "value of the wrong type",
     "The types are int, size, bool, string, bytes, file and list, and none turns into another by itself. "
     "Functions such as cstr and le64 make bytes.\n\n    data = cstr(\"console=ttyS0\");"},
    {Code::kOverflow, "arithmetic overflow",
     "Integers are unsigned and have 64 bits. A result outside that range, also one below zero, is an error "
     "rather than a wrong address.\n\n    at = 4G - size(firmware);"},
    {Code::kDivisionByZero, "division by zero",
     "The right operand of / and % must not be zero. When it comes from a parameter or an input, assert "
     "before "
     "that it is not.\n\n    assert(size(f) % 4K == 0, \"whole pages\");"},
    {Code::kNarrowing, "value does not fit",
     "The field that takes this value is narrower than the value. Nothing is cut off silently.\n\n"
     "    vp = 0xFFFF;    // at most 16 bits"},
    {Code::kCycle, "value depends on itself",
     "Addresses and sizes may refer forward, but not back to themselves. The notes show the whole path.\n\n"
     "    region a { at = b.end; size = 4K; }\n    region b { at = 1M; size = 4K; }"},
    {Code::kWrongArgument, "wrong argument",
     "The call has too few, too many, unknown or repeated arguments, or one with a value the function does "
     "not "
     "accept.\n\n    at = align_up(kernel.end, 2M);"},
    {Code::kUnknownFunction, "unknown function",
     "Functions are built in: there are general ones such as align_up and modules such as ovmf and x64.\n\n"
     "    data = x64.flat_gdt();"},
    {Code::kUnknownProperty, "unknown property",
     "Every region has at, end, size and entry, and the record that a function gives has the members that "
     "the "
     "message lists; other values have no properties.\n\n    at = kernel.end;"},
    {Code::kParamValue, "parameter value of the wrong type",
     "The value given on the command line is read by the type that the parameter declares.\n\n"
     "    param ram : size = 128M;    // -p ram=256M"},
    {Code::kParamMissing, "parameter without value",
     "A parameter without default that something uses needs a value on the command line.\n\n"
     "    param ram : size;    // -p ram=256M"},
    {Code::kInputMissing, "input without file",
     "An input without default path that something uses needs a file on the command line.\n\n"
     "    input kernel : file;    // -i kernel=vmlinuz"},
    {Code::kAssertionFailed, "assertion failed",
     "The spec states a condition that these inputs and parameters do not meet. The values of both sides "
     "stand below a comparison.\n\n"
     "    assert(initrd.end <= ram, \"kernel and initrd do not fit\");"},
    {Code::kUnknownType, "unknown type",
     "The types of declarations are int, size, bool, string, bytes, file and list.\n\n    param debug : bool "
     "= false;"},
    {Code::kOutOfRange, "number, range or size outside its bounds",
     "An index, offset or length reaches past the end of what it is about, a range ends before it begins, a "
     "number is none of those that the attribute takes, or a value is larger than the tool computes. The "
     "message tells the bounds.\n\n    data = slice(f, 0, min(size(f), 4K));"},
    {Code::kEarlyValue, "value that is not known yet",
     "Conditions of 'when' and what 'for' runs over decide which blocks there are, before any block has an "
     "address or "
     "a size. They are made of constants, parameters and inputs.\n\n"
     "    when (debug) { region log { at = 1M; size = 64K; } }"},
    {Code::kContentCycle, "contents that depend on themselves",
     "A hash of pages cannot be stored in one of those pages: it would change what it is a hash of. "
     "The list of "
     "the regions may hold itself, as addresses and sizes do not depend on it. Give the hash a region of its "
     "own, "
     "and hash the others.\n\n    region hash { after = data; data = sha384(pages(regions(except = hash))); "
     "}"},

    {Code::kUnknownBlock, "unknown block",
     "The blocks of an image are those that stand for headers of the format: platform, region, parameters, "
     "vp_context and so on.\n\n    region code { at = 1M; size = 4K; }"},
    {Code::kUnknownAttribute, "unknown attribute",
     "This kind of block has no such attribute. The help line names the nearest one; grammar/language.md "
     "lists "
     "those of every block.\n\n    region code { at = 1M; size = 4K; }"},
    {Code::kDuplicateAttribute, "attribute set twice",
     "An attribute has one value for a platform. Give the two values different platforms with 'on'.\n\n"
     "    at on snp = 1M;\n    at on tdx = 2M;"},
    {Code::kMissingAttribute, "required attribute missing",
     "The block cannot be built without this attribute on every platform that the block is for.\n\n"
     "    error_range crash { at = 1M; size = 4K; }"},
    {Code::kBadEnumValue, "value is not one of the choices",
     "The attribute takes one of a fixed set of words, written without quotes. The message lists them.\n\n   "
     " kind = secrets;"},
    {Code::kBadScope, "platform scope that cannot be",
     "A scope names platforms that the image declares and that the enclosing block is for.\n\n"
     "    platform snp { }\n    region secrets on snp { at = 1M; size = 4K; kind = secrets; }"},
    {Code::kMisplacedBlock, "block in the wrong place",
     "Each kind of block belongs in one kind of parent; most belong directly in the image.\n\n"
     "    image demo { region code { at = 1M; size = 4K; } }"},
    {Code::kMissingName, "name missing, or one too many",
     "Most kinds of blocks, and the fields of a struct, need a name, by which messages and other blocks "
     "refer to "
     "them; blocks of which there is one, such as policy, and the padding of a struct have none.\n\n"
     "    region code { at = 1M; size = 4K; }"},
    {Code::kConflict, "attributes that exclude each other",
     "The attributes state the same thing in two ways, or contradict each other. Keep one.\n\n"
     "    region code { end = 4G; data = firmware; }"},
    {Code::kAlignment, "address or size not aligned",
     "Guest memory is described in pages: addresses of pages are multiples of 4 KiB, of large pages 2 "
     "MiB.\n\n"
     "    at = align_up(kernel.end, 2M);"},
    {Code::kAddressRange, "address outside guest memory",
     "Guest physical addresses have at most 52 bits, and a range may not reach past them.\n\n    at = 4G - "
     "size(f);"},
    {Code::kOverlap, "regions overlap",
     "Two blocks that are present on the same platform cover the same guest memory. The loader would write "
     "one "
     "over the other.\n\n    region initrd { at = align_up(kernel.end, 2M); data = initramfs; }"},
    {Code::kSize, "size that does not fit",
     "A size is zero or not a whole number of units, smaller than the data, larger than the field or the "
     "memory "
     "that takes it, or not the one that the format or the platform has for it: pages have 4K or 2M, a "
     "launch "
     "digest of snp 48 bytes. All regions of an image add up to at most 16 GiB.\n\n"
     "    region code { at = 1M; size = 64K; data = firmware; }"},
    {Code::kMask, "compatibility mask that cannot be",
     "Every platform has one bit of the compatibility mask to itself.\n\n    platform snp { mask = 0x2; }"},
    {Code::kContextPlatform, "VP context that the platform does not have",
     "The platform or architecture has no initial processor state of this form. Limit the block with "
     "'on'.\n\n"
     "    vp_context bsp on snp { vp = 0; start = reset_vector; }"},
    {Code::kUnknownRegister, "unknown register",
     "The processor state of this platform has no register of this name.\n\n    vp_context bsp { rip = "
     "code.at; }"},
    {Code::kPolicy, "policy that contradicts itself",
     "The guest policy has fields beside the raw value that is the whole of it, lacks a bit that the "
     "platform "
     "wants set, or requires one bit to be both 0 and 1.\n\n"
     "    platform snp { policy { raw = 0x30000; } }"},
    {Code::kImageCount, "not exactly one image",
     "A spec describes one image: one 'image' block, in the spec itself or in one of its includes.\n\n    "
     "image demo { arch = x64; platform native { } }"},
    {Code::kArchitecture, "not available on this architecture",
     "The platform, function, start state or imported file belongs to another architecture than the image's "
     "'arch', which is x64 when absent. The functions x64.* and linux.* make data for x64, those of arm64 "
     "for "
     "aarch64.\n\n    arch = aarch64;"},
    {Code::kFormat, "format version too old",
     "Version 1 of the file format cannot hold what the image needs. Leave the choice to the tool.\n\n"
     "    format = auto;"},
    {Code::kDuplicateBlock, "block given twice",
     "This kind of block may be given once in its parent, or once for a platform.\n\n    platform snp { }"},
    {Code::kRule, "rule of the format broken",
     "The built image breaks a rule of the IGVM format that only the whole image shows. 'igvm explain' with "
     "the id of the rule says more.\n\n    relocatable low { vp = 0; vtl = 2; }   // needs a vp_context of "
     "that "
     "vp and vtl"},

    {Code::kFileUnreadable, "file cannot be read",
     "The file is missing, is not a regular file, may not be read, or is too large. A path in the spec is "
     "relative to the spec, one on the command line to where the tool is started.\n\n"
     "    input kernel : file = \"blobs/vmlinuz\";    // or -i kernel=PATH"},
    {Code::kOvmfTableMissing, "OVMF table missing",
     "The firmware has no GUID-ed table, which ends 32 bytes before the end of the image: plain variable "
     "stores "
     "and other firmware have none. Bind the input to the whole flash image, or to its code half.\n\n"
     "    igvm build ovmf.igvmspec -i firmware=OVMF_CODE.fd -o ovmf.igvm"},
    {Code::kOvmfSectionMissing, "OVMF section missing",
     "The firmware's metadata has no section of this type. Firmware built without confidential support has "
     "no "
     "secrets or CPUID page. Use such a build, or place the page yourself.\n\n"
     "    region secrets on snp { at = 0x80D000; size = 4K; kind = secrets; }"},
    {Code::kOvmfMalformed, "OVMF metadata malformed",
     "The firmware's table or metadata contradicts itself: a length or offset leaves the image. The file is "
     "cut short, or only a part of the flash image; bind the input to the whole of it.\n\n"
     "    igvm build ovmf.igvmspec -i firmware=/usr/share/ovmf/OVMF.fd -o ovmf.igvm"},
    {Code::kInputMalformed, "input malformed",
     "The input is not of the format that the function reads, or its fields point outside it. Bind the input "
     "to another file, or take its bytes as they are.\n\n    region kernel { at = 16M; data = kernel_file; "
     "}"},
    {Code::kInputUnsupported, "input of a kind that is not supported",
     "The input is what the function reads, but of a kind that it cannot load: another machine or word size, "
     "a "
     "relocation that needs a dynamic loader, a kernel with too old a boot protocol. Build it for this use, "
     "or "
     "take its bytes as they are.\n\n    region kernel { at = 16M; data = kernel_file; }"},
    {Code::kSymbolMissing, "symbol missing",
     "The ELF file defines no symbol of this name, or several local ones. Stripped files have no symbols.\n\n"
     "    rip = elf.symbol(shim, \"start\", at = shim_code.at);"},

    {Code::kUnknownPlatform, "unknown platform",
     "The command line names a platform that does not exist or that the image does not declare. `igvm spec` "
     "lists those it declares.\n\n    igvm build guest.igvmspec --platform snp -o guest.igvm"},
    {Code::kExpectationFailed, "measurement is not the expected one",
     "The launch digest differs from the one pinned by 'expect' or --expect, or the image has none for that "
     "platform and profile. Either the pin is wrong, or something that is measured changed: inputs, "
     "parameters, the spec, or the tool. The notes tell what moved where an earlier image is there; pin the "
     "new digest when it is meant.\n\n"
     "    igvm build guest.igvmspec --expect snp=79e3c77b... -o guest.igvm"},
    {Code::kOutput, "output cannot be written",
     "The image is larger than an IGVM file can be, which is 4 GiB, or the tool made something that breaks a "
     "rule of the format and says which. Leave out what need not be in the file.\n\n"
     "    region ram { at = 1G; size = 1G; zeros = elided; }"},
    {Code::kCommandLine, "command line does not fit the spec",
     "A -p option sets a param and -i an input, by the name that the spec declares, and once. `igvm spec` "
     "lists "
     "them.\n\n    igvm build guest.igvmspec -p ram=256M -i kernel=vmlinuz -o guest.igvm"},
    {Code::kMeasurement, "image cannot be measured",
     "The image is valid, but its platform has no launch digest for what it holds: the message says which "
     "rule "
     "of the launch stands against it. Change the block that it points at, or build without the platform.\n\n"
     "    igvm build guest.igvmspec --platform tdx -o guest.igvm"},
});

constexpr bool by_number(const CodeInfo& left, const CodeInfo& right) { return left.code < right.code; }
static_assert(std::is_sorted(kCodes.begin(), kCodes.end(), by_number));

}  // namespace

std::span<const CodeInfo> all_codes() { return kCodes; }

std::string code_name(Code code) { return fmt::format("E{:04}", static_cast<unsigned>(code)); }

const CodeInfo& code_info(Code code) {
    return *std::lower_bound(kCodes.begin(), kCodes.end(), CodeInfo{code, {}, {}}, by_number);
}

std::optional<Code> find_code(std::string_view name) {
    if (name.starts_with('E') || name.starts_with('e')) name.remove_prefix(1);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    const auto found = std::ranges::find(kCodes, static_cast<Code>(number), &CodeInfo::code);
    if (found == kCodes.end()) return std::nullopt;
    return found->code;
}

}  // namespace igvm::spec
