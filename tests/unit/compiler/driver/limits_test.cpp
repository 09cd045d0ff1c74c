// Specs at the limits of depth, through the whole compiler: the sanitizer build runs them with its larger
// frames.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>
#include <string>

#include "igvm/spec/compile.hpp"
#include "temporary_folder.hpp"

namespace igvm::spec {
namespace {

using testing::HasSubstr;

Compilation compiled(const std::string& text) {
    const test::TemporaryFolder folder;
    Request request;
    request.spec = folder / "limits.igvmspec";
    test::write_text(request.spec, text);
    return compile(request);
}

std::string image_of(const std::string& regions) {
    return "igvmspec 1;\nimage limits {\n    platform native { }\n" + regions + "}\n";
}

/// Regions that each take their place from the next one; `place` gives the attribute.
Compilation chain(int links, const std::function<std::string(int link)>& place) {
    std::string regions;
    for (int link = 0; link < links; ++link)
        regions += fmt::format("    region r{} {{ size = 4K; {}; }}\n", link, place(link));
    return compiled(image_of(regions + fmt::format("    region r{} {{ size = 4K; at = 1M; }}\n", links)));
}

std::string after(int link) { return fmt::format("after = r{}", link + 1); }
std::string at_end(int link) { return fmt::format("at = r{}.end", link + 1); }
std::string either(int link) { return link % 2 == 0 ? at_end(link) : after(link); }

void expect_too_deep(const Compilation& compilation) {
    EXPECT_EQ(compilation.outcome, Outcome::kDiagnostics);
    ASSERT_EQ(compilation.diagnostics.size(), 1u);
    EXPECT_THAT(compilation.diagnostics[0].json, HasSubstr("\"code\":\"E0103\""));
}

/// Constants that each need another one: 0 is the last of them.
std::string constants(int links, bool forward) {
    std::string text = "igvmspec 1;\nconst A0 = 1M;\n";
    for (int i = 0; i < links; ++i) {
        const int link = forward ? links - i : i + 1;
        text += fmt::format("const A{} = align_up(A{} + 1, 4K);\n", link, link - 1);
    }
    return text + image_of(fmt::format("region r {{ at = A{}; size = 4K; }}\n", links))
                      .substr(std::string("igvmspec 1;\n").size());
}

TEST(DepthLimits, ChainOfConstantsHasNoLimit) {
    EXPECT_EQ(compiled(constants(20'000, false)).outcome, Outcome::kOk);
    EXPECT_EQ(compiled(constants(20'000, true)).outcome, Outcome::kOk);
}

TEST(DepthLimits, CycleOfThousandsOfConstantsIsOneError) {
    std::string text = constants(5'000, true);
    text.replace(text.find("1M"), 2, "A5000");
    expect_too_deep(compiled(text));
}

TEST(DepthLimits, ChainOfBlocksUpToTheLimitCompiles) {
    const auto compilation = chain(300, after);
    ASSERT_EQ(compilation.outcome, Outcome::kOk);
    EXPECT_EQ(compilation.layout[0].gpa, (1u << 20) + 300 * 4096u);
    expect_too_deep(chain(301, after));
}

TEST(DepthLimits, ChainOfAddressesUpToTheLimitCompiles) {
    const auto compilation = chain(299, at_end);
    ASSERT_EQ(compilation.outcome, Outcome::kOk);
    EXPECT_EQ(compilation.layout[0].gpa, (1u << 20) + 299 * 4096u);
    expect_too_deep(chain(300, at_end));
}

TEST(DepthLimits, BothChainsAtOnceAddUp) {
    const auto compilation = chain(598, either);
    ASSERT_EQ(compilation.outcome, Outcome::kOk);
    EXPECT_EQ(compilation.layout[0].gpa, (1u << 20) + 598 * 4096u);
    expect_too_deep(chain(599, either));
}

TEST(DepthLimits, DeepestNestingOfEveryKindCompiles) {
    struct Nesting {
        std::string opener, closer;
    };
    for (const auto& [opener, closer] :
         {Nesting{"(", ")"}, {"~~", ""}, {"min(1M, ", ")"}, {"[", "][0]"}, {"true ? ", " : 0"}}) {
        std::string value = "1M";
        int depth = 0;
        Compilation last;
        for (Compilation next;
             (next = compiled(image_of("region r { size = 4K; at = " + value + "; }\n"))).outcome ==
             Outcome::kOk;
             ++depth) {
            last = std::move(next);
            value = opener + value + closer;
        }
        EXPECT_GE(depth, 100) << opener;
        EXPECT_EQ(last.layout.at(0).gpa, 1u << 20) << opener;
        expect_too_deep(compiled(image_of("region r { size = 4K; at = " + value + "; }\n")));
    }
}

/// Text that one loop repeats: a few bytes may not become gigabytes.
TEST(ExpansionLimits, LongTextCountsWhereItIsRepeated) {
    const std::string longest(1 << 20, 'n');
    const auto repeated = [](const std::string& variable, const std::string& body) {
        return compiled(
            fmt::format("igvmspec 1;\nimage limits {{ platform native {{ }} for {} in 0..20000 {{ {} }} }}\n",
                        variable, body));
    };
    for (const auto& [variable, body] :
         {std::pair(longest, std::string()), std::pair(std::string("i"), "/// " + longest + "\nregion r { }"),
          std::pair(std::string("i"), "region " + longest + " { }"),
          std::pair(std::string("i"), "region r { " + longest + " = 1; }")}) {
        const auto compilation = repeated(variable, body);
        EXPECT_EQ(compilation.outcome, Outcome::kDiagnostics);
        EXPECT_THAT(compilation.diagnostics.at(0).json, HasSubstr("\"code\":\"E0109\""));
    }
}

}  // namespace
}  // namespace igvm::spec
