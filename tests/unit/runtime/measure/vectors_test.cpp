// Published and recorded measurements.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "igvm/measure.hpp"
#include "igvm/writer.hpp"
#include "igvm/x64.hpp"

namespace igvm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kOwn = fs::path(IGVM_TEST_VECTORS) / "own";

fs::path peers() {
    const char* const folder = std::getenv("IGVM_PEER_VECTORS");
    return folder != nullptr ? folder : IGVM_PEER_VECTORS_DEFAULT;
}

std::vector<std::uint8_t> load(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

json load_json(const fs::path& path) { return json::parse(load(path)); }

std::vector<std::uint8_t> load_gz(const fs::path& path) {
    std::vector<std::uint8_t> bytes(16 << 20);
    const gzFile file = gzopen(path.c_str(), "rb");
    const int size = gzread(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    bytes.resize(static_cast<std::size_t>(std::max(size, 0)));
    return bytes;
}

/// Digest by platform type in profile spec.
std::map<PlatformType, std::string> digests(Bytes file) {
    std::map<PlatformType, std::string> all;
    const auto image = Image::open(file);
    EXPECT_TRUE(image) << to_string(image.error());
    const auto measurements = measure_all(*image, LaunchProfile::kSpec);
    EXPECT_TRUE(measurements) << to_string(measurements.error());
    for (const Measurement& one : *measurements) all[one.platform] = hex(one.digest);
    return all;
}

/// The digest of one platform, or what keeps it from being measured.
std::string digest(Bytes file, PlatformType type, const LaunchOptions& options) {
    const auto image = Image::open(file);
    if (!image) return to_string(image.error());
    for (const SupportedPlatform& platform : image->platforms()) {
        if (platform.platform_type != static_cast<std::uint8_t>(type)) continue;
        const auto measurement = measure(*image, platform, options);
        return measurement ? hex(measurement->digest) : to_string(measurement.error());
    }
    return "no such platform";
}

/// The file's first VP context: the recorded two-vCPU digests start the second vCPU with it.
Bytes first_vmsa(const Image& image) {
    for (const Header header : image)
        if (header.is(HeaderType::kVpContext)) return image.payload(header).value();
    return {};
}

struct RecordedKey {
    PlatformType platform;
    LaunchProfile profile;
    const char* key;
    std::uint32_t vcpus = 1;
};
constexpr RecordedKey kRecordedKeys[] = {
    {PlatformType::kSnp, LaunchProfile::kSpec, "snp.igvm_crate"},
    {PlatformType::kSnp, LaunchProfile::kNativeZero, "snp.igvmmeasure_native_zero"},
    {PlatformType::kSnp, LaunchProfile::kIgvmmeasure, "snp.igvmmeasure"},
    {PlatformType::kSnp, LaunchProfile::kOpenvmmKvm, "snp.openvmm_kvm_1vcpu"},
    {PlatformType::kSnp, LaunchProfile::kCloudHypervisorKvm, "snp.cloud_hypervisor_kvm_1vcpu"},
    {PlatformType::kSnp, LaunchProfile::kCloudHypervisorMshv, "snp.cloud_hypervisor_mshv_gpa_sorted"},
    {PlatformType::kSnp, LaunchProfile::kQemuKvm, "snp.qemu_kvm_1vcpu"},
    {PlatformType::kSnp, LaunchProfile::kQemuKvm, "snp.qemu_kvm_2vcpu", 2},
    {PlatformType::kTdx, LaunchProfile::kSpec, "tdx.igvm_crate"},
    {PlatformType::kTdx, LaunchProfile::kTwoPass, "tdx.two_pass"},
    {PlatformType::kTdx, LaunchProfile::kTdShim, "tdx.td_shim"},
    {PlatformType::kVbs, LaunchProfile::kSpec, "vbs"},
    {PlatformType::kSev, LaunchProfile::kSpec, "sev.qemu"},
    {PlatformType::kSevEs, LaunchProfile::kSpec, "sev_es.qemu"},
    {PlatformType::kSevEs, LaunchProfile::kIgvmmeasure, "sev_es.igvmmeasure"},
};

TEST(OwnImages, HaveTheRecordedMeasurementUnderEveryProfile) {
    std::map<std::string, int> compared;
    const auto all = load_json(kOwn / "image" / "digests.json");
    for (const auto& [name, recorded] : all.items()) {
        const auto file = load(kOwn / "image" / (name + ".igvm"));
        ASSERT_EQ(hex(sha256(file)), recorded["sha256"]) << name;
        const auto image = Image::open(file).value();
        std::size_t known = 0;
        for (const auto& [platform, profile, key, vcpus] : kRecordedKeys) {
            if (!recorded.contains(key)) continue;
            LaunchOptions options = profile;
            options.vcpus = vcpus;
            options.ap_vmsa = first_vmsa(image);
            EXPECT_EQ(digest(file, platform, options), recorded[key]) << name << " " << key;
            ++compared[key];
            ++known;
        }
        const std::size_t metadata = recorded.contains("size") ? 2 : 1;
        EXPECT_EQ(recorded.size() - metadata, known) << name << " has a digest that is not compared";
    }
    for (const RecordedKey& key : kRecordedKeys) EXPECT_GT(compared[key.key], 0) << key.key;
}

TEST(OwnImages, HaveTheRecordedRealmMeasurementForEveryHash) {
    const auto recorded = load_json(kOwn / "cca" / "digests.json");
    const std::vector<std::string> algorithms = {"sha256", "sha512", "sha384"};
    for (std::uint8_t value = 0; value < algorithms.size(); ++value) {
        auto file = load(kOwn / "image" / "cca_sha256.igvm");
        const auto image = Image::open(file);
        ASSERT_TRUE(image);
        for (const Header header : *image)
            if (header.is(HeaderType::kCcaPolicy))
                file[header.offset + sizeof(VariableHeader) + offsetof(CcaPolicy, hash_algorithm)] = value;
        EXPECT_EQ(digests(file)[PlatformType::kCca],
                  recorded[algorithms[value]]["rmm2.0_spec(zero init, no ripas)"])
            << algorithms[value];
    }
}

/// The realm of the recorded values for older monitors.
LaunchOptions recorded_realm(LaunchProfile profile) {
    LaunchOptions options = profile;
    options.realm = RealmParameters{};
    options.realm->s2sz = 40;
    options.realm->breakpoints = 5;
    options.realm->watchpoints = 5;
    options.realm->ripas = {{0x40000000, 0x80000000, 0}};
    return options;
}

TEST(OwnImages, HaveTheRecordedRealmMeasurementOfOlderMonitors) {
    const auto recorded = load_json(kOwn / "cca" / "digests.json")["sha256"];
    const auto file = load(kOwn / "image" / "cca_sha256.igvm");
    EXPECT_EQ(digest(file, PlatformType::kCca, recorded_realm(LaunchProfile::kTfRmm2026)),
              recorded["tf-rmm-2026-07(create hashed, no ripas) s2sz40 bps5 wps5"]);
    EXPECT_EQ(digest(file, PlatformType::kCca, recorded_realm(LaunchProfile::kRmm1)),
              recorded["rmm1.0(create + ripas 0x40000000..0x80000000 one 1G block, then data, rec)"]);
}

/// kvmtool with one vCPU and 512 MiB, as an image: RIPAS by blocks of 2 MiB, the device tree, one REC.
std::string kvmtool_rim(Bytes firmware) {
    constexpr std::uint64_t kDeviceTree = 0x8FE00000;
    constexpr std::uint64_t kDeviceTreeSize = 0x10000;
    constexpr std::uint64_t kMemory = 0x80000000;
    Writer writer;
    SupportedPlatform platform{};
    platform.compatibility_mask = std::uint32_t{1};
    platform.platform_type = static_cast<std::uint8_t>(PlatformType::kCca);
    EXPECT_TRUE(writer.append(platform, {}, "platform"));
    CcaPolicy policy{};
    policy.compatibility_mask = std::uint32_t{1};
    EXPECT_TRUE(writer.append(policy, {}, "policy"));
    std::deque<std::vector<std::uint8_t>> granules;  // the writer borrows them
    const auto append_page = [&](std::uint64_t gpa, Bytes content) {
        auto& padded = granules.emplace_back(content.begin(), content.end());
        padded.resize(kPageSize);
        PageData page{};
        page.gpa = gpa;
        page.compatibility_mask = std::uint32_t{1};
        EXPECT_TRUE(writer.append(page, padded, "page"));
    };
    if (!firmware.empty()) append_page(kMemory, firmware);
    auto tree = load(kOwn / "cca" / "kvmtool_1cpu_512M.dtb");
    tree.resize(kDeviceTreeSize);
    for (std::uint64_t offset = 0; offset < kDeviceTreeSize; offset += kPageSize)
        append_page(kDeviceTree + offset, Bytes(tree).subspan(offset, kPageSize));
    std::vector<std::uint8_t> state(kPageSize);
    const U64 x0 = kDeviceTree;
    const U64 pc = firmware.empty() ? 0 : kMemory;
    const U64 flags = std::uint64_t{1};
    std::ranges::copy(bytes_of(x0), state.begin());
    std::ranges::copy(bytes_of(pc), state.begin() + 64);
    std::ranges::copy(bytes_of(flags), state.begin() + 72);
    VpContext context{};
    context.compatibility_mask = std::uint32_t{1};
    EXPECT_TRUE(writer.append(context, state, "context"));
    LaunchOptions options = LaunchProfile::kRmm1;
    options.realm = RealmParameters{};
    options.realm->s2sz = 33;
    options.realm->breakpoints = 5;
    options.realm->watchpoints = 5;
    options.realm->ripas = {{kMemory, 0xA0000000, kLargePageSize}};
    return digest(std::move(writer).finish().value().bytes, PlatformType::kCca, options).substr(0, 64);
}

TEST(Primitives, RealmsOfKvmtool) {
    const auto recorded = load_json(kOwn / "primitives.json")["cca_rmm10"];
    constexpr std::string_view kFirmware = "FW CONTENT";
    EXPECT_EQ(kvmtool_rim({}), recorded[3]["rim"]);
    EXPECT_EQ(kvmtool_rim({reinterpret_cast<const std::uint8_t*>(kFirmware.data()), kFirmware.size()}),
              recorded[4]["rim"]);
}

TEST(PeerImages, HaveTheMeasurementsOfOtherTools) {
    const fs::path folder = peers() / "igvm-tooling";
    if (!fs::exists(folder / "digests.json")) GTEST_SKIP() << "no peer vectors";
    const auto recorded = load_json(folder / "digests.json");
    EXPECT_EQ(recorded.size(), 3U);
    for (const auto& [name, values] : recorded.items()) {
        const auto file = load_gz(folder / name);
        const auto snp = [&](LaunchProfile profile) { return digest(file, PlatformType::kSnp, profile); };
        EXPECT_EQ(snp(LaunchProfile::kSpec), values["igvm_crate"]) << name;
        EXPECT_EQ(snp(LaunchProfile::kIgvmmeasure), values["igvmmeasure"]) << name;
        EXPECT_EQ(snp(LaunchProfile::kNativeZero), values["igvmmeasure_native_zero"]) << name;
        EXPECT_EQ(snp(LaunchProfile::kCloudHypervisorMshv), values["ch_mshv"]) << name;
    }
}

TEST(PeerImages, HaveThePublishedLaunchDigests) {
    const fs::path folder = peers() / "sev-snp-measure";
    if (!fs::exists(folder / "digests.json")) GTEST_SKIP() << "no peer vectors";
    const auto recorded = load_json(folder / "digests.json");
    EXPECT_EQ(recorded.size(), 5U);
    for (const auto& [name, values] : recorded.items()) {
        const fs::path plain = folder / (name + ".igvm");
        const auto file = fs::exists(plain) ? load(plain) : load_gz(plain.string() + ".gz");
        EXPECT_EQ(digest(file, PlatformType::kSnp, LaunchProfile::kNativeZero), values["expected_ld"])
            << name;
        EXPECT_EQ(digest(file, PlatformType::kSnp, LaunchProfile::kIgvmmeasure),
                  values["zero_as_normal(file order)"])
            << name;
    }
}

TEST(PeerImages, StartTheFirstVcpuAtTheResetVector) {
    const fs::path path = peers() / "sev-snp-measure" / "qemu_4vcpu_0x1.igvm";
    if (!fs::exists(path)) GTEST_SKIP() << "no peer vectors";
    const auto file = load(path);
    const auto image = Image::open(file).value();
    EXPECT_TRUE(std::ranges::equal(first_vmsa(image), x64::reset_vmsa(kDefaultCpuSignature, 1)));
}

/// The SNP digest of pages with content.
std::string snp_digest(const std::vector<std::pair<std::uint64_t, Bytes>>& pages) {
    Writer writer;
    SupportedPlatform platform{};
    platform.compatibility_mask = std::uint32_t{1};
    platform.platform_type = static_cast<std::uint8_t>(PlatformType::kSnp);
    EXPECT_TRUE(writer.append(platform, {}, "platform"));
    for (const auto& [gpa, content] : pages) {
        PageData page{};
        page.gpa = gpa;
        page.compatibility_mask = std::uint32_t{1};
        EXPECT_TRUE(writer.append(page, content, "page"));
    }
    const auto file = std::move(writer).finish();
    EXPECT_TRUE(file);
    return digests(file->bytes)[PlatformType::kSnp];
}

TEST(Primitives, ChainOfNormalPages) {
    const auto recorded = load_json(kOwn / "primitives.json")["snp_page_info_chain"];
    std::vector<std::uint8_t> buffer(3 * kPageSize);
    constexpr std::string_view kText = "LGTMLGTMLGTMLGTM";
    std::ranges::copy(kText, buffer.begin());
    std::ranges::copy(kText, buffer.end() - kText.size());
    const Bytes bytes = buffer;
    EXPECT_EQ(snp_digest({{0x0, bytes.subspan(0, kPageSize)},
                          {0x1000, bytes.subspan(kPageSize, kPageSize)},
                          {0x2000, bytes.subspan(2 * kPageSize, kPageSize)}}),
              recorded[0]["ld"]);
}

TEST(Primitives, PageOfRealFirmware) {
    const fs::path path = peers() / "sev" / "ovmf_AmdSev_suffix.bin";
    if (!fs::exists(path)) GTEST_SKIP() << "no peer vectors";
    const auto page = load(path);
    const auto recorded = load_json(kOwn / "primitives.json")["snp_page_info_chain"];
    EXPECT_EQ(snp_digest({{0xFFFFF000, page}}), recorded[2]["ld"]);
}

}  // namespace
}  // namespace igvm
