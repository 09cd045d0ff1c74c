// POSIX helpers of the file room.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "igvm/result.hpp"

namespace igvm::file {

/// An open file descriptor, closed at the end of its life.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();

    int number() const { return number_; }
    bool valid() const { return number_ >= 0; }
    /// Closes now and says whether that succeeded: some file systems report a full disk only here.
    bool close();

  private:
    int number_;
};

/// kInputOutput: "<action> <path>: <text of the current errno>".
tl::unexpected<Error> system_error(std::string_view action, const std::filesystem::path& path);

/// kInputOutput: the path names something that is not a regular file.
tl::unexpected<Error> not_regular(const std::filesystem::path& path);

}  // namespace igvm::file
