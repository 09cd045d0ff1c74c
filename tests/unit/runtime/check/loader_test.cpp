#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <vector>

#include "guest.hpp"
#include "igvm/file.hpp"

namespace igvm::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> lints_of(Bytes file, std::vector<LoaderModel> loaders) {
    std::vector<std::string> lints;
    for (const Finding& finding : check_file(file, {.loaders = std::move(loaders)}).findings)
        if (rule_info(finding.rule).id[5] == 'L' && finding.rule != Rule::kPortableDigest)
            lints.push_back(std::string(rule_info(finding.rule).id) + " " + finding.detail);
    return lints;
}

TEST(Loaders, HaveNamesThatAreFound) {
    for (const LoaderModelInfo& info : loader_models()) {
        EXPECT_EQ(find_loader_model(info.name), &info);
        EXPECT_EQ(&loader_models()[static_cast<std::size_t>(info.model)], &info);
    }
    EXPECT_EQ(find_loader_model("bhyve"), nullptr);
}

TEST(Loaders, ANativeGuestIsForQemuAlone) {
    const Buffer file = Guest(PlatformType::kNative).build().file;
    EXPECT_THAT(lints_of(file, {LoaderModel::kQemu, LoaderModel::kQemu10}), IsEmpty());
    EXPECT_THAT(lints_of(file, {LoaderModel::kCloudHypervisor, LoaderModel::kOpenvmm, LoaderModel::kHyperV}),
                ElementsAre("IGVM-L001 cloud-hypervisor offers none of the file's platforms",
                            "IGVM-L001 OpenVMM offers none of the file's platforms",
                            "IGVM-L001 Hyper-V offers none of the file's platforms"));
}

TEST(Loaders, NoneIsAskedForByDefault) {
    EXPECT_THAT(lints_of(Guest(PlatformType::kSnp).build().file, {}), IsEmpty());
}

TEST(Loaders, QemuStopsAtHeadersOfOtherPlatformsAndCloudHypervisorDoesNot) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(platform(PlatformType::kVbs, 2));
    image.add(page(0x1000, 3, image.payload(Buffer(kPageSize))));
    image.add(ErrorRange{0x2000, 2, 0x1000});
    image.add(VpContext{0xFFFFFFFFF000, 1, 0, 0, 0});
    EXPECT_THAT(lints_of(image.build(), {LoaderModel::kQemu}),
                ElementsAre("IGVM-L008 QEMU stops at it, for whatever platform it is (ERROR_RANGE)"));
    EXPECT_THAT(lints_of(image.build(), {LoaderModel::kCloudHypervisor}), IsEmpty());
}

TEST(Loaders, AnErrorRangeKeepsTheVectorOfAllKindsFromQemuAlone) {
    const auto file = MappedFile::open(std::filesystem::path(IGVM_TEST_VECTORS) / "own/image/allkinds.igvm");
    ASSERT_TRUE(file.has_value());
    EXPECT_THAT(lints_of(file->bytes(), {LoaderModel::kQemu}),
                ElementsAre("IGVM-L008 QEMU stops at it, for whatever platform it is (ERROR_RANGE)"));
    EXPECT_THAT(lints_of(file->bytes(), {LoaderModel::kOpenvmm}), IsEmpty());
}

TEST(Loaders, APortableDigestSaysWhatKeepsItFromBeingOne) {
    RawImage image = image_for(PlatformType::kSev);
    image.add(page(0x1000));
    const CheckReport report = check_file(image.build(), {.loaders = {LoaderModel::kHyperV}});
    ASSERT_THAT(report.findings, Contains(testing::Field(&Finding::rule, Rule::kPortableDigest)));
    EXPECT_THAT(report.findings.back().detail, HasSubstr("SEV: a measured page without data"));
}

}  // namespace
}  // namespace igvm::test
