// The files that a spec's inputs bind, opened once and kept mapped.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "igvm/file.hpp"
#include "igvm/result.hpp"
#include "model/model.hpp"

namespace igvm::spec {

class InputFiles {
  public:
    /// `in_memory`: files that are not looked for on the disk; outlive this.
    explicit InputFiles(std::span<const FileContents> in_memory = {});

    /// Maps the file, or gives what was mapped before for the same path.
    Result<model::Blob> open(const std::filesystem::path& path);
    /// Every file opened, in first-use order.
    const std::vector<std::filesystem::path>& opened() const { return order_; }

  private:
    std::map<std::filesystem::path, Bytes> in_memory_;
    std::map<std::filesystem::path, MappedFile> files_;
    std::vector<std::filesystem::path> order_;
};

}  // namespace igvm::spec
