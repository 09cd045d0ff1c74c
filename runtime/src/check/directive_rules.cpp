#include <algorithm>
#include <cstddef>

#include "directive_state.hpp"

namespace igvm::check_detail {
namespace {

void known_mask(Context& context, const Header& header) {
    const auto mask = header.value(FieldKind::kMask);
    const bool judged_elsewhere = header.is(HeaderType::kSupportedPlatform) ||
                                  header.is(HeaderType::kGuestPolicy) || header.is(HeaderType::kCcaPolicy);
    if (!mask || judged_elsewhere) return;
    if (*mask == 0 || (*mask & ~std::uint64_t{context.known_mask()}) != 0)
        context.report(Rule::kMaskUnknown, header.offset_of(FieldKind::kMask),
                       "the mask of {} is {:#x}, the platforms are {:#x}", header.info->name, *mask,
                       context.known_mask());
}

void reserved_flags(Context& context, const Header& header) {
    const FieldInfo* field = header.info->field(FieldKind::kFlags);
    if (field == nullptr) return;
    std::uint64_t reserved = field_value(header.body, *field);
    for (const NamedValue& flag : field->names) reserved &= ~flag.value;
    if (reserved != 0)
        context.report(Rule::kReservedFlags, header.offset_of(FieldKind::kFlags),
                       "{} has undefined flag bits {:#x}", header.info->name, reserved);
}

/// Remembers the first region of each platform.
void page_table_region(DirectiveState& state, const Header& header) {
    const auto region = header.as<PageTableRelocation>();
    if (!region || region->compatibility_mask == 0u) return;
    for (const PageTableRegion& earlier : state.page_tables)
        if ((earlier.mask & region->compatibility_mask) != 0) return;
    state.page_tables.push_back({region->gpa, region->size, region->compatibility_mask});
}

void aligned_gpa(Context& context, const Header& header, std::uint64_t gpa, std::uint64_t alignment) {
    if (gpa % alignment != 0)
        context.report(Rule::kPageAlignment, header.offset_of(FieldKind::kGpa),
                       "the GPA {:#x} of {} is not a multiple of {:#x}", gpa, header.info->name, alignment);
}

void aligned_range(Context& context, Rule rule, const Header& header, std::uint64_t gpa, std::uint32_t size) {
    if (gpa % kPageSize != 0 || size % kPageSize != 0)
        context.report(rule, header.offset_of(FieldKind::kGpa), "{} has {:#x} bytes at GPA {:#x}",
                       header.info->name, size, gpa);
}

void page_data(DirectiveState& state, const Header& header) {
    const auto page = *header.as<PageData>();
    const std::uint64_t size = (page.flags & kPageFlag2Mb) != 0 ? kLargePageSize : kPageSize;
    aligned_gpa(state.context, header, page.gpa, size);
    if (page.data_type > static_cast<std::uint16_t>(PageDataType::kCpuidXf))
        state.context.report(Rule::kPageType,
                             state.context.offset_of(header.body) + offsetof(PageData, data_type),
                             "the page data type is {}", std::uint16_t{page.data_type});
    state.add_extent(header, page.gpa, size, page.compatibility_mask, ExtentKind::kPage);
}

void parameter_insert(DirectiveState& state, const Header& header) {
    aligned_gpa(state.context, header, header.as<ParameterInsert>()->gpa, kPageSize);
    check_parameter_insert(state, header);
}

void vp_context(DirectiveState& state, const Header& header) {
    aligned_gpa(state.context, header, header.as<VpContext>()->gpa, kPageSize);
    check_vp_context(state, header);
}

void required_memory(DirectiveState& state, const Header& header) {
    const auto memory = *header.as<RequiredMemory>();
    aligned_range(state.context, Rule::kRequiredMemoryRange, header, memory.gpa, memory.number_of_bytes);
    state.add_extent(header, memory.gpa, memory.number_of_bytes, memory.compatibility_mask,
                     ExtentKind::kRequired);
}

void error_range(DirectiveState& state, const Header& header) {
    const auto range = *header.as<ErrorRange>();
    if (range.size_bytes == 0u)
        state.context.report(Rule::kErrorRange, header.offset_of(FieldKind::kGpa),
                             "the error range is empty");
    aligned_range(state.context, Rule::kErrorRange, header, range.gpa, range.size_bytes);
    state.add_extent(header, range.gpa, range.size_bytes, range.compatibility_mask, ExtentKind::kErrorRange);
}

/// The keys that the SNP firmware takes: ECDSA with P-384 and SHA-384.
bool is_p384(std::uint32_t algorithm, const SnpPublicKey& key) {
    return algorithm == kSnpEcdsaP384Sha384 && key.curve == kSnpCurveP384;
}

void id_block_keys(Context& context, const Header& header) {
    const auto block = *header.as<SnpIdBlock>();
    const auto judge = [&](std::string_view whose, std::uint32_t algorithm, const SnpPublicKey& key,
                           std::size_t at) {
        if (!is_p384(algorithm, key))
            context.report(Rule::kIdBlockKey, context.offset_of(header.body) + at,
                           "the {} key has algorithm {} and curve {}, not {} and {}", whose, algorithm,
                           std::uint32_t{key.curve}, kSnpEcdsaP384Sha384, kSnpCurveP384);
    };
    judge("ID", block.id_key_algorithm, block.id_public_key, offsetof(SnpIdBlock, id_key_algorithm));
    if (block.author_key_enabled != std::uint8_t{0})
        judge("author", block.author_key_algorithm, block.author_public_key,
              offsetof(SnpIdBlock, author_key_algorithm));
}

void snp_id_block(DirectiveState& state, const Header& header) {
    const auto block = *header.as<SnpIdBlock>();
    const std::uint32_t mask = block.compatibility_mask;
    const std::uint64_t at = header.offset_of(FieldKind::kMask);
    if ((mask & state.context.known_mask() & ~state.context.mask_of(PlatformType::kSnp)) != 0)
        state.context.report(Rule::kIdBlockPlatform, at, "the mask {:#x} names other platforms than SNP",
                             mask);
    if ((mask & state.id_block_mask) != 0)
        state.context.report(Rule::kIdBlockRepeated, at, "the platform of mask {:#x} has an earlier ID block",
                             mask);
    state.id_block_mask |= mask;
    id_block_keys(state.context, header);
    const bool author = block.author_key_algorithm != 0u || !all_zero(bytes_of(block.author_key_signature)) ||
                        !all_zero(bytes_of(block.author_public_key));
    if (block.author_key_enabled == std::uint8_t{0} && author)
        state.context.report(Rule::kIdBlockAuthor,
                             state.context.offset_of(header.body) + offsetof(SnpIdBlock, author_key_enabled),
                             "author_key_enabled is 0 and the author fields are not all zero");
}

void vbs_measurement(DirectiveState& state, const Header& header) {
    const std::uint32_t mask = header.as<VbsMeasurement>()->compatibility_mask;
    if ((mask & state.context.known_mask() & ~state.context.mask_of(PlatformType::kVbs)) != 0)
        state.context.report(Rule::kVbsMeasurementPlatform, header.offset_of(FieldKind::kMask),
                             "the mask {:#x} names other platforms than VBS", mask);
}

struct Row {
    HeaderType type;
    void (*rule)(DirectiveState&, const Header&);
};

constexpr Row kRows[] = {
    {HeaderType::kPageData, page_data},
    {HeaderType::kParameterArea, check_parameter_area},
    {HeaderType::kParameterInsert, parameter_insert},
    {HeaderType::kVpContext, vp_context},
    {HeaderType::kRequiredMemory, required_memory},
    {HeaderType::kErrorRange, error_range},
    {HeaderType::kSnpIdBlock, snp_id_block},
    {HeaderType::kVbsMeasurement, vbs_measurement},
};

void directive(DirectiveState& state, const Header& header) {
    check_reserved_fields(state.context, Rule::kReservedField, header);
    check_parameter(state, header);
    const auto row = std::ranges::find(kRows, header.info->type, &Row::type);
    if (row != std::ranges::end(kRows)) row->rule(state, header);
}

}  // namespace

void check_directive_rules(Context& context) {
    DirectiveState state{context};
    for (const Header header : context.image()) {
        if (header.info == nullptr) continue;
        known_mask(context, header);
        reserved_flags(context, header);
        page_table_region(state, header);
        if (header.info->section == Section::kDirective) directive(state, header);
    }
    sort_extents(context.extents());
    check_overlaps(context);
    check_required_memory(context);
}

}  // namespace igvm::check_detail
