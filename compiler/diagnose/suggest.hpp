// Did you mean …?
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace igvm::spec {

/// The candidate nearest to `word` by edits (insert, delete, replace, swap neighbours); upper and lower case
/// are one. Of equally near ones the one with the same letters, then with the same first letter, then the
/// first. Never the word itself, and none when even the nearest is too far to be a slip of the keyboard: one
/// edit for words up to four bytes, two up to eight, three beyond.
std::optional<std::string_view> closest(std::string_view word, std::span<const std::string_view> candidates);

/// "did you mean 'x'?", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace igvm::spec
