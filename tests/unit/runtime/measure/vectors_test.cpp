// Published and recorded measurements.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "igvm/measure.hpp"
#include "igvm/writer.hpp"

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

struct RecordedKey {
    PlatformType platform;
    const char* key;
};
constexpr RecordedKey kRecordedKeys[] = {
    {PlatformType::kSnp, "snp.igvm_crate"},
    {PlatformType::kTdx, "tdx.igvm_crate"},
    {PlatformType::kVbs, "vbs"},
    {PlatformType::kSev, "sev.qemu"},
    {PlatformType::kSevEs, "sev_es.qemu"},
};

TEST(OwnImages, HaveTheRecordedMeasurements) {
    std::map<PlatformType, int> compared;
    const auto all = load_json(kOwn / "image" / "digests.json");
    for (const auto& [name, recorded] : all.items()) {
        const auto file = load(kOwn / "image" / (name + ".igvm"));
        ASSERT_EQ(hex(sha256(file)), recorded["sha256"]) << name;
        auto measured = digests(file);
        for (const auto& [platform, key] : kRecordedKeys) {
            if (!recorded.contains(key)) continue;
            EXPECT_EQ(measured[platform], recorded[key]) << name << " " << key;
            ++compared[platform];
        }
    }
    for (const auto& [platform, key] : kRecordedKeys) EXPECT_GT(compared[platform], 0) << key;
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

TEST(PeerImages, HaveTheMeasurementsOfTheIgvmCrate) {
    const fs::path folder = peers() / "igvm-tooling";
    if (!fs::exists(folder / "digests.json")) GTEST_SKIP() << "no peer vectors";
    const auto recorded = load_json(folder / "digests.json");
    EXPECT_EQ(recorded.size(), 3U);
    for (const auto& [name, values] : recorded.items()) {
        const auto file = load_gz(folder / name);
        EXPECT_EQ(digests(file)[PlatformType::kSnp], values["igvm_crate"]) << name;
    }
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
