#include "igvm/wire.hpp"

#include <gmock/gmock.h>

#include "igvm/result.hpp"

namespace igvm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Le, StoresTheLeastByteFirst) {
    EXPECT_THAT(bytes_of(U32{0x11223344}), ElementsAre(0x44, 0x33, 0x22, 0x11));
    EXPECT_EQ(U64{0x8000000000000001}, 0x8000000000000001u);
}

TEST(Slice, GivesExactlyTheBytesAskedFor) {
    const std::uint8_t bytes[] = {1, 2, 3, 4};
    EXPECT_THAT(*slice(bytes, 1, 2), ElementsAre(2, 3));
    EXPECT_TRUE(slice(bytes, 4, 0)->empty());
}

TEST(Slice, RefusesRangesThatLeaveTheBufferEvenWhenTheirEndOverflows) {
    const std::uint8_t bytes[] = {1, 2, 3, 4};
    EXPECT_EQ(slice(bytes, 3, 2).has_value(), false);
    EXPECT_EQ(slice(bytes, 5, 0).has_value(), false);
    EXPECT_EQ(slice(bytes, 2, UINT64_MAX).has_value(), false);
    EXPECT_EQ(slice(bytes, UINT64_MAX, 2).has_value(), false);
}

TEST(Read, CopiesAnUnalignedValueOrNothing) {
    const std::uint8_t bytes[] = {0, 0x78, 0x56, 0x34, 0x12};
    EXPECT_EQ(*read<U32>(bytes, 1), 0x12345678u);
    EXPECT_FALSE(read<U32>(bytes, 2));
}

TEST(AlignUp, RoundsToThePowerOfTwoOrReportsOverflow) {
    EXPECT_EQ(align_up(0, 8), 0u);
    EXPECT_EQ(align_up(9, 8), 16u);
    EXPECT_EQ(align_up(UINT64_MAX - 7, 8), UINT64_MAX - 7);
    EXPECT_EQ(align_up(UINT64_MAX - 6, 8), std::nullopt);
}

TEST(ErrorText, NamesTheRuleTheOffsetAndTheValues) {
    const std::string text = to_string(Error{Rule::kFileMagic, 0x10, "magic is 0x0"});
    EXPECT_THAT(text, HasSubstr(rule_info(Rule::kFileMagic).id));
    EXPECT_THAT(text, HasSubstr(" at offset 0x10: magic is 0x0; "));
    EXPECT_THAT(text, HasSubstr(rule_info(Rule::kFileMagic).help));
}

}  // namespace
}  // namespace igvm
