// What data holds, by its own marks.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "igvm/wire.hpp"

namespace igvm::spec::decompiler {

/// A name for what the data is: "ovmf", "elf", "linux_boot_params", "acpi_madt", "text"; empty when it has no
/// mark that is known here.
std::string_view recognize(Bytes data);

/// Remembers the answers by the place of the data: many headers may share it.
class Recognizer {
  public:
    std::string_view name_of(Bytes data) {
        const auto [known, is_new] = known_.try_emplace({data.data(), data.size()});
        if (is_new) known->second = recognize(data);
        return known->second;
    }

  private:
    std::map<std::pair<const std::uint8_t*, std::size_t>, std::string_view> known_;
};

}  // namespace igvm::spec::decompiler
