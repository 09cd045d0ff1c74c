#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

#include "file/descriptor.hpp"
#include "igvm/folder.hpp"

namespace igvm {
namespace {

namespace fs = std::filesystem;
using file::Descriptor;
using file::system_error;

/// A folder that is removed, with all that is in it, at the end of its life.
class TemporaryFolder {
  public:
    explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    const fs::path& path() const { return path_; }
    void keep() { path_.clear(); }

  private:
    fs::path path_;
};

struct Target {
    fs::path path;
    std::optional<mode_t> mode;  ///< of the folder that is there
};

Result<Target> find_target(const fs::path& asked) {
    std::error_code error;
    struct stat status {};
    if (::stat(asked.c_str(), &status) == 0) {
        if (!S_ISDIR(status.st_mode))
            return fail(Rule::kInputOutput, 0, fmt::format("{} is not a folder", asked.string()));
        return Target{fs::canonical(asked, error), status.st_mode & mode_t{07777}};
    }
    if (errno != ENOENT) return system_error("write", asked);
    const fs::path place = fs::weakly_canonical(fs::absolute(asked, error), error);
    return Target{place.has_filename() ? place : place.parent_path(), std::nullopt};
}

Result<void> check_contents(const Target& target, std::span<const FolderFile> files) {
    std::error_code error;
    for (fs::directory_iterator entry(target.path, error), end; entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const bool ours = std::ranges::find(files, name, &FolderFile::name) != files.end();
        if (!ours || !fs::is_regular_file(entry->symlink_status(error)))
            return fail(Rule::kInputOutput, 0,
                        fmt::format("{} holds {}, which this would not write; name a new folder",
                                    target.path.string(), name));
        if (error) break;
    }
    if (error)
        return fail(Rule::kInputOutput, 0,
                    fmt::format("cannot read {}: {}", target.path.string(), error.message()));
    return {};
}

/// A new folder beside the target; a name that is taken (left by a killed process) is passed over.
Result<fs::path> make_beside(const Target& target) {
    static std::atomic<unsigned> counter = 0;
    for (;;) {
        fs::path path = target.path.parent_path() / fmt::format(".igvm-{}-{}.tmp", ::getpid(), counter++);
        if (::mkdir(path.c_str(), 0777) == 0) return path;
        if (errno != EEXIST) return system_error("write", target.path);
    }
}

bool write_at(int descriptor, std::uint64_t offset, Bytes bytes) {
    constexpr std::size_t kChunk = std::size_t{1} << 30;
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(descriptor, bytes.data(), std::min(bytes.size(), kChunk), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

bool write_file(const fs::path& path, const FolderFile& file) {
    Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!descriptor.valid() || ::ftruncate(descriptor.number(), static_cast<off_t>(file.size)) != 0)
        return false;
    for (const auto& [offset, bytes] : file.pieces)
        if (!write_at(descriptor.number(), offset, bytes)) return false;
    return ::fsync(descriptor.number()) == 0 && descriptor.close();
}

/// Exchanges two folders; where the file system cannot, the target is missing between two renames.
bool exchange(const fs::path& fresh, const fs::path& target) {
    if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    const fs::path old = fresh.string() + "-old";
    if (::rename(target.c_str(), old.c_str()) != 0) return false;
    if (::rename(fresh.c_str(), target.c_str()) == 0) return ::rename(old.c_str(), fresh.c_str()) == 0;
    const int reason = errno;
    ::rename(old.c_str(), target.c_str());
    errno = reason;
    return false;
}

}  // namespace

Result<void> replace_folder(const fs::path& path, std::span<const FolderFile> files) {
    const Result<Target> target = find_target(path);
    if (!target) return tl::unexpected(target.error());
    if (target->mode)
        if (auto ours = check_contents(*target, files); !ours) return ours;
    const Result<fs::path> beside = make_beside(*target);
    if (!beside) return tl::unexpected(beside.error());
    TemporaryFolder fresh(*beside);
    for (const FolderFile& file : files)
        if (!write_file(fresh.path() / file.name, file)) return system_error("write", path / file.name);
    if (target->mode) {
        const bool done =
            ::chmod(fresh.path().c_str(), *target->mode) == 0 && exchange(fresh.path(), target->path);
        return done ? Result<void>{} : system_error("write", path);
    }
    if (::rename(fresh.path().c_str(), target->path.c_str()) != 0) return system_error("write", path);
    fresh.keep();
    return {};
}

}  // namespace igvm
