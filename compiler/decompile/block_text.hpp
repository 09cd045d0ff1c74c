// Blocks of the language as text; the formatter gives it its final shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace igvm::spec::decompiler {

/// "0", "0x1000": an address or another number that reads best in hexadecimal.
std::string hex_number(std::uint64_t value);
/// "4K", "2M", "0x123": a size.
std::string size_number(std::uint64_t value);

/// A block under construction.
class BlockText {
  public:
    /// `head` is all that comes before the brace: "region code on snp".
    explicit BlockText(std::string head, std::string name = {})
        : head_(std::move(head)), name_(std::move(name)) {}

    const std::string& name() const { return name_; }

    /// Adds a comment line above the block.
    void remark(std::string_view text);
    void set(std::string_view name, std::string_view value);
    void nest(const BlockText& block);
    /// Attributes and nested blocks so far.
    std::size_t size() const { return entries_.size(); }
    /// The whole text, ending with a line break.
    std::string text() const;

  private:
    std::string head_;
    std::string name_;
    std::string remarks_;
    std::vector<std::string> entries_;
};

}  // namespace igvm::spec::decompiler
