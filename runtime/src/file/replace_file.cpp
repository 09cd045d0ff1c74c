#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>
#include <system_error>

#include "file/descriptor.hpp"
#include "igvm/file.hpp"

namespace igvm {
namespace {

namespace fs = std::filesystem;
using file::Descriptor;
using file::not_regular;
using file::system_error;

/// A path that is removed at the end of its life unless it was kept.
class TemporaryPath {
  public:
    explicit TemporaryPath(fs::path path) : path_(std::move(path)) {}
    TemporaryPath(const TemporaryPath&) = delete;
    TemporaryPath& operator=(const TemporaryPath&) = delete;
    ~TemporaryPath() {
        if (!kept_) ::unlink(path_.c_str());
    }
    const fs::path& path() const { return path_; }
    void keep() { kept_ = true; }

  private:
    fs::path path_;
    bool kept_ = false;
};

/// Where the bytes go, and the permissions of the file that is there now.
struct Target {
    fs::path path;
    std::optional<mode_t> mode;
};

/// Follows symbolic links, so that a link to an image stays a link.
Result<Target> find_target(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return Target{path, std::nullopt};
        return system_error("write", path);
    }
    if (!S_ISREG(status.st_mode)) return not_regular(path);
    std::error_code error;
    fs::path real = fs::canonical(path, error);
    return Target{error ? path : std::move(real), status.st_mode & mode_t{07777}};
}

/// A name of fixed length, so that it fits wherever the target's own name fits.
fs::path temporary_name(const fs::path& folder) {
    static std::atomic<unsigned> counter = 0;
    return folder / fmt::format(".igvm-{}-{}.tmp", ::getpid(), counter++);
}

bool write_all(int descriptor, Bytes contents) {
    constexpr std::size_t kChunk = std::size_t{1} << 30;
    while (!contents.empty()) {
        const ssize_t written = ::write(descriptor, contents.data(), std::min(contents.size(), kChunk));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        contents = contents.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

/// A new file beside the target; a name that is taken (left by a killed process) is passed over.
Descriptor create_beside(const fs::path& folder, fs::path& name) {
    int number = -1;
    do {
        name = temporary_name(folder);
        number = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (number < 0 && errno == EEXIST);
    return Descriptor(number);
}

}  // namespace

Result<void> replace_file(const fs::path& path, Bytes contents) {
    const Result<Target> target = find_target(path);
    if (!target) return tl::unexpected(target.error());
    fs::path name;
    Descriptor descriptor = create_beside(target->path.parent_path(), name);
    if (!descriptor.valid()) return system_error("write", path);
    TemporaryPath temporary(std::move(name));

    const bool written = (!target->mode || ::fchmod(descriptor.number(), *target->mode) == 0) &&
                         write_all(descriptor.number(), contents) && ::fsync(descriptor.number()) == 0 &&
                         descriptor.close() && ::rename(temporary.path().c_str(), target->path.c_str()) == 0;
    if (!written) return system_error("write", path);
    temporary.keep();
    return {};
}

}  // namespace igvm
