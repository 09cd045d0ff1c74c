#include "sema/bind.hpp"

#include <fmt/format.h>

#include <set>
#include <tuple>

#include "igvm/describe.hpp"
#include "sema/block_bytes.hpp"
#include "sema/bodies.hpp"
#include "sema/structs.hpp"
#include "sema/structure.hpp"

namespace igvm::spec {
namespace {

/// Lets expressions see the blocks for as long as the binding lives.
class Attached {
  public:
    explicit Attached(Binding& binding) : evaluator_(binding.evaluator) { evaluator_.attach(&binding); }
    ~Attached() { evaluator_.attach(nullptr); }
    Attached(const Attached&) = delete;
    Attached& operator=(const Attached&) = delete;

  private:
    Evaluator& evaluator_;
};

/// An attribute of the image block: the same on every platform.
std::uint64_t setting(Binding& binding, std::string_view name, std::uint64_t absent) {
    return binding.keyword(*binding.image, name, binding.each(binding.kept).front(), absent).value_or(absent);
}

model::Blob bind_gap(Binding& binding, PlatformIndex any) {
    const model::Blob gap = binding.bytes(*binding.image, "gap", any).value_or(model::Blob{});
    if (gap.bytes.size() % sizeof(U64) == 0) return gap;
    binding.error(Code::kSize, binding.image->find("gap", any)->tree->value->span,
                  fmt::format("a gap of {} bytes is not a multiple of 8", gap.bytes.size()));
    return {};
}

std::uint32_t bind_data_unit(Binding& binding, PlatformIndex any) {
    const auto unit = binding.integer(*binding.image, "data_unit", any, 1, kPageSize);
    if (!unit || *unit != 0) return static_cast<std::uint32_t>(unit.value_or(1));
    binding.error(Code::kOutOfRange, binding.image->find("data_unit", any)->tree->value->span,
                  "data_unit is 0, and nothing is a multiple of that", "1 leaves the data as it is");
    return 1;
}

/// How the file is laid out.
void bind_file(Binding& binding, model::Image& image) {
    const PlatformIndex any = binding.each(binding.kept).front();
    const BoundBlock& block = *binding.image;
    image.share_payloads = binding.boolean(block, "dedup", any, true).value_or(true);
    image.payload_unit = bind_data_unit(binding, any);
    image.padding =
        static_cast<std::uint8_t>(binding.integer(block, "padding", any, 0, UINT8_MAX).value_or(0));
    image.gap = bind_gap(binding, any);
    image.leading_data = binding.bytes(block, "data_section", any).value_or(model::Blob{});
}

/// The formats of the VP contexts that an item has.
std::set<ContextFormat> context_formats(const model::Item& item, const model::Image& image) {
    if (const auto* context = std::get_if<model::VpContext>(&item.body))
        return {platform_info(context->platform).context};
    const auto* import = std::get_if<model::Import>(&item.body);
    std::set<ContextFormat> formats;
    if (import == nullptr) return formats;
    for (const model::ImportedHeader& header : import->headers) {
        if (header.type != HeaderType::kVpContext) continue;
        const std::uint32_t mask = read<VpContext>(header.body, 0)->compatibility_mask;
        for (const model::Platform& platform : image.platforms) {
            if ((platform.mask & mask) != 0) formats.insert(platform_info(platform.type).context);
        }
    }
    return formats;
}

/// What makes version 1 of the format too small, or nothing.
std::string_view needs_version_2(const model::Image& image) {
    if (image.architecture == Architecture::kAArch64) return "arch = aarch64";
    for (const model::Item& item : image.items) {
        const auto formats = context_formats(item, image);
        if (formats.contains(ContextFormat::kNativeX64)) return "a native VP context";
        if (formats.contains(ContextFormat::kCca)) return "a CCA VP context";
    }
    return {};
}

void decide_version(Binding& binding, model::Image& image) {
    const std::uint64_t wanted = setting(binding, "format", 0);
    const std::string_view reason = needs_version_2(image);
    image.version = wanted == 2 || !reason.empty() ? 2 : 1;
    if (wanted != 1 || reason.empty()) return;
    const PlatformIndex any = binding.each(binding.kept).front();
    binding.error(Code::kFormat, binding.image->find("format", any)->tree->value->span,
                  fmt::format("{} needs version 2 of the format", reason),
                  "remove format: the version is chosen then");
}

/// What the binders of the kinds of blocks share.
struct ItemBinding {
    Binding& binding;
    ImageSettings settings;
    ParameterBinder parameters;
};

struct ItemBinder {
    std::string_view kind;
    void (*bind)(ItemBinding&, const BoundBlock&, Items&);
};

template <auto Bind>
constexpr void plain(ItemBinding& to, const BoundBlock& block, Items& items) {
    Bind(to.binding, block, items);
}
template <auto Bind>
constexpr void with_settings(ItemBinding& to, const BoundBlock& block, Items& items) {
    Bind(to.binding, block, to.settings, items);
}
template <auto Bind>
constexpr void parameters(ItemBinding& to, const BoundBlock& block, Items& items) {
    (to.parameters.*Bind)(block, items);
}

/// The kinds of blocks that become headers.
constexpr ItemBinder kItemBinders[] = {
    {"relocatable", plain<bind_relocatable>},
    {"page_table_region", plain<bind_page_table_region>},
    {"region", with_settings<bind_region>},
    {"alias", with_settings<bind_alias>},
    {"fill", with_settings<bind_fill>},
    {"parameters", parameters<&ParameterBinder::bind_area>},
    {"insert", parameters<&ParameterBinder::bind_insert>},
    {"required_memory", plain<bind_required_memory>},
    {"error_range", plain<bind_error_range>},
    {"import", [](ItemBinding& to, const BoundBlock& block,
                  Items& items) { bind_import(to.binding, block, to.parameters, items); }},
    {"header", plain<bind_header>},
    {"id_block", plain<bind_id_block>},
    {"vbs_measurement", plain<bind_vbs_measurement>},
    {"vp_context", with_settings<bind_vp_context>},
    {"struct", [](ItemBinding& to, const BoundBlock& block, Items&) { check_struct(to.binding, block); }},
    {"registers",
     [](ItemBinding& to, const BoundBlock& block, Items&) { check_registers(to.binding, block); }},
};

void bind_items(Binding& binding, const ImageSettings& settings, Items& items) {
    ItemBinding shared{binding, settings, ParameterBinder(binding)};
    for (const BoundBlock* block : binding.items) {
        const auto* const row = std::ranges::find(kItemBinders, block->row->kind, &ItemBinder::kind);
        if (row == std::end(kItemBinders)) continue;
        const std::size_t first = items.size();
        row->bind(shared, *block, items);
        for (std::size_t i = first; i < items.size(); ++i) items[i].sorted_with = block->sorted_with;
    }
    shared.parameters.check_inserted();
}

/// Whether the blocks of a group are sorted, which is so for all of its platforms or for none.
bool is_sorted(Binding& binding, const BoundBlock& group) {
    const auto platforms = binding.each(group.platforms);
    if (platforms.empty()) return false;
    if (const BoundAttribute* scoped = group.find_scoped()) {
        binding.error(Code::kBadScope, scoped->tree->name.span,
                      "a group has one order on all of its platforms: its attributes take no 'on'",
                      "write a group for each platform");
        return false;
    }
    return binding.keyword(group, "order", platforms.front(), 0).value_or(0) != 0;
}

/// Says which blocks are sorted with which: all, those of a group, or none.
void bind_order(Binding& binding) {
    const PlatformIndex any = binding.each(binding.kept).front();
    const bool all = setting(binding, "order", 0) != 0;
    std::uint32_t number = 1;
    for (const auto& block : binding.image->blocks) {
        block->sorted_with = all ? 1 : 0;
        if (block->row->kind != "group") continue;
        if (all) {
            const BoundAttribute* order = binding.image->find("order", any);
            binding.diagnostics.report({Code::kConflict,
                                        block->place(),
                                        "the image sorts all of its blocks: a group has no order of its own",
                                        "",
                                        {{order->tree->value->span, "order is given here"}},
                                        "remove the order of the image, or the group"});
        }
        const bool sorted = is_sorted(binding, *block);
        number += sorted ? 1 : 0;
        for (const auto& member : block->blocks) member->sorted_with = sorted ? number : 0;
    }
}

/// One context for a virtual processor on one platform; the registers of VBS, and no others, name a trust
/// level.
void check_contexts(const model::Image& image, Diagnostics& diagnostics) {
    std::map<std::tuple<std::uint32_t, std::uint16_t, std::uint8_t>, const model::Item*> contexts;
    for (const model::Item& item : image.items) {
        const auto* context = std::get_if<model::VpContext>(&item.body);
        if (context == nullptr) continue;
        const bool has_vtl = platform_info(context->platform).context == ContextFormat::kVbs;
        const std::uint8_t vtl = has_vtl ? context->vtl : 0;
        const auto [first, inserted] = contexts.try_emplace({item.mask, context->vp_index, vtl}, &item);
        if (inserted) continue;
        diagnostics.report({Code::kConflict,
                            item.span,
                            fmt::format("virtual processor {} has two contexts{}", context->vp_index,
                                        has_vtl ? fmt::format(" at VTL {}", vtl) : ""),
                            "",
                            {{first->second->span, "the first is here"}},
                            "give it another vp"});
    }
}

model::Image bind_image(Binding& binding) {
    model::Image image;
    if (binding.image->tree->name) image.name = binding.image->tree->name->text;
    image.doc = binding.image->tree->doc;
    const auto arch = binding.keyword(*binding.image, "arch", binding.each(binding.kept).front(), 0);
    image.architecture = static_cast<Architecture>(arch.value_or(0));
    binding.architecture = image.architecture;
    if (arch) binding.evaluator.set_architecture(image.architecture);
    image.allowed = bind_allowed_rules(binding);
    image.platforms = bind_platforms(binding, image.allowed);
    bind_file(binding, image);
    bind_order(binding);
    bind_items(binding, {setting(binding, "zeros", 1) != 0, image.allowed}, image.items);
    decide_version(binding, image);
    return image;
}

}  // namespace

std::optional<model::Image> bind(const std::vector<Tree*>& trees,
                                 const std::vector<std::string>& keep_platforms, Evaluator& evaluator,
                                 Diagnostics& diagnostics, ListedBlock* listing) {
    const auto lost = expand(trees, evaluator, diagnostics);
    if (!lost) return std::nullopt;
    const Block* block = find_image(trees, diagnostics);
    if (block == nullptr) return std::nullopt;
    Binding binding(evaluator, diagnostics, *lost);
    const Attached attached(binding);
    bind_structure(trees, *block, keep_platforms, binding);
    if (binding.kept == 0) return std::nullopt;
    model::Image image = bind_image(binding);
    check_contexts(image, diagnostics);
    check_overlaps(binding);
    check_assertions(trees, binding);
    image.expectations = bind_expectations(trees, binding);
    report_missing_values(binding);
    evaluator.check_defaults(binding.each(binding.kept).front());
    evaluator.check_unused();
    if (diagnostics.has_errors()) return std::nullopt;
    if (listing != nullptr) *listing = list_values(binding);
    return image;
}

}  // namespace igvm::spec
