// The header table. Names, offsets and widths come from the wire structs, so the two cannot disagree.
#include <algorithm>
#include <array>
#include <cstddef>

#include "describe/platforms.hpp"
#include "igvm/describe.hpp"

namespace igvm {
namespace {

using enum FieldKind;

#define FIELD(type, member, ...) \
    FieldInfo { #member, offsetof(type, member), sizeof(type::member), __VA_ARGS__ }
#define INNER_FIELD(type, outer, member, kind)                                               \
    FieldInfo {                                                                              \
#outer "." #member, offsetof(type, outer) + offsetof(decltype(type::outer), member), \
            sizeof(decltype(type::outer)::member), kind                                      \
    }

constexpr auto kPlatformNames = [] {
    std::array<NamedValue, describe::kPlatforms.size()> names{};
    std::ranges::transform(describe::kPlatforms, names.begin(), [](const PlatformInfo& row) {
        return NamedValue{static_cast<std::uint64_t>(row.type), row.name};
    });
    return names;
}();
constexpr NamedValue kArchitectures[] = {{0, "x64"}, {1, "aarch64"}};
constexpr NamedValue kRelocationFlags[] = {{1, "is_vtl2"}, {2, "apply_pc"}, {4, "apply_gdtr"}};
constexpr NamedValue kHashAlgorithms[] = {{0, "sha256"}, {1, "sha512"}, {2, "sha384"}};
constexpr NamedValue kPageFlags[] = {
    {kPageFlag2Mb, "2mb"}, {kPageFlagUnmeasured, "unmeasured"}, {kPageFlagShared, "shared"}};
constexpr NamedValue kPageTypes[] = {{0, "normal"}, {1, "secrets"}, {2, "cpuid"}, {3, "cpuid_xf"}};
constexpr NamedValue kMemoryFlags[] = {{kRequiredMemoryVtl2Protectable, "vtl2_protectable"}};

constexpr FieldInfo kFixedHeaderFields[] = {
    FIELD(FixedHeader, magic, kUint),
    FIELD(FixedHeader, format_version, kUint),
    FIELD(FixedHeader, variable_header_offset, kUint),
    FIELD(FixedHeader, variable_header_size, kUint),
    FIELD(FixedHeader, total_file_size, kUint),
    FIELD(FixedHeader, checksum, kUint),
    {"architecture", sizeof(FixedHeader) + offsetof(FixedHeaderV2Tail, architecture), 4, kEnum,
     kArchitectures},
    {"page_size", sizeof(FixedHeader) + offsetof(FixedHeaderV2Tail, page_size), 4, kUint},
};
constexpr std::size_t kFixedHeaderV1Fields = 6;

constexpr FieldInfo kSupportedPlatformFields[] = {
    FIELD(SupportedPlatform, compatibility_mask, kMask),
    FIELD(SupportedPlatform, highest_vtl, kUint),
    FIELD(SupportedPlatform, platform_type, kEnum, kPlatformNames),
    FIELD(SupportedPlatform, platform_version, kUint),
    FIELD(SupportedPlatform, shared_gpa_boundary, kUint),
};
constexpr FieldInfo kGuestPolicyFields[] = {
    FIELD(GuestPolicy, policy, kUint),
    FIELD(GuestPolicy, compatibility_mask, kMask),
    FIELD(GuestPolicy, reserved, kReserved),
};
constexpr FieldInfo kRelocatableRegionFields[] = {
    FIELD(RelocatableRegion, compatibility_mask, kMask),
    FIELD(RelocatableRegion, vp_index, kUint),
    FIELD(RelocatableRegion, vtl, kUint),
    FIELD(RelocatableRegion, flags, kFlags, kRelocationFlags),
    FIELD(RelocatableRegion, relocation_alignment, kUint),
    FIELD(RelocatableRegion, relocation_region_gpa, kGpa),
    FIELD(RelocatableRegion, relocation_region_size, kUint),
    FIELD(RelocatableRegion, minimum_relocation_gpa, kGpa),
    FIELD(RelocatableRegion, maximum_relocation_gpa, kGpa),
};
constexpr FieldInfo kPageTableRelocationFields[] = {
    FIELD(PageTableRelocation, compatibility_mask, kMask),
    FIELD(PageTableRelocation, vp_index, kUint),
    FIELD(PageTableRelocation, vtl, kUint),
    FIELD(PageTableRelocation, reserved, kReserved),
    FIELD(PageTableRelocation, gpa, kGpa),
    FIELD(PageTableRelocation, size, kUint),
    FIELD(PageTableRelocation, used_size, kUint),
};
constexpr FieldInfo kCorimBlobFields[] = {
    FIELD(CorimBlob, compatibility_mask, kMask),
    FIELD(CorimBlob, file_offset, kFileOffset),
    FIELD(CorimBlob, size, kUint),
    FIELD(CorimBlob, reserved, kReserved),
};
constexpr FieldInfo kCcaPolicyFields[] = {
    FIELD(CcaPolicy, compatibility_mask, kMask),
    FIELD(CcaPolicy, reserved, kReserved),
    FIELD(CcaPolicy, required_zeroes, kUint),
    FIELD(CcaPolicy, required_ones, kUint),
    FIELD(CcaPolicy, hash_algorithm, kEnum, kHashAlgorithms),
    FIELD(CcaPolicy, lfa_policy, kUint),
    FIELD(CcaPolicy, reserved2, kReserved),
};
constexpr FieldInfo kParameterAreaFields[] = {
    FIELD(ParameterArea, number_of_bytes, kUint),
    FIELD(ParameterArea, parameter_area_index, kAreaIndex),
    FIELD(ParameterArea, file_offset, kFileOffset),
};
constexpr FieldInfo kPageDataFields[] = {
    FIELD(PageData, gpa, kGpa),
    FIELD(PageData, compatibility_mask, kMask),
    FIELD(PageData, file_offset, kFileOffset),
    FIELD(PageData, flags, kFlags, kPageFlags),
    FIELD(PageData, data_type, kEnum, kPageTypes),
    FIELD(PageData, reserved, kReserved),
};
constexpr FieldInfo kParameterInsertFields[] = {
    FIELD(ParameterInsert, gpa, kGpa),
    FIELD(ParameterInsert, compatibility_mask, kMask),
    FIELD(ParameterInsert, parameter_area_index, kAreaIndex),
};
constexpr FieldInfo kVpContextFields[] = {
    FIELD(VpContext, gpa, kGpa),
    FIELD(VpContext, compatibility_mask, kMask),
    FIELD(VpContext, file_offset, kFileOffset),
    FIELD(VpContext, vp_index, kUint),
    FIELD(VpContext, reserved, kReserved),
};
constexpr FieldInfo kRequiredMemoryFields[] = {
    FIELD(RequiredMemory, gpa, kGpa),
    FIELD(RequiredMemory, compatibility_mask, kMask),
    FIELD(RequiredMemory, number_of_bytes, kUint),
    FIELD(RequiredMemory, flags, kFlags, kMemoryFlags),
    FIELD(RequiredMemory, reserved, kReserved),
};
constexpr FieldInfo kParameterFields[] = {
    FIELD(Parameter, parameter_area_index, kAreaIndex),
    FIELD(Parameter, byte_offset, kUint),
};
constexpr FieldInfo kErrorRangeFields[] = {
    FIELD(ErrorRange, gpa, kGpa),
    FIELD(ErrorRange, compatibility_mask, kMask),
    FIELD(ErrorRange, size_bytes, kUint),
};
constexpr FieldInfo kSnpIdBlockFields[] = {
    FIELD(SnpIdBlock, compatibility_mask, kMask),
    FIELD(SnpIdBlock, author_key_enabled, kUint),
    FIELD(SnpIdBlock, reserved, kReserved),
    FIELD(SnpIdBlock, ld, kBytes),
    FIELD(SnpIdBlock, family_id, kBytes),
    FIELD(SnpIdBlock, image_id, kBytes),
    FIELD(SnpIdBlock, version, kUint),
    FIELD(SnpIdBlock, guest_svn, kUint),
    FIELD(SnpIdBlock, id_key_algorithm, kUint),
    FIELD(SnpIdBlock, author_key_algorithm, kUint),
    INNER_FIELD(SnpIdBlock, id_key_signature, r, kBytes),
    INNER_FIELD(SnpIdBlock, id_key_signature, s, kBytes),
    INNER_FIELD(SnpIdBlock, id_public_key, curve, kUint),
    INNER_FIELD(SnpIdBlock, id_public_key, reserved, kReserved),
    INNER_FIELD(SnpIdBlock, id_public_key, qx, kBytes),
    INNER_FIELD(SnpIdBlock, id_public_key, qy, kBytes),
    INNER_FIELD(SnpIdBlock, author_key_signature, r, kBytes),
    INNER_FIELD(SnpIdBlock, author_key_signature, s, kBytes),
    INNER_FIELD(SnpIdBlock, author_public_key, curve, kUint),
    INNER_FIELD(SnpIdBlock, author_public_key, reserved, kReserved),
    INNER_FIELD(SnpIdBlock, author_public_key, qx, kBytes),
    INNER_FIELD(SnpIdBlock, author_public_key, qy, kBytes),
};
constexpr FieldInfo kVbsMeasurementFields[] = {
    FIELD(VbsMeasurement, compatibility_mask, kMask), FIELD(VbsMeasurement, version, kUint),
    FIELD(VbsMeasurement, product_id, kUint),         FIELD(VbsMeasurement, module_id, kUint),
    FIELD(VbsMeasurement, security_version, kUint),   FIELD(VbsMeasurement, policy_flags, kUint),
    FIELD(VbsMeasurement, boot_digest_algo, kUint),   FIELD(VbsMeasurement, signing_algo, kUint),
    FIELD(VbsMeasurement, boot_digest, kBytes),       FIELD(VbsMeasurement, signature, kBytes),
    FIELD(VbsMeasurement, public_key, kBytes),
};

#undef FIELD
#undef INNER_FIELD

template <class Body>
constexpr HeaderInfo row(HeaderType type, std::string_view name, Section section,
                         std::span<const FieldInfo> fields, std::uint16_t parameter_size = 0) {
    return {type, name, section, sizeof(Body), fields, parameter_size};
}

constexpr HeaderInfo parameter(HeaderType type, std::string_view name, std::uint16_t least_size) {
    return row<Parameter>(type, name, Section::kDirective, kParameterFields, least_size);
}

using enum HeaderType;
using enum Section;

// The least size of a parameter: one u32 for counts and flags, the final NUL of a command line, two ranges
// of 16 bytes for MMIO, the final entry of a memory map, the fixed part of an ACPI table (ACPI 6.5: SRAT 48,
// MADT 44, SLIT 44, PPTT 36) and of a device tree (Devicetree Specification 0.4: 40).
constexpr HeaderInfo kHeaders[] = {
    row<SupportedPlatform>(kSupportedPlatform, "SUPPORTED_PLATFORM", kPlatform, kSupportedPlatformFields),
    row<GuestPolicy>(kGuestPolicy, "GUEST_POLICY", kInitialization, kGuestPolicyFields),
    row<RelocatableRegion>(kRelocatableRegion, "RELOCATABLE_REGION", kInitialization,
                           kRelocatableRegionFields),
    row<PageTableRelocation>(kPageTableRelocation, "PAGE_TABLE_RELOCATION_REGION", kInitialization,
                             kPageTableRelocationFields),
    row<CorimBlob>(kCorimDocument, "CORIM_DOCUMENT", kInitialization, kCorimBlobFields),
    row<CorimBlob>(kCorimSignature, "CORIM_SIGNATURE", kInitialization, kCorimBlobFields),
    row<CcaPolicy>(kCcaPolicy, "CCA_POLICY", kInitialization, kCcaPolicyFields),
    row<ParameterArea>(kParameterArea, "PARAMETER_AREA", kDirective, kParameterAreaFields),
    row<PageData>(kPageData, "PAGE_DATA", kDirective, kPageDataFields),
    row<ParameterInsert>(kParameterInsert, "PARAMETER_INSERT", kDirective, kParameterInsertFields),
    row<VpContext>(kVpContext, "VP_CONTEXT", kDirective, kVpContextFields),
    row<RequiredMemory>(kRequiredMemory, "REQUIRED_MEMORY", kDirective, kRequiredMemoryFields),
    parameter(kVpCount, "VP_COUNT", 4),
    parameter(kSrat, "SRAT", 48),
    parameter(kMadt, "MADT", 44),
    parameter(kMmioRanges, "MMIO_RANGES", 32),
    row<SnpIdBlock>(kSnpIdBlock, "SNP_ID_BLOCK", kDirective, kSnpIdBlockFields),
    parameter(kMemoryMap, "MEMORY_MAP", 24),
    row<ErrorRange>(kErrorRange, "ERROR_RANGE", kDirective, kErrorRangeFields),
    parameter(kCommandLine, "COMMAND_LINE", 1),
    parameter(kSlit, "SLIT", 44),
    parameter(kPptt, "PPTT", 36),
    row<VbsMeasurement>(kVbsMeasurement, "VBS_MEASUREMENT", kDirective, kVbsMeasurementFields),
    parameter(kDeviceTree, "DEVICE_TREE", 40),
    parameter(kEnvironmentInfo, "ENVIRONMENT_INFO", 4),
};
static_assert(std::ranges::is_sorted(kHeaders, {}, &HeaderInfo::type));

constexpr std::uint8_t kNoRow = 0xFF;
constexpr std::size_t kTypeLimit = static_cast<std::size_t>(std::ranges::rbegin(kHeaders)->type) + 1;

// Row by type number: the reader looks a type up for every header of files with a header a page.
constexpr auto kRowOfType = [] {
    std::array<std::uint8_t, kTypeLimit> rows{};
    rows.fill(kNoRow);
    for (std::uint8_t i = 0; i < std::size(kHeaders); ++i)
        rows[static_cast<std::size_t>(kHeaders[i].type)] = i;
    return rows;
}();

}  // namespace

std::span<const HeaderInfo> header_table() { return kHeaders; }

const HeaderInfo* find_header(std::uint32_t type) {
    if (type >= kTypeLimit || kRowOfType[type] == kNoRow) return nullptr;
    return &kHeaders[kRowOfType[type]];
}

std::span<const FieldInfo> fixed_header_fields(std::uint32_t version) {
    const std::span<const FieldInfo> all = kFixedHeaderFields;
    return version == 1 ? all.first(kFixedHeaderV1Fields) : all;
}

}  // namespace igvm
