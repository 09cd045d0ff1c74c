#include "igvm/spec/format.hpp"

#include <utility>

#include "driver/verdict.hpp"
#include "style/format_text.hpp"

namespace igvm::spec {
namespace {

Formatting format(Sources& sources, const tl::expected<FileId, LoadError>& file, const std::string& name,
                  const RenderOptions& options) {
    Diagnostics diagnostics;
    Formatting result;
    if (!file) {
        report_unloadable(name, file.error(), std::nullopt, diagnostics);
    } else if (auto text = format_text(sources, *file, diagnostics)) {
        result.changed = *text != sources.text(*file);
        result.text = *std::move(text);
    }
    const Outcome outcome = diagnostics.has_errors() ? Outcome::kDiagnostics : Outcome::kOk;
    conclude(result, outcome, sources, diagnostics, options);
    return result;
}

}  // namespace

Formatting format_file(const std::filesystem::path& path, const RenderOptions& options) {
    Sources sources;
    const auto file = sources.load(path, path.string());
    return format(sources, file, path.string(), options);
}

Formatting format_source(const std::string& name, std::string text, const RenderOptions& options) {
    Sources sources;
    const auto file = sources.add(name, std::move(text));
    return format(sources, file, name, options);
}

}  // namespace igvm::spec
