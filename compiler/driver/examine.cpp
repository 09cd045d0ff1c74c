#include "driver/examine.hpp"

#include <system_error>

#include "driver/verdict.hpp"
#include "inputs/input_files.hpp"
#include "sema/bind.hpp"
#include "sema/evaluate.hpp"

namespace igvm::spec {
namespace {

bool holds_image(const Loaded& loaded) {
    for (const LoadedFile& entry : loaded.files)
        if (!entry.tree.blocks.empty()) return true;
    return false;
}

/// A file of declarations alone is not a spec that lacks its image.
void judge(Loaded& loaded, Examination& result) {
    InputFiles inputs;
    Evaluator evaluator(result.diagnostics, inputs);
    std::vector<Tree*> trees;
    for (LoadedFile& entry : loaded.files) {
        evaluator.declare(entry.tree, result.sources.path(entry.file).parent_path());
        trees.push_back(&entry.tree);
    }
    if (holds_image(loaded)) bind(trees, {}, evaluator, result.diagnostics);
}

}  // namespace

void examine(const std::filesystem::path& path, std::string text,
             const std::vector<std::filesystem::path>& include_directories, Examination& result) {
    std::error_code ignored;
    const auto full = std::filesystem::weakly_canonical(path, ignored);
    const auto file = result.sources.add(path.string(), std::move(text), full);
    if (!file) return report_unloadable(path.string(), file.error(), std::nullopt, result.diagnostics);
    result.readable = true;
    Loaded loaded = load(*file, include_directories, result.sources, result.diagnostics);
    if (!result.diagnostics.has_errors()) judge(loaded, result);
}

}  // namespace igvm::spec
