// The profiles on the recorded files: all at once, and what portability promises.
#include <gmock/gmock.h>

#include <set>

#include "igvm/measure.hpp"
#include "igvm/portable.hpp"
#include "image_files.hpp"

namespace igvm {
namespace {

LaunchOptions with_profile(LaunchOptions options, LaunchProfile profile) {
    options.profile = profile;
    return options;
}

LaunchOptions two_vcpus() {
    LaunchOptions options;
    options.vcpus = 2;
    return options;
}

TEST(MeasureProfiles, GivesWhatEachProfileGivesAlone) {
    int compared = 0;
    for (const auto& path : test::image_files(test::own_images())) {
        const auto file = test::read_image_file(path);
        const Image image = Image::open(file).value();
        const auto measured = measure_profiles(image, two_vcpus()).value();
        for (const ProfileMeasurement& one : measured) {
            const auto platform =
                std::ranges::find_if(image.platforms(), [&](const SupportedPlatform& candidate) {
                    return candidate.platform_type == static_cast<std::uint8_t>(one.platform);
                });
            const auto alone = measure(image, *platform, with_profile(two_vcpus(), one.profile));
            ASSERT_EQ(one.result.has_value(), alone.has_value()) << path << name(one.profile);
            if (!alone) continue;
            EXPECT_EQ(one.result->digest, alone->digest) << path << name(one.profile);
            ++compared;
        }
    }
    EXPECT_GT(compared, 40);
}

TEST(MeasureProfiles, RefusesOneProfileWithoutLosingTheOthers) {
    const auto file = test::read_image_file(test::own_images() / "cca_sha256.igvm");
    const Image image = Image::open(file).value();
    const auto measured = measure_profiles(image, {}).value();
    ASSERT_EQ(measured.size(), 3U);
    EXPECT_TRUE(measured[0].result);
    EXPECT_EQ(measured[1].profile, LaunchProfile::kRmm1);
    EXPECT_EQ(measured[1].result.error().rule, Rule::kMeasureUnsupported);
}

TEST(MeasureAll, LeavesOutPlatformsWithoutTheProfile) {
    const auto file = test::read_image_file(test::own_images() / "allkinds.igvm");
    const Image image = Image::open(file).value();
    const auto measured = measure_all(image, LaunchProfile::kTdShim).value();
    ASSERT_EQ(measured.size(), 1U);
    EXPECT_EQ(measured[0].platform, PlatformType::kTdx);
    EXPECT_EQ(measure(image, image.platforms().at(0), LaunchProfile::kTdShim).error().rule,
              Rule::kMeasureUnsupported);
}

/// A platform is portable exactly where all its profiles agree. (A file without any VMSA is measured without
/// by all, but KVM would add one.)
TEST(Portability, PromisesWhatTheProfilesGive) {
    int platforms = 0;
    for (const auto& path : test::image_files(test::own_images())) {
        const auto file = test::read_image_file(path);
        const Image image = Image::open(file).value();
        const auto measured = measure_profiles(image, {}).value();
        for (const SupportedPlatform& platform : image.platforms()) {
            const auto breaches = portable_breaches(image, platform);
            if (breaches.size() == 1 && breaches[0].condition == PortableCondition::kOneVmsa) continue;
            std::set<std::vector<std::uint8_t>> digests;
            bool all = true;
            for (const ProfileMeasurement& one : measured) {
                if (static_cast<std::uint8_t>(one.platform) != platform.platform_type) continue;
                all = all && one.result;
                if (one.result) digests.insert(one.result->digest);
            }
            EXPECT_EQ(all && digests.size() <= 1, breaches.empty()) << path;
            ++platforms;
        }
    }
    EXPECT_GT(platforms, 8);
}

TEST(LaunchProfiles, HaveNamesThatFindThem) {
    std::set<std::string_view> names;
    for (const LaunchProfile profile : all_profiles()) {
        names.insert(name(profile));
        EXPECT_EQ(find_profile(name(profile)), profile);
    }
    EXPECT_EQ(names.size(), 11U);
    EXPECT_EQ(find_profile("per-page"), LaunchProfile::kSpec);
    EXPECT_EQ(find_profile("rmm-2.0"), LaunchProfile::kSpec);
    EXPECT_EQ(find_profile("xen"), std::nullopt);
    EXPECT_EQ(profiles_of(PlatformType::kSnp).size(), 7U);
    EXPECT_EQ(profiles_of(PlatformType::kTdx).front(), LaunchProfile::kSpec);
}

TEST(KvmProfiles, RefuseAGuestWithoutVcpus) {
    const auto file = test::read_image_file(test::own_images() / "allkinds.igvm");
    const Image image = Image::open(file).value();
    LaunchOptions options = LaunchProfile::kQemuKvm;
    options.vcpus = 0;
    EXPECT_EQ(measure(image, image.platforms().at(0), options).error().rule, Rule::kMeasureUnsupported);
}

TEST(CcaProfiles, RefuseRipasThatNoHostCanAskFor) {
    const auto file = test::read_image_file(test::own_images() / "cca_sha256.igvm");
    const Image image = Image::open(file).value();
    const auto refused = [&](const RipasRange& range) {
        LaunchOptions options = LaunchProfile::kRmm1;
        options.realm = RealmParameters{};
        options.realm->ripas = {range};
        const auto result = measure(image, image.platforms().at(0), options);
        return result ? "" : result.error().detail;
    };
    EXPECT_THAT(refused({0x2000, 0x1000, 0}), testing::HasSubstr("not ascending"));
    EXPECT_THAT(refused({0x1000, 0x2001, 0}), testing::HasSubstr("multiples of 4096"));
    EXPECT_THAT(refused({0, UINT64_MAX & ~0xFFFULL, 0x1000}), testing::HasSubstr("262144 calls"));
    EXPECT_EQ(refused({0, 0x2000, 0x1000}), "");
}

}  // namespace
}  // namespace igvm
