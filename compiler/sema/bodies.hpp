// One file a kind of block: values of the platforms to items of the model.
#pragma once

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "igvm/describe.hpp"
#include "sema/binding.hpp"

namespace igvm::spec {

using Items = std::vector<model::Item>;

/// What the image says for all of its blocks.
struct ImageSettings {
    bool store_zeros = true;
    std::set<Rule> allowed;  ///< rules that it may break
};

/// Assigns the compatibility masks and gives the kept platforms with their policies.
std::vector<model::Platform> bind_platforms(Binding& binding, const std::set<Rule>& allowed);

/// The rules that the image may break.
std::set<Rule> bind_allowed_rules(Binding& binding);

using Policy = decltype(model::Platform::policy);
/// The policy of a platform; the type's default when it has no policy block.
Policy bind_policy(Binding& binding, const PlatformEntry& platform, PlatformIndex index);

void bind_region(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items);
/// The data of a region at a second address.
void bind_alias(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items);
void bind_fill(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items);
void bind_relocatable(Binding& binding, const BoundBlock& block, Items& items);
void bind_page_table_region(Binding& binding, const BoundBlock& block, Items& items);
void bind_required_memory(Binding& binding, const BoundBlock& block, Items& items);
void bind_error_range(Binding& binding, const BoundBlock& block, Items& items);
/// One item a platform: contexts of two platforms are never one header.
void bind_vp_context(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items);

void bind_header(Binding& binding, const BoundBlock& block, Items& items);
void bind_id_block(Binding& binding, const BoundBlock& block, Items& items);
void bind_vbs_measurement(Binding& binding, const BoundBlock& block, Items& items);

/// `vp` and `vtl` of a block.
struct VirtualProcessor {
    std::uint16_t index = 0;
    std::uint8_t vtl = 0;
};
/// Error: a trust level above the highest one of the platform.
std::optional<VirtualProcessor> bind_vp(Binding& binding, const BoundBlock& block, PlatformIndex platform);

/// The platform keeps the registers of a virtual processor in a page of guest memory.
inline bool has_save_area(PlatformType type) { return platform_info(type).context == ContextFormat::kVmsa; }

/// Parameter areas and their inserts.
class ParameterBinder {
  public:
    explicit ParameterBinder(Binding& binding);
    void bind_area(const BoundBlock& block, Items& items);
    void bind_insert(const BoundBlock& block, Items& items);
    /// Reports the areas that nothing inserts.
    void check_inserted();
    /// The indices that are taken so far, and those that areas further down name.
    std::set<std::uint32_t>& taken() { return taken_; }

  private:
    struct Area {
        const BoundBlock* block = nullptr;
        std::uint32_t index = 0;
        bool later = false;
        PlatformSet inserted = 0;
    };
    std::optional<model::ParameterArea> area_on(const BoundBlock& block, PlatformIndex platform);
    std::optional<std::uint32_t> index_of(const BoundBlock& block, PlatformIndex platform);
    bool add_parameters(const BoundBlock& block, PlatformIndex platform, model::ParameterArea& area);
    std::vector<model::InsertPlace> places(const BoundBlock& block, Area& area);
    std::vector<std::string_view> area_names() const;

    Binding& binding_;
    std::vector<Area> areas_;
    std::set<std::uint32_t> taken_;  ///< indices that areas name or were given
    std::uint32_t next_ = 0;         ///< no free index lies below
};

/// The expectations of the trees and of the image, for the platforms that are kept.
std::vector<model::Expectation> bind_expectations(const std::vector<Tree*>& trees, Binding& binding);
void bind_import(Binding& binding, const BoundBlock& block, ParameterBinder& parameters, Items& items);

/// Regions, inserted areas and error ranges must not share an address on one platform.
void check_overlaps(Binding& binding);
/// When a param or an input that something uses has no value: reports all others that are used without one.
void report_missing_values(Binding& binding);
/// Runs the asserts of the trees and of the image's blocks, for every platform that they are about.
void check_assertions(const std::vector<Tree*>& trees, Binding& binding);

/// What says how large a block is, on the first platform that does.
inline Span extent_place(const BoundBlock& block) {
    for (const std::string_view name : {"size", "data", "range", "file"})
        for (const BoundAttribute& attribute : block.attributes)
            if (attribute.tree->name.text == name) return attribute.tree->value->span;
    return block.tree->span;
}

inline model::Item make_item(const BoundBlock& block, std::uint32_t mask) {
    model::Item item;
    item.name =
        block.tree->name ? block.tree->kind.text + " " + block.tree->name->text : block.tree->kind.text;
    item.doc = block.tree->doc;
    item.span = block.tree->span;
    item.extent = extent_place(block);
    item.mask = mask;
    return item;
}

/// Computes `body_on(platform)` for the platforms of a block and adds one item for those whose bodies are the
/// `same`.
template <class Body, class Compute, class Same>
void fold(Binding& binding, const BoundBlock& block, Items& items, Compute body_on, Same same) {
    const std::size_t first = items.size();
    for (PlatformIndex platform : binding.each(block.platforms)) {
        std::optional<Body> body = body_on(platform);
        if (!body) continue;
        const std::uint32_t mask = binding.platforms[platform].mask;
        const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
        const auto equal = std::find_if(begin, items.end(), [&](const model::Item& item) {
            return same(std::get<Body>(item.body), *body);
        });
        if (equal != items.end()) {
            equal->mask |= mask;
        } else {
            items.push_back(make_item(block, mask));
            items.back().body = std::move(*body);
        }
    }
}

}  // namespace igvm::spec
