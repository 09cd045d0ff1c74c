#include <gtest/gtest.h>

#include "igvm/text.hpp"

namespace igvm {
namespace {

TEST(Printable, LeavesTextAlone) {
    EXPECT_EQ(printable("region \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
              "region \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
    EXPECT_EQ(printable(""), "");
}

TEST(Printable, ReplacesWhatControlsATerminal) {
    EXPECT_EQ(printable("a\x1b[31mb"), "a\xEF\xBF\xBD[31mb");
    EXPECT_EQ(printable("\r\n\x7F"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(printable("\xC2\x9B"), "\xEF\xBF\xBD") << "U+009B, the one-character CSI";
    EXPECT_EQ(printable("\xE2\x80\xAE"), "\xEF\xBF\xBD") << "U+202E, right to left";
    EXPECT_EQ(printable("a\tb"), "a    b");
}

TEST(Printable, ReplacesEachByteThatIsNotUtf8) {
    EXPECT_EQ(printable("\xFF\x9Bz"), "\xEF\xBF\xBD\xEF\xBF\xBDz");
    EXPECT_EQ(printable("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf8Size, IsZeroForMalformedText) {
    EXPECT_EQ(utf8_size("a"), 1u);
    EXPECT_EQ(utf8_size("\xF4\x8F\xBF\xBF"), 4u);
    EXPECT_EQ(utf8_size("\xF4\x90\x80\x80"), 0u) << "past U+10FFFF";
    EXPECT_EQ(utf8_size("\xC0\x80"), 0u) << "overlong";
    EXPECT_EQ(utf8_size("\xED\xA0\x80"), 0u) << "surrogate";
}

}  // namespace
}  // namespace igvm
