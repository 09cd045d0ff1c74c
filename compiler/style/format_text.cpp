#include "style/format_text.hpp"

#include <utility>

#include "style/spaced_lexemes.hpp"
#include "syntax/parse.hpp"
#include "syntax/precedence.hpp"

namespace igvm::spec {
namespace {

constexpr std::size_t kIndent = 4;

std::string_view without_trailing_space(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\v\f") + 1);
}

class Printer {
  public:
    explicit Printer(std::vector<Lexeme> lexemes) : lexemes_(std::move(lexemes)) {}

    std::string run() {
        entries(0, lexemes_.size(), 0);
        out_ += '\n';
        return std::move(out_);
    }

  private:
    void entries(std::size_t first, std::size_t last, std::size_t indent);
    std::size_t entry_end(std::size_t first) const;
    std::size_t run_end(std::size_t first, std::size_t last, std::size_t indent) const;
    void entry(std::size_t first, std::size_t last, std::size_t indent);
    void body(std::size_t open, std::size_t indent);
    bool fits_flat(std::size_t first, std::size_t last, std::size_t indent) const;

    void sequence(std::size_t first, std::size_t last, std::size_t indent, bool listed);
    void bracket(std::size_t open, std::size_t indent);
    std::size_t tail_width(std::size_t after) const;
    bool wants_break(std::size_t binary, std::size_t last, std::size_t indent) const;

    void flat(std::size_t first, std::size_t last);
    void put(std::size_t index);
    void trailing_comment(std::size_t index);
    void new_line(std::size_t indent);

    SpacedLexemes lexemes_;
    std::string out_;
    std::size_t column_ = 0;
    bool at_line_start_ = true;
};

/// Statements, blocks and the comments between them.
void Printer::entries(std::size_t first, std::size_t last, std::size_t indent) {
    bool after_doc = false;
    for (std::size_t i = first; i < last;) {
        if (lexemes_.is_comment(i) && lexemes_[i].line_breaks == 0 && !out_.empty()) {
            trailing_comment(i++);
            continue;
        }
        if (i != first && lexemes_[i].line_breaks > 1 && !after_doc) out_ += '\n';
        if (!out_.empty()) new_line(indent);
        after_doc = lexemes_[i].text.starts_with("///");
        if (lexemes_.is_comment(i)) {
            put(i++);
            continue;
        }
        const std::size_t end = run_end(i, last, indent);
        entry(i, end, indent);
        i = end;
    }
}

/// Behind the `;` or the last `}` of the entry.
std::size_t Printer::entry_end(std::size_t first) const {
    for (std::size_t i = first; i < lexemes_.size(); ++i) {
        if (lexemes_[i].is(";")) return i + 1;
        if (!lexemes_.opens(i)) continue;
        const bool block = lexemes_[i].is("{");
        i = lexemes_.match(i);
        std::size_t next = i + 1;
        while (next < lexemes_.size() && lexemes_.is_comment(next)) ++next;
        if (block && !lexemes_[next].is("else")) return i + 1;
    }
    return lexemes_.size();
}

/// As many entries without blocks as the author wrote on one line and fit there.
std::size_t Printer::run_end(std::size_t first, std::size_t last, std::size_t indent) const {
    std::size_t end = entry_end(first);
    while (end < last && lexemes_[end - 1].is(";") && !lexemes_.is_comment(end)) {
        const std::size_t next = entry_end(end);
        const bool joined = lexemes_[next - 1].is(";") && lexemes_.on_one_line(first, next);
        if (!joined || !fits_flat(first, next, indent)) break;
        end = next;
    }
    return end;
}

bool Printer::fits_flat(std::size_t first, std::size_t last, std::size_t indent) const {
    const std::size_t space = lexemes_.space_before(first) ? 1 : 0;
    return !lexemes_.has_comment(first, last) && indent + lexemes_.width(first, last) - space <= kMaxColumns;
}

void Printer::entry(std::size_t first, std::size_t last, std::size_t indent) {
    std::size_t open = first;
    while (open < last && !lexemes_[open].is("{")) ++open;
    if (lexemes_.on_one_line(open, last) && fits_flat(first, last, indent)) return flat(first, last);
    for (std::size_t i = first; i < last;) {
        open = i;
        while (open < last && !lexemes_[open].is("{")) ++open;
        sequence(i, open, indent, false);
        if (open == last) return;
        if (lexemes_.is_comment(open - 1)) new_line(indent);
        body(open, indent);
        i = lexemes_.match(open) + 1;
    }
}

void Printer::body(std::size_t open, std::size_t indent) {
    const std::size_t close = lexemes_.match(open);
    put(open);
    if (close != open + 1) {
        entries(open + 1, close, indent + kIndent);
        new_line(indent);
    }
    put(close);
}

/// Words of a statement; in a broken list, each element begins a line.
void Printer::sequence(std::size_t first, std::size_t last, std::size_t indent, bool listed) {
    std::optional<std::size_t> pending = listed ? std::optional(indent) : std::nullopt;
    for (std::size_t i = first; i < last; ++i) {
        if (lexemes_.is_comment(i)) {
            const std::size_t own = pending.value_or(indent + kIndent);
            pending = own;
            if (lexemes_[i].line_breaks == 0) {
                trailing_comment(i);
                continue;
            }
            new_line(own);
            put(i);
            continue;
        }
        if (pending) new_line(*std::exchange(pending, std::nullopt));
        if (lexemes_.is_binary(i) && wants_break(i, last, indent)) new_line(indent + kIndent);
        if (lexemes_.opens(i)) {
            bracket(i, indent);
            i = lexemes_.match(i);
        } else {
            put(i);
        }
        if (listed && lexemes_[i].is(",")) pending = indent;
    }
}

void Printer::bracket(std::size_t open, std::size_t indent) {
    const std::size_t close = lexemes_.match(open);
    const std::size_t width = lexemes_.width(open, close + 1) + tail_width(close + 1);
    if (close == open + 1 || (!lexemes_.has_comment(open, close) && column_ + width <= kMaxColumns))
        return flat(open, close + 1);
    put(open);
    sequence(open + 1, close, indent + kIndent, true);
    new_line(indent);
    put(close);
}

/// What cannot be parted from the bracket that closes before it.
std::size_t Printer::tail_width(std::size_t after) const {
    std::size_t end = after;
    while (end < lexemes_.size() && !lexemes_.space_before(end) && !lexemes_.opens(end) &&
           !lexemes_.is_comment(end))
        ++end;
    if (lexemes_[end].is("{")) ++end;
    return lexemes_.width(after, end);
}

/// The operator and its operand, with the tighter operators in it, do not fit on this line. A line break that
/// does not make room is none, unless one of the tighter operators would get it instead.
bool Printer::wants_break(std::size_t binary, std::size_t last, std::size_t indent) const {
    const int precedence = precedence_of(lexemes_[binary].text);
    bool compound = false;
    std::size_t end = binary + 1;
    while (end < last && !lexemes_[end].is(",") && !lexemes_.is_comment(end)) {
        if (lexemes_.is_binary(end)) {
            if (precedence_of(lexemes_[end].text) <= precedence) break;
            compound = true;
        }
        end = lexemes_.opens(end) ? lexemes_.match(end) + 1 : end + 1;
    }
    if (lexemes_.has_comment(binary, end)) return false;
    const std::size_t width = lexemes_.width(binary, end) + tail_width(end);
    const bool declares =
        binary > 1 && (lexemes_[binary - 2].is("param") || lexemes_[binary - 2].is("input"));
    const bool makes_room = compound || indent + kIndent + width - 1 <= kMaxColumns;
    return !declares && !at_line_start_ && column_ + width > kMaxColumns && makes_room;
}

void Printer::flat(std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) put(i);
}

void Printer::put(std::size_t index) {
    if (lexemes_.space_before(index) && !at_line_start_) out_ += ' ';
    const std::string_view text = lexemes_[index].text;
    out_ += lexemes_.is_comment(index) ? without_trailing_space(text) : text;
    column_ += lexemes_.width(index) - (at_line_start_ && lexemes_.space_before(index) ? 1 : 0);
    at_line_start_ = false;
}

void Printer::trailing_comment(std::size_t index) {
    out_ += "  ";
    out_ += without_trailing_space(lexemes_[index].text);
}

void Printer::new_line(std::size_t indent) {
    out_ += '\n';
    out_.append(indent, ' ');
    column_ = indent;
    at_line_start_ = true;
}

}  // namespace

std::optional<std::string> format_text(const Sources& sources, FileId file, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.count();
    parse(sources, file, diagnostics);
    if (diagnostics.count() != before) return std::nullopt;
    return Printer(read_lexemes(sources, file)).run();
}

}  // namespace igvm::spec
