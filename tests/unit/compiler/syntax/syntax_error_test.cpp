#include <gtest/gtest.h>

#include "parsed.hpp"

namespace igvm::spec {
namespace {

std::string errors(const std::string& text) { return Parsed("igvmspec 1;\n" + text).errors(); }

TEST(SyntaxError, AMissingExpressionIsOneErrorAndTheRestIsUnderstood) {
    const Parsed parsed("igvmspec 1;\nimage a { at = ; b = 1 + ; c = 3; }\n");
    EXPECT_EQ(parsed.errors(),
              "t.igvmspec:2:16: error: expected an expression before ';' [E0101]\n"
              "    2 | image a { at = ; b = 1 + ; c = 3; }\n"
              "      |                ^\n"
              "t.igvmspec:2:26: error: expected an expression before ';' [E0101]\n"
              "    2 | image a { at = ; b = 1 + ; c = 3; }\n"
              "      |                          ^\n");
    const auto attributes = all<Attribute>(parsed.tree.blocks.at(0).entries);
    ASSERT_EQ(attributes.size(), 3u);
    EXPECT_EQ(prefix_form(*attributes[0]->value), "poison");
    EXPECT_EQ(prefix_form(*attributes[2]->value), "3");
}

TEST(SyntaxError, AMissingSemicolonIsShownWhereItBelongs) {
    const Parsed parsed("igvmspec 1;\nimage a {\n  at = 4K\n  size = 5;\n}\n");
    EXPECT_EQ(parsed.errors(),
              "t.igvmspec:3:10: error: expected ';' before 'size' [E0101]\n"
              "    3 |   at = 4K\n"
              "      |          ^\n");
    EXPECT_EQ(all<Attribute>(parsed.tree.blocks.at(0).entries).size(), 2u);
}

TEST(SyntaxError, AnUnclosedBlockPointsAtItsBrace) {
    EXPECT_EQ(
        errors("image a { b { c = 1; }\n"),
        "t.igvmspec:3:1: error: expected an attribute, a block or '}' before the end of the file [E0101]\n"
        "    3 | \n"
        "      | ^\n"
        "t.igvmspec:2:9: note: this '{' is not closed\n");
}

TEST(SyntaxError, ABadCharacterIsNamed) {
    EXPECT_EQ(errors("image a { at = 1 $ 2; b = 2; }"),
              "t.igvmspec:2:18: error: unexpected character '$' [E0101]\n"
              "    2 | image a { at = 1 $ 2; b = 2; }\n"
              "      |                  ^\n");
}

TEST(SyntaxError, AnUnclosedStringIsOneError) {
    EXPECT_EQ(errors("const X = \"abc;\nconst Y = 1;\n"),
              "t.igvmspec:2:11: error: this string is not closed [E0107]\n"
              "    2 | const X = \"abc;\n"
              "      |           ^~~~~\n"
              "help: end it with '\"' on the same line\n");
}

TEST(SyntaxError, ABadNumberStatesTheFix) {
    EXPECT_EQ(errors("const X = 4KB;"),
              "t.igvmspec:2:11: error: number '4KB' has the unknown suffix 'KB' [E0106]\n"
              "    2 | const X = 4KB;\n"
              "      |           ^~~\n"
              "help: write 4K\n");
}

TEST(SyntaxError, MissingClosersAreSupplied) {
    const Parsed parsed("igvmspec 1;\nconst X = f(1;\nconst Y = [1;\nconst Z = (1;\n");
    ASSERT_EQ(parsed.diagnostics.count(), 3u);
    EXPECT_EQ(parsed.diagnostics.kept()[0].message, "expected ')' before ';'");
    EXPECT_EQ(parsed.diagnostics.kept()[1].message, "expected ']' before ';'");
    EXPECT_EQ(parsed.diagnostics.kept()[2].message, "expected ')' before ';'");
    EXPECT_EQ(parsed.tree.declarations.size(), 3u);
}

TEST(SyntaxError, AStrayBraceIsOneError) {
    const Parsed parsed("igvmspec 1;\n}\nconst X = 1;\n");
    ASSERT_EQ(parsed.diagnostics.count(), 1u);
    EXPECT_EQ(parsed.diagnostics.kept()[0].message, "this '}' closes nothing");
    EXPECT_EQ(parsed.tree.declarations.size(), 1u);
}

TEST(SyntaxError, TheVersionComesFirstAndIsKnown) {
    EXPECT_EQ(Parsed("const X = 1;").errors(),
              "t.igvmspec:1:1: error: the file does not begin with the language version [E0102]\n"
              "    1 | const X = 1;\n"
              "      | ^~~~~\n"
              "help: begin it with: igvmspec 1;\n");
    EXPECT_EQ(Parsed("igvmspec 2; what else?").errors(),
              "t.igvmspec:1:10: error: unknown language version 2 [E0102]\n"
              "    1 | igvmspec 2; what else?\n"
              "      |          ^\n"
              "help: this tool knows version 1: use a newer tool\n");
}

}  // namespace
}  // namespace igvm::spec
