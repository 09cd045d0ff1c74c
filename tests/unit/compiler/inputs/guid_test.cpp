#include "inputs/guid.hpp"

#include <gmock/gmock.h>

namespace igvm::spec {
namespace {

TEST(Guid, StoresItsFirstThreeFieldsLittleEndian) {
    EXPECT_EQ(parse_guid("00112233-4455-6677-8899-AAbbCCddEEff"),
              (Guid{0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
                    0xff}));
}

TEST(Guid, PrintsAsItWasWritten) {
    EXPECT_EQ(to_string(*parse_guid("96b582de-1fb2-45f7-baea-a366c55a082d")),
              "96b582de-1fb2-45f7-baea-a366c55a082d");
}

TEST(Guid, RefusesOtherTexts) {
    EXPECT_EQ(parse_guid(""), std::nullopt);
    EXPECT_EQ(parse_guid("96b582de1fb245f7baeaa366c55a082d"), std::nullopt);
    EXPECT_EQ(parse_guid("96b582dg-1fb2-45f7-baea-a366c55a082d"), std::nullopt);
    EXPECT_EQ(parse_guid("96b582de-1fb2-45f7-baea-a366c55a082d "), std::nullopt);
    EXPECT_EQ(parse_guid("96b582de-1fb2-45f7-baea+a366c55a082d"), std::nullopt);
}

}  // namespace
}  // namespace igvm::spec
