#include "decompile/words.hpp"

namespace igvm::spec::decompiler {

std::optional<std::string> words_of(const schema::AttributeRow& row, std::uint64_t bits) {
    std::string words;
    for (const schema::Keyword& word : row.keywords) {
        if ((bits & word.value) == 0) continue;
        words += (words.empty() ? "" : ", ") + std::string(word.name);
        bits &= ~word.value;
    }
    if (bits != 0) return std::nullopt;
    return "[" + words + "]";
}

}  // namespace igvm::spec::decompiler
