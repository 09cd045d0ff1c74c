#include "diagnose/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "igvm/text.hpp"
#include "source/utf8.hpp"

namespace igvm::spec {
namespace {

constexpr std::size_t kTabWidth = 4;  ///< of `printable`
constexpr std::string_view kCut = "...";
constexpr std::uint32_t kShownBefore = 60;  ///< bytes of a cut line before the place
constexpr std::uint32_t kShownAfter = 120;  ///< bytes of a cut line from the place on

struct Style {
    std::string_view bold, error, note, mark, end;
};
constexpr Style kPlain{};
constexpr Style kColored{"\x1b[1m", "\x1b[1;31m", "\x1b[1;36m", "\x1b[1;32m", "\x1b[0m"};

/// Columns that a stretch of source takes up.
std::size_t width(std::string_view text) {
    const auto code_points = std::ranges::count_if(text, [](char c) { return !is_continuation(c); });
    const auto tabs = std::ranges::count(text, '\t');
    return static_cast<std::size_t>(code_points) + static_cast<std::size_t>(tabs) * (kTabWidth - 1);
}

/// The part of a source line that is shown.
struct Excerpt {
    std::uint32_t begin;  ///< offset in the file
    std::string_view text;
    bool cut_before, cut_after;

    std::uint32_t clamp(std::uint32_t offset) const {
        return std::clamp(offset, begin, begin + static_cast<std::uint32_t>(text.size())) - begin;
    }
};

Excerpt excerpt(const Sources& sources, Span span) {
    std::uint32_t line_begin = 0;
    const std::string_view line = sources.line(span.file, span.begin, &line_begin);
    if (line.size() <= kShownBefore + kShownAfter) return {line_begin, line, false, false};
    const auto size = static_cast<std::uint32_t>(line.size());
    const std::uint32_t place = std::min(span.begin - line_begin, size);
    std::uint32_t first = place > kShownBefore ? place - kShownBefore : 0;
    std::uint32_t last = std::min(place + kShownAfter, size);
    while (first < place && is_continuation(line[first])) ++first;
    while (last < size && is_continuation(line[last])) ++last;
    return {line_begin + first, line.substr(first, last - first), first != 0, last != size};
}

/// Draws `first` and then `rest` under the span; what is already drawn stays.
void underline(std::string& marks, const Excerpt& shown, Span span, char first) {
    const std::uint32_t begin = shown.clamp(span.begin);
    const std::uint32_t end = std::max(shown.clamp(span.end), begin);
    const std::size_t column = width(shown.text.substr(0, begin)) + (shown.cut_before ? kCut.size() : 0);
    const std::size_t length = std::max<std::size_t>(width(shown.text.substr(begin, end - begin)), 1);
    if (marks.size() < column + length) marks.resize(column + length, ' ');
    for (std::size_t i = column; i < column + length; ++i) {
        if (marks[i] == ' ') marks[i] = i == column ? first : '~';
    }
}

bool on_line_of(const Excerpt& shown, Span place, const Note& note) {
    return note.message.empty() && note.span && note.span->file == place.file &&
           note.span->begin >= shown.begin && note.span->begin <= shown.begin + shown.text.size();
}

std::string source_lines(const Sources& sources, const Diagnostic& diagnostic, const Style& style) {
    const Span place = *diagnostic.span;
    const Excerpt shown = excerpt(sources, place);
    std::string marks;
    underline(marks, shown, place, '^');
    for (const Note& note : diagnostic.notes) {
        if (on_line_of(shown, place, note)) underline(marks, shown, *note.span, '~');
    }
    const std::string label = diagnostic.label.empty() ? "" : fmt::format(" {}", printable(diagnostic.label));
    return fmt::format("{:5} | {}{}{}\n      | {}{}{}{}\n", sources.position(place.file, place.begin).line,
                       shown.cut_before ? kCut : "", printable(shown.text), shown.cut_after ? kCut : "",
                       style.mark, marks, label, style.end);
}

/// "file:line:column: ", or nothing.
std::string place_prefix(const Sources& sources, const std::optional<Span>& span) {
    if (!span) return {};
    const Position at = sources.position(span->file, span->begin);
    return fmt::format("{}:{}:{}: ", printable(sources.name(span->file)), at.line, at.column);
}

nlohmann::ordered_json place_json(const Sources& sources, const std::optional<Span>& span) {
    auto json = nlohmann::ordered_json::object();
    if (!span) return json;
    const Position at = sources.position(span->file, span->begin);
    json["file"] = sources.name(span->file);
    json["begin"] = span->begin;
    json["end"] = span->end;
    json["line"] = at.line;
    json["column"] = at.column;
    return json;
}

}  // namespace

std::string render_text(const Sources& sources, const Diagnostic& diagnostic, bool color) {
    const Style& style = color ? kColored : kPlain;
    std::string text = fmt::format("{0}{1}{5}{2}error:{5} {0}{3} [{4}]{5}\n", style.bold,
                                   place_prefix(sources, diagnostic.span), style.error,
                                   printable(diagnostic.message), code_name(diagnostic.code), style.end);
    if (diagnostic.span) text += source_lines(sources, diagnostic, style);
    for (const Note& note : diagnostic.notes) {
        if (note.message.empty()) continue;
        text += fmt::format("{0}{1}{4}{2}note:{4} {3}\n", style.bold, place_prefix(sources, note.span),
                            style.note, printable(note.message), style.end);
    }
    if (!diagnostic.help.empty()) {
        text += fmt::format("{}help:{} {}\n", style.mark, style.end, printable(diagnostic.help));
    }
    return text;
}

std::string render_json(const Sources& sources, const Diagnostic& diagnostic) {
    nlohmann::ordered_json json{{"code", code_name(diagnostic.code)}, {"severity", "error"}};
    json.update(place_json(sources, diagnostic.span));
    if (!diagnostic.span && !diagnostic.file.empty()) json["file"] = diagnostic.file;
    json["message"] = diagnostic.message;
    json["label"] = diagnostic.label;
    json["notes"] = nlohmann::ordered_json::array();
    for (const Note& note : diagnostic.notes) {
        auto entry = place_json(sources, note.span);
        entry["message"] = note.message;
        json["notes"].push_back(std::move(entry));
    }
    json["help"] = diagnostic.help;
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace igvm::spec
