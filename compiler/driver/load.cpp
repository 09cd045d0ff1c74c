#include "driver/load.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "driver/verdict.hpp"
#include "syntax/parse.hpp"

namespace igvm::spec {
namespace {

class Loader {
  public:
    Loader(const std::vector<std::filesystem::path>& directories, Sources& sources, Diagnostics& diagnostics)
        : directories_(directories), sources_(sources), diagnostics_(diagnostics) {}

    Loaded run(const std::filesystem::path& spec) {
        open({spec, spec}, spec.string(), std::nullopt);
        return std::move(loaded_);
    }
    Loaded run(FileId spec) {
        enter(spec);
        return std::move(loaded_);
    }

  private:
    /// Where a file is, and what messages call it.
    struct Place {
        std::filesystem::path path;
        std::filesystem::path name;
    };

    void open(const Place& place, const std::string& written, std::optional<Span> from) {
        const auto file = sources_.load(place.path, place.name.string());
        if (!file)
            return report_unloadable(written, file.error(), from, diagnostics_, search_help(place, from));
        if (std::ranges::find(chain_, *file) != chain_.end()) return report_cycle(*file, *from);
        if (std::ranges::find(loaded_.files, *file, &LoadedFile::file) != loaded_.files.end()) return;
        enter(*file);
    }

    /// Where an include that is nowhere was looked for.
    std::string search_help(const Place& place, std::optional<Span> from) const {
        std::error_code ignored;
        if (!from || std::filesystem::exists(place.path, ignored)) return {};
        std::string folders = "beside this file";
        for (const auto& directory : directories_) folders += fmt::format(", in {}", directory.string());
        return fmt::format("it was looked for {}; -I DIR names another folder", folders);
    }

    void enter(FileId file) {
        LoadedFile& entry = loaded_.files.emplace_back(LoadedFile{file, parse(sources_, file, diagnostics_)});
        chain_.push_back(file);
        for (const Include& include : entry.tree.includes) follow(file, include);
        chain_.pop_back();
        entry.tree.turn = turn_++;
    }

    void follow(FileId includer, const Include& include) {
        if (chain_.size() >= kMaxIncludeDepth) {
            diagnostics_.error(Code::kInclude, include.span,
                               fmt::format("more than {} includes are open at once", kMaxIncludeDepth));
            return;
        }
        open(find(includer, include.path), include.path, include.span);
    }

    Place find(FileId includer, const std::filesystem::path& path) const {
        const Place beside{sources_.path(includer).parent_path() / path, name_beside(includer, path)};
        std::error_code ignored;
        if (std::filesystem::exists(beside.path, ignored)) return beside;
        for (const auto& directory : directories_) {
            const auto found = directory / path;
            if (std::filesystem::exists(found, ignored)) return {found, found};
        }
        return beside;
    }

    /// As seen from where the tool was started; the full path when the includer is a link to elsewhere.
    std::filesystem::path name_beside(FileId includer, const std::filesystem::path& path) const {
        const auto name = std::filesystem::path(sources_.name(includer)).parent_path() / path;
        const auto full = sources_.path(includer).parent_path() / path;
        std::error_code ignored;
        return std::filesystem::equivalent(name, full, ignored) ? name.lexically_normal() : full;
    }

    void report_cycle(FileId again, Span from) {
        std::string chain;
        for (auto at = std::ranges::find(chain_, again); at != chain_.end(); ++at)
            chain += fmt::format("'{}' includes ", sources_.name(*at));
        chain += fmt::format("'{}'", sources_.name(again));
        diagnostics_.error(Code::kInclude, from, "this include comes back to itself: " + chain);
    }

    const std::vector<std::filesystem::path>& directories_;
    Sources& sources_;
    Diagnostics& diagnostics_;
    Loaded loaded_;
    std::vector<FileId> chain_;
    std::uint32_t turn_ = 0;  ///< of the next file that ends
};

}  // namespace

Loaded load(const std::filesystem::path& spec, const std::vector<std::filesystem::path>& include_directories,
            Sources& sources, Diagnostics& diagnostics) {
    return Loader(include_directories, sources, diagnostics).run(spec);
}

Loaded load(FileId spec, const std::vector<std::filesystem::path>& include_directories, Sources& sources,
            Diagnostics& diagnostics) {
    return Loader(include_directories, sources, diagnostics).run(spec);
}

}  // namespace igvm::spec
