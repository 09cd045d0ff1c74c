#include <gtest/gtest.h>

#include "decompile/block_text.hpp"
#include "decompile/names.hpp"
#include "decompile/recognize.hpp"

namespace igvm::spec::decompiler {
namespace {

Bytes bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(BlockText, SizesHaveTheSuffixThatDividesThem) {
    EXPECT_EQ(size_number(4096), "4K");
    EXPECT_EQ(size_number(3 << 20), "3M");
    EXPECT_EQ(size_number(std::uint64_t{1} << 32), "4G");
    EXPECT_EQ(size_number(4097), "0x1001");
    EXPECT_EQ(size_number(0), "0");
}

TEST(BlockText, AShortBlockIsOneLineAndALongOneSeveral) {
    BlockText block("region a");
    block.set("at", "0x1000");
    EXPECT_EQ(block.text(), "region a { at = 0x1000; }\n");
    for (int i = 0; i < 10; ++i) block.set("rax", "0x1234567890");
    EXPECT_NE(block.text().find("region a {\n"), std::string::npos);
}

TEST(Names, ATakenNameGetsANumber) {
    Names names;
    EXPECT_EQ(names.take("gdt"), "gdt");
    EXPECT_EQ(names.take("gdt"), "gdt_2");
    EXPECT_EQ(names.take("gdt_2"), "gdt_2_2");
    EXPECT_EQ(names.take("gdt"), "gdt_3");
}

TEST(Names, AnyTextBecomesAnIdentifier) {
    EXPECT_EQ(identifier("ovmf-2.igvm"), "ovmf_2_igvm");
    EXPECT_EQ(identifier("9\"}"), "_9__");
    EXPECT_EQ(identifier(""), "_");
}

TEST(Recognize, KnowsDataByItsMarks) {
    EXPECT_EQ(recognize(bytes(std::string_view("\x7F\x45LF...", 7))), "elf");
    EXPECT_EQ(recognize(bytes(std::string_view("console=ttyS0\0\0", 15))), "text");
    EXPECT_EQ(recognize(bytes(std::string_view("ab\0", 3))), "");
    EXPECT_EQ(recognize({}), "");
    std::string flash(4096, '\0');
    flash.replace(4096 - 48, 16, "\xDE\x82\xB5\x96\xB2\x1F\xF7\x45\xBA\xEA\xA3\x66\xC5\x5A\x08\x2D");
    EXPECT_EQ(recognize(bytes(flash)), "ovmf");
}

}  // namespace
}  // namespace igvm::spec::decompiler
