#include "registers_json.hpp"

#include <fmt/format.h>

namespace igvm::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kCcaRegisters[] = {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "pc", "flags"};

std::string hex_text(std::uint64_t value) { return fmt::format("{:#x}", value); }

ordered_json segment_json(const x64::RegisterInfo& info, const x64::Segment& segment) {
    ordered_json json = ordered_json::object();
    if (info.kind == x64::RegisterKind::kSegment) {
        json["selector"] = hex_text(segment.selector);
        json["attributes"] = hex_text(segment.attributes);
    }
    json["limit"] = hex_text(segment.limit);
    json["base"] = hex_text(segment.base);
    return json;
}

ordered_json x64_json(ContextFormat format, Bytes context) {
    ordered_json registers = ordered_json::object();
    for (const x64::RegisterInfo& info : x64::register_table()) {
        const auto content = x64::read_register(format, context, info);
        if (!content) continue;
        const auto* const segment = std::get_if<x64::Segment>(&*content);
        registers[std::string(info.name)] =
            segment != nullptr ? segment_json(info, *segment) : ordered_json(hex_text(std::get<0>(*content)));
    }
    return registers;
}

/// The registers that the table has no name for: those of AArch64.
void add_unnamed(ordered_json& registers, Bytes context) {
    const std::uint32_t count = read<U32>(context, 0).value_or(U32{});
    for (std::size_t i = 0; i < count; ++i) {
        const auto entry = read<x64::VbsRegister>(context, sizeof(U32) + i * sizeof(x64::VbsRegister));
        if (!entry) return;
        if (x64::find_vbs_register(entry->name) != nullptr) continue;
        registers[hex_text(entry->name)] = hex_text(*read<U64>(entry->value, 0));
    }
}

ordered_json cca_json(Bytes context) {
    ordered_json registers = ordered_json::object();
    for (std::size_t i = 0; i < std::size(kCcaRegisters); ++i)
        if (const auto value = read<U64>(context, i * sizeof(U64)))
            registers[std::string(kCcaRegisters[i])] = hex_text(*value);
    return registers;
}

std::string_view encoding_of(PlatformType platform) {
    static constexpr std::string_view kByFormat[] = {"none", "native", "vmsa", "vbs", "cca"};
    return kByFormat[static_cast<std::size_t>(platform_info(platform).context)];
}

}  // namespace

ordered_json vp_json(const VpState& vp) {
    const auto format = x64_context_format(vp.platform);
    ordered_json json = {{"vp", vp.vp_index}, {"vtl", vp.vtl}};
    if (format == ContextFormat::kVmsa) json["gpa"] = hex_text(vp.gpa);
    json["encoding"] = encoding_of(vp.platform);
    ordered_json registers = format ? x64_json(*format, vp.context) : cca_json(vp.context);
    if (format == ContextFormat::kVbs) add_unnamed(registers, vp.context);
    json["registers"] = std::move(registers);
    return json;
}

}  // namespace igvm::tools
