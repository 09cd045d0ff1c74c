// VP_CONTEXT as registers over a start state.
#include <fmt/format.h>
#include <algorithm>
#include <bit>

#include "decompile/spec_state.hpp"
#include "decompile/words.hpp"
#include "generate/context.hpp"
#include "generate/start_state.hpp"
#include "igvm/aarch64.hpp"

namespace igvm::spec::decompiler {
namespace {

using x64::RegisterInfo;
using x64::RegisterKind;

/// A VP context to say: what it is and its bytes.
struct Subject {
    PlatformType platform;
    ContextFormat format;
    Architecture architecture;
    Bytes bytes;

    bool is_x64() const { return architecture == Architecture::kX64; }
    std::span<const RegisterInfo> table() const {
        return is_x64() ? x64::register_table() : aarch64::register_table();
    }
};

const schema::AttributeRow& attribute_row(std::string_view name) {
    return *schema::find_attribute(*schema::find_block("vp_context", "image", {}), name);
}

/// Registers lie within one another (gs and gs_base): what an earlier row of the table covers is not said
/// twice.
bool is_covered(ContextFormat format, const RegisterInfo& info) {
    if (format != ContextFormat::kVmsa || !info.vmsa.present()) return false;
    return std::ranges::any_of(x64::register_table(), [&](const RegisterInfo& other) {
        return &other != &info && other.vmsa.width > info.vmsa.width &&
               other.vmsa.offset <= info.vmsa.offset &&
               info.vmsa.offset < other.vmsa.offset + other.vmsa.width;
    });
}

/// The registers that differ from those of the start state, whose bytes are `start`, or that it needs.
std::vector<model::RegisterValue> registers_over(const Subject& subject, model::StartState state,
                                                 Bytes start) {
    std::vector<model::RegisterValue> registers;
    const auto needed = generate::needed_registers(state);
    for (const RegisterInfo& info : subject.table()) {
        const auto value = x64::read_register(subject.format, subject.bytes, info);
        if (value && !is_covered(subject.format, info) &&
            (value != x64::read_register(subject.format, start, info) ||
             std::ranges::count(needed, info.name) != 0))
            registers.push_back({&info, *value});
    }
    return registers;
}

std::uint64_t sev_features(const Subject& subject) {
    if (subject.format != ContextFormat::kVmsa) return 0;
    const auto features = read<U64>(subject.bytes, x64::kVmsaSevFeaturesOffset);
    return features ? *features & ~x64::kSevFeatureSnp : 0;
}

/// The context over one start state, or nothing when that does not give the same bytes.
std::optional<model::VpContext> over_start(const Subject& subject, model::StartState start) {
    model::VpContext context;
    context.platform = subject.platform;
    context.vtl = x64::vtl_of(subject.format, subject.bytes);
    context.start = start;
    context.sev_features = sev_features(subject);
    context.registers = registers_over(subject, start, generate::encode_context(context));
    if (!std::ranges::equal(generate::encode_context(context), subject.bytes)) return std::nullopt;
    return context;
}

/// Whether the language lets the registers stand beside their start state.
bool suits_start(const model::VpContext& context) {
    const auto names = [&](std::string_view name) {
        return std::ranges::any_of(context.registers,
                                   [&](const auto& reg) { return reg.info->name == name; });
    };
    const auto fits = [&](const model::RegisterValue& reg) {
        const auto* segment = std::get_if<x64::Segment>(&reg.value);
        const std::uint64_t value = segment != nullptr ? segment->base : std::get<std::uint64_t>(reg.value);
        return value <= generate::max_value(context.start, *reg.info);
    };
    return std::ranges::all_of(generate::needed_registers(context.start), names) &&
           std::ranges::all_of(context.registers, fits);
}

/// What takes the fewest registers; nothing when the context has to be given as bytes.
std::optional<model::VpContext> shortest(const Subject& subject) {
    if (!is_sayable_context(subject.format, subject.bytes)) return std::nullopt;
    std::optional<model::VpContext> best = over_start(subject, model::StartState::kNone);
    if (!subject.is_x64()) return best;
    for (const schema::Keyword& word : attribute_row("start").keywords) {
        auto context = over_start(subject, static_cast<model::StartState>(word.value));
        if (context && suits_start(*context) && (!best || context->registers.size() < best->registers.size()))
            best = std::move(context);
    }
    return best;
}

const WrittenRegion* region_at(const SpecState& state, std::uint64_t address, std::uint32_t mask) {
    const auto found = state.regions.find(address);
    return found != state.regions.end() && (found->second.mask & mask) != 0 ? &found->second : nullptr;
}

/// Registers that are likely to hold the address of a region.
constexpr std::string_view kPointers[] = {"rip", "cr3", "rsi"};

std::string plain_value(const SpecState& state, const RegisterInfo& info, std::uint64_t value,
                        std::uint32_t mask) {
    const WrittenRegion* region = region_at(state, value, mask);
    if (region != nullptr && std::ranges::count(kPointers, info.name) != 0) return region->name + ".at";
    return hex_number(value);
}

void set_segment(BlockText& block, const RegisterInfo& info, const x64::Segment& segment) {
    BlockText nested{std::string(info.name)};
    if (info.kind == RegisterKind::kSegment) {
        nested.set("selector", hex_number(segment.selector));
        nested.set("attributes", hex_number(segment.attributes));
    }
    if (segment.base != 0 || info.kind == RegisterKind::kTable) nested.set("base", hex_number(segment.base));
    nested.set("limit", hex_number(segment.limit));
    block.nest(nested);
}

/// "gdt = NAME" where the register covers just the data of a region.
bool set_table(const SpecState& state, BlockText& block, const RegisterInfo& info, const x64::Segment& table,
               std::uint32_t mask) {
    const WrittenRegion* region = region_at(state, table.base, mask);
    if (info.kind != RegisterKind::kTable || region == nullptr || region->data_size != table.limit + 1ULL)
        return false;
    block.set(info.name.substr(0, 3), region->name);
    return true;
}

void set_registers(const SpecState& state, BlockText& block, const model::VpContext& context,
                   std::uint32_t mask) {
    std::vector<const model::RegisterValue*> segments;
    for (const model::RegisterValue& reg : context.registers) {
        const auto* segment = std::get_if<x64::Segment>(&reg.value);
        if (segment == nullptr)
            block.set(reg.info->name,
                      plain_value(state, *reg.info, std::get<std::uint64_t>(reg.value), mask));
        else if (!set_table(state, block, *reg.info, *segment, mask))
            segments.push_back(&reg);
    }
    for (const model::RegisterValue* reg : segments)
        set_segment(block, *reg->info, std::get<x64::Segment>(reg->value));
}

/// "[vtom, debug_swap]", or a number where a bit has no name.
std::string feature_names(std::uint64_t features) {
    const schema::AttributeRow& row = attribute_row("sev_features");
    const auto words = words_of(row, features);
    return words ? *words : hex_number(features);
}

void set_start(BlockText& block, const model::VpContext& context) {
    const auto words = attribute_row("start").keywords;
    const auto word =
        std::ranges::find(words, static_cast<std::uint64_t>(context.start), &schema::Keyword::value);
    if (context.start != model::StartState::kNone) block.set("start", word->name);
    if (context.sev_features != 0) block.set("sev_features", feature_names(context.sev_features));
}

/// Native and CCA contexts need version 2 of the format, says the compiler.
bool fits_version(const Image& image, std::optional<PlatformType> platform) {
    const ContextFormat format = platform ? platform_info(*platform).context : ContextFormat::kNone;
    const bool newer = format == ContextFormat::kNativeX64 || format == ContextFormat::kCca;
    return !newer || image.fixed_header_v2().has_value();
}

}  // namespace

std::optional<Said> say_vp_context(SpecState& state, std::uint32_t first) {
    const Header header = state.image.header(first);
    const auto wire = *header.as<VpContext>();
    const std::uint32_t mask = wire.compatibility_mask;
    const auto platform = state.image.platform_of(mask);
    const auto payload = state.image.payload(header);
    if (!fits_version(state.image, platform) || !platform || !std::has_single_bit(mask) || !payload ||
        payload->empty())
        return std::nullopt;
    auto block = state.block("vp_context", fmt::format("vp{}", std::uint16_t{wire.vp_index}), mask);
    if (!block) return std::nullopt;
    const Subject subject{*platform, platform_info(*platform).context, state.image.architecture(), *payload};
    if (wire.gpa != U64{} || subject.format == ContextFormat::kVmsa) block->set("at", hex_number(wire.gpa));
    block->set("vp", std::to_string(wire.vp_index));
    if (const auto vtl = x64::vtl_of(subject.format, subject.bytes); vtl != 0)
        block->set("vtl", std::to_string(vtl));
    if (const auto context = !state.blobs.in_section() ? shortest(subject) : std::nullopt) {
        set_start(*block, *context);
        set_registers(state, *block, *context, mask);
    } else {
        block->set("raw", state.blobs.say({&*payload, 1}, block->name()));
    }
    return Said{1, block->text()};
}

}  // namespace igvm::spec::decompiler
