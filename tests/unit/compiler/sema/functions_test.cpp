#include "evaluator_test.hpp"
#include "firmware.hpp"
#include "igvm/measure.hpp"
#include "sema/allowance.hpp"

namespace igvm::spec {
namespace {

using namespace igvm::test;
using Octets = std::vector<std::uint8_t>;

class Functions : public EvaluatorTest {
  protected:
    static ExprPtr image(const FirmwareBytes& bytes) { return raw(std::string(bytes.begin(), bytes.end())); }
};

TEST_F(Functions, Align) {
    EXPECT_EQ(integer(call("align_up", num(0x1001), num(0x1000))), 0x2000u);
    EXPECT_EQ(integer(call("align_up", num(0x1000), num(0x1000))), 0x1000u);
    EXPECT_EQ(integer(call("align_down", num(0x1fff), num(0x1000))), 0x1000u);
    expect_error(call("align_up", num(1), num(3)), Code::kWrongArgument,
                 "the alignment 0x3 is not a power of two");
    expect_error(call("align_down", num(1), num(0)), Code::kWrongArgument,
                 "the alignment 0x0 is not a power of two");
    expect_error(call("align_up", num(UINT64_MAX), num(2)), Code::kOverflow,
                 "0xffffffffffffffff aligned up to 0x2 does not fit in 64 bits");
}

TEST_F(Functions, PickMinimumAndMaximum) {
    EXPECT_EQ(integer(call("min", num(3), num(1), num(2))), 1u);
    EXPECT_EQ(integer(call("max", num(3), num(1), num(7))), 7u);
    expect_error(call("min"), Code::kWrongArgument, "argument 'value' of min is missing");
}

TEST_F(Functions, Count) {
    EXPECT_EQ(integer(call("size", raw("abc"))), 3u);
    EXPECT_EQ(integer(call("len", list(num(1), num(2)))), 2u);
    EXPECT_EQ(integer(call("len", str("four"))), 4u);
    expect_error(call("len", num(1)), Code::kTypeMismatch, "len takes a list or a string, not an integer");
}

TEST_F(Functions, EncodeIntegers) {
    EXPECT_EQ(bytes(call("le16", num(0x1234))), (Octets{0x34, 0x12}));
    EXPECT_EQ(bytes(call("be16", num(0x1234))), (Octets{0x12, 0x34}));
    EXPECT_EQ(bytes(call("le32", num(1))), (Octets{1, 0, 0, 0}));
    EXPECT_EQ(bytes(call("be32", num(1))), (Octets{0, 0, 0, 1}));
    EXPECT_EQ(bytes(call("le64", num(UINT64_MAX - 1))), (Octets{0xfe, 255, 255, 255, 255, 255, 255, 255}));
    EXPECT_EQ(bytes(call("be64", num(2))), (Octets{0, 0, 0, 0, 0, 0, 0, 2}));
}

TEST_F(Functions, RefuseIntegersThatDoNotFit) {
    const auto expr = call("le16", num(0x10000));
    expect_error(expr, Code::kNarrowing, "argument 'value' of le16 is 65536, above its maximum of 65535");
    EXPECT_EQ(last().span, expr->operands[1]->span);
    expect_error(call("be32", num(1ull << 32)), Code::kNarrowing,
                 "argument 'value' of be32 is 4294967296, above its maximum of 4294967295");
}

TEST_F(Functions, MakeBytesOfStrings) {
    EXPECT_EQ(bytes(call("cstr", str("ab"))), (Octets{'a', 'b', 0}));
    EXPECT_EQ(bytes(call("hex", str("00ffA5"))), (Octets{0, 0xff, 0xa5}));
    expect_error(call("hex", str("0")), Code::kWrongArgument,
                 "1 hexadecimal digits are not a whole number of bytes");
    expect_error(call("hex", str("0g")), Code::kWrongArgument, "character 2 is not a hexadecimal digit");
    expect_error(call("cstr", str(std::string("a\0b", 3))), Code::kWrongArgument,
                 "the string holds a zero byte, which would end it early");
    expect_error(call("concat", str("a")), Code::kTypeMismatch,
                 "argument 'data' of concat must be bytes, not a string");
    EXPECT_EQ(last().help, "make bytes of a string with cstr(…), ascii(…) or hex(…)");
}

TEST_F(Functions, ReadIntegers) {
    EXPECT_EQ(integer(call("read8", raw("\xff"))), 0xffu);
    EXPECT_EQ(integer(call("read16", raw("abc"), num(1))), 0x6362u);
    EXPECT_EQ(integer(call("read32", raw("abcd"))), 0x64636261u);
    EXPECT_EQ(integer(call("read64", raw("xabcdefgh"), num(1))), 0x6867666564636261u);
    expect_error(call("read16", raw("abc"), num(2)), Code::kOutOfRange,
                 "0x2 bytes at 0x2 are not inside data of 0x3 bytes");
    expect_error(call("read8", raw(""), num(UINT64_MAX)), Code::kOutOfRange,
                 "0x1 bytes at 0xffffffffffffffff are not inside data of 0x0 bytes");
}

TEST_F(Functions, FindPatternsInLinearTime) {
    EXPECT_EQ(integer(call("find", raw("abcabd"), raw("abd"))), 3u);
    EXPECT_EQ(integer(call("find", raw("abab"), raw("ab"), num(1))), 2u);
    expect_error(call("find", raw("abab"), raw("ab"), num(3)), Code::kOutOfRange,
                 "the data of 0x4 bytes does not hold the pattern from 0x3 on");
    const std::string half(512 * 1024, 'a');
    EXPECT_TRUE(value(call("find", raw(half + half), raw(half + 'b'))).poisoned());
}

TEST_F(Functions, CompleteSumsOfBytes) {
    EXPECT_EQ(integer(call("checksum8", raw("\x01\xff\x10"))), 0xf0u);
    EXPECT_EQ(integer(call("checksum8", raw(""))), 0u);
}

TEST_F(Functions, CutAndJoinBytes) {
    EXPECT_EQ(bytes(call("concat", raw("ab"), raw(""), raw("c"))), (Octets{'a', 'b', 'c'}));
    EXPECT_EQ(bytes(call("slice", raw("abcd"), num(1), num(2))), (Octets{'b', 'c'}));
    EXPECT_EQ(bytes(call("patch", raw("abcd"), num(2), raw("X"))), (Octets{'a', 'b', 'X', 'd'}));
    EXPECT_EQ(bytes(call("pad", raw("ab"), num(4))), (Octets{'a', 'b', 0, 0}));
    EXPECT_EQ(bytes(named(call("pad", raw("a"), num(3), num(0xff)), 2, "fill")), (Octets{'a', 0xff, 0xff}));
    EXPECT_EQ(bytes(call("repeat", raw("ab"), num(2))), (Octets{'a', 'b', 'a', 'b'}));
    EXPECT_EQ(bytes(call("repeat", raw(""), num(UINT64_MAX))), Octets{});
    expect_error(call("slice", raw("abcd"), num(3), num(2)), Code::kOutOfRange,
                 "0x2 bytes at 0x3 are not inside data of 0x4 bytes");
    expect_error(call("patch", raw("abcd"), num(UINT64_MAX), raw("X")), Code::kOutOfRange,
                 "0x1 bytes at 0xffffffffffffffff are not inside data of 0x4 bytes");
    expect_error(call("pad", raw("abc"), num(2)), Code::kOutOfRange,
                 "data of 0x3 bytes is larger than the 0x2 bytes it is padded to");
}

TEST_F(Functions, Digest) {
    EXPECT_EQ(hex(bytes(call("sha256", raw("abc")))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(
        hex(bytes(call("sha384", raw("abc")))),
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    EXPECT_EQ(integer(call("crc32", raw("123456789"))), 0xcbf43926u);
    EXPECT_EQ(hex(bytes(call("guid", str("96b582de-1fb2-45f7-baea-a366c55a082d")))),
              "de82b596b21ff745baeaa366c55a082d");
    expect_error(call("guid", str("x")), Code::kWrongArgument, "the string is not a GUID");
}

TEST_F(Functions, KnowTheSizeOfTheirResultBeforeItsContents) {
    const auto unknown = [] { return bin(num(1), "/", num(0)); };
    EXPECT_EQ(size(call("le64", unknown())), 8u);
    EXPECT_EQ(size(call("concat", call("le16", unknown()), call("be32", unknown()), raw("abc"))), 9u);
    EXPECT_EQ(size(call("pad", call("le16", unknown()), num(4096))), 4096u);
    EXPECT_EQ(size(call("repeat", call("le64", unknown()), num(512))), 4096u);
    EXPECT_EQ(size(call("cstr", str("abc"))), 4u);
    EXPECT_EQ(size(call("hex", str("0011"))), 2u);
    EXPECT_EQ(size(call("sha384", unknown())), 48u);
    EXPECT_EQ(size(cond(flag(true), call("le16", unknown()), unknown())), 2u);
    EXPECT_FALSE(diagnostics_.has_errors());
}

TEST_F(Functions, SizeOfAConstantDoesNotNeedItsContents) {
    add_const("TABLE", call("le64", ref("TABLE_SIZE")));
    add_const("TABLE_SIZE", call("size", ref("TABLE")));
    declare_all();
    EXPECT_EQ(bytes(ref("TABLE")), (Octets{8, 0, 0, 0, 0, 0, 0, 0}));
}

TEST_F(Functions, RefuseSizesOfOtherTypes) {
    EXPECT_EQ(size(num(1)), std::nullopt);
    EXPECT_EQ(last().message, "region data must be bytes, not an integer");
}

TEST_F(Functions, RefuseWrongArguments) {
    expect_error(call("le61", num(1)), Code::kUnknownFunction, "unknown function 'le61'");
    EXPECT_EQ(last().help, "did you mean 'le16'?");
    expect_error(call("ovmf.secret_page", raw("")), Code::kUnknownFunction,
                 "unknown function 'ovmf.secret_page'");
    EXPECT_EQ(last().help, "did you mean 'ovmf.secrets_page'?");
    expect_error(call("le16", num(1), num(2)), Code::kWrongArgument, "le16 takes 1 argument");
    expect_error(call("le16"), Code::kWrongArgument, "argument 'value' of le16 is missing");
    expect_error(named(call("pad", raw("a"), num(2), num(1)), 2, "fil"), Code::kWrongArgument,
                 "pad has no argument 'fil'");
    EXPECT_EQ(last().help, "did you mean 'fill'?");
    expect_error(named(call("pad", raw("a"), num(2)), 1, "data"), Code::kWrongArgument,
                 "argument 'data' of pad is given twice");
}

TEST_F(Functions, RefuseValuesThatWouldFillTheMemory) {
    expect_error(call("repeat", raw("a"), num(kMaxValueBytes + 1)), Code::kOutOfRange,
                 "repeat would make 268435457 bytes, more than the limit of 268435456");
    expect_error(call("pad", raw("a"), num(UINT64_MAX)), Code::kOutOfRange,
                 "pad would make 18446744073709551615 bytes, more than the limit of 268435456");
    expect_error(call("repeat", raw("ab"), num(UINT64_MAX)), Code::kOverflow,
                 "18446744073709551615 times 2 bytes does not fit in 64 bits");
}

TEST_F(Functions, EvaluateEachArgumentOnce) {
    auto nested = raw("a");
    for (int i = 0; i < 60; ++i) nested = at(list(call("repeat", std::move(nested), num(1))), num(0));
    EXPECT_EQ(bytes(nested), Octets{'a'});
    EXPECT_EQ(size(nested), 1u);
}

TEST_F(Functions, EvaluateAddressesAndKernelsOnce) {
    auto blob = raw(std::string(40, '\0'));
    for (int i = 0; i < 60; ++i)
        blob = call("linux.cc_blob", list(call("read64", std::move(blob)), num(1)), list(num(0), num(1)));
    EXPECT_EQ(bytes(blob).size(), 40u);
    std::string header(64, '\0');
    header[16] = 64;
    header.replace(56, 4, "ARM\x64");
    auto kernel = raw(header);
    for (int i = 0; i < 60; ++i) kernel = call("arm64.load", std::move(kernel));
    EXPECT_EQ(bytes(kernel).size(), 64u);
}

TEST_F(Functions, ReadElementsWithoutCopyingTheList) {
    constexpr std::uint64_t kElements = 20'000;
    auto numbers = list();
    for (std::uint64_t i = 0; i < kElements; ++i) numbers->operands.push_back(num(i));
    add_const("L", std::move(numbers));
    declare_all();
    for (std::uint64_t i = 0; i < kElements; ++i) ASSERT_EQ(integer(at(ref("L"), num(i))), i);
}

TEST_F(Functions, StopDoublingListsThatShareTheirElements) {
    add_const("L0", list(num(1)));
    for (int i = 1; i <= 60; ++i) {
        const auto before = "L" + std::to_string(i - 1);
        add_const("L" + std::to_string(i), list(ref(before), ref(before)));
    }
    declare_all();
    EXPECT_TRUE(value(bin(ref("L60"), "==", ref("L60"))).poisoned());
    ASSERT_EQ(diagnostics_.count(), 1u);
    EXPECT_EQ(last().message, "the values of this spec take more memory or time than allowed");
}

TEST_F(Functions, StopDoublingBeforeItFillsTheMemory) {
    add_const("S0", str(std::string(1024, 'x')));
    for (int i = 1; i <= 60; ++i) {
        const auto before = "S" + std::to_string(i - 1);
        add_const("S" + std::to_string(i), bin(ref(before), "+", ref(before)));
    }
    declare_all();
    EXPECT_TRUE(value(ref("S60")).poisoned());
    ASSERT_EQ(diagnostics_.count(), 1u);
    EXPECT_EQ(last().message, "the values of this spec take more memory or time than allowed");
}

TEST_F(Functions, ReadFirmware) {
    const auto firmware = sev_firmware({{0x80d000, 0x1000, 2}, {0x80e000, 0x1000, 3}});
    EXPECT_EQ(integer(call("ovmf.secrets_page", image(firmware))), 0x80d000u);
    EXPECT_EQ(integer(call("ovmf.cpuid_page", image(firmware))), 0x80e000u);
    EXPECT_EQ(integer(call("len", call("ovmf.sev_sections", image(firmware)))), 2u);
    EXPECT_EQ(integer(dot(at(call("ovmf.sev_sections", image(firmware)), num(1)), "type")), 3u);
    EXPECT_EQ(bytes(call("ovmf.table", image(firmware), str(std::string(kSevGuid)))).size(), 4u);
    EXPECT_TRUE(value(call("ovmf.tdx_sections", image(firmware))).poisoned());
    EXPECT_EQ(last().code, Code::kOvmfSectionMissing);
    EXPECT_TRUE(value(call("ovmf.sev_sections", raw("tiny"))).poisoned());
    EXPECT_EQ(last().code, Code::kOvmfTableMissing);
}

}  // namespace
}  // namespace igvm::spec
