#include "syntax/literal.hpp"

#include <gtest/gtest.h>

namespace igvm::spec {
namespace {

TEST(Literal, NumbersHaveBasesSeparatorsAndBinarySuffixes) {
    EXPECT_EQ(read_number("0"), 0u);
    EXPECT_EQ(read_number("1_000"), 1000u);
    EXPECT_EQ(read_number("0xFFFF_F000"), 0xFFFFF000u);
    EXPECT_EQ(read_number("0b101"), 5u);
    EXPECT_EQ(read_number("4K"), 4096u);
    EXPECT_EQ(read_number("2M"), 2u << 20);
    EXPECT_EQ(read_number("1G"), 1u << 30);
    EXPECT_EQ(read_number("1T"), std::uint64_t{1} << 40);
    EXPECT_EQ(read_number("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(read_number("0xFFFFFFFFFFFFFFFF"), UINT64_MAX);
}

struct BadNumber {
    const char *text, *message, *help;
};

TEST(Literal, BadNumbersSayTheFix) {
    const BadNumber kCases[] = {
        {"4KB", "number '4KB' has the unknown suffix 'KB'", "write 4K"},
        {"4k", "number '4k' has the unknown suffix 'k'", "write 4K"},
        {"2MiB", "number '2MiB' has the unknown suffix 'MiB'", "write 2M"},
        {"4X", "number '4X' has the unknown suffix 'X'",
         "the suffixes are K, M, G and T, and they are binary"},
        {"0x", "number '0x' has no digits", ""},
        {"0xG", "'G' does not belong in a hexadecimal number", ""},
        {"0b2", "'2' does not belong in a binary number", ""},
        {"1_", "number '1_' has a '_' that is not between two digits", ""},
        {"010", "number '010' begins with 0", "there is no octal: write 0x or drop the 0"},
        {"18446744073709551616", "number '18446744073709551616' does not fit in 64 bits", ""},
        {"16777216T", "number '16777216T' does not fit in 64 bits", ""},
    };
    for (const BadNumber& bad : kCases) {
        const auto value = read_number(bad.text);
        ASSERT_FALSE(value) << bad.text;
        EXPECT_EQ(value.error().message, bad.message);
        EXPECT_EQ(value.error().help, bad.help);
    }
}

TEST(Literal, StringsResolveEscapes) {
    EXPECT_EQ(read_string(R"(a\\\"\n\x41)"), "a\\\"\nA");
    ASSERT_FALSE(read_string(R"(ab\q)"));
    EXPECT_EQ(read_string(R"(ab\q)").error().offset, 2u);
    EXPECT_FALSE(read_string(R"(\x4)"));
}

TEST(Literal, HexHoldsPairsOfDigits) {
    EXPECT_EQ(read_hex("00 fF_7f"), std::string("\0\xFF\x7F", 3));
    EXPECT_EQ(read_hex("0").error().message, "expected a pair of hexadecimal digits");
    EXPECT_EQ(read_hex("00 0g").error().offset, 3u);
}

}  // namespace
}  // namespace igvm::spec
