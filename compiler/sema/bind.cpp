#include "sema/bind.hpp"

#include <fmt/format.h>

#include "igvm/describe.hpp"
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

/// What makes version 1 of the format too small, or nothing.
std::string_view needs_version_2(const model::Image& image) {
    if (image.architecture == Architecture::kAArch64) return "arch = aarch64";
    for (const model::Item& item : image.items) {
        const auto* context = std::get_if<model::VpContext>(&item.body);
        if (context == nullptr) continue;
        const ContextFormat format = platform_info(context->platform).context;
        if (format == ContextFormat::kNativeX64) return "a native VP context";
        if (format == ContextFormat::kCca) return "a CCA VP context";
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

void bind_items(Binding& binding, const ImageSettings& settings, Items& items) {
    ParameterBinder parameters(binding);
    for (const auto& block : binding.image->blocks) {
        const std::string_view kind = block->row->kind;
        if (kind == "region") bind_region(binding, *block, settings, items);
        if (kind == "parameters") parameters.bind_area(*block, items);
        if (kind == "insert") parameters.bind_insert(*block, items);
        if (kind == "required_memory") bind_required_memory(binding, *block, items);
        if (kind == "error_range") bind_error_range(binding, *block, items);
        if (kind == "struct") check_struct(binding, *block);
        if (kind == "vp_context") bind_vp_context(binding, *block, settings, items);
    }
    parameters.check_inserted();
}

/// One context for a virtual processor and trust level on one platform.
void check_contexts(const model::Image& image, Diagnostics& diagnostics) {
    std::map<std::tuple<std::uint32_t, std::uint16_t, std::uint8_t>, const model::Item*> contexts;
    for (const model::Item& item : image.items) {
        const auto* context = std::get_if<model::VpContext>(&item.body);
        if (context == nullptr) continue;
        const auto [first, inserted] =
            contexts.try_emplace({item.mask, context->vp_index, context->vtl}, &item);
        if (inserted) continue;
        diagnostics.report(
            {Code::kConflict,
             item.span,
             fmt::format("virtual processor {} has two contexts at VTL {}", context->vp_index, context->vtl),
             "",
             {{first->second->span, "the first is here"}},
             "give it another vp"});
    }
}

model::Image bind_image(Binding& binding) {
    model::Image image;
    if (binding.image->tree->name) image.name = binding.image->tree->name->text;
    image.doc = binding.image->tree->doc;
    image.architecture = static_cast<Architecture>(setting(binding, "arch", 0));
    image.ascending = setting(binding, "order", 0) != 0;
    image.platforms = bind_platforms(binding, image.architecture);
    bind_items(binding, {image.architecture, setting(binding, "zeros", 1) != 0}, image.items);
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
    if (diagnostics.has_errors()) return std::nullopt;
    if (listing != nullptr) *listing = list_values(binding);
    return image;
}

}  // namespace igvm::spec
