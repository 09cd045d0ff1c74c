// The texts that the editor has open.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace igvm::spec::lsp {

class Documents {
  public:
    /// All open texts together, in bytes.
    static constexpr std::size_t kMaxBytes = 128 * 1024 * 1024;

    /// Takes the text of a document; false, and it is not taken, when that is too much.
    bool put(const std::string& uri, std::string text);
    void remove(const std::string& uri);
    /// Null when it is not open.
    const std::string* find(const std::string& uri) const;

  private:
    std::map<std::string, std::string> texts_;
    std::size_t bytes_ = 0;
};

/// The path of a file URI; another URI is its own path.
std::filesystem::path path_of(std::string_view uri);
std::string uri_of(const std::filesystem::path& path);

}  // namespace igvm::spec::lsp
