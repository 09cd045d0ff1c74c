#include "load/vp_contexts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace igvm::load {
namespace {

template <Wire T>
Result<const VpHeader*> find_vp(const Image& image, const Survey& survey, const Found<T>& region) {
    const std::uint16_t vp_index = region.wire.vp_index;
    const std::uint8_t vtl = region.wire.vtl;
    const auto vp = std::ranges::find_if(survey.vps, [&](const VpHeader& one) {
        return one.vp_index == vp_index && one.vtl == vtl && !one.context.empty();
    });
    if (vp != survey.vps.end()) return &*vp;
    return fail(Rule::kLoadRelocation, image.header(region.header_index).offset,
                fmt::format("the region names VP {} of VTL {}, which has no context", vp_index, vtl));
}

constexpr std::uint8_t kApplyPc = 2;
constexpr std::uint8_t kApplyGdtr = 4;

class Fixer {
  public:
    Fixer(const Image& image, const Survey& survey, const Relocations& relocations, ContextFormat format)
        : image_(image), survey_(survey), relocations_(relocations), format_(format) {}

    Result<FixedContexts> run() {
        for (std::size_t i = 0; i < survey_.regions.size(); ++i)
            if (auto done = fix_region(survey_.regions[i], relocations_.moves()[i]); !done)
                return tl::unexpected(done.error());
        if (survey_.page_table)
            if (auto done = fix_page_table(*survey_.page_table, relocations_.moves().back()); !done)
                return tl::unexpected(done.error());
        return std::move(fixed_);
    }

  private:
    Result<void> fix_region(const Found<RelocatableRegion>& region, const Move& move) {
        const std::uint8_t flags = region.wire.flags & (kApplyPc | kApplyGdtr);
        if (flags == 0 || move.delta == 0) return {};
        const auto vp = find_vp(image_, survey_, region);
        if (!vp) return tl::unexpected(vp.error());
        if ((flags & kApplyPc) != 0) shift(**vp, "rip", move);
        if ((flags & kApplyGdtr) != 0) shift(**vp, "gdtr", move);
        return {};
    }

    Result<void> fix_page_table(const Found<PageTableRelocation>& region, const Move& move) {
        if (move.delta == 0) return {};
        const auto described = find_vp(image_, survey_, region);
        if (!described) return tl::unexpected(described.error());
        const auto root = cr3_of((*described)->context);
        for (const VpHeader& vp : survey_.vps)
            if (vp.vtl == (*described)->vtl && root && cr3_of(vp.context) == root)
                add(vp, *place_of(vp.context, "cr3"), move.delta);
        return {};
    }

    std::optional<std::size_t> place_of(Bytes context, std::string_view name) const {
        return x64::address_place(format_, context, *x64::find_register(name));
    }

    std::optional<std::uint64_t> cr3_of(Bytes context) const {
        const auto place = place_of(context, "cr3");
        return place ? std::optional<std::uint64_t>(*read<U64>(context, *place)) : std::nullopt;
    }

    void shift(const VpHeader& vp, std::string_view name, const Move& move) {
        const auto place = place_of(vp.context, name);
        if (!place) return;
        const std::uint64_t old = *read<U64>(vp.context, *place);
        if (move.from.begin <= old && old < move.from.end) add(vp, *place, move.delta);
    }

    void add(const VpHeader& vp, std::size_t place, std::uint64_t delta) {
        auto& context =
            fixed_.try_emplace(vp.header_index, vp.context.begin(), vp.context.end()).first->second;
        const U64 sum = *read<U64>(context, place) + delta;
        std::memcpy(context.data() + place, &sum, sizeof sum);
    }

    const Image& image_;
    const Survey& survey_;
    const Relocations& relocations_;
    ContextFormat format_;
    FixedContexts fixed_{};
};

}  // namespace

Result<PagingState> paging_state(const Image& image, const Survey& survey, ContextFormat format) {
    const auto vp = find_vp(image, survey, *survey.page_table);
    if (!vp) return tl::unexpected(vp.error());
    const auto value = [&](std::string_view name) {
        const auto content = x64::read_register(format, (*vp)->context, *x64::find_register(name));
        return content ? std::get<std::uint64_t>(*content) : 0;
    };
    return PagingState{value("cr3"), value("cr4")};
}

Result<FixedContexts> fix_contexts(const Image& image, const Survey& survey, const Relocations& relocations,
                                   ContextFormat format) {
    return Fixer(image, survey, relocations, format).run();
}

}  // namespace igvm::load
