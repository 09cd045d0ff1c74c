// Headers as they stand, where the language has no words for them.
#include <fmt/format.h>

#include "decompile/spec_state.hpp"

namespace igvm::spec::decompiler {

namespace {

/// "VP_COUNT: parameter_area_index = 0, byte_offset = 0x10": the integers of a known header.
std::string remark(const Header& header) {
    if (header.info == nullptr) return "A header of a type that is not known here.";
    std::string text;
    for (const FieldInfo& field : header.info->fields) {
        if (field.kind == FieldKind::kBytes || field.kind == FieldKind::kReserved ||
            field.width > sizeof(U64))
            continue;
        text += fmt::format("{} {} = {}", text.empty() ? ":" : ",", field.name,
                            hex_number(field_value(header.body, field)));
    }
    return std::string(header.info->name) + text;
}

}  // namespace

std::string say_as_it_stands(SpecState& state, const Header& header) {
    const std::string name = header.info == nullptr ? "header" : lower_case(header.info->name);
    BlockText block("header");
    block.remark(remark(header));
    block.set("type", fmt::format("{:#x}", header.type()));
    if (header.optional()) block.set("optional", "true");
    const Bytes body = header.body;
    const bool in_spec = is_short(body);
    block.set("bytes", in_spec ? literal(body) : state.blobs.say_apart(body, name));
    if (state.has_odd_padding(header)) block.set("padding", literal(header.padding));
    // A place in a data section that is given as a whole is part of the bytes.
    const auto payload = state.image.payload(header);
    if (!state.blobs.in_section() && payload && !payload->empty())
        block.set("data", state.blobs.say({&*payload, 1}, name));
    return block.text();
}

}  // namespace igvm::spec::decompiler
