#include <fmt/format.h>

#include "igvm/describe.hpp"
#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

struct ParameterKind {
    std::string_view name;
    HeaderType type;
};

constexpr ParameterKind kParameterKinds[] = {
    {"vp_count", HeaderType::kVpCount},
    {"environment_info", HeaderType::kEnvironmentInfo},
    {"srat", HeaderType::kSrat},
    {"madt", HeaderType::kMadt},
    {"mmio_ranges", HeaderType::kMmioRanges},
    {"memory_map", HeaderType::kMemoryMap},
    {"command_line", HeaderType::kCommandLine},
    {"slit", HeaderType::kSlit},
    {"pptt", HeaderType::kPptt},
    {"device_tree", HeaderType::kDeviceTree},
};

const ParameterKind* find_kind(std::string_view name) {
    const auto found = std::ranges::find(kParameterKinds, name, &ParameterKind::name);
    return found == std::end(kParameterKinds) ? nullptr : found;
}

bool same(const model::ParameterArea& a, const model::ParameterArea& b) {
    const auto equal = [](const model::ParameterPlace& x, const model::ParameterPlace& y) {
        return x.type == y.type && x.byte_offset == y.byte_offset;
    };
    return a.index == b.index && a.size == b.size && same_bytes(a.initial, b.initial) &&
           std::ranges::equal(a.parameters, b.parameters, equal);
}

}  // namespace

ParameterBinder::ParameterBinder(Binding& binding) : binding_(binding) {
    std::map<std::uint64_t, Span> named;
    for (const BoundBlock* block : binding.items) {
        if (block->row->kind != "parameters") continue;
        for (const BoundAttribute& attribute : block->attributes) {
            if (attribute.row->name != "index" || binding.each(attribute.platforms).empty()) continue;
            const PlatformIndex platform = binding.each(attribute.platforms).front();
            const auto index = binding.integer(*block, "index", platform, 0, UINT32_MAX);
            if (!index) continue;
            const Span place = attribute.tree->value->span;
            const auto [first, inserted] = named.try_emplace(*index, place);
            taken_.insert(static_cast<std::uint32_t>(*index));
            if (inserted) continue;
            binding.diagnostics.report({Code::kConflict,
                                        place,
                                        fmt::format("parameter area index {} is taken", *index),
                                        "",
                                        {{first->second, "by this one"}},
                                        "remove index: it is chosen then"});
        }
    }
}

std::optional<std::uint32_t> ParameterBinder::index_of(const BoundBlock& block, PlatformIndex platform) {
    if (block.find("index", platform) == nullptr) {
        while (taken_.contains(next_)) ++next_;
        return next_;
    }
    const auto index = binding_.integer(block, "index", platform, 0, UINT32_MAX);
    return index ? std::optional(static_cast<std::uint32_t>(*index)) : std::nullopt;
}

bool ParameterBinder::add_parameters(const BoundBlock& block, PlatformIndex platform,
                                     model::ParameterArea& area) {
    bool good = true;
    for (const BoundAttribute& attribute : block.attributes) {
        const ParameterKind* kind = find_kind(attribute.row->name);
        if (kind == nullptr || !contains(attribute.platforms, platform)) continue;
        const auto offset = binding_.integer(block, kind->name, platform, 0, UINT32_MAX);
        const std::uint64_t least = find_header(static_cast<std::uint32_t>(kind->type))->parameter_size;
        if (offset && (*offset > area.size || least > area.size - *offset)) {
            binding_.error(Code::kOutOfRange, attribute.tree->value->span,
                           fmt::format("{} takes at least {} bytes at {:#x}, but the area has {:#x}",
                                       kind->name, least, *offset, area.size),
                           "enlarge the area or lower the offset");
            good = false;
        } else if (offset) {
            area.parameters.push_back({kind->type, static_cast<std::uint32_t>(*offset)});
        } else {
            good = false;
        }
    }
    return good;
}

std::optional<model::ParameterArea> ParameterBinder::area_on(const BoundBlock& block,
                                                             PlatformIndex platform) {
    const auto size = binding_.size(block, platform);
    const auto initial = binding_.bytes(block, "initial", platform);
    const auto index = index_of(block, platform);
    if (!size || !initial || !index) return std::nullopt;
    model::ParameterArea area{*index, *size, *initial, {}, {}};
    if (initial->bytes.size() > *size) {
        binding_.error(Code::kSize, block.find("initial", platform)->tree->value->span,
                       fmt::format("{:#x} bytes of initial data do not fit in an area of {:#x}",
                                   initial->bytes.size(), *size));
        return std::nullopt;
    }
    if (!add_parameters(block, platform, area)) return std::nullopt;
    return area;
}

std::vector<model::InsertPlace> ParameterBinder::places(const BoundBlock& block, Area& area) {
    std::vector<model::InsertPlace> places;
    for (PlatformIndex platform : binding_.each(block.platforms)) {
        const auto gpa = binding_.address(block, platform);
        if (!gpa) continue;
        const auto same_place =
            std::ranges::find_if(places, [&](const model::InsertPlace& place) { return place.gpa == *gpa; });
        if (same_place != places.end()) {
            same_place->mask |= binding_.platforms[platform].mask;
        } else {
            places.push_back({binding_.platforms[platform].mask, *gpa});
        }
    }
    area.inserted |= block.platforms;
    return places;
}

void ParameterBinder::bind_area(const BoundBlock& block, Items& items) {
    std::optional<model::ParameterArea> body;
    std::uint32_t mask = 0;
    bool later = false;
    for (PlatformIndex platform : binding_.each(block.platforms)) {
        auto area = area_on(block, platform);
        const auto insert = binding_.keyword(block, "insert", platform, 0);
        if (!area || !insert) return;
        if (body && (!same(*body, *area) || later != (*insert != 0))) {
            binding_.error(Code::kConflict, block.place(),
                           fmt::format("{} is one area for all its platforms, but differs on {}",
                                       block.title(), binding_.platform_name(platform)),
                           "only 'at' may depend on the platform; declare two areas for the rest");
            return;
        }
        later = *insert != 0;
        mask |= binding_.platforms[platform].mask;
        body = std::move(area);
    }
    if (!body) return;
    taken_.insert(body->index);
    Area& area = areas_.emplace_back(Area{&block, body->index, later, 0});
    if (!later) body->inserts = places(block, area);
    items.push_back(make_item(block, mask));
    items.back().body = *std::move(body);
}

std::vector<std::string_view> ParameterBinder::area_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, block] : binding_.named)
        if (block->row->kind == "parameters") names.push_back(name);
    return names;
}

void ParameterBinder::bind_insert(const BoundBlock& block, Items& items) {
    if (!block.tree->name) return;
    const Name& name = *block.tree->name;
    const BoundBlock* known = binding_.visible(name.text, name.span);
    const auto area = std::ranges::find(areas_, known, &Area::block);
    if (area == areas_.end()) {
        if (known == nullptr && binding_.lost.contains(name.text)) return;
        if (known != nullptr && known->row->kind == "parameters") {
            binding_.error(Code::kConflict, name.span,
                           fmt::format("parameters '{}' come further down", name.text),
                           "move the insert below them");
        } else if (known != nullptr) {
            binding_.error(Code::kUnknownName, name.span,
                           fmt::format("{} is no parameters block: only such are inserted", known->title()));
        } else {
            binding_.error(Code::kUnknownName, name.span,
                           fmt::format("there are no parameters '{}'", name.text),
                           binding_.diagnostics.keeps_more() ? did_you_mean(name.text, area_names()) : "");
        }
        return;
    }
    const PlatformSet wrong =
        (block.platforms & ~area->block->platforms) | (block.platforms & area->inserted);
    if (!area->later || wrong != 0) {
        binding_.error(Code::kConflict, name.span,
                       area->later
                           ? fmt::format("parameters '{}' are not to be inserted here on {}", name.text,
                                         binding_.platform_list(wrong))
                           : fmt::format("parameters '{}' are inserted where they are declared", name.text),
                       area->later ? "insert an area once, on platforms that it is declared on"
                                   : "write 'insert = later' there");
        return;
    }
    model::Insert insert{area->index, places(block, *area)};
    std::uint32_t mask = 0;
    for (const model::InsertPlace& place : insert.places) mask |= place.mask;
    if (mask == 0) return;
    items.push_back(make_item(block, mask));
    items.back().body = std::move(insert);
}

void ParameterBinder::check_inserted() {
    for (const Area& area : areas_) {
        const PlatformSet missing = area.block->platforms & ~area.inserted & binding_.kept;
        if (missing == 0) continue;
        binding_.error(
            Code::kConflict, area.block->place(),
            fmt::format("nothing inserts {} on {}", area.block->title(), binding_.platform_list(missing)),
            fmt::format("add 'insert {} {{ at = …; }}' or remove 'insert = later'",
                        area.block->tree->name->text));
    }
}

}  // namespace igvm::spec
