#include "igvm/spec/outline.hpp"

#include "driver/load.hpp"
#include "driver/verdict.hpp"

namespace igvm::spec {
namespace {

OutlinedName outline_name(const Declaration& declaration, const Sources& sources) {
    OutlinedName result{declaration.name.text, {}, {}, declaration.doc};
    if (declaration.type) result.type = declaration.type->text;
    if (declaration.value) {
        const Span span = declaration.value->span;
        result.value = sources.text(span.file).substr(span.begin, span.end - span.begin);
    }
    return result;
}

/// Also those that depend on a condition.
void outline_platforms(const Entries& entries, Outline& result) {
    for (const Block* block : all<Block>(entries))
        if (block->kind.text == "platform" && block->name)
            result.platforms.push_back({block->name->text, block->doc});
    for (const When* when : all<When>(entries))
        for (const When::Branch& branch : when->branches) outline_platforms(branch.body, result);
}

void outline_image(const Block& image, Outline& result) {
    if (image.name) result.image = image.name->text;
    result.doc = image.doc;
    outline_platforms(image.entries, result);
}

void outline_file(const Tree& tree, const Sources& sources, Outline& result) {
    for (const Declaration& declaration : tree.declarations) {
        if (declaration.kind == Declaration::Kind::kParam)
            result.params.push_back(outline_name(declaration, sources));
        if (declaration.kind == Declaration::Kind::kInput)
            result.inputs.push_back(outline_name(declaration, sources));
    }
    for (const Block& block : tree.blocks)
        if (block.kind.text == "image") outline_image(block, result);
}

}  // namespace

Outline outline(const std::filesystem::path& spec,
                const std::vector<std::filesystem::path>& include_directories, const RenderOptions& options) {
    Sources sources;
    Diagnostics diagnostics;
    const Loaded loaded = load(spec, include_directories, sources, diagnostics);
    Outline result;
    const bool good = !diagnostics.has_errors();
    if (good)
        for (const LoadedFile& entry : loaded.files) outline_file(entry.tree, sources, result);
    conclude(result, good ? Outcome::kOk : Outcome::kDiagnostics, sources, diagnostics, options);
    return result;
}

}  // namespace igvm::spec
