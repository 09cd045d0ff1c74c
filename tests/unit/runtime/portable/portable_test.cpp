#include "igvm/portable.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <set>

#include "igvm/writer.hpp"

namespace igvm {
namespace {

using enum PortableCondition;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kMask = 1;
constexpr std::uint32_t kOtherMask = 2;

const std::vector<std::uint8_t> kData(kPageSize, 0x5A);

class PortableTest : public testing::Test {
  protected:
    void start(PlatformType type, std::optional<PlatformType> other = {}) {
        append_platform(type, kMask);
        if (other) append_platform(*other, kOtherMask);
    }

    void append_platform(PlatformType type, std::uint32_t mask) {
        SupportedPlatform platform{};
        platform.compatibility_mask = mask;
        platform.platform_type = static_cast<std::uint8_t>(type);
        append(platform);
    }

    template <class T>
    void append(const T& header, Bytes payload = {}) {
        ASSERT_TRUE(writer_.append(header, payload, "test"));
    }

    struct Page {
        std::uint32_t flags = 0;
        bool data = true;
        std::uint32_t mask = kMask;
        PageDataType type = PageDataType::kNormal;
    };

    void page(std::uint64_t gpa, const Page& options = {0, true, kMask, PageDataType::kNormal}) {
        PageData page{};
        page.gpa = gpa;
        page.compatibility_mask = options.mask;
        page.flags = options.flags;
        page.data_type = static_cast<std::uint16_t>(options.type);
        append(page, options.data ? Bytes(kData) : Bytes());
    }

    void insert(std::uint64_t gpa, std::uint64_t size = kPageSize) {
        ParameterArea area{};
        area.parameter_area_index = areas_;
        area.number_of_bytes = size;
        append(area);
        ParameterInsert insert{};
        insert.gpa = gpa;
        insert.compatibility_mask = kMask;
        insert.parameter_area_index = areas_++;
        append(insert);
    }

    void vmsa(std::uint16_t vp = 0, std::uint64_t gpa = kKvmVmsaGpa, std::uint32_t mask = kMask) {
        VpContext context{};
        context.gpa = gpa;
        context.compatibility_mask = mask;
        context.vp_index = vp;
        append(context, kData);
    }

    std::vector<PortableBreach> breaches() {
        file_ = std::move(writer_).finish().value().bytes;
        const Image image = Image::open(file_).value();
        for (const auto& breach : portable_breaches(image, image.platforms().at(0)))
            EXPECT_EQ(breach.offset, image.header(breach.header_index).offset);
        return portable_breaches(image, image.platforms().at(0));
    }

    std::vector<PortableCondition> conditions() {
        std::vector<PortableCondition> found;
        for (const auto& breach : breaches()) found.push_back(breach.condition);
        return found;
    }

    Writer writer_;
    std::vector<std::uint8_t> file_;
    std::uint32_t areas_ = 0;
};

TEST_F(PortableTest, AnSnpFileThatKeepsEveryConditionIsPortable) {
    start(PlatformType::kSnp);
    insert(0x1000);
    page(0x2000);
    page(0x3000, {.data = false, .type = PageDataType::kSecrets});
    page(0x4000, {.flags = kPageFlagUnmeasured, .data = false});
    vmsa();
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(PortableTest, NamesTheFirstHeaderThatBreaksAConditionAndCountsAll) {
    start(PlatformType::kSnp);
    page(0x1000);
    page(0x2000, {.data = false});
    page(0x3000, {.data = false});
    vmsa();
    const auto found = breaches();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].condition, kNoPageWithoutData);
    EXPECT_EQ(found[0].header_index, 2U);
    EXPECT_EQ(found[0].count, 2U);
}

TEST_F(PortableTest, FindsSharedPages) {
    start(PlatformType::kSnp);
    page(0x1000, {.flags = kPageFlagShared});
    vmsa();
    EXPECT_THAT(conditions(), ElementsAre(kNoSharedPage));
}

TEST_F(PortableTest, FindsAnInsertAfterAPage) {
    start(PlatformType::kSnp);
    page(0x1000);
    insert(0x2000);
    vmsa();
    EXPECT_THAT(conditions(), ElementsAre(kInsertsBeforePages));
}

TEST_F(PortableTest, FindsAnAreaOfTwoPages) {
    start(PlatformType::kSnp);
    insert(0x1000, kPageSize + 1);
    vmsa();
    EXPECT_THAT(conditions(), ElementsAre(kOnePageAreas));
}

TEST_F(PortableTest, FindsAnAddressBelowTheOneBefore) {
    start(PlatformType::kSnp);
    insert(0x3000);
    page(0x2000);
    vmsa();
    EXPECT_THAT(conditions(), ElementsAre(kAscendingGpa));
}

TEST_F(PortableTest, FindsTooFewAndTooManyVmsas) {
    start(PlatformType::kSnp);
    page(0x1000);
    const auto none = breaches();
    ASSERT_EQ(none.size(), 1U);
    EXPECT_EQ(none[0].condition, kOneVmsa);
    EXPECT_EQ(none[0].count, 0U);

    writer_ = Writer();
    start(PlatformType::kSnp);
    vmsa(0);
    vmsa(1);
    EXPECT_THAT(conditions(), ElementsAre(kOneVmsa));
}

TEST_F(PortableTest, FindsAVmsaBeforeAPageAndElsewhere) {
    start(PlatformType::kSnp);
    vmsa(0, 0x1000);
    page(0x2000);
    EXPECT_THAT(conditions(), ElementsAre(kVmsaLast, kVmsaAtKvmGpa));
}

TEST_F(PortableTest, FindsTheVmsaOfAnotherPlatform) {
    start(PlatformType::kSnp, PlatformType::kSevEs);
    vmsa();
    vmsa(0, kKvmVmsaGpa, kOtherMask);
    EXPECT_THAT(conditions(), ElementsAre(kNoForeignVmsa));
}

TEST_F(PortableTest, SevEsWantsItsVmsasInTheOrderOfTheirVps) {
    start(PlatformType::kSevEs);
    page(0x2000);
    page(0x1000);
    vmsa(1, 0x5000);
    vmsa(0, 0x6000);
    EXPECT_THAT(conditions(), ElementsAre(kVmsaLast));
}

TEST_F(PortableTest, SevHashesNoDataOfUnmeasuredPages) {
    start(PlatformType::kSev);
    page(0x1000, {.flags = kPageFlagUnmeasured});
    page(0x2000, {.flags = kPageFlagShared, .data = false});
    EXPECT_THAT(conditions(), ElementsAre(kNoUnmeasuredData));
}

TEST_F(PortableTest, TdxIsPortableWithOneMeasuredPageAtTheEnd) {
    start(PlatformType::kTdx);
    page(0x2000, {.flags = kPageFlagUnmeasured});
    page(0x1000);
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(PortableTest, TdxFindsWhatItsRecipesDifferIn) {
    start(PlatformType::kTdx, PlatformType::kSnp);
    insert(0x1000);
    page(0x2000, {.data = false});
    page(0x3000);
    page(0x4000, {.mask = kOtherMask});
    EXPECT_THAT(conditions(), ElementsAre(kNoPageWithoutData, kNoInsert, kNoForeignPage, kMeasuredPageLast));
}

TEST_F(PortableTest, CcaIsNeverPortableAndVbsAlways) {
    start(PlatformType::kCca);
    EXPECT_THAT(conditions(), ElementsAre(kNoRealmParameters));
    writer_ = Writer();
    start(PlatformType::kVbs);
    page(0x1000, {.flags = kPageFlagShared});
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST(PortableConditions, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const auto& info : portable_conditions()) {
        names.insert(info.name);
        EXPECT_EQ(&portable_condition_info(info.condition), &info);
    }
    EXPECT_EQ(names.size(), portable_conditions().size());
}

}  // namespace
}  // namespace igvm
