#include "sema/bind.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace igvm::spec {
namespace {

/// Builds trees by hand; every name gets a place of its own.
struct TreeBuilder {
    std::uint32_t next = 0;

    Span place() {
        next += 2;
        return {next, next + 1, 0};
    }
    ExprPtr number(std::uint64_t value) {
        auto expr = std::make_unique<Expr>();
        expr->kind = ExprKind::kInteger;
        expr->integer = value;
        expr->span = place();
        return expr;
    }
    Attribute attribute(std::string name, std::uint64_t value) {
        return {{std::move(name), place()}, {}, number(value), place()};
    }
    Block block(std::string kind, std::string name) {
        Block made;
        made.kind = {std::move(kind), place()};
        made.name = Name{std::move(name), place()};
        made.span = place();
        return made;
    }
    Block region(std::string name, std::uint64_t at, std::uint64_t size) {
        Block made = block("region", std::move(name));
        made.entries.emplace_back(attribute("at", at));
        made.entries.emplace_back(attribute("size", size));
        return made;
    }
};

class Bind : public testing::Test {
  protected:
    std::optional<model::Image> bind_with(std::vector<Block> blocks, std::vector<std::string> keep = {}) {
        Block image = builder.block("image", "test");
        for (const char* platform : {"native", "snp"})
            image.entries.emplace_back(std::make_unique<Block>(builder.block("platform", platform)));
        for (Block& block : blocks) image.entries.emplace_back(std::make_unique<Block>(std::move(block)));
        tree.blocks.push_back(std::move(image));
        return bind({&tree}, keep, evaluator, diagnostics);
    }

    TreeBuilder builder;
    Tree tree;
    Diagnostics diagnostics;
    InputFiles inputs;
    Evaluator evaluator{diagnostics, inputs};
};

template <class... Each>
std::vector<Block> list(Each... each) {
    std::vector<Block> blocks;
    (blocks.push_back(std::move(each)), ...);
    return blocks;
}

TEST_F(Bind, PlatformsThatAgreeShareOneItem) {
    const auto image = bind_with(list(builder.region("code", 0x100000, 100)));
    ASSERT_TRUE(image);
    ASSERT_EQ(image->items.size(), 1u);
    EXPECT_EQ(image->items[0].name, "region code");
    EXPECT_EQ(image->items[0].mask, 3u);
    EXPECT_EQ(std::get<model::Region>(image->items[0].body).gpa, 0x100000u);
    EXPECT_EQ(std::get<model::Region>(image->items[0].body).size, 4096u);
    EXPECT_EQ(image->version, 1u);
}

TEST_F(Bind, SnpPolicyHasItsFixedBit) {
    const auto image = bind_with(list(builder.region("code", 0, 4096)), {"snp"});
    ASSERT_TRUE(image);
    ASSERT_EQ(image->platforms.size(), 1u);
    EXPECT_EQ(image->platforms[0].mask, 1u);
    EXPECT_EQ(std::get<model::SnpOrTdxPolicy>(image->platforms[0].policy).value, 0x20000u);
}

TEST_F(Bind, RegionsMustNotOverlap) {
    EXPECT_FALSE(
        bind_with(list(builder.region("kernel", 0x1000, 0x2000), builder.region("initrd", 0x2000, 1))));
    ASSERT_EQ(diagnostics.kept().size(), 1u);
    EXPECT_EQ(diagnostics.kept()[0].code, Code::kOverlap);
    EXPECT_EQ(diagnostics.kept()[0].message, "region 'initrd' overlaps 'kernel' on native, snp");
    EXPECT_EQ(diagnostics.kept()[0].label, "0x2000..0x3000");
}

TEST_F(Bind, AnUnknownBlockGetsASuggestion) {
    EXPECT_FALSE(bind_with(list(builder.block("regoin", "code"))));
    ASSERT_EQ(diagnostics.kept().size(), 1u);
    EXPECT_EQ(diagnostics.kept()[0].code, Code::kUnknownBlock);
    EXPECT_EQ(diagnostics.kept()[0].help, "did you mean 'region'?");
}

TEST_F(Bind, AddressesAreAligned) {
    EXPECT_FALSE(bind_with(list(builder.region("code", 0x123, 4096))));
    ASSERT_EQ(diagnostics.kept().size(), 1u);
    EXPECT_EQ(diagnostics.kept()[0].code, Code::kAlignment);
}

}  // namespace
}  // namespace igvm::spec
