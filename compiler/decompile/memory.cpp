// Memory that is promised, reported or moved: no data.
#include <fmt/format.h>

#include "decompile/spec_state.hpp"
#include "decompile/words.hpp"

namespace igvm::spec::decompiler {
namespace {

/// The language splits a longer required_memory in several headers, and an error range has to fit as well.
constexpr std::uint64_t kLongestSpan = (std::uint64_t{1} << 32) - kLargePageSize;

constexpr std::uint8_t kIsVtl2 = 1;

/// A block without a name: "required_memory on snp".
std::optional<BlockText> unnamed(const SpecState& state, std::string_view kind, std::uint32_t mask) {
    const auto scope = state.scopes.say(mask);
    if (!scope) return std::nullopt;
    return BlockText(std::string(kind) + *scope);
}

void set_place(BlockText& block, std::uint64_t gpa, std::uint64_t size) {
    block.set("at", hex_number(gpa));
    block.set("size", size_number(size));
}

void set_vp(BlockText& block, std::uint16_t vp_index, std::uint8_t vtl) {
    if (vtl != 0) block.set("vtl", std::to_string(vtl));
    if (vp_index != 0) block.set("vp", std::to_string(vp_index));
}

/// The words for the registers that move along; nothing when a flag has none.
std::optional<std::string> adjusted_registers(std::uint8_t flags) {
    const schema::BlockRow* row = schema::find_block("relocatable", "image", {});
    const schema::AttributeRow* adjust = row == nullptr ? nullptr : schema::find_attribute(*row, "adjust");
    return adjust == nullptr ? std::nullopt : words_of(*adjust, flags);
}

}  // namespace

std::optional<Said> say_required_memory(SpecState& state, std::uint32_t first) {
    const auto wire = *state.image.header(first).as<RequiredMemory>();
    auto block = unnamed(state, "required_memory", wire.compatibility_mask);
    const bool plain = (wire.flags & ~kRequiredMemoryVtl2Protectable) == 0;
    if (!block || !plain || wire.number_of_bytes > kLongestSpan) return std::nullopt;
    set_place(*block, wire.gpa, wire.number_of_bytes);
    if (wire.flags != U32{}) block->set("vtl2_protectable", "true");
    return Said{1, block->text()};
}

std::optional<Said> say_error_range(SpecState& state, std::uint32_t first) {
    const auto wire = *state.image.header(first).as<ErrorRange>();
    auto block = unnamed(state, "error_range", wire.compatibility_mask);
    if (!block || wire.size_bytes > kLongestSpan) return std::nullopt;
    set_place(*block, wire.gpa, wire.size_bytes);
    return Said{1, block->text()};
}

std::optional<Said> say_relocatable(SpecState& state, std::uint32_t first) {
    const auto wire = *state.image.header(first).as<RelocatableRegion>();
    const auto adjust = adjusted_registers(static_cast<std::uint8_t>(wire.flags & ~kIsVtl2));
    if (!adjust) return std::nullopt;
    auto block = state.block("relocatable", "relocatable_region", wire.compatibility_mask);
    if (!block) return std::nullopt;
    set_place(*block, wire.relocation_region_gpa, wire.relocation_region_size);
    block->set("align", size_number(wire.relocation_alignment));
    block->set("range", fmt::format("[{}, {}]", hex_number(wire.minimum_relocation_gpa),
                                    hex_number(wire.maximum_relocation_gpa)));
    set_vp(*block, wire.vp_index, wire.vtl);
    if ((wire.flags & kIsVtl2) != 0) block->set("vtl2", "true");
    if (*adjust != "[]") block->set("adjust", *adjust);
    return Said{1, block->text()};
}

std::optional<Said> say_page_table_region(SpecState& state, std::uint32_t first) {
    const auto wire = *state.image.header(first).as<PageTableRelocation>();
    if (schema::find_block("page_table_region", "image", {}) == nullptr) return std::nullopt;
    auto block = state.block("page_table_region", "page_table_region", wire.compatibility_mask);
    if (!block) return std::nullopt;
    set_place(*block, wire.gpa, wire.size);
    block->set("used", size_number(wire.used_size));
    set_vp(*block, wire.vp_index, wire.vtl);
    return Said{1, block->text()};
}

}  // namespace igvm::spec::decompiler
