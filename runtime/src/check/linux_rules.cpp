// What a Linux kernel that is entered in 64-bit mode finds at its start.
#include <algorithm>

#include "linux_boot_params.hpp"
#include "start_state.hpp"

namespace igvm::check_detail {
namespace {

constexpr std::uint64_t kEntry64 = 0x200;  ///< from the load address to the 64-bit entry point

constexpr std::string_view kTold = "what alt_mem_k and ext_mem_k tell of, as there are no e820 entries";

RangeSet usable_memory(const std::vector<MapEntry>& map) {
    RangeSet usable;
    for (const MapEntry& entry : map)
        if (entry.usable && entry.piece.size != 0) usable.add(entry.piece.first, entry.piece.last());
    return usable;
}

class LinuxStart {
  public:
    LinuxStart(Context& context, const GuestMemory& memory, const StartState& state, const BootParams& params)
        : context_(context),
          memory_(memory),
          state_(state),
          params_(params),
          kernel_(params.working_memory(*state.rip - kEntry64)) {}

    void check() {
        working_memory();
        boot_data();
        memory_map();
    }

  private:
    template <class... Args>
    void report(Rule rule, fmt::format_string<Args...> format, Args&&... args) {
        context_.report(rule, state_.offset, "{}: {}", state_.subject(),
                        fmt::format(format, std::forward<Args>(args)...));
    }

    void working_memory() {
        const auto tables = state_.page_tables();
        const Piece needed[] = {{"the boot parameters", *state_.rsi, kPageSize},
                                {"the root of the page tables", tables.address_of(tables.cr3), kPageSize},
                                params_.initrd(),
                                params_.command_line(),
                                params_.cc_blob()};
        for (const Piece& piece : needed)
            if (piece.first != 0 && piece.meets(kernel_))
                report(Rule::kLinuxWorkingMemory,
                       "{} at {:#x} lies in the {:#x} bytes from {:#x} on, where the kernel unpacks itself",
                       piece.name, piece.first, kernel_.size, kernel_.first);
    }

    bool is_loaded(const Piece& piece) const {
        return piece.last() - piece.first == piece.size - 1 && memory_.find(piece.first) != nullptr &&
               memory_.find(piece.last()) != nullptr;
    }

    void boot_data() {
        for (const Piece& piece : {params_.initrd(), params_.command_line()})
            if (piece.first != 0 && piece.size != 0 && !is_loaded(piece))
                report(Rule::kLinuxBootData, "{} at {:#x} is not loaded memory up to its last byte",
                       piece.name, piece.first);
    }

    void memory_map() {
        const unsigned entries = params_.map_entries();
        if (entries == 0) return require(params_.memory_without_map(), kTold);
        if (entries > BootParams::kMaxMapEntries)
            return report(Rule::kLinuxMemoryMap, "e820_entries is {}, and the table holds {}", entries,
                          unsigned{BootParams::kMaxMapEntries});
        const auto map = params_.memory_map();
        const auto overlap = std::ranges::adjacent_find(
            map, [](const MapEntry& a, const MapEntry& b) { return a.piece.meets(b.piece); });
        if (overlap != map.end())
            return report(Rule::kLinuxMemoryMap, "the e820 entry at {:#x} overlaps that at {:#x}",
                          std::next(overlap)->piece.first, overlap->piece.first);
        if (entries == 1)
            return report(
                Rule::kLinuxMemoryMap,
                "the memory map has one e820 entry, and many kernels ignore a map of fewer than two");
        if (!params_.map_may_go_on()) require(map, "usable RAM of the memory map");
    }

    /// Says which memory that the kernel uses is not in `map`, which is called `title`.
    void require(const std::vector<MapEntry>& map, std::string_view title) {
        const RangeSet usable = usable_memory(map);
        if (usable.empty()) return report(Rule::kLinuxMemoryMap, "the memory map has no usable RAM (type 1)");
        for (const Piece& piece : {kernel_, params_.initrd()})
            if (piece.size != 0 && !usable.contains(piece.first, piece.last()))
                report(Rule::kLinuxMemoryMap, "{} from {:#x} to {:#x} is not all in {}", piece.name,
                       piece.first, piece.last(), title);
    }

    Context& context_;
    const GuestMemory& memory_;
    const StartState& state_;
    const BootParams& params_;
    const Piece kernel_;
};

}  // namespace

void check_linux_start(Context& context, const GuestMemory& memory, const StartState& state) {
    if (!state.long_mode() || !state.code_is_64_bit() || !state.rsi || state.rip.value_or(0) < kEntry64)
        return;
    const auto page = memory.page_bytes(*state.rsi);
    const BootParams params(page.value_or(Bytes()));
    if (params.is_one()) LinuxStart(context, memory, state, params).check();
}

}  // namespace igvm::check_detail
