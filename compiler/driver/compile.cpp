#include "igvm/spec/compile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "driver/digests.hpp"
#include "driver/expectations.hpp"
#include "driver/load.hpp"
#include "driver/measurements.hpp"
#include "driver/model_text.hpp"
#include "driver/verdict.hpp"
#include "driver/verify.hpp"
#include "emit/emit.hpp"
#include "igvm/image.hpp"
#include "inputs/input_files.hpp"
#include "ir/ir.hpp"
#include "ir/limits.hpp"
#include "sema/bind.hpp"
#include "sema/evaluate.hpp"

namespace igvm::spec {
namespace {

Diagnostic plain(Code code, std::string message, std::optional<Span> span = std::nullopt) {
    return {.code = code, .span = span, .message = std::move(message), .label = {}, .notes = {}, .help = {}};
}

std::string_view name_of(const model::Platform& platform) { return platform_info(platform.type).name; }

/// Everything that one compilation owns; `run` is the pipeline.
class Pipeline {
  public:
    explicit Pipeline(const Request& request) : request_(request), inputs_(request.in_memory) {}

    Compilation run(const RenderOptions& options) {
        conclude(result_, compile_image(), sources_, diagnostics_, options);
        if (result_.outcome == Outcome::kOk) return std::move(result_);
        Compilation refused;
        static_cast<Verdict&>(refused) = std::move(result_);
        return refused;
    }

  private:
    Outcome compile_image() {
        Loaded loaded = load_spec();
        if (diagnostics_.has_errors()) return Outcome::kDiagnostics;

        Evaluator evaluator(diagnostics_, inputs_);
        declare(loaded, evaluator);
        ListedBlock listing;
        const auto image = spec::bind(trees(loaded), request_.platforms, evaluator, diagnostics_,
                                      request_.list_model ? &listing : nullptr);
        if (!image || diagnostics_.has_errors()) return Outcome::kDiagnostics;
        if (request_.list_model) result_.model = model_text(listing);

        if (!fits(*image)) return Outcome::kDiagnostics;
        const ir::Program program = ir::lower(*image);
        auto written = emit(program, *image);
        if (!written) return refuse(written.error());
        result_.image = std::move(written->bytes);
        result_.map = std::move(written->map);

        const auto view = Image::open(result_.image);
        if (!view) return refuse(view.error());
        if (!verify(*view, program, *image, diagnostics_)) return Outcome::kInternal;
        if (diagnostics_.has_errors()) return Outcome::kDiagnostics;
        auto measurements = measure_allowing(*view, image->allowed);
        if (!measurements) {
            diagnostics_.report(unmeasurable(measurements.error(), *view, program, *image));
            return Outcome::kDiagnostics;
        }
        result_.measurements = std::move(*measurements);
        fill_in_digests(*image, program, result_.measurements, result_.image);
        const std::vector<Pin> pins = pins_of(request_, *image);
        if (const auto pinned = measure_pinned(pins, *view, result_.measurements); !pinned) {
            diagnostics_.report(unmeasurable(pinned.error(), *view, program, *image));
            return Outcome::kDiagnostics;
        }
        compare(pins, result_.measurements, {*view, program, *image}, request_.previous, diagnostics_);
        if (diagnostics_.has_errors()) return Outcome::kDiagnostics;

        describe(*image, program, evaluator);
        return Outcome::kOk;
    }

    Loaded load_spec() {
        const auto held = std::ranges::find(request_.in_memory, request_.spec, &FileContents::path);
        const auto& directories = request_.include_directories;
        if (held == request_.in_memory.end()) return load(request_.spec, directories, sources_, diagnostics_);
        const std::string name = request_.spec.string();
        const auto file = sources_.add(name, {held->contents.begin(), held->contents.end()});
        if (file) return load(*file, directories, sources_, diagnostics_);
        report_unloadable(name, file.error(), std::nullopt, diagnostics_);
        return {};
    }

    void declare(const Loaded& loaded, Evaluator& evaluator) {
        for (const LoadedFile& entry : loaded.files)
            evaluator.declare(entry.tree, sources_.path(entry.file).parent_path());
        for (const auto& [name, text] : request_.params) evaluator.set_param(name, text);
        for (const auto& [name, path] : request_.inputs) evaluator.set_input(name, path);
        evaluator.require_values();
    }

    static std::vector<Tree*> trees(Loaded& loaded) {
        std::vector<Tree*> result;
        for (LoadedFile& entry : loaded.files) result.push_back(&entry.tree);
        return result;
    }

    bool fits(const model::Image& image) {
        const auto excess = ir::find_excess(image);
        if (!excess) return true;
        diagnostics_.report(plain(Code::kSize, fmt::format("with {} {}", excess->item->name, excess->what),
                                  excess->item->extent));
        return false;
    }

    Outcome refuse(const Error& error) {
        diagnostics_.report(plain(Code::kOutput, to_string(error)));
        return error.rule == Rule::kFileLimit ? Outcome::kDiagnostics : Outcome::kInternal;
    }

    void describe(const model::Image& image, const ir::Program& program, Evaluator& evaluator) {
        result_.name = image.name;
        for (const model::Platform& platform : image.platforms)
            result_.platforms.emplace_back(name_of(platform));
        result_.params = evaluator.params();
        describe_layout(image, program);
        for (const auto& [name, path] : evaluator.inputs()) {
            if (const auto blob = inputs_.open(path))
                result_.inputs.push_back({name, path, blob->bytes.size(), hex(sha256(blob->bytes))});
        }
        for (FileId file = 0; file < sources_.size(); ++file)
            result_.files_read.push_back(sources_.path(file));
        const auto& opened = inputs_.opened();
        result_.files_read.insert(result_.files_read.end(), opened.begin(), opened.end());
    }

    void describe_layout(const model::Image& image, const ir::Program& program) {
        for (const model::Item& item : image.items) result_.layout.push_back(layout_entry(item, image));
        for (std::uint32_t index = 0; index < program.directives.size(); ++index) {
            const std::uint32_t item = program.directives[index].item;
            if (item == ir::kNoItem) continue;
            auto& runs = result_.layout[item].headers;
            if (runs.empty() || runs.back().first + runs.back().count != index) runs.push_back({index, 0});
            ++runs.back().count;
        }
    }

    std::string place_of(Span span) const {
        const Position position = sources_.position(span.file, span.begin);
        return fmt::format("{}:{}:{}", sources_.name(span.file), position.line, position.column);
    }

    LayoutEntry layout_entry(const model::Item& item, const model::Image& image) const {
        LayoutEntry entry{
            .name = item.name, .doc = item.doc, .place = place_of(item.span), .platforms = {}, .headers = {}};
        for (const model::Platform& platform : image.platforms) {
            if (platform.mask & item.mask) entry.platforms.emplace_back(name_of(platform));
        }
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { body.gpa; }) entry.gpa = body.gpa;
                if constexpr (requires { body.size; }) entry.size = body.size;
                if constexpr (requires { body.inserts; })
                    entry.gpa = body.inserts.empty() ? 0 : body.inserts.front().gpa;
            },
            item.body);
        return entry;
    }

    const Request& request_;
    Sources sources_;
    Diagnostics diagnostics_;
    InputFiles inputs_;
    Compilation result_;
};

}  // namespace

const LayoutEntry* Compilation::owner_of_header(std::uint32_t index) const {
    for (const LayoutEntry& entry : layout)
        for (const HeaderRun& run : entry.headers)
            if (index >= run.first && index - run.first < run.count) return &entry;
    return nullptr;
}

const LayoutEntry* Compilation::owner_at(std::uint64_t offset) const {
    const auto view = Image::open(image);
    const auto headers = view ? headers_at(*view, offset) : std::vector<std::uint32_t>{};
    return headers.empty() ? nullptr : owner_of_header(headers.front());
}

Compilation compile(const Request& request, const RenderOptions& options) {
    return Pipeline(request).run(options);
}

}  // namespace igvm::spec
