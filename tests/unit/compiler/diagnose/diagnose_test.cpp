#include <gtest/gtest.h>

#include <array>

#include "diagnose/render.hpp"
#include "diagnose/suggest.hpp"

namespace igvm::spec {
namespace {

TEST(Codes, AreFoundByName) {
    EXPECT_EQ(code_name(Code::kOverlap), "E0312");
    EXPECT_EQ(find_code("E0312"), Code::kOverlap);
    EXPECT_EQ(find_code("E0999"), std::nullopt);
    for (const CodeInfo& info : all_codes()) EXPECT_EQ(code_info(info.code).title, info.title);
}

TEST(Render, UnderlinesCodePointsAndExpandsTabs) {
    Sources sources;
    const FileId file = sources.add("a.igvmspec", "\t\xC3\xA9 bad;\n").value();
    const Diagnostic diagnostic{Code::kOverlap, Span{4, 7, file},        "it overlaps",
                                "here",         {{std::nullopt, "why"}}, "fix"};
    EXPECT_EQ(render_text(sources, diagnostic),
              "a.igvmspec:1:4: error: it overlaps [E0312]\n"
              "    1 |     \xC3\xA9 bad;\n"
              "      |       ^~~ here\n"
              "note: why\n"
              "help: fix\n");
    EXPECT_EQ(
        render_json(sources, diagnostic),
        R"({"code":"E0312","severity":"error","file":"a.igvmspec","begin":4,"end":7,"line":1,"column":4,)"
        R"("message":"it overlaps","label":"here","notes":[{"message":"why"}],"help":"fix"})");
}

TEST(Suggest, FindsASlipAndNothingFar) {
    constexpr std::array<std::string_view, 3> kWords{"region", "platform", "at"};
    EXPECT_EQ(closest("regoin", kWords), "region");
    EXPECT_EQ(closest("kernel", kWords), std::nullopt);
}

TEST(Suggest, PrefersOtherOrderThenTheSameFirstLetter) {
    constexpr std::array<std::string_view, 3> kRegisters{"rsi", "r8", "rip"};
    EXPECT_EQ(closest("rpi", kRegisters), "rip");
    constexpr std::array<std::string_view, 2> kAttributes{"at", "data"};
    EXPECT_EQ(closest("dat", kAttributes), "data");
}

TEST(Suggest, TakesCapitalsForSmallLettersAndNeverOffersTheWordItself) {
    constexpr std::array<std::string_view, 2> kWords{"snp", "X"};
    EXPECT_EQ(closest("SNP", kWords), "snp");
    EXPECT_EQ(closest("x", kWords), "X");
    EXPECT_EQ(closest("snp", kWords), std::nullopt);
}

TEST(Diagnostics, ClipWordsThatNobodyReads) {
    Diagnostics diagnostics;
    diagnostics.error(Code::kUnknownName, {}, "unknown name '" + std::string(80, 'a') + "'");
    EXPECT_EQ(diagnostics.kept()[0].message, "unknown name '" + std::string(64, 'a') + "...'");
}

TEST(Sources, RefuseWhatIsNotUtf8AtItsByte) {
    Sources sources;
    EXPECT_EQ(sources.add("a", "ab\xFF").error().offset, 2u);
    EXPECT_EQ(sources.add("a", "\xED\xA0\x80").error().kind, LoadError::Kind::kNotUtf8);
}

}  // namespace
}  // namespace igvm::spec
