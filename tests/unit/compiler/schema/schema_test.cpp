#include "schema/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace igvm::spec::schema {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Schema, EveryRowIsDocumentedAndNamesItsAttributesOnce) {
    for (const BlockRow& block : blocks()) {
        EXPECT_FALSE(block.doc.empty()) << block.kind;
        std::set<std::string_view> names;
        for (const AttributeRow& attribute : block.attributes) {
            EXPECT_FALSE(attribute.doc.empty()) << block.kind << '.' << attribute.name;
            EXPECT_TRUE(names.insert(attribute.name).second) << block.kind << '.' << attribute.name;
            const bool takes_words =
                attribute.type == AttributeType::kKeyword || attribute.type == AttributeType::kWords;
            EXPECT_TRUE(takes_words || attribute.keywords.empty()) << attribute.name;
            EXPECT_TRUE(attribute.type != AttributeType::kKeyword || !attribute.keywords.empty())
                << attribute.name;
        }
    }
}

TEST(Schema, PolicyFieldsDoNotShareBits) {
    for (const BlockRow& block : blocks()) {
        std::uint64_t used = 0;
        for (const AttributeRow& field : block.attributes) {
            const std::uint64_t bits = ((std::uint64_t{1} << field.width) - 1) << field.shift;
            EXPECT_EQ(used & bits, 0u) << block.kind << '.' << field.name;
            used |= bits;
        }
    }
}

TEST(Schema, PolicyDependsOnThePlatform) {
    const BlockRow* snp = find_block("policy", "platform", "snp");
    ASSERT_NE(snp, nullptr);
    const AttributeRow* debug = find_attribute(*snp, "debug");
    ASSERT_NE(debug, nullptr);
    EXPECT_EQ(debug->shift, 19);
    EXPECT_EQ(find_block("policy", "platform", "sev"), find_block("policy", "platform", "sev_es"));
    EXPECT_EQ(find_block("policy", "platform", "native"), nullptr);
    EXPECT_EQ(find_attribute(*snp, "sept_ve_disable"), nullptr);
}

TEST(Schema, KnowsWhereBlocksStand) {
    EXPECT_THAT(parents_of("region"), ElementsAre("image"));
    EXPECT_THAT(parents_of("gdtr"), ElementsAre("vp_context"));
    EXPECT_THAT(parents_of("regoin"), IsEmpty());
    EXPECT_THAT(kinds_within("platform", "tdx"), ElementsAre("policy"));
    EXPECT_THAT(kinds_within("platform", "vbs"), IsEmpty());
}

TEST(Schema, KeywordsCarryTheirValue) {
    const AttributeRow* kind = find_attribute(*find_block("region", "image", "any"), "kind");
    ASSERT_NE(kind, nullptr);
    ASSERT_NE(find_keyword(*kind, "cpuid_xf"), nullptr);
    EXPECT_EQ(find_keyword(*kind, "cpuid_xf")->value, 3u);
    EXPECT_EQ(find_keyword(*kind, "secret"), nullptr);
}

}  // namespace
}  // namespace igvm::spec::schema
