#include "generate/tdx_trampoline.hpp"

#include <algorithm>

namespace igvm::spec::generate {
namespace {

constexpr std::uint8_t kCode[] = {
#include "tdx_trampoline.inc"
};
static_assert(sizeof kCode == 4096);

constexpr std::ptrdiff_t kParametersOffset = 0x10;

}  // namespace

std::vector<std::uint8_t> tdx_trampoline(const TrampolineParameters& parameters) {
    std::vector<std::uint8_t> page(std::begin(kCode), std::end(kCode));
    std::ranges::copy(bytes_of(parameters), page.begin() + kParametersOffset);
    return page;
}

}  // namespace igvm::spec::generate
