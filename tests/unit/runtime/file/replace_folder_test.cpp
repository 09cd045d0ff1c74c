#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

#include "igvm/folder.hpp"

namespace igvm {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
    return names;
}

Bytes bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

FolderFile whole(std::string name, std::string_view text) {
    return {std::move(name), text.size(), {{0, bytes(text)}}};
}

class ReplaceFolder : public testing::Test {
  protected:
    ReplaceFolder() {
        fs::remove_all(root_);
        fs::create_directories(root_);
    }
    ~ReplaceFolder() override { fs::remove_all(root_); }

    Result<void> replace(const std::vector<FolderFile>& files) { return replace_folder(out_, files); }

    fs::path root_ =
        fs::path(testing::TempDir()) /
        (std::string("igvm_folder_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::path out_ = root_ / "out";
};

TEST_F(ReplaceFolder, MakesAFolderOfTheFiles) {
    ASSERT_TRUE(replace({whole("a", "first"), whole("b", "")}));
    EXPECT_THAT(names_in(out_), ElementsAre("a", "b"));
    EXPECT_EQ(read_text(out_ / "a"), "first");
    EXPECT_EQ(read_text(out_ / "b"), "");
    EXPECT_THAT(names_in(root_), ElementsAre("out"));
}

TEST_F(ReplaceFolder, TakesATrailingSlash) {
    out_ /= "";
    ASSERT_TRUE(replace({whole("a", "1")}));
    EXPECT_THAT(names_in(root_), ElementsAre("out"));
}

TEST_F(ReplaceFolder, ReplacesItsOwnFilesAndKeepsThePermissions) {
    ASSERT_TRUE(replace({whole("a", "old"), whole("b", "old")}));
    ASSERT_EQ(::chmod(out_.c_str(), 0700), 0);
    ASSERT_TRUE(replace({whole("a", "new"), whole("b", "new")}));
    EXPECT_EQ(read_text(out_ / "a"), "new");
    EXPECT_EQ(fs::status(out_).permissions(), fs::perms::owner_all);
    EXPECT_THAT(names_in(root_), ElementsAre("out"));
}

TEST_F(ReplaceFolder, RefusesAFolderWithAnythingElse) {
    fs::create_directories(out_);
    std::ofstream(out_ / "letter") << "mine";
    const auto done = replace({whole("a", "new")});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().rule, Rule::kInputOutput);
    EXPECT_THAT(done.error().detail, HasSubstr("holds letter, which this would not write"));
    EXPECT_THAT(names_in(out_), ElementsAre("letter"));
    EXPECT_THAT(names_in(root_), ElementsAre("out"));
}

TEST_F(ReplaceFolder, RefusesAFolderWhereItsNameIsSomethingElse) {
    fs::create_directories(out_ / "a");
    EXPECT_FALSE(replace({whole("a", "new")}));
    EXPECT_TRUE(fs::is_directory(out_ / "a"));
    fs::remove(out_ / "a");
    fs::create_symlink("/etc/passwd", out_ / "a");
    EXPECT_FALSE(replace({whole("a", "new")}));
}

TEST_F(ReplaceFolder, RefusesAFileAndAnAbsentParent) {
    std::ofstream(out_) << "a file";
    EXPECT_FALSE(replace({whole("a", "new")}));
    EXPECT_EQ(read_text(out_), "a file");
    out_ = root_ / "absent" / "out";
    EXPECT_FALSE(replace({whole("a", "new")}));
}

TEST_F(ReplaceFolder, HolesTakeNoRoom) {
    constexpr std::uint64_t kSize = std::uint64_t{1} << 40;
    ASSERT_TRUE(replace({{"a", kSize, {{kSize - 4, bytes("tail")}, {4096, bytes("head")}}}}));
    struct stat status {};
    ASSERT_EQ(::stat((out_ / "a").c_str(), &status), 0);
    EXPECT_EQ(status.st_size, static_cast<off_t>(kSize));
    EXPECT_LT(status.st_blocks * 512, 1 << 20);
    std::ifstream in(out_ / "a", std::ios::binary);
    in.seekg(4094);
    std::string text(6, '-');
    in.read(text.data(), 6);
    EXPECT_EQ(text, std::string("\0\0head", 6));
}

TEST_F(ReplaceFolder, LeavesNothingWhenAFileCannotBeWritten) {
    ASSERT_TRUE(replace({whole("a", "old")}));
    EXPECT_FALSE(replace({whole("a", "new"), whole("no/such/place", "x")}));
    EXPECT_EQ(read_text(out_ / "a"), "old");
    EXPECT_THAT(names_in(root_), ElementsAre("out"));
}

}  // namespace
}  // namespace igvm
