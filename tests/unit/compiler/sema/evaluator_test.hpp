// What the evaluator's tests share.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "expression_builder.hpp"
#include "sema/evaluate.hpp"

namespace igvm::spec {

class EvaluatorTest : public testing::Test {
  protected:
    using Kind = Declaration::Kind;

    void add(Kind kind, std::string name, std::string type, ExprPtr value) {
        tree_.declarations.push_back(test::declare(kind, std::move(name), std::move(type), std::move(value)));
    }
    void add_const(std::string name, ExprPtr value) {
        add(Kind::kConst, std::move(name), {}, std::move(value));
    }
    void declare_all() { evaluator_.declare(tree_); }

    Value value(const ExprPtr& expr) { return evaluator_.evaluate(*expr, 0); }
    std::uint64_t integer(const ExprPtr& expr) {
        const auto result = evaluator_.integer(*expr, 0, "the value");
        return result ? *result : fail(0ull);
    }
    bool boolean(const ExprPtr& expr) { return std::get<bool>(value(expr).data); }
    std::string text(const ExprPtr& expr) { return std::get<std::string>(value(expr).data); }
    std::vector<std::uint8_t> bytes(const ExprPtr& expr) {
        const auto blob = evaluator_.bytes(*expr, 0, "the value");
        if (!blob) return fail(std::vector<std::uint8_t>{});
        return {blob->bytes.begin(), blob->bytes.end()};
    }
    std::optional<std::uint64_t> size(const ExprPtr& expr) {
        return evaluator_.size_of(*expr, 0, "region data");
    }

    /// The expression has no value, for exactly this reason.
    void expect_error(const ExprPtr& expr, Code code, const std::string& message) {
        const auto before = diagnostics_.kept().size();
        EXPECT_TRUE(value(expr).poisoned()) << message;
        ASSERT_EQ(diagnostics_.kept().size(), before + 1) << message;
        EXPECT_EQ(diagnostics_.kept().back().code, code);
        EXPECT_EQ(diagnostics_.kept().back().message, message);
    }
    const Diagnostic& last() const { return diagnostics_.kept().back(); }

    Diagnostics diagnostics_;
    InputFiles inputs_;
    Evaluator evaluator_{diagnostics_, inputs_};
    Tree tree_;

  private:
    template <class T>
    T fail(T none) {
        ADD_FAILURE() << (diagnostics_.has_errors() ? last().message : "no value and no message");
        return none;
    }
};

}  // namespace igvm::spec
