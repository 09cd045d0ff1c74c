#include "syntax/precedence.hpp"

#include <algorithm>
#include <array>

namespace igvm::spec {
namespace {

struct Precedence {
    std::string_view op;
    int level;
};

constexpr std::array<Precedence, 18> kPrecedences{{{"||", 1},
                                                   {"&&", 2},
                                                   {"|", 3},
                                                   {"^", 4},
                                                   {"&", 5},
                                                   {"==", 6},
                                                   {"!=", 6},
                                                   {"<", 7},
                                                   {"<=", 7},
                                                   {">", 7},
                                                   {">=", 7},
                                                   {"<<", 8},
                                                   {">>", 8},
                                                   {"+", 9},
                                                   {"-", 9},
                                                   {"*", 10},
                                                   {"/", 10},
                                                   {"%", 10}}};

}  // namespace

int precedence_of(std::string_view op) {
    const auto* const found = std::ranges::find(kPrecedences, op, &Precedence::op);
    return found == kPrecedences.end() ? 0 : found->level;
}

}  // namespace igvm::spec
