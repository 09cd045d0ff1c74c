#include "load_command.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../load/relocation_fixture.hpp"
#include "exit_code.hpp"
#include "guest_range.hpp"
#include "run_verb.hpp"

namespace igvm::tools {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Buffer;
using test::ImageBuilder;
using testing::HasSubstr;

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class LoadCommand : public testing::Test {
  protected:
    LoadCommand() {
        fs::remove_all(root_);
        fs::create_directories(root_);
    }
    ~LoadCommand() override { fs::remove_all(root_); }

    fs::path store(const std::string& name, const Buffer& contents) const {
        std::ofstream(root_ / name, std::ios::binary)
            .write(reinterpret_cast<const char*>(contents.data()),
                   static_cast<std::streamsize>(contents.size()));
        return root_ / name;
    }

    /// igvm load FILE -o OUT WORDS…
    Outcome load(const fs::path& file, std::vector<std::string> words = {}) const {
        words.insert(words.begin(), {"load", file.string(), "-o", out_.string()});
        return run_verb({add_load_command}, words);
    }
    Outcome load(ImageBuilder& image, std::vector<std::string> words = {}) const {
        return load(store("guest.igvm", image.build()), std::move(words));
    }

    json memory() const { return json::parse(read_text(out_ / "memory.json")); }
    json vps() const { return json::parse(read_text(out_ / "registers.json"))["vps"]; }

    fs::path root_ =
        fs::path(testing::TempDir()) /
        (std::string("igvm_load_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::path out_ = root_ / "out";
};

TEST_F(LoadCommand, WritesMemoryAsOneFileWithAnIndex) {
    ImageBuilder image(PlatformType::kNative);
    image.page(0x5000, Buffer(kPageSize, 0x55)).page(0x6000).page(0x1000, Buffer(kPageSize, 0x11), 2);
    const auto outcome = load(image);
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    EXPECT_EQ(outcome.out, "native: 3 pages in 2 ranges, 0 VP contexts\n");
    const json index = memory();
    EXPECT_EQ(index["ranges"], json::parse(R"([{"gpa": "0x1000", "size": 4096, "offset": 0},
                                               {"gpa": "0x5000", "size": 8192, "offset": 4096}])"));
    EXPECT_EQ(index["launched"], json::parse(R"([
        {"gpa": "0x5000", "size": 8192, "kind": "page", "type": "normal", "measured": true, "shared": false},
        {"gpa": "0x1000", "size": 4096, "kind": "page", "type": "normal", "measured": false, "shared": false}])"));
    EXPECT_EQ(index["memory_map"], json::parse(R"([{"gpa": "0x0", "size": 3221225472, "type": "memory"},
                                                   {"gpa": "0x100000000", "size": 1073741824, "type": "memory"}])"));
    EXPECT_EQ(read_text(out_ / "memory.bin"),
              std::string(4096, '\x11') + std::string(4096, '\x55') + std::string(4096, '\0'));
}

TEST_F(LoadCommand, WritesTheRegistersOfEveryVp) {
    ImageBuilder image(PlatformType::kSnp);
    image.add(GuestPolicy{0x30000, test::kMask, 0})
        .vp(0, test::vmsa({.rip = 0xFFF0, .cr3 = 0x1000}), 0xFFFF'FFFF'F000);
    const auto outcome = load(image);
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    const json vp = vps().at(0);
    EXPECT_EQ(vp["vp"], 0);
    EXPECT_EQ(vp["gpa"], "0xfffffffff000");
    EXPECT_EQ(vp["encoding"], "vmsa");
    EXPECT_EQ(vp["registers"]["rip"], "0xfff0");
    EXPECT_EQ(vp["registers"]["cr3"], "0x1000");
    EXPECT_EQ(vp["registers"]["cs"],
              json::parse(R"({"selector":"0x0","attributes":"0x0","limit":"0x0","base":"0x0"})"));
    EXPECT_EQ(memory()["ranges"], json::parse(R"([{"gpa": "0xfffffffff000", "size": 4096, "offset": 0}])"));
    EXPECT_EQ(read_text(out_ / "memory.bin").substr(0x178, 2), "\xF0\xFF");
}

TEST_F(LoadCommand, ProcessorsMayShareTheAddressOfTheirSaveAreas) {
    constexpr std::uint64_t kAddress = 0xFFFF'FFFF'F000;
    ImageBuilder image(PlatformType::kSnp);
    image.add(GuestPolicy{0x30000, test::kMask, 0})
        .vp(1, test::vmsa({.rip = 0x1111}), kAddress)
        .vp(0, test::vmsa({.rip = 0x2222}), kAddress);
    const auto outcome = load(image, {"--vcpus", "2"});
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    EXPECT_EQ(outcome.out, "snp: 0 pages in 1 ranges, 2 VP contexts\n");
    EXPECT_EQ(vps().at(0)["registers"]["rip"], "0x1111");
    EXPECT_EQ(vps().at(1)["registers"]["rip"], "0x2222");
    EXPECT_EQ(memory()["ranges"], json::parse(R"([{"gpa": "0xfffffffff000", "size": 4096, "offset": 0}])"));
    EXPECT_EQ(memory()["launched"].size(), 2U);
    EXPECT_EQ(memory()["launched"][1], json::parse(R"({"gpa": "0xfffffffff000", "size": 4096,
        "kind": "vp_context", "vp": 0, "measured": true, "shared": false})"));
    EXPECT_EQ(read_text(out_ / "memory.bin").size(), kPageSize);
    EXPECT_EQ(read_text(out_ / "memory.bin").substr(0x178, 2), "\x11\x11") << "the first that is launched";
}

/// A list of Hyper-V registers, name and value, of VTL 2.
Buffer vbs_list(std::initializer_list<std::pair<std::uint32_t, std::uint64_t>> registers) {
    Buffer list(4 + registers.size() * 32);
    test::put(list, 0, 4, registers.size());
    std::size_t at = 4;
    for (const auto& [name, value] : registers) {
        list[at] = 2;
        test::put(list, at + 1, 4, name);
        test::put(list, at + 16, 8, value);
        at += 32;
    }
    return list;
}

TEST_F(LoadCommand, NamesTheRegistersOfTheArchitecture) {
    // X0, PC, SCTLR_EL1 and a name that no table has; on x64 the first and the third are RAX and CR3.
    const Buffer list = vbs_list({{0x20000, 1}, {0x20022, 0x80000}, {0x40002, 0x30C50830}, {0x5FFFF, 7}});
    ImageBuilder arm(PlatformType::kVbs, {.version = 2, .architecture = Architecture::kAArch64});
    const auto outcome = load(arm.vp(0, list));
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    EXPECT_EQ(vps().at(0), json::parse(R"({"vp": 0, "vtl": 2, "encoding": "vbs", "registers": {
        "x0": "0x1", "pc": "0x80000", "sctlr_el1": "0x30c50830", "0x5ffff": "0x7"}})"));
    ImageBuilder x64(PlatformType::kVbs);
    ASSERT_EQ(load(x64.vp(0, vbs_list({{0x20000, 1}, {0x40002, 0x30C50830}}))).exit_code, kExitOk);
    EXPECT_EQ(vps().at(0)["registers"], json::parse(R"({"rax": "0x1", "cr3": "0x30c50830"})"));
}

TEST_F(LoadCommand, NamesTheRegistersOfARealm) {
    Buffer context(kPageSize);
    test::put(context, 0x38, 8, 7);
    test::put(context, 0x40, 8, 0x80000);
    test::put(context, 0x48, 8, 1);
    ImageBuilder image(PlatformType::kCca, {.version = 2, .architecture = Architecture::kAArch64});
    const auto outcome = load(image.vp(0, context));
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    EXPECT_EQ(vps().at(0)["encoding"], "cca");
    EXPECT_EQ(vps().at(0)["registers"], json::parse(R"({"x0": "0x0", "x1": "0x0", "x2": "0x0", "x3": "0x0",
        "x4": "0x0", "x5": "0x0", "x6": "0x0", "x7": "0x7", "pc": "0x80000", "flags": "0x1"})"));
}

TEST_F(LoadCommand, FillsParametersFromItsOptions) {
    Buffer madt(44);
    std::ranges::copy(std::string_view("APIC"), madt.begin());
    madt[4] = 44;
    const fs::path table = store("madt", madt);
    ImageBuilder image(PlatformType::kNative);
    image.area(0, kPageSize)
        .parameter(HeaderType::kVpCount, 0, 0)
        .parameter(HeaderType::kEnvironmentInfo, 0, 4)
        .parameter(HeaderType::kCommandLine, 0, 8)
        .parameter(HeaderType::kMmioRanges, 0, 0x20)
        .parameter(HeaderType::kMadt, 0, 0x40)
        .insert(0, 0x9000);
    const auto outcome = load(image, {"--vcpus", "3", "--shared-memory", "--cmdline", "quiet", "--mmio",
                                      "0xC0000000+256M", "--madt", table.string()});
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    const std::string page = read_text(out_ / "memory.bin");
    ASSERT_EQ(page.size(), kPageSize);
    EXPECT_EQ(page.substr(0, 14), std::string("\3\0\0\0\1\0\0\0quiet\0", 14));
    EXPECT_EQ(page.substr(0x20, 16), std::string("\0\0\xC\0\0\0\0\0\0\0\1\0\0\0\0\0", 16));
    EXPECT_EQ(page.substr(0x40, 5), "APIC,");
}

TEST_F(LoadCommand, SaysWhichOptionIsMissing) {
    ImageBuilder image(PlatformType::kNative);
    image.area(0, kPageSize).parameter(HeaderType::kMadt, 0, 0).insert(0, 0x9000);
    const auto outcome = load(image);
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_THAT(outcome.err,
                HasSubstr("IGVM-H002 at offset 0x48: the image asks for MADT, and the host has none"));
    EXPECT_FALSE(fs::exists(out_));
}

TEST_F(LoadCommand, TellsWhereRegionsWent) {
    ImageBuilder image(PlatformType::kNative);
    image.add(test::region_at_128m(0, 0))
        .vp(0, test::native_context({}))
        .page(128 << 20, Buffer(kPageSize, 1));
    const auto outcome = load(image, {"--memory", "1M+63M", "--memory", "64M+4K:reserved", "--json"});
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    EXPECT_EQ(json::parse(outcome.out),
              json::parse(R"({"platform": "native", "pages": 1, "ranges": 1, "vps": 1,
        "relocations": [{"gpa": "0x8000000", "size": 2097152, "to": "0x200000"}]})"));
    EXPECT_EQ(memory()["ranges"][0]["gpa"], "0x200000");
    EXPECT_EQ(memory()["relocations"][0]["to"], "0x200000");
    EXPECT_EQ(memory()["memory_map"][1]["type"], "reserved");
}

TEST_F(LoadCommand, RelocatesWhereItIsTold) {
    ImageBuilder image(PlatformType::kNative);
    image.add(test::region_at_128m(0, 0)).vp(0, test::native_context({}));
    const auto outcome = load(image, {"--relocate", "0x40000000"});
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("0x8000000 to 0x8200000 moved to 0x40000000\n"));
}

TEST_F(LoadCommand, WritesTheSameBytesEveryTimeAndOverItsOwn) {
    ImageBuilder builder(PlatformType::kNative);
    const auto image = store("guest.igvm", builder.page(0x1000, Buffer(kPageSize, 1)).build());
    ASSERT_EQ(load(image).exit_code, kExitOk);
    const std::string first = read_text(out_ / "memory.json") + read_text(out_ / "memory.bin");
    ASSERT_EQ(load(image).exit_code, kExitOk);
    EXPECT_EQ(read_text(out_ / "memory.json") + read_text(out_ / "memory.bin"), first);
}

TEST_F(LoadCommand, LeavesAFolderWithOtherFiles) {
    fs::create_directories(out_);
    std::ofstream(out_ / "thesis.txt") << "mine";
    ImageBuilder image(PlatformType::kNative);
    const auto outcome = load(image);
    EXPECT_EQ(outcome.exit_code, kExitInputOutput);
    EXPECT_THAT(outcome.err, HasSubstr("holds thesis.txt"));
    EXPECT_EQ(read_text(out_ / "thesis.txt"), "mine");
    EXPECT_FALSE(fs::exists(out_ / "memory.bin"));
}

TEST_F(LoadCommand, ZerosTakeNoRoomOnTheDisk) {
    ImageBuilder image(PlatformType::kNative);
    image.area(0, test::kGiB).insert(0, 0);
    const auto outcome = load(image);
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    struct stat status {};
    ASSERT_EQ(::stat((out_ / "memory.bin").c_str(), &status), 0);
    EXPECT_EQ(status.st_size, static_cast<off_t>(test::kGiB));
    EXPECT_LT(status.st_blocks * 512, 1 << 20);
}

TEST_F(LoadCommand, RefusesMoreThanTheHostHas) {
    ImageBuilder image(PlatformType::kNative);
    const Buffer page(kPageSize, 1);
    for (std::uint64_t i = 0; i < (64 << 20) / kPageSize + 2; ++i) image.page(i * kPageSize, page);
    const auto outcome = load(image, {"--memory", "4K"});
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_THAT(outcome.err, HasSubstr("IGVM-H004"));
    EXPECT_FALSE(fs::exists(out_));
}

TEST_F(LoadCommand, RefusesAFileThatBreaksARule) {
    ImageBuilder image(PlatformType::kNative);
    image.page(0x1000).page(0x1000);
    const auto outcome = load(image);
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_THAT(outcome.err, HasSubstr(std::string(rule_info(Rule::kGpaOverlap).id)));
    EXPECT_FALSE(fs::exists(out_));
}

TEST_F(LoadCommand, AsksForAPlatformWhenThereAreSeveral) {
    ImageBuilder image(PlatformType::kNative);
    image.add(SupportedPlatform{2U, std::uint8_t{0}, std::uint8_t{4}, std::uint16_t{1}, std::uint64_t{0}});
    const fs::path file = store("guest.igvm", image.build());
    const auto outcome = load(file);
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_THAT(outcome.err, HasSubstr("the file has 2 platforms; --platform must name one"));
    EXPECT_EQ(load(file, {"--platform", "sev"}).exit_code, kExitOk);
    EXPECT_EQ(load(file, {"--platform", "tdx"}).exit_code, kExitDiagnostics);
}

TEST_F(LoadCommand, RefusesOptionsThatAreNone) {
    ImageBuilder builder(PlatformType::kNative);
    const fs::path file = store("guest.igvm", builder.build());
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"--memory", "lots"},
                                               {"--memory", "0+4G:fast"},
                                               {"--mmio", "4G"},
                                               {"--relocate", "-1"},
                                               {"--platform", "xen"},
                                               {"--private-bit", "64"},
                                               {"--vcpus", "-1"}})
        EXPECT_EQ(load(file, words).exit_code, kExitUsage) << words[1];
    EXPECT_EQ(load(file, {"--vcpus", "0"}).exit_code, kExitDiagnostics);
    EXPECT_EQ(load(file, {"--madt", (root_ / "absent").string()}).exit_code, kExitInputOutput);
    EXPECT_EQ(load(root_ / "absent").exit_code, kExitInputOutput);
}

TEST(GuestRange, ReadsSizes) {
    EXPECT_EQ(parse_size("4096"), 4096U);
    EXPECT_EQ(parse_size("0xFFFff000"), 0xFFFFF000U);
    EXPECT_EQ(parse_size("3K"), 3072U);
    EXPECT_EQ(parse_size("4G"), std::uint64_t{4} << 30);
    EXPECT_EQ(parse_size("16383T"), std::uint64_t{16383} << 40);
    EXPECT_EQ(parse_size("0x10M"), 16U << 20);
    for (const char* bad :
         {"", "G", "0x", "4g", "4 G", "-1", "+1", "1.5G", "18446744073709551616", "16777216T"})
        EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
}

TEST(GuestRange, ReadsRangesWithTypes) {
    EXPECT_EQ(parse_range("1M+4K"), (GpaRange{1 << 20, 4096}));
    EXPECT_EQ(parse_range("1M-0x101000"), (GpaRange{1 << 20, 4096}));
    for (const char* bad : {"1M", "1M+0", "1M-1M", "0xFFFFFFFFFFFFFFFF+1"})
        EXPECT_EQ(parse_range(bad), std::nullopt) << bad;
    EXPECT_EQ(parse_memory("0+4K:vtl2_protectable"),
              (MemoryMapEntry{{0, 4096}, MemoryType::kVtl2Protectable}));
    EXPECT_EQ(parse_memory("0+4K"), (MemoryMapEntry{{0, 4096}, MemoryType::kMemory}));
    EXPECT_EQ(parse_memory("0+4K:"), std::nullopt);
}

}  // namespace
}  // namespace igvm::tools
