#include "diagnose/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <utility>
#include <vector>

namespace igvm::spec {
namespace {

/// Longer words are not worth the time: nobody means another one.
constexpr std::size_t kMaxLength = 64;

std::size_t allowed_edits(std::size_t length) { return length <= 4 ? 1 : length <= 8 ? 2 : 3; }

/// Damerau-Levenshtein distance, optimal string alignment form: three rows of the table at a time.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[b.size()];
}

std::string lower_case(std::string_view word) {
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return lower;
}

bool same_letters(std::string a, std::string b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    return a == b;
}

/// Of candidates at one distance, letters in another order are likelier than other letters, and a slip in the
/// first letter is least likely.
std::size_t unlikeliness(const std::string& word, const std::string& candidate, std::size_t edits) {
    constexpr std::size_t kEdit = 4, kOtherLetters = 2, kOtherBegin = 1;
    return edits * kEdit + (same_letters(word, candidate) ? 0 : kOtherLetters) +
           (word.front() == candidate.front() ? 0 : kOtherBegin);
}

}  // namespace

std::optional<std::string_view> closest(std::string_view word, std::span<const std::string_view> candidates) {
    std::optional<std::string_view> best;
    if (word.empty() || word.size() > kMaxLength) return best;
    const std::string wanted = lower_case(word);
    const std::size_t allowed = allowed_edits(word.size());
    std::size_t least = SIZE_MAX;
    for (const std::string_view candidate : candidates) {
        const std::size_t shorter = std::min(word.size(), candidate.size());
        if (candidate.empty() || candidate == word ||
            std::max(word.size(), candidate.size()) - shorter > allowed)
            continue;
        const std::string lower = lower_case(candidate);
        const std::size_t edits = distance(wanted, lower);
        if (edits > allowed || edits >= word.size()) continue;
        if (const std::size_t score = unlikeliness(wanted, lower, edits); score < least) {
            best = candidate;
            least = score;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto nearest = closest(word, candidates);
    return nearest ? fmt::format("did you mean '{}'?", *nearest) : std::string();
}

}  // namespace igvm::spec
