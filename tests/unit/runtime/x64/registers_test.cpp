#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "igvm/x64.hpp"

namespace igvm::x64 {
namespace {

TEST(Registers, NamesAndVbsNumbersAreUnique) {
    std::set<std::string_view> names;
    std::set<std::uint32_t> numbers;
    for (const RegisterInfo& row : register_table()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_TRUE(row.vbs == 0 || numbers.insert(row.vbs).second) << row.name;
    }
}

TEST(Registers, AreFoundByNameAndByVbsNumber) {
    ASSERT_NE(find_register("rip"), nullptr);
    EXPECT_EQ(find_register("rip")->vmsa.offset, 0x178);
    EXPECT_EQ(find_register("rip")->native.offset, 0x80);
    EXPECT_EQ(find_vbs_register(0x20010), find_register("rip"));
    EXPECT_EQ(find_vbs_register(0x80004), find_register("g_pat"));
    EXPECT_EQ(find_register("eip"), nullptr);
    EXPECT_EQ(find_vbs_register(0), nullptr);
}

TEST(Registers, LieInsideTheirEncodingAndOutsideReservedRanges) {
    for (const RegisterInfo& row : register_table()) {
        EXPECT_LE(row.native.offset + row.native.width, static_cast<int>(kNativeContextSize)) << row.name;
        for (const ReservedRange& range : vmsa_reserved()) {
            const bool apart = row.vmsa.offset + row.vmsa.width <= range.offset ||
                               range.offset + range.size <= row.vmsa.offset;
            EXPECT_TRUE(apart) << row.name << " in the reserved range at " << range.offset;
        }
    }
}

TEST(Registers, AttributesPackAndUnpack) {
    EXPECT_EQ(pack_attributes(0xA09B), 0xA9B);
    EXPECT_EQ(unpack_attributes(0xC93), 0xC093);
}

std::vector<std::uint8_t> published_vmsa() {
    const char* folder = std::getenv("IGVM_PEER_VECTORS");
    const std::filesystem::path path =
        std::filesystem::path(folder ? folder : IGVM_PEER_VECTORS_DEFAULT) / "sev-snp-measure";
    std::ifstream file(path / "qemu_1vcpu_nokernel_0x1.igvm", std::ios::binary);
    std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
    return bytes.size() < kVmsaSize ? std::vector<std::uint8_t>{}
                                    : std::vector<std::uint8_t>(bytes.end() - kVmsaSize, bytes.end());
}

TEST(Vmsa, APublishedSaveAreaIsZeroInTheReservedRanges) {
    const auto vmsa = published_vmsa();
    if (vmsa.empty()) GTEST_SKIP() << "no peer vectors";
    for (const ReservedRange& range : vmsa_reserved()) {
        const auto begin = vmsa.begin() + range.offset;
        EXPECT_TRUE(std::all_of(begin, begin + range.size, [](std::uint8_t byte) { return byte == 0; }))
            << "at " << range.offset;
    }
    EXPECT_EQ(read<U64>(vmsa, find_register("rip")->vmsa.offset), U64{0xFFF0});
    EXPECT_EQ(read<U64>(vmsa, find_register("g_pat")->vmsa.offset), U64{0x0007040600070406});
}

}  // namespace
}  // namespace igvm::x64
