#include <gtest/gtest.h>

#include <random>

#include "parsed.hpp"

namespace igvm::spec {
namespace {

std::string repeat(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

TEST(SyntaxLimits, DeepNestingIsOneClearError) {
    const std::string kOpeners[] = {"a {", "x = (", "x = [", "x = -", "x = f(", "a { ) ", "a { ]"};
    for (const std::string& opener : kOpeners) {
        const Parsed parsed("igvmspec 1;\nimage a { " + repeat(opener, 20'000));
        ASSERT_EQ(parsed.diagnostics.count(), 1u) << opener;
        EXPECT_EQ(parsed.diagnostics.kept()[0].code, Code::kNesting);
        EXPECT_EQ(parsed.diagnostics.kept()[0].message,
                  "more than 256 brackets and operators stand in one another here");
    }
}

TEST(SyntaxLimits, DepthUpToTheLimitParses) {
    const Parsed parsed("igvmspec 1;\nconst X = " + repeat("(", kMaxNesting) + "1" +
                        repeat(")", kMaxNesting) + ";\n" + "const Y = 1" +
                        repeat(" + 1 - 1", kMaxNesting / 2) + ";\nconst Z = " + repeat("-", kMaxNesting) +
                        "1;\n");
    EXPECT_EQ(parsed.errors(), "");
    EXPECT_EQ(parsed.tree.declarations.size(), 3u);
}

TEST(SyntaxLimits, ChainOfOneOperatorIsNotNested) {
    const Parsed parsed("igvmspec 1;\nconst X = 1" + repeat(" + -1 * 2", 100'000) + ";\n");
    EXPECT_EQ(parsed.errors(), "");
    EXPECT_EQ(parsed.tree.declarations.at(0).value->operands.size(), 100'001u);
}

TEST(SyntaxLimits, ChainThatNestsToTheLeftIsOneClearError) {
    for (const std::string& link : {std::string(" + 1 - 1"), std::string(".a"), std::string("[0]")}) {
        const Parsed parsed("igvmspec 1;\nconst X = a" + repeat(link, 20'000) + ";\n");
        ASSERT_EQ(parsed.diagnostics.count(), 1u) << link;
        EXPECT_EQ(parsed.diagnostics.kept()[0].message, "more than 256 operators stand in one another here");
    }
}

TEST(SyntaxLimits, TwentyThousandRegionsAreNotTooMany) {
    std::string text = "igvmspec 1;\nimage a {\n";
    for (int i = 0; i < 20'000; ++i) {
        const std::string number = std::to_string(i);
        text += "    region r" + number + " on snp { at = align_up(base + " + number +
                " * 4K, 2M); size = 4K; }\n";
    }
    const Parsed parsed(text + "}\n");
    EXPECT_EQ(parsed.errors(), "");
    EXPECT_EQ(all<Block>(parsed.tree.blocks.at(0).entries).size(), 20'000u);
}

TEST(SyntaxLimits, EndlessErrorsEnd) {
    const Parsed parsed("igvmspec 1;\nimage a { " + repeat("a = 1 1;", 100'000) + "}");
    EXPECT_EQ(parsed.diagnostics.count(), 1000u);
    EXPECT_EQ(parsed.diagnostics.kept().size(), Diagnostics::kMaxKept);
}

TEST(SyntaxLimits, AnyTokensInAnyOrderAreSurvived) {
    const std::string kWords[] = {"igvmspec", "1",     ";",      "image",   "a",      "{",     "}",
                                  "(",        ")",     "[",      "]",       "on",     ",",     "=",
                                  "const",    "param", "input",  "include", "assert", "\"s\"", "hex\"00\"",
                                  "\"",       "?",     ":",      "+",       "-",      "!",     ".",
                                  "$",        "true",  "///d\n", "4k",      "\n",     "||",    "at"};
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        std::string text = round % 2 ? "igvmspec 1; image a { " : "";
        for (auto words = random() % 60; words > 0; --words) {
            text += kWords[random() % std::size(kWords)] + (random() % 3 ? " " : "");
        }
        const Parsed parsed(text);
        for (const Diagnostic& one : parsed.diagnostics.kept()) {
            ASSERT_LE(one.span->end, text.size()) << text;
            ASSERT_LE(one.span->begin, one.span->end) << text;
        }
    }
}

}  // namespace
}  // namespace igvm::spec
