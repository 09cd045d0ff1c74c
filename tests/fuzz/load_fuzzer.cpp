// Any bytes: load every platform, on a host with memory everywhere and on one that makes regions move.
// Nothing may crash, hang or leak, and what the VMM is told must make sense.
#include <cstdlib>
#include <numeric>

#include "igvm/loader.hpp"

namespace {

using namespace igvm;

void require(bool condition) {
    if (!condition) std::abort();
}

/// Reads every byte that it is handed and holds the Loader to its promises.
class WatchfulMemory : public Memory {
  public:
    Result<void> map(GpaRange range, MapReason reason) override {
        require(range.size != 0 && range.gpa % kPageSize == 0 && range.size % kPageSize == 0);
        require(range.gpa < kEndOfGuestMemory && range.size <= kEndOfGuestMemory - range.gpa);
        if (reason == MapReason::kLaunch) open_ = range;
        return {};
    }
    Result<void> write(std::uint64_t gpa, Bytes content) override {
        require(!content.empty() && gpa >= open_.gpa && gpa - open_.gpa <= open_.size);
        require(content.size() <= open_.size - (gpa - open_.gpa));
        sum_ = std::accumulate(content.begin(), content.end(), sum_);
        return {};
    }
    Result<void> set_page_state(GpaRange range, const PageState&) override {
        require(range == open_ &&
                range.gpa / kLargePageSize == (range.gpa + range.size - 1) / kLargePageSize);
        return {};
    }
    Result<void> set_vp_state(const VpState& vp) override {
        sum_ = std::accumulate(vp.context.begin(), vp.context.end(), sum_);
        return {};
    }

  private:
    GpaRange open_{};
    unsigned sum_ = 0;
};

HostConfig make_host() {
    static constexpr std::uint8_t kDeviceTree[40] = {0xD0, 0x0D, 0xFE, 0xED};
    static constexpr std::uint8_t kMadt[44] = {'A', 'P', 'I', 'C', 44};
    static constexpr std::uint8_t kSrat[48] = {'S', 'R', 'A', 'T', 48};
    HostConfig host;
    host.vp_count = 4;
    host.command_line = "console=ttyS0";
    host.device_tree = kDeviceTree;
    host.madt = kMadt;
    host.srat = kSrat;
    host.mmio_ranges = {{0xC0000000, 0x10000000}};
    return host;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto image = Image::open({data, size});
    if (!image) return 0;
    HostConfig everywhere = make_host();
    everywhere.memory_map = {{{0, kEndOfGuestMemory}, MemoryType::kMemory}};
    HostConfig elsewhere = make_host();
    elsewhere.memory_map = {{{0, 0x100000}, MemoryType::kMemory},
                            {{0x200000, 0x400000}, MemoryType::kVtl2Protectable},
                            {{0x140000000, 0x40000000}, MemoryType::kMemory}};
    elsewhere.private_bit = std::uint64_t{1} << 51;
    for (const SupportedPlatform& platform : image->platforms())
        for (const HostConfig* host : {&everywhere, &elsewhere}) {
            WatchfulMemory memory;
            (void)Loader(*image, platform).load(*host, memory);
        }
    return 0;
}
