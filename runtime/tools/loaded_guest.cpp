#include "loaded_guest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "field_text.hpp"
#include "guest_range.hpp"
#include "registers_json.hpp"

namespace igvm::tools {
namespace {

using nlohmann::ordered_json;

std::string hex_text(std::uint64_t value) { return fmt::format("{:#x}", value); }

std::string_view kind_name(LaunchKind kind) {
    static constexpr std::string_view kKinds[] = {"page", "parameter", "vp_context", "error"};
    return kKinds[static_cast<std::size_t>(kind)];
}

ordered_json range_json(GpaRange range) { return {{"gpa", hex_text(range.gpa)}, {"size", range.size}}; }

/// "name": [ … ] with a line for each row, as large files have very many.
template <class Rows, class ToJson>
std::string list_text(std::string_view name, const Rows& rows, ToJson&& to_json) {
    std::string text = fmt::format("\"{}\": [", name);
    for (bool first = true; const auto& row : rows) {
        text += first ? "\n" : ",\n";
        text += ordered_json(to_json(row)).dump();
        first = false;
    }
    return text + "\n]";
}

}  // namespace

/// The guest's memory is what is launched; required memory holds nothing.
Result<void> LoadedGuest::map(GpaRange, MapReason) { return {}; }

Result<void> LoadedGuest::write(std::uint64_t gpa, Bytes content) {
    written_bytes_ += content.size();
    if (written_bytes_ > limit_)
        return fail(Rule::kLoadMemory, 0,
                    fmt::format("the image loads more than the {:#x} bytes that the host has", limit_));
    written_.push_back({gpa, content});
    return {};
}

Result<void> LoadedGuest::set_page_state(GpaRange range, const PageState& state) {
    launched_.push_back({range, state, std::nullopt});
    return {};
}

/// KVM gives all processors' save areas one address, at which each processor has its own page: memory holds
/// the first of them.
Result<void> LoadedGuest::set_vp_state(const VpState& vp) {
    vps_.push_back(vp);
    if (x64_context_format(vp.platform) != ContextFormat::kVmsa) return {};
    launched_.push_back({{vp.gpa, kPageSize}, {.kind = LaunchKind::kVpContext}, vp.vp_index});
    const bool first = save_areas_.insert(vp.gpa).second;
    return first && !vp.context.empty() ? write(vp.gpa, vp.context) : Result<void>{};
}

Result<std::vector<LoadedGuest::Stretch>> LoadedGuest::stretches() const {
    std::vector<GpaRange> ranges;
    for (const Launched& one : launched_)
        if (!one.vp) ranges.push_back(one.range);
    for (const std::uint64_t gpa : save_areas_) ranges.push_back({gpa, kPageSize});
    std::ranges::sort(ranges, {}, &GpaRange::gpa);
    std::vector<Stretch> stretches;
    std::uint64_t offset = 0;
    for (const GpaRange& range : ranges) {
        const std::uint64_t end =
            stretches.empty() ? 0 : stretches.back().range.gpa + stretches.back().range.size;
        if (range.gpa < end)
            return fail(Rule::kGpaOverlap, 0, fmt::format("two pages are loaded at {:#x}", range.gpa));
        if (stretches.empty() || range.gpa != end) stretches.push_back({{range.gpa, 0}, offset});
        stretches.back().range.size += range.size;
        offset += range.size;
    }
    return stretches;
}

FolderFile LoadedGuest::memory_file(const std::vector<Stretch>& stretches) const {
    FolderFile file{"memory.bin", 0, {}};
    if (!stretches.empty()) file.size = stretches.back().offset + stretches.back().range.size;
    for (const auto& [gpa, content] : written_) {
        const auto after =
            std::ranges::upper_bound(stretches, gpa, {}, [](const Stretch& one) { return one.range.gpa; });
        const Stretch& stretch = *std::prev(after);
        file.pieces.push_back({stretch.offset + (gpa - stretch.range.gpa), content});
    }
    return file;
}

std::string LoadedGuest::memory_json(const std::vector<Stretch>& stretches, const LoadReport& report) const {
    const FieldInfo& type =
        *find_header(static_cast<std::uint32_t>(HeaderType::kPageData))->field("data_type");
    std::string text = "{";
    text += list_text("ranges", stretches, [](const Stretch& one) {
        ordered_json json = range_json(one.range);
        json["offset"] = one.offset;
        return json;
    });
    text += ",\n" + list_text("launched", launched_, [&](const Launched& one) {
                ordered_json json = range_json(one.range);
                json["kind"] = kind_name(one.state.kind);
                if (one.vp) json["vp"] = *one.vp;
                if (one.state.kind == LaunchKind::kPage)
                    json["type"] = enum_name(static_cast<std::uint64_t>(one.state.type), type);
                json["measured"] = one.state.measured;
                json["shared"] = one.state.shared;
                return json;
            });
    text += ",\n" + list_text("relocations", report.relocations, [](const Relocation& one) {
                ordered_json json = range_json(one.from);
                json["to"] = hex_text(one.to);
                json["header"] = one.header_index;
                return json;
            });
    text += ",\n" + list_text("memory_map", report.memory_map, [](const MemoryMapEntry& one) {
                ordered_json json = range_json(one.range);
                json["type"] = memory_type_name(one.type);
                return json;
            });
    return text + "}\n";
}

std::string LoadedGuest::registers_json(Architecture architecture) const {
    const auto to_json = [&](const VpState& vp) { return vp_json(vp, architecture); };
    return fmt::format("{{{}}}\n", list_text("vps", vps_, to_json));
}

}  // namespace igvm::tools
