// Addresses that registers point at, and so what lies there.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

/// False for a register list that is longer than the table of registers: it repeats itself, which no block
/// says, and each register would be sought all through it.
bool is_sayable_context(ContextFormat format, Bytes context);

class Landmarks {
  public:
    explicit Landmarks(const Image& image);

    /// "page_tables", "gdt", "idt", "entry" or "stack" when a VP context points into [begin, end); else
    /// empty.
    std::string_view find(std::uint64_t begin, std::uint64_t end) const;

    /// Bytes of the descriptor table that begins there; 0: none does.
    std::uint64_t table_size(std::uint64_t gpa) const;

  private:
    void add_context(ContextFormat format, Bytes context);

    std::map<std::uint64_t, std::string_view> names_;
    std::map<std::uint64_t, std::uint64_t> tables_;
};

}  // namespace igvm::spec::decompiler
