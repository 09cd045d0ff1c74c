#include <gtest/gtest.h>

#include "parsed.hpp"

namespace igvm::spec {
namespace {

std::string expression(const std::string& text) {
    const Parsed parsed("igvmspec 1;\nconst X = " + text + ";\n");
    EXPECT_EQ(parsed.errors(), "");
    return prefix_form(*parsed.tree.declarations.at(0).value);
}

TEST(Parse, OperatorsBindAsInC) {
    EXPECT_EQ(expression("1 + 2 * 3 - 4"), "(- (+ 1 (* 2 3)) 4)");
    EXPECT_EQ(expression("a || b && c | d ^ e & f == g < h << i + j * k"),
              "(|| a (&& b (| c (^ d (& e (== f (< g (<< h (+ i (* j k))))))))))");
    EXPECT_EQ(expression("1 << 2 >> 3"), "(>> (<< 1 2) 3)");
    EXPECT_EQ(expression("!a == ~b"), "(== (! a) (~ b))");
    EXPECT_EQ(expression("(1 + 2) * -3"), "(* (+ 1 2) (- 3))");
    EXPECT_EQ(expression("a ? b : c ? d : e"), "(choose a b (choose c d e))");
}

TEST(Parse, CallsListsMembersAndIndicesFollowEachOther) {
    EXPECT_EQ(expression("x64.identity_map(4G, page = 2M)"),
              "(call (member .identity_map x64) 4294967296 page=2097152)");
    EXPECT_EQ(expression("a.b(c)[1].d"), "(member .d (index (call (member .b a) c) 1))");
    EXPECT_EQ(expression("[rip, [], true]"), "(list rip (list) true)");
    EXPECT_EQ(expression("input.on(param = assert)"), "(call (member .on input) param=assert)");
}

TEST(Parse, KeepsTheWholeShapeOfAFile) {
    const Parsed parsed(R"(igvmspec 1;
include "common.igvmspec";
/// How much memory.
/// In bytes.
param ram : size = 160M;
input kernel : file;
image demo {
    arch = x64;
    /// The code.
    region code on snp, tdx { at on snp = 1M; input = "a\n"; assert(true); }
    policy { smt = true; }
}
assert(ram > 1M, "small");
)");
    EXPECT_EQ(parsed.errors(), "");
    const Tree& tree = parsed.tree;
    EXPECT_EQ(tree.version, 1u);
    EXPECT_EQ(tree.includes.at(0).path, "common.igvmspec");
    ASSERT_EQ(tree.declarations.size(), 2u);
    EXPECT_EQ(tree.declarations[0].kind, Declaration::Kind::kParam);
    EXPECT_EQ(tree.declarations[0].name.text, "ram");
    EXPECT_EQ(tree.declarations[0].type->text, "size");
    EXPECT_EQ(tree.declarations[0].doc, "How much memory.\nIn bytes.");
    EXPECT_EQ(tree.declarations[1].kind, Declaration::Kind::kInput);
    EXPECT_EQ(tree.declarations[1].value, nullptr);
    EXPECT_EQ(prefix_form(*tree.assertions.at(0).message), "\"small\"");

    const Block& image = tree.blocks.at(0);
    EXPECT_EQ(image.kind.text, "image");
    EXPECT_EQ(image.name->text, "demo");
    ASSERT_EQ(image.entries.size(), 3u);
    EXPECT_EQ(std::get<Attribute>(image.entries[0]).name.text, "arch");
    const Block& code = *std::get<std::unique_ptr<Block>>(image.entries[1]);
    EXPECT_EQ(code.doc, "The code.");
    EXPECT_EQ(parsed.sources.text(0).substr(code.span.begin, code.span.end - code.span.begin),
              "region code on snp, tdx");
    ASSERT_EQ(code.scope.size(), 2u);
    EXPECT_EQ(code.scope[1].text, "tdx");
    const auto attributes = all<Attribute>(code.entries);
    EXPECT_EQ(attributes.at(0)->scope.at(0).text, "snp");
    EXPECT_EQ(attributes.at(1)->name.text, "input");
    EXPECT_EQ(attributes.at(1)->value->text, "a\n");
    EXPECT_EQ(all<Assertion>(code.entries).at(0)->message, nullptr);
    EXPECT_EQ(all<Block>(image.entries).at(1)->name, std::nullopt);
}

TEST(Parse, SpansAreBytesWhateverTheTextBefore) {
    const Parsed parsed("\xEF\xBB\xBFigvmspec 1; // \xC3\xA9\xF0\x9F\x98\x80\nconst X = abc;");
    EXPECT_EQ(parsed.errors(), "");
    const Span span = parsed.tree.declarations.at(0).value->span;
    EXPECT_EQ(parsed.sources.text(0).substr(span.begin, span.end - span.begin), "abc");
}

}  // namespace
}  // namespace igvm::spec
