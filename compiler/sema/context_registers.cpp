#include "sema/context_registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

#include "generate/context.hpp"
#include "generate/start_state.hpp"
#include "sema/registers.hpp"

namespace igvm::spec {
namespace {

using x64::RegisterInfo;
using x64::RegisterKind;

constexpr std::uint64_t kTableLimit = 0xFFFF;

/// Bits of the register in the encoding; 0: it has no such register.
unsigned register_bits(const RegisterInfo& info, ContextFormat format) {
    switch (format) {
        case ContextFormat::kVmsa:
            return 8u * info.vmsa.width;
        case ContextFormat::kNativeX64:
        case ContextFormat::kCca:
            return 8u * info.native.width;
        case ContextFormat::kVbs:
            return info.vbs == 0 ? 0 : 64;
        case ContextFormat::kNone:
            break;
    }
    return 0;
}

}  // namespace

void RegisterBinder::refuse(Code code, Span place, std::string message, std::string help) {
    binding_.error(code, place, std::move(message), std::move(help));
    good_ = false;
}

std::uint64_t RegisterBinder::integer(const BoundBlock& block, std::string_view name, std::uint64_t absent,
                                      std::uint64_t max) {
    const auto value = binding_.integer(block, name, platform_, absent, max);
    good_ = good_ && value.has_value();
    return value.value_or(0);
}

bool RegisterBinder::bind(model::VpContext& context) {
    bind_start();
    bind_features();
    bind_registers();
    check_needed();
    context.start = context_.start;
    context.sev_features = context_.sev_features;
    context.registers = std::move(context_.registers);
    return good_;
}

std::optional<std::uint64_t> RegisterBinder::encoded_size() {
    if (format() != ContextFormat::kVbs) return kPageSize;
    const auto start = binding_.keyword(block_, "start", platform_, 0);
    if (!start) return std::nullopt;
    std::set<const RegisterInfo*> registers;
    const auto add_row = [&](const RegisterInfo* info) {
        if (info != nullptr && info->vbs != 0) registers.insert(info);
    };
    const auto add_named = [&](std::string_view name) {
        add_row(find_register(binding_.architecture, name));
    };
    for (const auto& each : generate::start_registers(static_cast<model::StartState>(*start), encoding_))
        add_row(each.info);
    if (block_.find("gdt", platform_) != nullptr) add_named("gdtr");
    if (block_.find("idt", platform_) != nullptr) add_named("idtr");
    for (const BoundAttribute& attribute : block_.attributes)
        if (attribute.row == nullptr && contains(attribute.platforms, platform_))
            add_named(attribute.tree->name.text);
    for (const auto& block : block_.blocks)
        if (contains(block->platforms, platform_)) add_named(block->row->kind);
    return generate::vbs_size(registers.size());
}

void RegisterBinder::bind_start() {
    const auto start = binding_.keyword(block_, "start", platform_, 0);
    good_ = good_ && start.has_value();
    context_.start = static_cast<model::StartState>(start.value_or(0));
    if (binding_.architecture != Architecture::kX64 && context_.start != model::StartState::kNone) {
        refuse(Code::kArchitecture, block_.find("start", platform_)->tree->value->span,
               "the start states are those of x64", "give the registers one by one");
    }
}

void RegisterBinder::check_needed() {
    std::vector<std::string_view> missing;
    for (const std::string_view name : generate::needed_registers(context_.start))
        if (!places_.contains(x64::find_register(name))) missing.push_back(name);
    if (missing.empty() || !good_) return;
    good_ = false;
    const auto& words = block_.find("start", platform_)->row->keywords;
    const auto start =
        std::ranges::find(words, static_cast<std::uint64_t>(context_.start), &schema::Keyword::value);
    binding_.missing(block_,
                     fmt::format("{} starts in {} and needs {} on {}", block_.title(), start->name,
                                 fmt::join(missing, " and "), binding_.platform_name(platform_)),
                     fmt::format("write '{} = …;'", fmt::join(missing, " = …; ")));
}

/// Legacy modes take no more bits than they have.
void RegisterBinder::check_limit(std::string_view subject, std::uint64_t value, std::uint64_t max,
                                 Span place) {
    if (value <= max) return;
    refuse(Code::kNarrowing, place,
           fmt::format("{} is {:#x}, but the code that starts there has {} bits: at most {:#x}", subject,
                       value, std::bit_width(max), max),
           "begin in a mode with more bits: start = flat32 or long_mode");
}

/// What to do about that which the encoding does not have; one that the block names is that of all platforms.
std::string RegisterBinder::elsewhere(std::string_view help) const {
    return block_.find("encoding", platform_) != nullptr ? "remove it" : std::string(help);
}

void RegisterBinder::bind_features() {
    const BoundAttribute* features = block_.find("sev_features", platform_);
    if (features == nullptr) return;
    if (format() != ContextFormat::kVmsa) {
        refuse(Code::kConflict, features->tree->name.span, fmt::format("{} has no sev_features", owner_),
               elsewhere("write 'sev_features on snp = …'"));
        return;
    }
    context_.sev_features = feature_bits(*features);
    if ((context_.sev_features & x64::kSevFeatureSnp) != 0) {
        refuse(Code::kConflict, features->tree->value->span,
               "bit 0 of sev_features says SNP and follows the platform", "leave bit 0 out");
    }
}

/// A list of names, or the integer.
std::uint64_t RegisterBinder::feature_bits(const BoundAttribute& features) {
    const Expr& value = *features.tree->value;
    if (value.kind == ExprKind::kName && schema::find_keyword(*features.row, value.text) != nullptr &&
        binding_.evaluator.find_declaration(value.text) == nullptr) {
        refuse(Code::kTypeMismatch, value.span,
               fmt::format("{} is a list of words, or an integer", block_.attribute("sev_features")),
               fmt::format("write sev_features = [{}]", value.text));
        return 0;
    }
    if (value.kind != ExprKind::kList) return integer(block_, "sev_features", 0, UINT64_MAX);
    const auto bits = binding_.words(block_, "sev_features", platform_);
    good_ = good_ && bits.has_value();
    return bits.value_or(0);
}

void RegisterBinder::bind_registers() {
    bind_table("gdt", "gdtr");
    bind_table("idt", "idtr");
    for (const BoundAttribute& attribute : block_.attributes) {
        if (attribute.row != nullptr || !contains(attribute.platforms, platform_)) continue;
        const Name& name = attribute.tree->name;
        const RegisterInfo* info = find(name.text, name.span);
        if (info == nullptr) continue;
        const unsigned bits = register_bits(*info, format());
        const std::uint64_t max = bits == 0 || bits >= 64 ? UINT64_MAX : (std::uint64_t{1} << bits) - 1;
        const std::uint64_t value = integer(block_, info->name, 0, max);
        check_limit(info->name, value, generate::max_value(context_.start, *info),
                    attribute.tree->value->span);
        add(info, value, name.span);
    }
    for (const auto& block : block_.blocks) {
        if (contains(block->platforms, platform_)) bind_block(*block);
    }
}

const RegisterInfo* RegisterBinder::find(std::string_view name, Span place) {
    const RegisterInfo* info = find_register(binding_.architecture, name);
    if (info == nullptr) {
        const std::string_view word = binding_.architecture == Architecture::kX64 ? "x64" : "aarch64";
        refuse(Code::kUnknownRegister, place, fmt::format("{} has no register {}", word, name),
               did_you_mean(name, register_names(binding_.architecture)));
    }
    return info;
}

void RegisterBinder::bind_table(std::string_view attribute, std::string_view register_name) {
    const BoundAttribute* given = block_.find(attribute, platform_);
    if (given == nullptr) return;
    const RegisterInfo* info = find(register_name, given->tree->name.span);
    const auto table = binding_.reference(block_, attribute, platform_);
    good_ = good_ && table.has_value();
    if (!table || info == nullptr) return;
    const BoundAttribute* data =
        (*table)->row->kind == "region" ? (*table)->find("data", platform_) : nullptr;
    if (data == nullptr) {
        return refuse(Code::kTypeMismatch, given->tree->value->span,
                      fmt::format("{} {}", (*table)->title(),
                                  (*table)->row->kind == "region" ? "has no data" : "is not a region"));
    }
    const auto base = binding_.address(**table, platform_);
    const auto size = binding_.evaluator.size_of(*data->tree->value, platform_, "region data");
    good_ = good_ && base && size;
    if (!base || !size) return;
    if (*size == 0 || *size - 1 > kTableLimit) {
        return refuse(
            Code::kSize, given->tree->value->span,
            fmt::format("a descriptor table has 1 to 65536 bytes, {} has {}", (*table)->title(), *size));
    }
    add(info, x64::Segment{0, 0, static_cast<std::uint32_t>(*size - 1), *base}, given->tree->name.span);
}

/// A save area packs the attributes into 12 bits (AMD APM volume 2, section 4.7 and table B-2).
void RegisterBinder::check_attributes(const BoundBlock& block, std::uint16_t attributes) {
    if (format() != ContextFormat::kVmsa ||
        x64::unpack_attributes(x64::pack_attributes(attributes)) == attributes)
        return;
    refuse(Code::kNarrowing, block.find("attributes", platform_)->tree->value->span,
           fmt::format("attributes {:#x} have bits 8 to 11, which a save area does not hold", attributes),
           "clear them: they are no attributes");
}

void RegisterBinder::bind_block(const BoundBlock& block) {
    const RegisterInfo* info = find(block.row->kind, block.tree->kind.span);
    if (info == nullptr) return;
    x64::Segment segment;
    const bool table = info->kind == RegisterKind::kTable;
    if (!table) {
        segment.selector = static_cast<std::uint16_t>(integer(block, "selector", 0, UINT16_MAX));
        segment.attributes = static_cast<std::uint16_t>(integer(block, "attributes", 0, UINT16_MAX));
        check_attributes(block, segment.attributes);
    }
    segment.limit = static_cast<std::uint32_t>(integer(block, "limit", 0, table ? kTableLimit : UINT32_MAX));
    const bool narrow = !table && format() == ContextFormat::kNativeX64;
    segment.base = integer(block, "base", 0, narrow ? UINT32_MAX : UINT64_MAX);
    if (const BoundAttribute* base = block.find("base", platform_))
        check_limit(fmt::format("the base of {}", info->name), segment.base,
                    generate::max_value(context_.start, *info), base->tree->value->span);
    add(info, segment, block.tree->kind.span);
}

void RegisterBinder::add(const RegisterInfo* info, Content value, Span place) {
    if (register_bits(*info, format()) == 0) {
        return refuse(Code::kUnknownRegister, place, fmt::format("{} has no register {}", owner_, info->name),
                      elsewhere("limit it to other platforms with 'on …'"));
    }
    if (const auto [first, added] = places_.try_emplace(info, place); !added) {
        good_ = false;
        return binding_.diagnostics.report({Code::kDuplicateAttribute,
                                            place,
                                            fmt::format("register {} has two values", info->name),
                                            "",
                                            {{first->second, "the first is here"}},
                                            "remove one of them"});
    }
    context_.registers.push_back({info, value});
}

}  // namespace igvm::spec
