#include <algorithm>

#include "ir/context.hpp"
#include "ir/fill.hpp"
#include "ir/ir.hpp"
#include "ir/order.hpp"
#include "ir/pages.hpp"

namespace igvm::spec::ir {
namespace {

/// The largest span that a u32 size holds and that keeps its successor on a large page.
constexpr std::uint64_t kMaxSpan = (std::uint64_t{1} << 32) - kLargePageSize;

void lower_platform(const model::Platform& platform, Program& program) {
    SupportedPlatform header{};
    header.compatibility_mask = platform.mask;
    header.highest_vtl = platform.highest_vtl;
    header.platform_type = static_cast<std::uint8_t>(platform.type);
    header.platform_version = std::uint16_t{1};
    header.shared_gpa_boundary = platform.shared_gpa_boundary;
    program.append(header, {}, kNoItem);
}

void lower_policy(const model::Platform& platform, Program& program) {
    if (const auto* guest = std::get_if<model::SnpOrTdxPolicy>(&platform.policy)) {
        GuestPolicy header{};
        header.policy = guest->value;
        header.compatibility_mask = platform.mask;
        program.append(header, {}, kNoItem);
    } else if (const auto* realm = std::get_if<model::RealmPolicy>(&platform.policy)) {
        CcaPolicy header{};
        header.compatibility_mask = platform.mask;
        header.required_zeroes = realm->required_zeroes;
        header.required_ones = realm->required_ones;
        header.hash_algorithm = realm->hash_algorithm;
        header.lfa_policy = realm->lfa;
        program.append(header, {}, kNoItem);
    }
}

/// One item's directives; an overload a kind of block.
struct ItemLowering {
    Program& program;
    std::uint32_t mask;
    std::uint32_t item;

    void operator()(const model::Region& region) { lower_region(region, mask, item, program); }

    void operator()(const model::ParameterArea& area) {
        ParameterArea header{};
        header.number_of_bytes = area.size;
        header.parameter_area_index = area.index;
        program.append(header, initial_data(area), item);
        for (const model::ParameterPlace& place : area.parameters) {
            Parameter parameter{area.index, place.byte_offset};
            program.append(place.type, bytes_of(parameter), {}, item);
        }
        insert(area.index, area.inserts);
    }

    void operator()(const model::Insert& later) { insert(later.index, later.places); }

    void operator()(const model::RequiredMemory& memory) {
        RequiredMemory header{};
        header.compatibility_mask = mask;
        header.flags = memory.vtl2_protectable ? kRequiredMemoryVtl2Protectable : 0;
        for_each_span(memory.gpa, memory.size, [&](std::uint64_t gpa, std::uint32_t size) {
            header.gpa = gpa;
            header.number_of_bytes = size;
            program.append(header, {}, item);
        });
    }

    void operator()(const model::ErrorRange& range) {
        ErrorRange header{};
        header.compatibility_mask = mask;
        for_each_span(range.gpa, range.size, [&](std::uint64_t gpa, std::uint32_t size) {
            header.gpa = gpa;
            header.size_bytes = size;
            program.append(header, {}, item);
        });
    }

    void operator()(const model::VpContext& context) {
        VpContext header{};
        header.gpa = context.gpa;
        header.compatibility_mask = mask;
        header.vp_index = context.vp_index;
        program.append(header, program.keep(encode_context(context)), item);
    }

    void operator()(const model::Relocatable& region) {
        RelocatableRegion header{};
        header.compatibility_mask = mask;
        header.vp_index = region.vp_index;
        header.vtl = region.vtl;
        header.flags = region.flags;
        header.relocation_alignment = region.alignment;
        header.relocation_region_gpa = region.gpa;
        header.relocation_region_size = region.size;
        header.minimum_relocation_gpa = region.minimum;
        header.maximum_relocation_gpa = region.maximum;
        program.append(header, {}, item);
    }

    void operator()(const model::PageTableRegion& tables) {
        PageTableRelocation header{};
        header.compatibility_mask = mask;
        header.vp_index = tables.vp_index;
        header.vtl = tables.vtl;
        header.gpa = tables.gpa;
        header.size = tables.size;
        header.used_size = tables.used_size;
        program.append(header, {}, item);
    }

    /// lower_fills does it, once all that is covered is known.
    void operator()(const model::Fill&) {}

  private:
    void insert(std::uint32_t index, const std::vector<model::InsertPlace>& places) {
        for (const model::InsertPlace& place : places) {
            program.append(ParameterInsert{place.gpa, place.mask, index}, {}, item);
        }
    }

    /// The file holds the whole area or nothing of it.
    Bytes initial_data(const model::ParameterArea& area) {
        const Bytes given = area.initial.bytes;
        if (given.empty() || given.size() == area.size) return given;
        std::vector<std::uint8_t> whole(given.begin(), given.end());
        whole.resize(area.size);
        return program.keep(std::move(whole));
    }

    template <class F>
    static void for_each_span(std::uint64_t gpa, std::uint64_t size, F visit) {
        for (; size != 0;) {
            const std::uint64_t span = std::min(size, kMaxSpan);
            visit(gpa, static_cast<std::uint32_t>(span));
            gpa += span;
            size -= span;
        }
    }
};

std::uint64_t pages_of(const model::Item& item) {
    if (const auto* region = std::get_if<model::Region>(&item.body)) return region->size / kPageSize;
    if (const auto* fill = std::get_if<model::Fill>(&item.body)) return fill->size / kPageSize;
    const auto* area = std::get_if<model::ParameterArea>(&item.body);
    return area != nullptr && !area->initial.bytes.empty() ? area->size / kPageSize : 0;
}

}  // namespace

const model::Item* find_excess(const model::Image& image) {
    std::uint64_t room = kMaxPages;
    for (const model::Item& item : image.items) {
        const std::uint64_t pages = pages_of(item);
        if (pages > room) return &item;
        room -= pages;
    }
    return nullptr;
}

Program lower(const model::Image& image) {
    Program program;
    program.version = image.version;
    program.architecture = image.architecture;
    for (const model::Platform& platform : image.platforms) lower_platform(platform, program);
    for (const model::Platform& platform : image.platforms) lower_policy(platform, program);
    for (std::uint32_t index = 0; index < image.items.size(); ++index) {
        const model::Item& item = image.items[index];
        std::visit(ItemLowering{program, item.mask, index}, item.body);
    }
    lower_fills(image, program);
    put_in_order(image, program.directives);
    return program;
}

}  // namespace igvm::spec::ir
