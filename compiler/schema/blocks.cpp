#include "schema/attributes.hpp"

namespace igvm::spec::schema {
namespace {

constexpr Keyword kPlatforms[] = {
    {"native", 0, "A guest without isolation."},
    {"vbs", 1, "Virtualization-based security of Hyper-V."},
    {"snp", 2, "AMD SEV-SNP."},
    {"tdx", 3, "Intel TDX."},
    {"sev", 4, "AMD SEV."},
    {"sev_es", 5, "AMD SEV-ES."},
    {"cca", 6, "Arm CCA."},
};

constexpr FieldRow kFieldTypes[] = {
    {"u8", FieldType::kInteger, 1, "An integer of one byte."},
    {"u16", FieldType::kInteger, 2, "An integer of two bytes, little-endian."},
    {"u32", FieldType::kInteger, 4, "An integer of four bytes, little-endian."},
    {"u64", FieldType::kInteger, 8, "An integer of eight bytes, little-endian."},
    {"guid", FieldType::kGuid, 16, "A GUID, given as a string, as firmware stores it."},
    {"bytes", FieldType::kBytes, 0, "Bytes as they are."},
    {"string", FieldType::kString, 0, "The bytes of a string and a zero byte."},
    {"align", FieldType::kAlign, 0,
     "Zeros up to an offset that is a multiple of this power of two; no name."},
    {"pad", FieldType::kPad, 0, "This many zeros; no name."},
};

constexpr std::string_view kSnp[] = {"snp"};
constexpr std::string_view kTdx[] = {"tdx"};
constexpr std::string_view kSev[] = {"sev", "sev_es"};
constexpr std::string_view kCca[] = {"cca"};

constexpr BlockRow policy(std::span<const std::string_view> within, std::span<const AttributeRow> attributes,
                          std::string_view header, std::string_view doc) {
    return {.kind = "policy",
            .parent = "platform",
            .within = within,
            .repeatable = false,
            .attributes = attributes,
            .doc = doc,
            .header = header};
}

constexpr BlockRow directive(std::string_view kind, Naming naming, std::span<const AttributeRow> attributes,
                             std::string_view header, std::string_view doc) {
    return {.kind = kind,
            .parent = "image",
            .naming = naming,
            .scoped = true,
            .also_in = "group",
            .attributes = attributes,
            .doc = doc,
            .header = header};
}

constexpr BlockRow initialization(std::string_view kind, std::span<const AttributeRow> attributes,
                                  std::string_view header, std::string_view doc) {
    BlockRow row = directive(kind, Naming::kRequired, attributes, header, doc);
    row.also_in = {};
    return row;
}

constexpr BlockRow single(std::string_view kind, std::span<const AttributeRow> attributes,
                          std::string_view header, std::string_view doc) {
    BlockRow row = directive(kind, Naming::kNone, attributes, header, doc);
    row.repeatable = false;
    row.also_in = {};
    return row;
}

constexpr BlockRow register_block(std::string_view kind, std::span<const AttributeRow> attributes,
                                  std::string_view doc) {
    return {.kind = kind,
            .parent = "vp_context",
            .scoped = true,
            .repeatable = true,
            .also_in = "registers",
            .attributes = attributes,
            .doc = doc};
}

constexpr BlockRow vp_context() {
    BlockRow row =
        directive("vp_context", Naming::kRequired, kVpContextAttributes, "VP_CONTEXT",
                  "The first registers of a virtual processor, encoded as each platform wants them.");
    row.registers = true;
    return row;
}

constexpr BlockRow registers() {
    BlockRow row = directive(
        "registers", Naming::kRequired, kRegistersAttributes, "",
        "Registers as the bytes of an encoded context, for what is no context of the loader: a page "
        "or a struct that the guest reads. Its name stands for its bytes.");
    row.registers = true;
    row.is_bytes = true;
    return row;
}

constexpr BlockRow insert() {
    BlockRow row = directive("insert", Naming::kRequired, kInsertAttributes, "PARAMETER_INSERT",
                             "Inserts the parameter area of that name, which said `insert = later`.");
    row.refers = true;
    return row;
}

constexpr BlockRow struct_block() {
    BlockRow row = directive("struct", Naming::kRequired, {}, "",
                             "Packed fields, one after the other. Its name stands for its bytes.");
    row.fields = true;
    row.is_bytes = true;
    return row;
}

constexpr BlockRow kBlocks[] = {
    {.kind = "image",
     .naming = Naming::kRequired,
     .attributes = kImageAttributes,
     .doc = "The one image that the spec describes.",
     .header = "fixed header"},
    {.kind = "platform",
     .parent = "image",
     .naming = Naming::kRequired,
     .refers = true,
     .attributes = kPlatformAttributes,
     .doc = "A platform that the image can start on: native, vbs, snp, tdx, sev, sev_es or cca.",
     .header = "SUPPORTED_PLATFORM"},
    policy(kSnp, kSnpPolicy, "GUEST_POLICY", "SNP guest policy; bit 17 is always set."),
    policy(kTdx, kTdxPolicy, "GUEST_POLICY", "TDX guest policy."),
    policy(kSev, kSevPolicy, "GUEST_POLICY", "SEV guest policy."),
    policy(kCca, kRealmPolicy, "CCA_POLICY", "CCA realm policy."),
    initialization("relocatable", kRelocatableAttributes, "RELOCATABLE_REGION",
                   "Memory that the loader may move as a whole, and the registers that move with it."),
    initialization("page_table_region", kPageTableRegionAttributes, "PAGE_TABLE_RELOCATION_REGION",
                   "Page tables that the loader rewrites when it moves memory."),
    {.kind = "group",
     .parent = "image",
     .naming = Naming::kRequired,
     .scoped = true,
     .attributes = kGroupAttributes,
     .doc =
         "Blocks that are ordered among themselves; what comes after the group stays after it. Their names "
         "are those of the image.",
     .header = "those of its blocks"},
    directive("region", Naming::kRequired, kRegionAttributes, "PAGE_DATA",
              "Guest memory that is there when the guest starts."),
    directive("alias", Naming::kRequired, kAliasAttributes, "PAGE_DATA",
              "The data of a region at a second address, stored once."),
    directive("fill", Naming::kRequired, kFillAttributes, "PAGE_DATA",
              "Pages of zeros for all of a range that nothing else covers on the platform: neither "
              "pages nor inserted parameter areas, error ranges or save areas."),
    directive(
        "parameters", Naming::kRequired, kParametersAttributes,
        "PARAMETER_AREA, the parameters, PARAMETER_INSERT",
        "Memory that the loader fills with facts about the machine: never measured, never to be trusted."),
    insert(),
    directive("required_memory", Naming::kOptional, kRequiredMemoryAttributes, "REQUIRED_MEMORY",
              "Memory that must exist."),
    directive("error_range", Naming::kOptional, kErrorRangeAttributes, "ERROR_RANGE",
              "Memory where the guest leaves a report when it fails to start."),
    struct_block(),
    directive(
        "header", Naming::kOptional, kHeaderAttributes, "any",
        "A header by its type number, in the section that the number belongs to: for what no other block "
        "says."),
    directive(
        "import", Naming::kRequired, kImportAttributes, "headers of another IGVM file",
        "The initialization headers and directives of another IGVM file, in its order, with the masks and "
        "free parameter area indices of this image. Its platforms and policies, ID blocks and VBS "
        "measurements stay behind."),
    single(
        "id_block", kIdBlockAttributes, "SNP_ID_BLOCK",
        "What the SNP firmware holds the launch against: the measured digest is filled in, a signature comes "
        "from signing the image."),
    single(
        "vbs_measurement", kVbsMeasurementAttributes, "VBS_MEASUREMENT",
        "What VBS holds the launch against: the measured digest is filled in, a signature comes from signing "
        "the image."),
    vp_context(),
    registers(),
    register_block("cs", kSegmentAttributes, "Code segment."),
    register_block("ds", kSegmentAttributes, "Data segment."),
    register_block("es", kSegmentAttributes, "Extra segment."),
    register_block("fs", kSegmentAttributes, "FS segment."),
    register_block("gs", kSegmentAttributes, "GS segment."),
    register_block("ss", kSegmentAttributes, "Stack segment."),
    register_block("tr", kSegmentAttributes, "Task register."),
    register_block("ldtr", kSegmentAttributes, "Local descriptor table register."),
    register_block("gdtr", kTableAttributes, "Global descriptor table register."),
    register_block("idtr", kTableAttributes, "Interrupt descriptor table register."),
};

}  // namespace

std::span<const BlockRow> blocks() { return kBlocks; }
std::span<const FieldRow> field_types() { return kFieldTypes; }
std::span<const Keyword> platform_names() { return kPlatforms; }

}  // namespace igvm::spec::schema
