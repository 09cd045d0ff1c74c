// What a Linux kernel that is entered in 64-bit mode finds at its start. Offsets and rules: Linux,
// Documentation/arch/x86/boot.rst and zero-page.rst.
#include <algorithm>
#include <bit>

#include "start_state.hpp"

namespace igvm::check_detail {
namespace {

constexpr std::uint64_t kEntry64 = 0x200;  ///< from the load address to the 64-bit entry point
constexpr std::uint32_t kMagic = 0x53726448;
constexpr std::uint16_t kOldestVersion = 0x20A;  ///< the first with pref_address and init_size

/// Memory that the kernel reads after it has unpacked itself.
struct Piece {
    std::string_view name;
    std::uint64_t first;
    std::uint64_t size;
};

/// The zero page that rsi points to.
class BootParams {
  public:
    explicit BootParams(Bytes page) : page_(page) {}

    bool is_one() const { return at<U32>(0x202) == kMagic && at<U16>(0x206) >= kOldestVersion; }
    Piece initrd() const {
        return {"the initrd", wide(0x218, 0x0C0), wide(0x21C, 0x0C4)};
    }
    Piece command_line() const { return {"the command line", wide(0x228, 0x0C8), 1}; }
    Piece cc_blob() const { return {"the confidential computing blob", at<U32>(0x13C), 1}; }

    /// Where a kernel loaded at `load` unpacks itself to.
    Piece working_memory(std::uint64_t load) const {
        const std::uint64_t preferred = at<U64>(0x258);
        const std::uint64_t alignment = at<U32>(0x230);
        std::uint64_t begin = preferred;
        if (at<U8>(0x234) != 0 && std::has_single_bit(alignment))
            begin = std::max(preferred, align_up(load, alignment).value_or(preferred));
        return {"the kernel", begin, at<U32>(0x260)};
    }

  private:
    template <Wire T>
    std::uint64_t at(std::uint64_t offset) const {
        const auto value = read<T>(page_, offset);
        return value ? std::uint64_t{*value} : 0;
    }
    std::uint64_t wide(std::uint64_t low, std::uint64_t high) const {
        return at<U32>(low) | at<U32>(high) << 32;
    }

    Bytes page_;
};

bool overlap(const Piece& a, const Piece& b) {
    if (a.size == 0 || b.size == 0) return false;
    return a.first < b.first ? b.first - a.first < a.size : a.first - b.first < b.size;
}

bool is_loaded(const GuestMemory& memory, const Piece& piece) {
    return piece.first + piece.size > piece.first && memory.find(piece.first) != nullptr &&
           memory.find(piece.first + piece.size - 1) != nullptr;
}

}  // namespace

void check_linux_start(Context& context, const GuestMemory& memory, const StartState& state) {
    if (!state.long_mode() || !state.code_is_64_bit() || !state.rsi || state.rip.value_or(0) < kEntry64) return;
    const auto page = memory.page_bytes(*state.rsi);
    const BootParams params(page.value_or(Bytes()));
    if (!params.is_one()) return;
    const Piece kernel = params.working_memory(*state.rip - kEntry64);
    const auto tables = state.page_tables();
    const Piece needed[] = {{"the boot parameters", *state.rsi, kPageSize},
                            {"the root of the page tables", tables.address_of(tables.cr3), kPageSize},
                            params.initrd(),
                            params.command_line(),
                            params.cc_blob()};
    for (const Piece& piece : needed)
        if (piece.first != 0 && overlap(piece, kernel))
            context.report(Rule::kLinuxWorkingMemory, state.offset,
                           "{}: {} at {:#x} lies in the {:#x} bytes from {:#x} on, where the kernel unpacks "
                           "itself",
                           state.subject(), piece.name, piece.first, kernel.size, kernel.first);
    for (const Piece& piece : {params.initrd(), params.command_line()})
        if (piece.first != 0 && piece.size != 0 && !is_loaded(memory, piece))
            context.report(Rule::kLinuxBootData, state.offset,
                           "{}: {} at {:#x} is not loaded memory up to its last byte", state.subject(),
                           piece.name, piece.first);
}

}  // namespace igvm::check_detail
