// What is computed from the image as it is laid out, and the page of hashes that OVMF checks a kernel
// against.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "generate/kernel_hashes.hpp"
#include "inputs/ovmf.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

constexpr std::uint64_t kPage = 4096;

/// A region and where it lies.
struct Placed {
    const Block* block;
    std::uint64_t at;
    std::uint64_t size;
    Value named;  ///< the argument that names it
};

/// The blocks that the arguments from `first` on name, alone or in lists; nothing after an error.
std::optional<std::vector<Value>> named_blocks(Call& call, std::size_t first, std::size_t end) {
    std::vector<Value> found;
    for (std::size_t i = first; i < end; ++i) {
        if (!call.has(i)) continue;
        const Value value = call.value(i);
        const auto* elements = std::get_if<List>(&value.data);
        for (const Value& element : elements != nullptr ? *elements : List{value}) {
            if (element.poisoned()) return std::nullopt;
            if (!std::holds_alternative<BlockRef>(element.data)) {
                call.fail(
                    element, Code::kTypeMismatch,
                    fmt::format("a region or a list of regions is wanted, not {}", type_phrase(element)));
                return std::nullopt;
            }
            found.push_back(element);
        }
    }
    return found;
}

const Block* block_of(const Value& value) { return std::get<BlockRef>(value.data).block; }

std::optional<std::uint64_t> sum_of_sizes(Call& call, const std::vector<Value>& blocks) {
    std::uint64_t total = 0;
    for (const Value& each : blocks) {
        const auto size = call.property(each, "size");
        if (!size) return std::nullopt;
        total += std::min(*size, UINT64_MAX - total);
    }
    return total;
}

/// By address, whatever the order of the arguments.
std::optional<std::vector<Placed>> placed_blocks(Call& call, const std::vector<Value>& blocks) {
    std::vector<Placed> placed;
    for (const Value& each : blocks) {
        const auto at = call.property(each, "at");
        const auto size = at ? call.property(each, "size") : std::nullopt;
        if (!size) return std::nullopt;
        placed.push_back({block_of(each), *at, *size, each});
    }
    std::ranges::stable_sort(placed, {}, &Placed::at);
    return placed;
}

std::optional<std::uint64_t> pages_size(Call& call) {
    const auto blocks = named_blocks(call, 0, call.count());
    return blocks ? sum_of_sizes(call, *blocks) : std::nullopt;
}

Value pages(Call& call) {
    const auto blocks = named_blocks(call, 0, call.count());
    const auto total = blocks ? sum_of_sizes(call, *blocks) : std::nullopt;
    auto out = total ? call.buffer(*total) : std::nullopt;
    const auto placed = out ? placed_blocks(call, *blocks) : std::nullopt;
    if (!placed) return {};
    auto next = out->begin();
    for (const Placed& region : *placed) {
        const auto data = call.contents(region.named);
        if (!data) return {};
        const Bytes bytes = data->bytes.first(std::min<std::size_t>(data->bytes.size(), region.size));
        std::ranges::copy(bytes, next);
        next += static_cast<std::ptrdiff_t>(region.size);
    }
    return Call::result(*std::move(out));
}

constexpr std::size_t kExtent = 2 * sizeof(U64);

std::optional<std::uint64_t> extents_size(Call& call) {
    const auto blocks = named_blocks(call, 0, 1);
    return blocks ? std::optional<std::uint64_t>(blocks->size() * kExtent) : std::nullopt;
}

Value extents(Call& call) {
    const auto blocks = named_blocks(call, 0, 1);
    const auto unit = call.has(1) ? call.integer(1) : 1;
    if (!blocks || !unit) return {};
    if (*unit == 0 || kPage % *unit != 0)
        return call.fail(1, Code::kWrongArgument,
                         fmt::format("pages are not counted in units of {} bytes", *unit),
                         "unit is 1 or 4K, or a power of two between");
    const auto placed = placed_blocks(call, *blocks);
    auto out = placed ? call.buffer(placed->size() * kExtent) : std::nullopt;
    if (!out) return {};
    auto next = out->begin();
    for (const Placed& region : *placed) {
        for (const std::uint64_t value : {region.at / *unit, region.size / *unit})
            next = std::ranges::copy(igvm::bytes_of(U64(value)), next).out;
    }
    return Call::result(*std::move(out));
}

/// False after an error; `wanted` stays empty when the argument is left out.
bool read_filter(Call& call, std::size_t index, std::optional<bool>& wanted) {
    if (!call.has(index)) return true;
    wanted = call.boolean(index);
    return wanted.has_value();
}

Value regions(Call& call) {
    RegionFilter filter;
    const bool good = read_filter(call, 0, filter.shared) && read_filter(call, 1, filter.measured);
    const auto except = named_blocks(call, 2, 3);
    if (!good || !except) return {};
    const auto found = call.regions(filter);
    if (!found || !call.take_reading((found->size() + 1) * (except->size() + 1) * sizeof(Value))) return {};
    List list;
    for (const Block* block : *found) {
        const auto is_block = [&](const Value& value) { return block_of(value) == block; };
        if (std::ranges::none_of(*except, is_block)) list.push_back({BlockRef{block}, call.span()});
    }
    return {std::move(list), {}};
}

/// The offset in its page at which the firmware looks for the hashes.
std::optional<std::uint64_t> hashes_offset(Call& call, const model::Blob& firmware) {
    const auto entry = ovmf::table_entry(firmware.bytes, *parse_guid(generate::kHashesPlaceGuid));
    const auto at = entry ? read<U32>(*entry, 0) : std::nullopt;
    const auto size = entry ? read<U32>(*entry, sizeof(U32)) : std::nullopt;
    if (!size || *size < generate::kKernelHashesSize || *at % kPage > kPage - generate::kKernelHashesSize) {
        call.fail(0, Code::kOvmfSectionMissing, "the firmware has no place for the hashes of a kernel",
                  "build it with the place, as OvmfPkg/AmdSev does");
        return std::nullopt;
    }
    return *at % kPage;
}

Value kernel_hashes(Call& call) {
    const auto firmware = call.bytes(0);
    const auto kernel = call.bytes(1);
    const auto initrd = call.has(2) ? call.bytes(2) : model::Blob{};
    const auto cmdline = call.has(3) ? call.text(3) : std::string();
    if (!firmware || !kernel || !initrd || !cmdline) return {};
    if (cmdline->find('\0') != std::string::npos)
        return call.fail(3, Code::kWrongArgument,
                         "the command line holds a zero byte, which would end it early");
    const auto offset = hashes_offset(call, *firmware);
    auto out = offset ? call.buffer(kPage) : std::nullopt;
    if (!out || !call.take_reading(kernel->bytes.size() + initrd->bytes.size())) return {};
    std::ranges::copy(generate::kernel_hashes(kernel->bytes, initrd->bytes, *cmdline),
                      out->begin() + static_cast<std::ptrdiff_t>(*offset));
    return Call::result(*std::move(out));
}

std::optional<std::uint64_t> page_size(Call&) { return kPage; }

constexpr auto kFunctions = std::to_array<Function>({
    {"pages",
     {{{"regions"}}},
     true,
     "bytes",
     pages,
     pages_size,
     "the pages of regions, or of lists of regions, as the guest finds them, by address; zeros fill up the "
     "last page "
     "of each"},
    {"extents",
     {{{"regions"}, {"unit", true}}},
     false,
     "bytes",
     extents,
     extents_size,
     "the address and the size of each region of a list, by address, eight bytes each, in units of `unit` "
     "bytes "
     "(default 1)"},
    {"regions",
     {{{"shared", true}, {"measured", true}, {"except", true}}},
     false,
     "list",
     regions,
     nullptr,
     "the regions of the platform in source order: those that are shared or measured as asked, and not named "
     "by "
     "`except`"},
    {"ovmf.kernel_hashes",
     {{{"firmware"}, {"kernel"}, {"initrd", true}, {"cmdline", true}}},
     false,
     "bytes",
     kernel_hashes,
     page_size,
     "the page of SHA-256 hashes by which the firmware checks the files of kernel and initrd, and the "
     "command line"},
});

}  // namespace

std::span<const Function> hash_functions() { return kFunctions; }

}  // namespace igvm::spec
