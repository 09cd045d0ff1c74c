// What an image says of its own measurement, before it is signed. The digest is the compiler's to fill in.
#include <algorithm>

#include "decompile/spec_state.hpp"

namespace igvm::spec::decompiler {
namespace {

bool is_zero(Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

std::optional<BlockText> block(const SpecState& state, std::string_view kind, std::uint32_t mask) {
    const auto scope = state.scopes.say(mask);
    return scope ? std::optional(BlockText(std::string(kind) + *scope)) : std::nullopt;
}

void set_number(BlockText& text, std::string_view name, std::uint32_t value) {
    if (value != 0) text.set(name, hex_number(value));
}

}  // namespace

std::optional<Said> say_id_block(SpecState& state, std::uint32_t first) {
    const auto wire = *state.image.header(first).as<SnpIdBlock>();
    auto text = block(state, "id_block", wire.compatibility_mask);
    if (!text || !is_zero(bytes_of(wire.id_key_signature)) || wire.author_key_enabled != U8{})
        return std::nullopt;
    if (!is_zero(wire.family_id)) text->set("family_id", literal(wire.family_id));
    if (!is_zero(wire.image_id)) text->set("image_id", literal(wire.image_id));
    text->set("version", std::to_string(wire.version));
    set_number(*text, "svn", wire.guest_svn);
    return Said{1, text->text()};
}

std::optional<Said> say_vbs_measurement(SpecState& state, std::uint32_t first) {
    const auto wire = *state.image.header(first).as<VbsMeasurement>();
    auto text = block(state, "vbs_measurement", wire.compatibility_mask);
    if (!text || !is_zero(wire.signature)) return std::nullopt;
    set_number(*text, "product_id", wire.product_id);
    set_number(*text, "module_id", wire.module_id);
    set_number(*text, "security_version", wire.security_version);
    set_number(*text, "policy", wire.policy_flags);
    return Said{1, text->text()};
}

}  // namespace igvm::spec::decompiler
