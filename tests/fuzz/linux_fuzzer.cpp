// Any bytes as a bzImage and as an arm64 Image; what is a bzImage gets boot parameters.
#include <cstdlib>

#include "inputs/linux.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace igvm::spec;
    (void)linux_arm64::read_image({data, size});
    const auto kernel = linux_x86::Kernel::open({data, size});
    if (!kernel) return 0;
    if (kernel->payload().empty() || kernel->entry64().value_or(0) >= kernel->payload().size()) std::abort();
    std::uint64_t sum = 0;
    for (const auto& member : kernel->members()) sum += kernel->get(member);
    linux_x86::BootParams params;
    params.e820 = linux_x86::ram_map(sum);
    params.initrd = {sum, sum};
    params.cc_blob = static_cast<std::uint32_t>(sum);
    (void)linux_x86::check_initrd(*kernel, *params.initrd);
    std::vector<std::uint8_t> page(linux_x86::kBootParamsSize);
    linux_x86::write_boot_params(*kernel, params, page);
    return 0;
}
