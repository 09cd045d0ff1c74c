#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "file/descriptor.hpp"
#include "igvm/file.hpp"

namespace igvm {
namespace {

namespace fs = std::filesystem;
using file::Descriptor;
using file::not_regular;
using file::system_error;

/// A file that is removed at the end of its life; removing one that was renamed away does nothing.
class TemporaryFile {
  public:
    TemporaryFile() = default;
    explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
    TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFile& operator=(TemporaryFile&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }
    ~TemporaryFile() {
        if (exists()) ::unlink(path_.c_str());
    }
    bool exists() const { return !path_.empty(); }
    const fs::path& path() const { return path_; }
    void keep() { path_.clear(); }

  private:
    fs::path path_;
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

/// A target with its new contents in a file beside it.
class StagedFile {
  public:
    static Result<StagedFile> write(const FileContents& file) {
        Result<Target> target = find_target(file.path);
        if (!target) return tl::unexpected(target.error());
        fs::path name;
        Descriptor descriptor = create_beside(target->path.parent_path(), name);
        if (!descriptor.valid()) return system_error("write", file.path);
        StagedFile staged(file.path, std::move(*target), TemporaryFile(std::move(name)));
        if (!staged.fill(descriptor, file.contents)) return system_error("write", file.path);
        return staged;
    }

    /// Gives the file that is there now a second name, for `undo`.
    Result<void> keep_old() {
        if (!target_.mode) return {};
        const fs::path& from = target_.path;
        fs::path name;
        do {
            name = temporary_name(from.parent_path());
        } while (fs::exists(fs::symlink_status(name)));
        // A file system without hard links leaves the target missing for the moment until `commit`.
        if (::link(from.c_str(), name.c_str()) != 0 && ::rename(from.c_str(), name.c_str()) != 0)
            return system_error("write", asked_);
        old_ = TemporaryFile(std::move(name));
        return {};
    }

    Result<void> commit() {
        if (::rename(fresh_.path().c_str(), target_.path.c_str()) != 0) return system_error("write", asked_);
        committed_ = true;
        return {};
    }

    void undo() {
        if (old_.exists()) {
            if (::rename(old_.path().c_str(), target_.path.c_str()) != 0) old_.keep();
        } else if (committed_) {
            ::unlink(target_.path.c_str());
        }
    }

  private:
    StagedFile(fs::path asked, Target target, TemporaryFile fresh)
        : asked_(std::move(asked)), target_(std::move(target)), fresh_(std::move(fresh)) {}

    bool fill(Descriptor& descriptor, Bytes contents) const {
        return (!target_.mode || ::fchmod(descriptor.number(), *target_.mode) == 0) &&
               write_all(descriptor.number(), contents) && ::fsync(descriptor.number()) == 0 &&
               descriptor.close();
    }

    fs::path asked_;
    Target target_;
    TemporaryFile fresh_, old_;
    bool committed_ = false;
};

/// From the last to the first, which needs no way back: nothing can fail behind it.
Result<void> commit_all(std::vector<StagedFile>& staged) {
    for (auto file = staged.rbegin(); file != staged.rend(); ++file) {
        Result<void> done = std::next(file) == staged.rend() ? Result<void>{} : file->keep_old();
        if (done) done = file->commit();
        if (done) continue;
        for (auto undone = std::next(file); undone != staged.rbegin();) (--undone)->undo();
        return done;
    }
    return {};
}

}  // namespace

Result<void> replace_files(std::span<const FileContents> files) {
    std::vector<StagedFile> staged;
    staged.reserve(files.size());
    for (const FileContents& file : files) {
        auto written = StagedFile::write(file);
        if (!written) return tl::unexpected(written.error());
        staged.push_back(std::move(*written));
    }
    return commit_all(staged);
}

Result<void> replace_file(const fs::path& path, Bytes contents) {
    const FileContents file{path, contents};
    return replace_files({&file, 1});
}

bool same_file(const fs::path& a, const fs::path& b) {
    std::error_code error;
    if (fs::equivalent(a, b, error)) return true;
    const fs::path real_a = fs::weakly_canonical(fs::absolute(a, error), error);
    const fs::path real_b = fs::weakly_canonical(fs::absolute(b, error), error);
    return !real_a.empty() && real_a == real_b;
}

}  // namespace igvm
