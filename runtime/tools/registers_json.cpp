#include "registers_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "igvm/aarch64.hpp"

namespace igvm::tools {
namespace {

using nlohmann::ordered_json;

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

std::span<const x64::RegisterInfo> table_of(Architecture architecture) {
    return architecture == Architecture::kAArch64 ? aarch64::register_table() : x64::register_table();
}

ordered_json named_registers(ContextFormat format, Bytes context, std::span<const x64::RegisterInfo> table) {
    ordered_json registers = ordered_json::object();
    for (const x64::RegisterInfo& info : table) {
        const auto content = x64::read_register(format, context, info);
        if (!content) continue;
        const auto* const segment = std::get_if<x64::Segment>(&*content);
        registers[std::string(info.name)] =
            segment != nullptr ? segment_json(info, *segment) : ordered_json(hex_text(std::get<0>(*content)));
    }
    return registers;
}

/// The registers of a VBS list that the table has no name for.
void add_unnamed(ordered_json& registers, Bytes context, std::span<const x64::RegisterInfo> table) {
    const std::uint32_t count = read<U32>(context, 0).value_or(U32{});
    for (std::size_t i = 0; i < count; ++i) {
        const auto entry = read<x64::VbsRegister>(context, sizeof(U32) + i * sizeof(x64::VbsRegister));
        if (!entry) return;
        const std::uint32_t name = entry->name;
        if (name != 0 && std::ranges::find(table, name, &x64::RegisterInfo::vbs) != table.end()) continue;
        registers[hex_text(name)] = hex_text(*read<U64>(entry->value, 0));
    }
}

std::string_view encoding_of(PlatformType platform) {
    static constexpr std::string_view kByFormat[] = {"none", "native", "vmsa", "vbs", "cca"};
    return kByFormat[static_cast<std::size_t>(platform_info(platform).context)];
}

}  // namespace

ordered_json vp_json(const VpState& vp, Architecture architecture) {
    const ContextFormat format = platform_info(vp.platform).context;
    const auto table = table_of(architecture);
    ordered_json json = {{"vp", vp.vp_index}, {"vtl", vp.vtl}};
    if (format == ContextFormat::kVmsa) json["gpa"] = hex_text(vp.gpa);
    json["encoding"] = encoding_of(vp.platform);
    ordered_json registers = named_registers(format, vp.context, table);
    if (format == ContextFormat::kVbs) add_unnamed(registers, vp.context, table);
    json["registers"] = std::move(registers);
    return json;
}

}  // namespace igvm::tools
