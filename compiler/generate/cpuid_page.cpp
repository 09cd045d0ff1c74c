#include "generate/cpuid_page.hpp"

#include <algorithm>

namespace igvm::spec::generate {
namespace {

constexpr NamedLeaf kLeaves[] = {
    {"vendor", 0x0},
    {"version", 0x1},
    {"cache", 0x4},
    {"power", 0x6},
    {"features", 0x7},
    {"topology", 0xB},
    {"extended_state", 0xD},
    {"extended_vendor", 0x8000'0000},
    {"extended_features", 0x8000'0001},
    {"brand_1", 0x8000'0002},
    {"brand_2", 0x8000'0003},
    {"brand_3", 0x8000'0004},
    {"l1_cache", 0x8000'0005},
    {"l2_cache", 0x8000'0006},
    {"address_sizes", 0x8000'0008},
    {"svm", 0x8000'000A},
    {"cache_properties", 0x8000'001D},
    {"extended_topology", 0x8000'001E},
    {"encryption", 0x8000'001F},
    {"extended_features_2", 0x8000'0021},
};

}  // namespace

std::span<const NamedLeaf> named_leaves() { return kLeaves; }

CpuidPage cpuid_page(std::span<const CpuidRow> rows) {
    CpuidPage page{};
    page.count = static_cast<std::uint32_t>(rows.size());
    std::ranges::copy(rows, page.rows.begin());
    return page;
}

}  // namespace igvm::spec::generate
