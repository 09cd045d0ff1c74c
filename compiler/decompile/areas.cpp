#include "decompile/areas.hpp"

#include "decompile/spec_state.hpp"

namespace igvm::spec::decompiler {

Areas::Areas(const Image& image, const std::function<bool(std::uint32_t)>& as_stands) {
    std::uint32_t declared = 0;
    for (const Header& header : image) {
        const auto index = header.value(FieldKind::kAreaIndex);
        if (!index) continue;
        const auto [place, is_new] = areas_.try_emplace(static_cast<std::uint32_t>(*index));
        Area& area = place->second;
        if (header.optional() || as_stands(header.index)) area.sayable = false;
        if (header.is(HeaderType::kParameterArea)) {
            area.sayable = area.sayable && is_new;
            area.header = header.index;
            in_sequence_ = in_sequence_ && *index == declared++;
        } else if (const auto insert = header.as<ParameterInsert>()) {
            area.sayable = area.sayable && (area.mask & insert->compatibility_mask) == 0;
            area.inserts.push_back(header.index);
            area.mask |= insert->compatibility_mask;
        } else {
            const std::uint32_t kind = 1U << (header.type() & 31U);
            if (header.index != area.header + area.parameters + 1 || (area.kinds & kind) != 0) continue;
            area.kinds |= kind;
            ++area.parameters;
        }
    }
    for (auto& [index, area] : areas_) {
        area.sayable = area.sayable && !area.inserts.empty();
        in_sequence_ = in_sequence_ && area.sayable;
    }
}

Area* Areas::find(std::uint32_t index) {
    const auto found = areas_.find(index);
    return found != areas_.end() && found->second.sayable ? &found->second : nullptr;
}

namespace {

/// Adds the parameters that follow the area, as attributes of their names.
void add_parameters(const Image& image, const Area& area, BlockText& block) {
    for (std::uint32_t i = 1; i <= area.parameters; ++i) {
        const Header header = image.header(area.header + i);
        block.set(lower_case(header.info->name), hex_number(header.parameter()->byte_offset));
    }
}

}  // namespace

std::optional<Said> say_area(SpecState& state, std::uint32_t first) {
    const Header header = state.image.header(first);
    const auto wire = *header.as<ParameterArea>();
    Area* area = state.areas.find(wire.parameter_area_index);
    const auto payload = state.image.payload(header);
    if (area == nullptr || !payload) return std::nullopt;
    auto block = state.block("parameters", "parameters", area->mask);
    if (!block) return std::nullopt;
    if (area->inserted_at_once()) {
        const auto insert = *state.image.header(area->inserts.front()).as<ParameterInsert>();
        block->set("at", hex_number(insert.gpa));
    }
    block->set("size", size_number(wire.number_of_bytes));
    if (!state.areas.in_sequence()) block->set("index", hex_number(wire.parameter_area_index));
    if (!area->inserted_at_once()) block->set("insert", "later");
    if (!payload->empty()) block->set("initial", state.blobs.say({&*payload, 1}, block->name()));
    add_parameters(state.image, *area, *block);
    area->name = block->name();
    return Said{1 + area->parameters + (area->inserted_at_once() ? 1 : 0), block->text()};
}

std::optional<Said> say_insert(SpecState& state, std::uint32_t first) {
    const auto wire = *state.image.header(first).as<ParameterInsert>();
    const Area* area = state.areas.find(wire.parameter_area_index);
    const auto scope = state.scopes.say(wire.compatibility_mask);
    if (area == nullptr || area->name.empty() || !scope) return std::nullopt;
    BlockText block("insert " + area->name + *scope);
    block.set("at", hex_number(wire.gpa));
    return Said{1, block.text()};
}

}  // namespace igvm::spec::decompiler
