#include "c/admit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "c/codes.hpp"
#include "igvm/check.hpp"
#include "igvm/x64.hpp"

namespace igvm::c {
namespace {

/// The code of the section of `raw_type`; a type of no section belongs to none of the three.
std::int32_t code_of_type(std::uint32_t raw_type) {
    const std::optional<Section> section = section_of(raw_type);
    return section ? code_of(*section) : IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION;
}

/// The raw type of the header that holds the byte at `offset` of the file.
std::uint32_t type_at(const Image& image, std::uint64_t offset) {
    std::uint32_t first = 0;
    std::uint32_t last = image.header_count();
    while (last - first > 1) {
        const std::uint32_t middle = first + (last - first) / 2;
        (image.header(middle).offset <= offset ? first : last) = middle;
    }
    return image.header(first).raw_type;
}

const RuleCode* find_code(Rule rule) {
    const auto row = std::ranges::find(rule_codes(), rule, &RuleCode::rule);
    return row == rule_codes().end() ? nullptr : &*row;
}

/// A file whose headers cannot be walked: faults of the fixed header come first, then the header's own.
Refusal refusal_unopened(Bytes file, const Error& error) {
    const RuleCode* row = find_code(error.rule);
    const auto fixed = read<FixedHeader>(file, 0);
    if (row == nullptr || row->code || !fixed)
        return {row && row->code ? *row->code : IGVMAPI_INVALID_FILE, error};
    if (std::uint32_t{fixed->total_file_size} != file.size())
        return {IGVMAPI_INVALID_FIXED_HEADER,
                {Rule::kFileTotalSize, offsetof(FixedHeader, total_file_size),
                 fmt::format("total_file_size is {}, the file has {} bytes",
                             std::uint32_t{fixed->total_file_size}, file.size())}};
    if (const auto checksum = header_checksum(file); checksum && *checksum != fixed->checksum)
        return {IGVMAPI_INVALID_CHECKSUM,
                {Rule::kFileChecksum, offsetof(FixedHeader, checksum),
                 fmt::format("the checksum is {:#x}, the headers give {:#x}", std::uint32_t{fixed->checksum},
                             *checksum)}};
    // Both rules point at the length, which stands right behind the type.
    const auto type = read<U32>(file, error.offset - offsetof(VariableHeader, length));
    return {code_of_type(*type), error};
}

/// One finding of each rule in `rule_codes`, none of the others.
CheckOptions options_of_codes() {
    CheckOptions options{.max_per_rule = 1, .severities = {}};
    for (const RuleInfo& info : all_rules())
        if (find_code(info.rule) == nullptr) options.severities.push_back({info.rule, std::nullopt});
    return options;
}

/// The finding of the first rule in the order of `rule_codes`.
std::optional<Refusal> refusal_by_rules(const Image& image) {
    static const CheckOptions options = options_of_codes();
    const CheckReport report = check(image, options);
    for (const RuleCode& row : rule_codes()) {
        const auto finding = std::ranges::find(report.findings, row.rule, &Finding::rule);
        if (finding == report.findings.end()) continue;
        const std::int32_t code = row.code ? *row.code : code_of_type(type_at(image, finding->offset));
        return Refusal{code, {finding->rule, finding->offset, finding->detail}};
    }
    return std::nullopt;
}

using Judged = std::optional<Refusal>;

Judged refuse(std::int32_t code, Rule rule, std::uint64_t offset, std::string detail) {
    return Refusal{code, {rule, offset, std::move(detail)}};
}

Judged optional_header(const Image&, const Header& header) {
    if (!header.optional()) return std::nullopt;
    return refuse(IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION, Rule::kFileTypeRange, header.offset,
                  fmt::format("header type {:#x} has the optional bit, which libigvm 0.4 does not take",
                              header.raw_type));
}

Judged cca_policy(const Image& image, const Header& header) {
    const auto policy = header.as<CcaPolicy>();
    if (!policy) return std::nullopt;
    const std::uint64_t at = header.offset_of(FieldKind::kMask);
    if (image.architecture() != Architecture::kAArch64)
        return refuse(IGVMAPI_INVALID_HEADER_ARCH, Rule::kPolicyPlatform, at,
                      "a CCA_POLICY stands in a file for x64");
    std::uint32_t others = policy->compatibility_mask;
    for (const SupportedPlatform& platform : image.platforms())
        if (PlatformType{std::uint8_t{platform.platform_type}} == PlatformType::kCca)
            others &= ~std::uint32_t{platform.compatibility_mask};
    if (others == 0) return std::nullopt;
    return refuse(IGVMAPI_INVALID_CCA_POLICY_COMPATIBILITY_MASK, Rule::kPolicyPlatform, at,
                  fmt::format("bits {:#x} of the mask of a CCA_POLICY name no CCA platform", others));
}

/// x0 to x7, pc and flags fill the first bytes of the page; the rules of the format do not judge the others.
Judged cca_tail(const Image& image, const Header& header) {
    constexpr std::size_t kRegisters = 10 * sizeof(U64);
    const Bytes page = *image.payload(header);
    const auto found =
        std::ranges::find_if(page.subspan(kRegisters), [](std::uint8_t byte) { return byte != 0; });
    if (found == page.end()) return std::nullopt;
    return refuse(IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER, Rule::kNativeContextTail,
                  static_cast<std::uint64_t>(&*found - image.bytes().data()),
                  fmt::format("the page of a CCA context is not zero behind its {} bytes", kRegisters));
}

Judged vp_context(const Image& image, const Header& header) {
    const auto context = header.as<VpContext>();
    if (!context) return std::nullopt;
    const auto bad = [&](Rule rule, std::uint64_t offset, std::string detail) {
        return refuse(IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER, rule, offset, std::move(detail));
    };
    const ContextFormat format = image.context_format(context->compatibility_mask);
    if (format == ContextFormat::kNone)
        return bad(Rule::kMaskUnknown, header.offset_of(FieldKind::kMask),
                   fmt::format("the mask {:#x} of a VP_CONTEXT names no platform that takes one",
                               std::uint32_t{context->compatibility_mask}));
    if (context->file_offset == 0u)
        return bad(Rule::kFileDataOffset, header.offset_of(FieldKind::kFileOffset),
                   "a VP_CONTEXT has no data");
    if (format == ContextFormat::kVbs && context->vp_index != std::uint16_t{0})
        return bad(Rule::kVbsRegisters,
                   header.offset + sizeof(VariableHeader) + offsetof(VpContext, vp_index),
                   fmt::format("a VBS context is of VP {}, only VP 0 can have one",
                               std::uint16_t{context->vp_index}));
    return format == ContextFormat::kCca ? cca_tail(image, header) : std::nullopt;
}

constexpr Judged (*kHeaderConditions[])(const Image&, const Header&) = {optional_header, cca_policy,
                                                                        vp_context};

/// Who moves registers of a VP, by VP index and VTL.
using VpKey = std::pair<std::uint16_t, std::uint8_t>;

/// The masks of the VBS contexts of each VP and VTL.
std::map<VpKey, std::uint32_t> vbs_contexts(const Image& image) {
    std::map<VpKey, std::uint32_t> found;
    for (const Header header : image) {
        const auto context = header.as<VpContext>();
        if (!context || image.context_format(context->compatibility_mask) != ContextFormat::kVbs) continue;
        const auto first = read<x64::VbsRegister>(*image.payload(header), sizeof(U32));
        found[{context->vp_index, first->vtl}] |= context->compatibility_mask;
    }
    return found;
}

/// libigvm 0.4 knows relocated registers of VBS contexts only, and is content with one of the mask's
/// platforms.
Judged relocated_vp(const std::map<VpKey, std::uint32_t>& contexts, const Header& header) {
    const auto judge = [&](const auto& region) -> Judged {
        const auto found = contexts.find({region.vp_index, region.vtl});
        if (found != contexts.end() && (found->second & region.compatibility_mask) != 0) return std::nullopt;
        return refuse(IGVMAPI_NO_MATCHING_VP_CONTEXT, Rule::kRelocationContext, header.offset,
                      fmt::format("no VBS context of VP {} and VTL {} is there for mask {:#x}",
                                  std::uint16_t{region.vp_index}, std::uint8_t{region.vtl},
                                  std::uint32_t{region.compatibility_mask}));
    };
    if (const auto region = header.as<RelocatableRegion>()) return judge(*region);
    if (const auto tables = header.as<PageTableRelocation>()) return judge(*tables);
    return std::nullopt;
}

/// What libigvm 0.4 refuses and the rules of the format do not, or judge in another way.
Judged refusal_by_interface(const Image& image) {
    if (image.data_begin() == image.bytes().size())
        return refuse(IGVMAPI_INVALID_FIXED_HEADER, Rule::kFileDataOffset,
                      offsetof(FixedHeader, total_file_size),
                      "no data follows the variable headers, which libigvm 0.4 does not take");
    std::set<std::uint32_t> inserted;
    for (const Header header : image) {
        for (const auto condition : kHeaderConditions)
            if (Judged judged = condition(image, header)) return judged;
        const auto insert = header.as<ParameterInsert>();
        if (insert && !inserted.insert(insert->parameter_area_index).second)
            return refuse(IGVMAPI_INVALID_PARAMETER_AREA_INDEX, Rule::kAreaInsertedTwice,
                          header.offset_of(FieldKind::kAreaIndex),
                          fmt::format("parameter area {} is inserted a second time",
                                      std::uint32_t{insert->parameter_area_index}));
    }
    const auto contexts = vbs_contexts(image);
    for (const Header header : image)
        if (Judged judged = relocated_vp(contexts, header)) return judged;
    return std::nullopt;
}

}  // namespace

tl::expected<Image, Refusal> admit(Bytes file) {
    Result<Image> image = Image::open(file);
    if (!image) return tl::unexpected(refusal_unopened(file, image.error()));
    if (Judged refused = refusal_by_rules(*image)) return tl::unexpected(*std::move(refused));
    if (Judged refused = refusal_by_interface(*image)) return tl::unexpected(*std::move(refused));
    return *std::move(image);
}

}  // namespace igvm::c
