#include "decompile/block_text.hpp"

#include <fmt/format.h>

namespace igvm::spec::decompiler {
namespace {

constexpr std::size_t kWidth = 92;

/// The entries, as many on a line as fit.
std::string flow(const std::vector<std::string>& entries) {
    std::string text;
    std::size_t line = 0;
    for (const std::string& entry : entries) {
        const bool fits = line != 0 && line + 1 + entry.size() <= kWidth;
        if (!text.empty()) text += fits ? ' ' : '\n';
        line = fits ? line + 1 + entry.size() : entry.size();
        text += entry;
    }
    return text;
}

}  // namespace

std::string hex_number(std::uint64_t value) { return value == 0 ? "0" : fmt::format("{:#x}", value); }

std::string size_number(std::uint64_t value) {
    constexpr std::string_view kSuffixes = "TGMK";
    for (std::size_t i = 0; i < kSuffixes.size(); ++i) {
        const std::size_t shift = 10 * (kSuffixes.size() - i);
        const std::uint64_t count = value >> shift;
        if (count != 0 && count < 10000 && count << shift == value)
            return fmt::format("{}{}", count, kSuffixes[i]);
    }
    return hex_number(value);
}

void BlockText::remark(std::string_view text) { remarks_ += fmt::format("// {}\n", text); }

void BlockText::set(std::string_view name, std::string_view value) {
    entries_.push_back(fmt::format("{} = {};", name, value));
}

void BlockText::nest(const BlockText& block) {
    entries_.push_back(block.remarks_ + fmt::format("{} {{ {} }}", block.head_, flow(block.entries_)));
}

std::string BlockText::text() const {
    const std::string inside = flow(entries_);
    const bool one_line =
        head_.size() + inside.size() + 5 <= kWidth && inside.find('\n') == std::string::npos;
    const char gap = one_line ? ' ' : '\n';
    return fmt::format("{}{} {{{}{}{}}}\n", remarks_, head_, gap, inside, gap);
}

}  // namespace igvm::spec::decompiler
