#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "igvm/file.hpp"
#include "temporary_folder.hpp"

namespace igvm::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Bytes bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & mode_t{07777};
}

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// Every write past `limit` bytes fails, as on a full disk.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t limit) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &saved_);
        const rlimit lowered{limit, saved_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &lowered);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &saved_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    void (*handler_)(int);
    rlimit saved_{};
};

TEST(ReplaceFile, WritesANewFileWithTheModeOfTheUmask) {
    const TemporaryFolder folder;
    const mode_t before = ::umask(027);
    EXPECT_TRUE(replace_file(folder / "new", bytes("image")));
    ::umask(before);
    EXPECT_EQ(read_text(folder / "new"), "image");
    EXPECT_EQ(mode_of(folder / "new"), 0640u);
    EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(ReplaceFile, ReplacesAFileAndKeepsItsPermissions) {
    const TemporaryFolder folder;
    write_text(folder / "old", "a longer text than the new one");
    fs::permissions(folder / "old", fs::perms{0606});
    EXPECT_TRUE(replace_file(folder / "old", bytes("new")));
    EXPECT_EQ(read_text(folder / "old"), "new");
    EXPECT_EQ(mode_of(folder / "old"), 0606u);
}

TEST(ReplaceFile, WritesAnEmptyFile) {
    const TemporaryFolder folder;
    EXPECT_TRUE(replace_file(folder / "empty", {}));
    EXPECT_EQ(fs::file_size(folder / "empty"), 0u);
}

TEST(ReplaceFile, KeepsASymbolicLinkAndReplacesWhatItNames) {
    const TemporaryFolder folder;
    write_text(folder / "real", "old");
    fs::create_symlink("real", folder / "link");
    EXPECT_TRUE(replace_file(folder / "link", bytes("new")));
    EXPECT_TRUE(fs::is_symlink(folder / "link"));
    EXPECT_EQ(read_text(folder / "real"), "new");
}

TEST(ReplaceFile, AcceptsTheLongestFileName) {
    const TemporaryFolder folder;
    const fs::path longest = folder / std::string(255, 'x');
    EXPECT_TRUE(replace_file(longest, bytes("x")));
    EXPECT_EQ(read_text(longest), "x");
}

TEST(ReplaceFile, AMissingFolderIsReportedAndNotMade) {
    const TemporaryFolder folder;
    const fs::path path = folder / "absent/file";
    const Error error = replace_file(path, bytes("x")).error();
    EXPECT_EQ(error.rule, Rule::kInputOutput);
    EXPECT_EQ(error.detail, "cannot write " + path.string() + ": No such file or directory");
    EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(ReplaceFile, RefusesATargetThatIsNotARegularFile) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "directory");
    EXPECT_THAT(replace_file(folder / "directory", bytes("x")).error().detail,
                HasSubstr("not a regular file"));
    EXPECT_THAT(replace_file("/dev/null", bytes("x")).error().detail, HasSubstr("not a regular file"));
    EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(ReplaceFile, AFailedWriteKeepsTheOldFileAndLeavesNothingBehind) {
    const TemporaryFolder folder;
    write_text(folder / "file", "old");
    const std::string large(1 << 16, 'x');
    Result<void> result;
    {
        const FileSizeLimit limit(4096);
        result = replace_file(folder / "file", bytes(large));
    }
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail, "cannot write " + (folder / "file").string() + ": File too large");
    EXPECT_EQ(read_text(folder / "file"), "old");
    EXPECT_EQ(entries(folder.path()), 1u);
}

class ReplaceFiles : public ::testing::Test {
  protected:
    void SetUp() override {
        write_text(folder_ / "report", "old report");
        write_text(folder_ / "image", "old image");
    }

    Result<void> replace(std::string_view image, const fs::path& depfile) const {
        const FileContents files[] = {{folder_ / "image", bytes(image)},
                                      {depfile, bytes("new depfile")},
                                      {folder_ / "report", bytes("new report")}};
        return replace_files(files);
    }

    void expect_old_files_only() const {
        EXPECT_EQ(read_text(folder_ / "report"), "old report");
        EXPECT_EQ(read_text(folder_ / "image"), "old image");
        EXPECT_EQ(entries(folder_.path()), 2u);
    }

    const TemporaryFolder folder_;
};

TEST_F(ReplaceFiles, WritesAllOfThemAndLeavesNothingElse) {
    ASSERT_TRUE(replace("new image", folder_ / "depfile"));
    EXPECT_EQ(read_text(folder_ / "report"), "new report");
    EXPECT_EQ(read_text(folder_ / "depfile"), "new depfile");
    EXPECT_EQ(read_text(folder_ / "image"), "new image");
    EXPECT_EQ(entries(folder_.path()), 3u);
}

TEST_F(ReplaceFiles, AnEmptyListIsDone) { EXPECT_TRUE(replace_files({})); }

TEST_F(ReplaceFiles, AFullDiskAtOneFileChangesNone) {
    const std::string large(1 << 16, 'x');
    Result<void> result;
    {
        const FileSizeLimit limit(4096);
        result = replace(large, folder_ / "depfile");
    }
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail, "cannot write " + (folder_ / "image").string() + ": File too large");
    expect_old_files_only();
}

TEST_F(ReplaceFiles, AMissingFolderOfOneChangesNone) {
    const auto result = replace("new image", folder_ / "absent/depfile");
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().detail, HasSubstr("absent/depfile: No such file or directory"));
    expect_old_files_only();
}

TEST_F(ReplaceFiles, ADirectoryInThePlaceOfOneChangesNone) {
    const auto result = replace("new image", folder_.path());
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().detail, HasSubstr("is not a regular file"));
    expect_old_files_only();
}

/// Acts as a user who owns nothing.
class OtherUser {
  public:
    OtherUser() { EXPECT_EQ(::seteuid(65534), 0); }
    OtherUser(const OtherUser&) = delete;
    OtherUser& operator=(const OtherUser&) = delete;
    ~OtherUser() { EXPECT_EQ(::seteuid(0), 0); }
};

/// In a sticky folder anyone may create files but not rename over those of others: staging succeeds, the
/// rename of the first file fails when the others are renamed already.
TEST_F(ReplaceFiles, ARenameThatFailsUndoesThoseBeforeIt) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can act as another user";
    fs::permissions(folder_.path(), fs::perms{01777});
    ASSERT_EQ(::chown((folder_ / "report").c_str(), 65534, 65534), 0);
    fs::permissions(folder_ / "image", fs::perms{0666});
    Result<void> result;
    {
        const OtherUser other;
        result = replace("new image", folder_ / "depfile");
    }
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail,
              "cannot write " + (folder_ / "image").string() + ": Operation not permitted");
    expect_old_files_only();
}

TEST(SameFile, SeesThroughLinksAndDotsAndMissingFiles) {
    const TemporaryFolder folder;
    write_text(folder / "a", "");
    write_text(folder / "b", "");
    fs::create_symlink("a", folder / "link");
    EXPECT_TRUE(same_file(folder / "a", folder / "link"));
    EXPECT_TRUE(same_file(folder / "a", folder / "./a"));
    EXPECT_TRUE(same_file(folder / "new", folder / "./new"));
    EXPECT_FALSE(same_file(folder / "a", folder / "b"));
    EXPECT_FALSE(same_file(folder / "a", folder / "new"));
    EXPECT_FALSE(same_file(folder / "new", folder / "newer"));
}

}  // namespace
}  // namespace igvm::test
