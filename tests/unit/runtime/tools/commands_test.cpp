#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "dump_command.hpp"
#include "exit_code.hpp"
#include "igvm/measure.hpp"
#include "measure_command.hpp"
#include "run_verb.hpp"

namespace igvm::tools {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Outcome run(const std::vector<std::string>& words) {
    return run_verb({add_measure_command, add_dump_command}, words);
}

std::string vector_path(const std::string& name) {
    return std::string(IGVM_TEST_VECTORS) + "/own/image/" + name;
}

std::string load(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A file in a folder of the test's own.
fs::path store(const std::string& name, const std::string& contents) {
    const fs::path folder =
        fs::path(testing::TempDir()) /
        (std::string("igvm_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder);
    std::ofstream(folder / name, std::ios::binary) << contents;
    return folder / name;
}

TEST(MeasureCommand, PrintsEveryPlatformAsJson) {
    const auto outcome = run({"measure", vector_path("allkinds.igvm"), "--json"});
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    const auto recorded = json::parse(load(vector_path("digests.json")))["allkinds"];
    const auto measurements = json::parse(outcome.out)["measurements"];
    ASSERT_EQ(measurements.size(), 3U);
    for (const auto& one : measurements) {
        EXPECT_EQ(one["profile"], "spec");
        const std::string platform = one["platform"];
        EXPECT_EQ(one["algorithm"], platform == "vbs" ? "sha256" : "sha384");
        EXPECT_EQ(one["digest"], recorded[platform == "vbs" ? "vbs" : platform + ".igvm_crate"]);
    }
}

TEST(MeasureCommand, PrintsTheAskedPlatformAsText) {
    const auto outcome = run({"measure", vector_path("allkinds.igvm"), "--platform", "tdx"});
    EXPECT_EQ(outcome.exit_code, kExitOk);
    EXPECT_THAT(outcome.out, testing::StartsWith("tdx     spec  sha384  b7b724dfe142"));
}

TEST(MeasureCommand, TracesEveryEventWithTheDigestSoFar) {
    const auto outcome = run({"measure", vector_path("crate_snp.igvm"), "--trace"});
    EXPECT_EQ(outcome.exit_code, kExitOk);
    const std::string digest = json::parse(load(vector_path("digests.json")))["crate_snp"]["snp.igvm_crate"];
    EXPECT_THAT(outcome.out, HasSubstr("snp  page        0x000000001000  NORMAL      " + digest + "\n"));
    EXPECT_LT(outcome.out.find(digest), outcome.out.rfind(digest));
}

TEST(MeasureCommand, PrintsEveryProfileAndWhatCannotBeMeasured) {
    const auto outcome = run({"measure", vector_path("allkinds.igvm"), "--profile", "all", "--json"});
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    const auto recorded = json::parse(load(vector_path("digests.json")))["allkinds"];
    std::map<std::string, std::string> digests;
    const auto document = json::parse(outcome.out);
    for (const auto& one : document["measurements"])
        digests[std::string(one["platform"]) + "@" + std::string(one["profile"])] = one["digest"];
    EXPECT_EQ(digests.size(), 11U);
    EXPECT_EQ(digests["snp@qemu-kvm"], recorded["snp.qemu_kvm_1vcpu"]);
    EXPECT_EQ(digests["tdx@td-shim"], recorded["tdx.td_shim"]);
    const auto realm = run({"measure", vector_path("cca_sha256.igvm"), "--profile", "all"});
    EXPECT_EQ(realm.exit_code, kExitOk);
    EXPECT_THAT(realm.out, HasSubstr("rmm-1.0      -  "));
}

TEST(MeasureCommand, TakesTheParametersOfARealm) {
    const auto recorded =
        json::parse(load(std::string(IGVM_TEST_VECTORS) + "/own/cca/digests.json"))["sha256"];
    const std::vector<std::string> words = {
        "measure", vector_path("cca_sha256.igvm"), "--realm",  "s2sz=40,breakpoints=5,watchpoints=5",
        "--ripas", "0x40000000-0x80000000",        "--profile"};
    const auto with_profile = [&](const char* name) {
        auto all = words;
        all.emplace_back(name);
        return run(all).out;
    };
    EXPECT_THAT(with_profile("rmm-1.0"),
                HasSubstr(std::string(recorded["rmm1.0(create + ripas 0x40000000..0x80000000 one 1G block, "
                                               "then data, rec)"])));
    EXPECT_THAT(with_profile("tf-rmm-2026"),
                HasSubstr(std::string(recorded["tf-rmm-2026-07(create hashed, no ripas) s2sz40 bps5 wps5"])));
    EXPECT_THAT(with_profile("rmm-2.0"), HasSubstr("cca     spec  sha256"));
    EXPECT_EQ(run({"measure", vector_path("cca_sha256.igvm"), "--profile", "rmm-1.0"}).exit_code,
              kExitDiagnostics);
    EXPECT_EQ(run({"measure", vector_path("cca_sha256.igvm"), "--realm", "s2sz=256"}).exit_code, kExitUsage);
    EXPECT_EQ(run({"measure", vector_path("cca_sha256.igvm"), "--realm", "size=1"}).exit_code, kExitUsage);
}

TEST(MeasureCommand, TakesTheVcpusOfAGuest) {
    const auto image = load(vector_path("allkinds.igvm"));
    const auto vmsa = store("vmsa.bin", image.substr(41704, 4096));
    const auto recorded = json::parse(load(vector_path("digests.json")))["allkinds"];
    const auto outcome = run({"measure", vector_path("allkinds.igvm"), "--profile", "qemu-kvm", "--vcpus",
                              "2", "--ap-vmsa", vmsa.string()});
    EXPECT_THAT(outcome.out, HasSubstr(std::string(recorded["snp.qemu_kvm_2vcpu"])));
    const auto reset =
        run({"measure", vector_path("allkinds.igvm"), "--profile", "qemu-kvm", "--vcpus", "2"});
    const auto milan = run({"measure", vector_path("allkinds.igvm"), "--profile", "qemu-kvm", "--vcpus", "2",
                            "--cpu", "EPYC-Milan"});
    const auto same = run({"measure", vector_path("allkinds.igvm"), "--profile", "qemu-kvm", "--vcpus", "2",
                           "--cpu", "10489617"});
    EXPECT_NE(reset.out, outcome.out);
    EXPECT_NE(milan.out, reset.out);
    EXPECT_EQ(milan.out, same.out) << same.err;
    const auto small = store("small.bin", "x");
    EXPECT_EQ(run({"measure", vector_path("allkinds.igvm"), "--ap-vmsa", small.string()}).exit_code,
              kExitInputOutput);
}

TEST(MeasureCommand, SaysWhyADigestIsNotPortable) {
    const auto text = run({"measure", vector_path("snp_shared.igvm"), "--profile", "all"}).out;
    EXPECT_THAT(text, HasSubstr("snp: not portable: spec and openvmm-kvm leave shared pages out"));
    const auto document = json::parse(run({"measure", vector_path("crate_vbs.igvm"), "--json"}).out);
    EXPECT_EQ(document["portable"], json::parse(R"([{"platform":"vbs","portable":true,"reasons":[]}])"));
}

TEST(MeasureCommand, ComparesTwoFiles) {
    const auto path = vector_path("crate_snp.igvm");
    const auto equal = run({"measure", path, "--against", path});
    EXPECT_EQ(equal.exit_code, kExitOk);
    EXPECT_EQ(equal.out, "snp: the digests are equal\n");
    const auto differ = run({"measure", path, "--against", vector_path("snp_shared.igvm")});
    EXPECT_EQ(differ.exit_code, kExitDiagnostics);
    EXPECT_THAT(differ.out, HasSubstr("snp: the digests differ\n  they part at launch event 0: "));
    const auto other = run({"measure", path, "--against", vector_path("crate_tdx.igvm")});
    EXPECT_EQ(other.exit_code, kExitDiagnostics);
    EXPECT_THAT(other.out, HasSubstr("crate_tdx.igvm has no such platform"));
    EXPECT_THAT(other.out, HasSubstr("crate_snp.igvm has no such platform"));
}

TEST(MeasureCommand, AcceptsTheExpectedDigest) {
    const auto recorded = json::parse(load(vector_path("digests.json")))["allkinds"];
    const std::string spec = recorded["snp.igvm_crate"];
    const std::string qemu = recorded["snp.qemu_kvm_1vcpu"];
    const auto path = vector_path("allkinds.igvm");
    EXPECT_EQ(run({"measure", path, "--expect", spec}).exit_code, kExitOk);
    EXPECT_EQ(run({"measure", path, "--expect", "snp=" + spec}).exit_code, kExitOk);
    EXPECT_EQ(run({"measure", path, "--expect", "snp@qemu-kvm=" + qemu}).exit_code, kExitOk);
    EXPECT_EQ(run({"measure", path, "--profile", "qemu-kvm", "--expect", qemu}).exit_code, kExitOk);
}

TEST(MeasureCommand, NamesTheProfileThatGivesAnUnexpectedDigest) {
    const auto recorded = json::parse(load(vector_path("digests.json")))["allkinds"];
    const std::string qemu = recorded["snp.qemu_kvm_1vcpu"];
    const auto outcome = run({"measure", vector_path("allkinds.igvm"), "--expect", "snp=" + qemu});
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_THAT(outcome.err, HasSubstr("expected " + qemu));
    EXPECT_THAT(outcome.err, HasSubstr("it is the digest of snp@qemu-kvm\n"));
    EXPECT_THAT(outcome.err, HasSubstr("they part at launch event 4: order"));
    const auto unknown =
        run({"measure", vector_path("allkinds.igvm"), "--expect", std::string(96, 'a'), "--max-vcpus", "2"});
    EXPECT_EQ(unknown.exit_code, kExitDiagnostics);
    EXPECT_THAT(unknown.err, HasSubstr("no profile, up to 2 vCPUs"));
}

TEST(MeasureCommand, RefusesExpectationsThatAreNone) {
    const auto path = vector_path("crate_snp.igvm");
    for (const char* text : {"xyz", "abcd", "xen=00", "snp@none=00", "snp=", "snp=00"})
        EXPECT_EQ(run({"measure", path, "--expect", text}).exit_code, kExitUsage) << text;
    EXPECT_EQ(run({"measure", path, "--profile", "td-shim"}).exit_code, kExitDiagnostics);
    EXPECT_EQ(run({"measure", path, "--vcpus", "0"}).exit_code, kExitUsage);
}

TEST(MeasureCommand, RefusesAPlatformThatTheFileLacks) {
    const auto outcome = run({"measure", vector_path("crate_snp.igvm"), "--platform", "tdx"});
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_THAT(outcome.err, HasSubstr(std::string(rule_info(Rule::kPlatformAbsent).id)));
}

TEST(MeasureCommand, RefusesAFileWithAWrongChecksum) {
    auto contents = load(vector_path("crate_snp.igvm"));
    contents[20] = static_cast<char>(contents[20] ^ 1);
    const auto outcome = run({"measure", store("bad.igvm", contents).string()});
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(std::string(rule_info(Rule::kFileChecksum).id)));
}

TEST(MeasureCommand, ReportsAnUnreadableFile) {
    EXPECT_EQ(run({"measure", vector_path("absent.igvm")}).exit_code, kExitInputOutput);
    EXPECT_EQ(run({"measure", std::string(IGVM_TEST_VECTORS)}).exit_code, kExitInputOutput);
}

TEST(MeasureCommand, RefusesUnknownNamesAsUsage) {
    EXPECT_EQ(run({"measure", vector_path("crate_snp.igvm"), "--platform", "xen"}).exit_code, kExitUsage);
    EXPECT_EQ(run({"measure", vector_path("crate_snp.igvm"), "--profile", "none"}).exit_code, kExitUsage);
    EXPECT_EQ(run({"measure", vector_path("crate_snp.igvm"), "--json", "--trace"}).exit_code, kExitUsage);
}

TEST(DumpCommand, NamesHeadersFieldsAndValues) {
    const auto outcome = run({"dump", vector_path("allkinds.igvm")});
    ASSERT_EQ(outcome.exit_code, kExitOk) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("FIXED_HEADER  magic=0x4d564749 format_version=1"));
    EXPECT_THAT(outcome.out, HasSubstr("platform_type=snp"));
    EXPECT_THAT(outcome.out, HasSubstr("data_type=secrets"));
    EXPECT_THAT(outcome.out, HasSubstr("  ; secrets page"));
    EXPECT_THAT(outcome.out, HasSubstr("  ; VMSA"));
}

TEST(DumpCommand, CondensesRunsOfPagesUnlessAll) {
    const auto path = vector_path("crate_snp.igvm");
    const auto short_form = run({"dump", path}).out;
    const auto long_form = run({"dump", path, "--all"}).out;
    EXPECT_LT(short_form.size(), long_form.size());
    EXPECT_THAT(short_form, HasSubstr("PAGE_DATA x 2 up to gpa 0x1000"));
    EXPECT_THAT(long_form, Not(HasSubstr("PAGE_DATA x")));
}

TEST(DumpCommand, PrintsEveryHeaderAsJson) {
    const auto outcome = run({"dump", vector_path("crate_snp.igvm"), "--json"});
    ASSERT_EQ(outcome.exit_code, kExitOk);
    const auto dump = json::parse(outcome.out);
    EXPECT_EQ(dump["fixed_header"]["magic"], kMagic);
    ASSERT_GE(dump["headers"].size(), 3U);
    EXPECT_EQ(dump["headers"][0]["name"], "SUPPORTED_PLATFORM");
    EXPECT_EQ(dump["headers"][0]["offset"], 24);
    EXPECT_EQ(dump["headers"][0]["fields"]["platform_type"], "snp");
}

class DumpReport : public testing::Test {
  protected:
    static std::string report(const std::string& sha256) {
        return json{{"image", {{"sha256", sha256}}},
                    {"layout", {{{"name", "my_region"}, {"headers", {{{"first", 1}, {"count", 1}}}}}}}}
            .dump();
    }

    const std::string contents_ = load(vector_path("crate_snp.igvm"));
    const std::string sha256_ =
        hex(sha256({reinterpret_cast<const std::uint8_t*>(contents_.data()), contents_.size()}));
};

TEST_F(DumpReport, NamesRegionsFromTheReportBesideTheFile) {
    const auto path = store("image.igvm", contents_);
    store("image.igvm.json", report(sha256_));
    EXPECT_THAT(run({"dump", path.string()}).out, HasSubstr("  ; my_region"));
}

TEST_F(DumpReport, IsLeftAsideWhenItIsAboutAnotherFile) {
    const auto path = store("image.igvm", contents_);
    store("image.igvm.json", report("00"));
    const auto outcome = run({"dump", path.string()});
    EXPECT_EQ(outcome.exit_code, kExitOk);
    EXPECT_THAT(outcome.out, Not(HasSubstr("my_region")));
}

TEST_F(DumpReport, AnExplicitOneMustFit) {
    const auto path = store("image.igvm", contents_);
    const auto other = store("other.json", report("00"));
    const auto outcome = run({"dump", path.string(), "--report", other.string()});
    EXPECT_EQ(outcome.exit_code, kExitInputOutput);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("another image"));
}

TEST(DumpCommand, RefusesAFileThatIsNoImage) {
    const auto outcome = run({"dump", store("text.igvm", std::string(100, 'x')).string()});
    EXPECT_EQ(outcome.exit_code, kExitDiagnostics);
    EXPECT_THAT(outcome.err, HasSubstr(std::string(rule_info(Rule::kFileMagic).id)));
}

}  // namespace
}  // namespace igvm::tools
