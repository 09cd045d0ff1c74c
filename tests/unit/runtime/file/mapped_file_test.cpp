#include <gmock/gmock.h>
#include <sys/stat.h>

#include "igvm/file.hpp"
#include "temporary_folder.hpp"

namespace igvm::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(MappedFile, GivesTheBytesOfARegularFile) {
    const TemporaryFolder folder;
    write_text(folder / "file", "abc");
    EXPECT_THAT(MappedFile::open(folder / "file").value().bytes(), ElementsAre('a', 'b', 'c'));
}

TEST(MappedFile, BytesOutliveTheHandleTheyCameFrom) {
    const TemporaryFolder folder;
    write_text(folder / "file", "abc");
    MappedFile kept;
    {
        const MappedFile first = MappedFile::open(folder / "file").value();
        kept = first;
    }
    EXPECT_EQ(kept.bytes()[2], 'c');
}

TEST(MappedFile, AnEmptyFileIsAnEmptySpan) {
    const TemporaryFolder folder;
    write_text(folder / "empty", "");
    EXPECT_TRUE(MappedFile::open(folder / "empty").value().bytes().empty());
}

TEST(MappedFile, AMissingFileIsReportedWithItsPathAndTheReason) {
    const TemporaryFolder folder;
    const Error error = MappedFile::open(folder / "absent").error();
    EXPECT_EQ(error.rule, Rule::kInputOutput);
    EXPECT_EQ(error.detail, "cannot open " + (folder / "absent").string() + ": No such file or directory");
}

TEST(MappedFile, ADirectoryIsRefused) {
    const TemporaryFolder folder;
    const Error error = MappedFile::open(folder.path()).error();
    EXPECT_EQ(error.rule, Rule::kInputOutput);
    EXPECT_EQ(error.detail, folder.path().string() + " is not a regular file");
}

TEST(MappedFile, AFifoIsRefusedWithoutWaitingForAWriter) {
    const TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    EXPECT_THAT(MappedFile::open(folder / "fifo").error().detail, HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace igvm::test
