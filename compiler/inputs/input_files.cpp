#include "inputs/input_files.hpp"

namespace igvm::spec {

InputFiles::InputFiles(std::span<const FileContents> in_memory) {
    for (const FileContents& file : in_memory) in_memory_.emplace(file.path, file.contents);
}

Result<model::Blob> InputFiles::open(const std::filesystem::path& path) {
    const auto held = in_memory_.find(path);
    if (held != in_memory_.end()) return model::Blob{nullptr, held->second};
    auto known = files_.find(path);
    if (known == files_.end()) {
        auto file = MappedFile::open(path);
        if (!file) return tl::unexpected(file.error());
        known = files_.emplace(path, *std::move(file)).first;
        order_.push_back(path);
    }
    auto owner = std::make_shared<const MappedFile>(known->second);
    const Bytes bytes = owner->bytes();
    return model::Blob{std::move(owner), bytes};
}

}  // namespace igvm::spec
