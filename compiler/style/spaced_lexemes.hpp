// Lexemes, and what stands between them on one line.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "syntax/lexemes.hpp"

namespace igvm::spec {

/// The lexemes of a text without syntax errors. Ranges are of indices, [first, last); each question takes
/// constant time.
class SpacedLexemes {
  public:
    explicit SpacedLexemes(std::vector<Lexeme> lexemes);

    const Lexeme& operator[](std::size_t index) const { return lexemes_[index]; }
    /// Without the end.
    std::size_t size() const { return lexemes_.size() - 1; }
    bool is_comment(std::size_t index) const { return lexemes_[index].kind == LexemeKind::kComment; }
    bool opens(std::size_t index) const { return match_[index] != 0; }
    /// The bracket that closes the one at `index`.
    std::size_t match(std::size_t index) const { return match_[index]; }
    /// A space stands before it when both are on one line.
    bool space_before(std::size_t index) const { return space_[index]; }
    /// An operator between two operands, '?' and ':' among them.
    bool is_binary(std::size_t index) const;

    std::size_t width(std::size_t index) const { return columns_[index + 1] - columns_[index]; }
    /// Columns of the range on one line, its first space counted.
    std::size_t width(std::size_t first, std::size_t last) const { return columns_[last] - columns_[first]; }
    bool has_comment(std::size_t first, std::size_t last) const {
        return comments_[last] != comments_[first];
    }
    /// The author wrote the range on one line.
    bool on_one_line(std::size_t first, std::size_t last) const {
        return last <= first + 1 || breaks_[last] == breaks_[first + 1];
    }

  private:
    void match_brackets();
    bool is_operand_end(std::size_t index) const;
    bool is_unary(std::size_t index) const;
    bool wants_space(std::size_t index) const;

    std::vector<Lexeme> lexemes_;
    std::vector<std::size_t> match_;  ///< of an opening bracket; 0: none
    std::vector<bool> space_;
    std::vector<std::size_t> columns_;  ///< sums up to an index, as are the next two
    std::vector<std::size_t> comments_;
    std::vector<std::size_t> breaks_;
};

}  // namespace igvm::spec
