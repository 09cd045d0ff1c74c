#include "evaluator_test.hpp"

namespace igvm::spec {
namespace {

using namespace igvm::test;

class Expressions : public EvaluatorTest {};

TEST_F(Expressions, ComputeUnsignedIntegers) {
    EXPECT_EQ(integer(bin(num(6), "*", bin(num(4), "+", num(3)))), 42u);
    EXPECT_EQ(integer(bin(num(17), "/", num(5))), 3u);
    EXPECT_EQ(integer(bin(num(17), "%", num(5))), 2u);
    EXPECT_EQ(integer(bin(num(1), "<<", num(63))), 1ull << 63);
    EXPECT_EQ(integer(bin(num(0xF0), ">>", num(4))), 0xFu);
    EXPECT_EQ(integer(bin(bin(num(6), "&", num(3)), "|", bin(num(8), "^", num(9)))), 3u);
    EXPECT_EQ(integer(un("~", num(0))), UINT64_MAX);
}

TEST_F(Expressions, RefuseResultsOutside64Bits) {
    expect_error(bin(num(UINT64_MAX), "+", num(1)), Code::kOverflow,
                 "18446744073709551615 + 1 does not fit in 64 bits");
    expect_error(bin(num(1), "-", num(2)), Code::kOverflow, "1 - 2 is below zero");
    expect_error(bin(num(1ull << 32), "*", num(1ull << 32)), Code::kOverflow,
                 "4294967296 * 4294967296 does not fit in 64 bits");
    expect_error(bin(num(2), "<<", num(63)), Code::kOverflow, "2 << 63 loses bits above the 64th");
    expect_error(bin(num(1), "<<", num(64)), Code::kOverflow, "a shift by 64 is not below 64");
    expect_error(bin(num(1), ">>", num(64)), Code::kOverflow, "a shift by 64 is not below 64");
    expect_error(un("-", num(1)), Code::kOverflow, "integers are unsigned: there is no value below zero");
}

TEST_F(Expressions, RefuseDivisionByZero) {
    expect_error(bin(num(1), "/", num(0)), Code::kDivisionByZero, "division by zero");
    expect_error(bin(num(1), "%", num(0)), Code::kDivisionByZero, "remainder of a division by zero");
}

TEST_F(Expressions, PointAtTheExpressionThatFails) {
    const auto expr = bin(num(1), "+", bin(num(1), "/", num(0)));
    EXPECT_TRUE(value(expr).poisoned());
    EXPECT_EQ(last().span, expr->operands[1]->span);
    EXPECT_EQ(diagnostics_.count(), 1u);
}

TEST_F(Expressions, CompareValuesOfOneType) {
    EXPECT_TRUE(boolean(bin(num(1), "<", num(2))));
    EXPECT_FALSE(boolean(bin(num(2), "<=", num(1))));
    EXPECT_TRUE(boolean(bin(num(2), ">=", num(2))));
    EXPECT_FALSE(boolean(bin(num(2), ">", num(2))));
    EXPECT_TRUE(boolean(bin(str("a"), "==", str("a"))));
    EXPECT_TRUE(boolean(bin(flag(true), "!=", flag(false))));
    EXPECT_TRUE(boolean(bin(list(num(1), str("x")), "==", list(num(1), str("x")))));
    EXPECT_FALSE(boolean(bin(raw("ab"), "==", raw("ac"))));
    expect_error(bin(num(1), "==", str("1")), Code::kTypeMismatch,
                 "operator == does not work on an integer and a string");
}

TEST_F(Expressions, EvaluateOnlyWhatDecides) {
    const auto broken = [] { return bin(bin(num(1), "/", num(0)), "==", num(0)); };
    EXPECT_FALSE(boolean(bin(flag(false), "&&", broken())));
    EXPECT_TRUE(boolean(bin(flag(true), "||", broken())));
    EXPECT_EQ(integer(cond(flag(true), num(1), broken())), 1u);
    EXPECT_EQ(integer(cond(un("!", flag(true)), broken(), num(2))), 2u);
    EXPECT_FALSE(diagnostics_.has_errors());
}

TEST_F(Expressions, JoinStringsWithPlus) {
    EXPECT_EQ(text(bin(str("console="), "+", str("ttyS0"))), "console=ttyS0");
    expect_error(bin(raw("a"), "+", raw("b")), Code::kTypeMismatch,
                 "operator + does not work on bytes and bytes");
    EXPECT_EQ(last().help, "join bytes with concat(a, b)");
}

TEST_F(Expressions, TakeElementsOfLists) {
    EXPECT_EQ(integer(at(list(num(5), num(6)), num(1))), 6u);
    expect_error(at(list(num(5)), num(1)), Code::kOutOfRange, "there is no element 1 in a list of 1");
    expect_error(at(num(5), num(0)), Code::kTypeMismatch, "only lists have elements, not an integer");
}

TEST_F(Expressions, StaySilentAboutPoison) {
    EXPECT_TRUE(value(bin(node(ExprKind::kPoison), "+", num(1))).poisoned());
    EXPECT_TRUE(value(call("le16", node(ExprKind::kPoison))).poisoned());
    EXPECT_TRUE(value(with(node(ExprKind::kCall), node(ExprKind::kPoison))).poisoned());
    EXPECT_FALSE(diagnostics_.has_errors());
}

TEST_F(Expressions, SuggestNamesThatAreNear) {
    add_const("firmware", num(1));
    declare_all();
    expect_error(ref("firmwre"), Code::kUnknownName, "unknown name 'firmwre'");
    EXPECT_EQ(last().help, "did you mean 'firmware'?");
    expect_error(ref("ovmf"), Code::kUnknownName, "'ovmf' is a module, not a value");
    expect_error(ref("size"), Code::kUnknownName, "'size' is a function, not a value");
}

TEST_F(Expressions, NestOnlyAsDeepAsTheStackAllows) {
    auto expr = num(0);
    for (int i = 0; i < 20000; ++i) expr = un("~", std::move(expr));
    EXPECT_TRUE(value(expr).poisoned());
    EXPECT_EQ(last().code, Code::kNesting);
    while (!expr->operands.empty()) expr = std::exchange(expr->operands[0], nullptr);
}

class TwoBlocks : public BlockScope {
  public:
    explicit TwoBlocks(Evaluator& evaluator) : evaluator_(evaluator) {
        a_.name = Name{"a", next_span()};
        b_.name = Name{"b", next_span()};
    }
    std::optional<Value> find_block(std::string_view name, Span use) override {
        if (name != "a" && name != "b") return std::nullopt;
        return Value{BlockRef{name == "a" ? &a_ : &b_}, use};
    }
    std::optional<Value> find_element(std::string_view, std::string_view, Span) override {
        return std::nullopt;
    }
    std::vector<std::string_view> block_names() const override { return {"a", "b"}; }
    Value property(const Block& block, const Name& property, PlatformIndex platform) override {
        if (property.text == "size") return {std::uint64_t{0x1000 + platform}, {}};
        const auto& expr = &block == &a_ ? a_at : b_at;
        return evaluator_.guarded(&block, platform, "'" + block.name->text + "." + property.text + "'",
                                  property.span, [&] { return evaluator_.evaluate(*expr, platform); });
    }
    std::optional<model::Blob> contents(const Block&, Span, PlatformIndex) override { return model::Blob{}; }
    std::optional<std::vector<const Block*>> regions(const RegionFilter&, Span, PlatformIndex) override {
        return std::vector<const Block*>{&a_, &b_};
    }
    const Block& a() const { return a_; }

    ExprPtr a_at = num(1);
    ExprPtr b_at = num(2);

  private:
    Evaluator& evaluator_;
    Block a_, b_;
};

TEST_F(Expressions, AskTheBinderForPropertiesOfBlocks) {
    TwoBlocks blocks(evaluator_);
    evaluator_.attach(&blocks);
    const auto size = dot(ref("a"), "size");
    EXPECT_EQ(evaluator_.integer(*size, 0, "size"), 0x1000u);
    EXPECT_EQ(evaluator_.integer(*size, 3, "size"), 0x1003u);
    EXPECT_EQ(std::get<BlockRef>(value(ref("a")).data).block, &blocks.a());
    expect_error(dot(num(1), "at"), Code::kUnknownProperty, "a value of type integer has no property 'at'");
}

TEST_F(Expressions, ShowTheWholePathOfACycle) {
    TwoBlocks blocks(evaluator_);
    evaluator_.attach(&blocks);
    add_const("BASE", dot(ref("b"), "at"));
    declare_all();
    blocks.a_at = ref("BASE");
    blocks.b_at = bin(dot(ref("a"), "at"), "+", num(1));
    const auto expr = dot(ref("a"), "at");
    expect_error(expr, Code::kCycle, "'a.at' depends on itself");
    ASSERT_EQ(last().notes.size(), 3u);
    EXPECT_EQ(last().notes[0].message, "'a.at' needs 'BASE'");
    EXPECT_EQ(last().notes[0].span, expr->text_span);
    EXPECT_EQ(last().notes[1].message, "'BASE' needs 'b.at'");
    EXPECT_EQ(last().notes[2].message, "'b.at' needs 'a.at'");
    EXPECT_TRUE(value(dot(ref("b"), "at")).poisoned());
    EXPECT_EQ(diagnostics_.count(), 1u);
}

}  // namespace
}  // namespace igvm::spec
