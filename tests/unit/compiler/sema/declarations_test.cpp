#include "evaluator_test.hpp"

namespace igvm::spec {
namespace {

using namespace igvm::test;

class Declarations : public EvaluatorTest {
  protected:
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path file(const std::string& name, const std::string& contents) {
        std::filesystem::create_directories(folder_);
        std::ofstream(folder_ / name) << contents;
        return folder_ / name;
    }
    const std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) /
        (std::string("igvm_inputs_") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Declarations, MayReferForward) {
    add_const("A", bin(ref("B"), "+", num(1)));
    add_const("B", num(41));
    declare_all();
    EXPECT_EQ(integer(ref("A")), 42u);
}

TEST_F(Declarations, MayNotDependOnThemselves) {
    add_const("A", ref("B"));
    add_const("B", ref("A"));
    declare_all();
    expect_error(ref("A"), Code::kCycle, "'A' depends on itself");
    EXPECT_EQ(last().notes.size(), 2u);
}

TEST_F(Declarations, MayNotRepeatAName) {
    add_const("A", num(1));
    add(Kind::kParam, "A", "int", num(2));
    declare_all();
    ASSERT_EQ(diagnostics_.count(), 1u);
    EXPECT_EQ(last().code, Code::kDuplicateName);
    EXPECT_EQ(last().span, tree_.declarations[1].name.span);
    EXPECT_EQ(last().notes[0].span, tree_.declarations[0].name.span);
    EXPECT_TRUE(value(ref("A")).poisoned()) << "which of the two is meant is not known";
    EXPECT_EQ(diagnostics_.count(), 1u);
}

TEST_F(Declarations, HaveKnownTypes) {
    add(Kind::kParam, "a", "strng", str(""));
    add(Kind::kParam, "b", "file", nullptr);
    add(Kind::kInput, "c", "bytes", nullptr);
    declare_all();
    ASSERT_EQ(diagnostics_.count(), 3u);
    EXPECT_EQ(diagnostics_.kept()[0].code, Code::kUnknownType);
    EXPECT_EQ(diagnostics_.kept()[0].help, "did you mean 'string'?");
    EXPECT_EQ(diagnostics_.kept()[1].message, "a param cannot be a file");
    EXPECT_EQ(diagnostics_.kept()[2].message, "an input is always a file");
}

TEST_F(Declarations, ParamsTakeTheirDefaultOrTheCommandLine) {
    add(Kind::kParam, "ram", "size", num(0x1000));
    add(Kind::kParam, "debug", "bool", flag(false));
    add(Kind::kParam, "cmdline", "string", str("quiet"));
    add(Kind::kParam, "key", "bytes", nullptr);
    declare_all();
    evaluator_.set_param("ram", "64M");
    evaluator_.set_param("debug", "true");
    evaluator_.set_param("key", "00fF");
    evaluator_.require_values();
    EXPECT_FALSE(diagnostics_.has_errors());
    EXPECT_EQ(integer(ref("ram")), 64u << 20);
    EXPECT_TRUE(boolean(ref("debug")));
    EXPECT_EQ(bytes(ref("key")), (std::vector<std::uint8_t>{0, 0xff}));
    EXPECT_THAT(evaluator_.params(),
                testing::ElementsAre(testing::Pair("ram", "67108864"), testing::Pair("debug", "true"),
                                     testing::Pair("cmdline", "quiet"), testing::Pair("key", "00ff")));
}

TEST_F(Declarations, CommandLineNumbersReadLikeThoseOfASpec) {
    add(Kind::kParam, "n", "int", nullptr);
    declare_all();
    const std::pair<std::string, std::uint64_t> good[] = {
        {"0", 0},     {"1_000", 1000},    {"0xFF", 255},     {"0b101", 5},
        {"4K", 4096}, {"2G", 2ull << 30}, {"1T", 1ull << 40}};
    for (const auto& [spelling, expected] : good) {
        Evaluator fresh(diagnostics_, inputs_);
        fresh.declare(tree_);
        fresh.set_param("n", spelling);
        EXPECT_EQ(fresh.integer(*ref("n"), 0, "n"), expected) << spelling;
    }
}

TEST_F(Declarations, RefuseBadCommandLineValues) {
    const std::vector<std::string> bad = {"",         "4k", "4KB",  "-1",    "0x",   "K",
                                          "_1",       "1_", "0x-1", "0x10K", "1__0", "18446744073709551616",
                                          "16777216T"};
    for (const std::string& text : bad) add(Kind::kParam, "n" + text, "int", nullptr);
    add(Kind::kParam, "b", "bool", nullptr);
    add(Kind::kParam, "l", "list", nullptr);
    declare_all();
    for (const std::string& text : bad) {
        const auto before = diagnostics_.count();
        evaluator_.set_param("n" + text, text);
        EXPECT_EQ(diagnostics_.count(), before + 1) << text;
        EXPECT_EQ(last().code, Code::kParamValue);
    }
    evaluator_.set_param("b", "yes");
    EXPECT_EQ(last().message, "param 'b' cannot be \"yes\": it is not true or false");
    evaluator_.set_param("l", "[]");
    EXPECT_EQ(last().code, Code::kParamValue);
    EXPECT_TRUE(value(ref("n4k")).poisoned());
}

TEST_F(Declarations, RefuseASecondSetting) {
    add(Kind::kParam, "n", "int", nullptr);
    declare_all();
    evaluator_.set_param("n", "1");
    evaluator_.set_param("n", "2");
    EXPECT_EQ(last().message, "param 'n' is set twice");
    EXPECT_EQ(last().code, Code::kCommandLine);
}

TEST_F(Declarations, RefuseUnknownSettingsWithASuggestion) {
    add(Kind::kParam, "cmdline", "string", str(""));
    add(Kind::kInput, "firmware", "file", nullptr);
    declare_all();
    evaluator_.set_param("cmdlin", "x");
    EXPECT_EQ(last().message, "the spec declares no param 'cmdlin'");
    EXPECT_EQ(last().help, "did you mean 'cmdline'?");
    evaluator_.set_input("fimware", "x");
    EXPECT_EQ(last().message, "the spec declares no input 'fimware'");
    EXPECT_EQ(last().help, "did you mean 'firmware'?");
}

TEST_F(Declarations, DefaultsMustHaveTheDeclaredType) {
    add(Kind::kParam, "debug", "bool", num(1));
    declare_all();
    expect_error(ref("debug"), Code::kTypeMismatch, "'debug' is declared as bool, not integer");
}

TEST_F(Declarations, MissingValuesAreReported) {
    add(Kind::kParam, "ram", "size", nullptr);
    add(Kind::kInput, "firmware", "file", nullptr);
    declare_all();
    EXPECT_TRUE(value(ref("ram")).poisoned());
    evaluator_.require_values();
    EXPECT_FALSE(diagnostics_.has_errors());
    EXPECT_TRUE(value(ref("firmware")).poisoned());
    ASSERT_EQ(diagnostics_.count(), 1u);
    EXPECT_EQ(diagnostics_.kept()[0].code, Code::kInputMissing);
    EXPECT_TRUE(value(ref("firmware")).poisoned());
    EXPECT_EQ(diagnostics_.count(), 1u);
    EXPECT_TRUE(evaluator_.lacks_values());
}

TEST_F(Declarations, DefaultPathsOfInputsAreRelativeToTheSpec) {
    file("default.bin", "abc");
    const auto other = file("other.bin", "defg");
    add(Kind::kInput, "first", "file", str("default.bin"));
    add(Kind::kInput, "second", "file", str("absent.bin"));
    evaluator_.declare(tree_, folder_);
    evaluator_.set_input("second", other);
    evaluator_.require_values();
    EXPECT_EQ(bytes(ref("first")), (std::vector<std::uint8_t>{'a', 'b', 'c'}));
    EXPECT_EQ(size(ref("second")), 4u);
    EXPECT_THAT(evaluator_.inputs(), testing::ElementsAre(testing::Pair("first", folder_ / "default.bin"),
                                                          testing::Pair("second", other)));
    EXPECT_FALSE(diagnostics_.has_errors());
}

TEST_F(Declarations, UnreadableInputsAreReported) {
    add(Kind::kInput, "first", "file", str("absent.bin"));
    evaluator_.declare(tree_, folder_);
    EXPECT_TRUE(value(ref("first")).poisoned());
    EXPECT_EQ(last().code, Code::kFileUnreadable);
}

}  // namespace
}  // namespace igvm::spec
