// What is computed from the image as it is laid out, and the page of hashes that OVMF checks a kernel
// against.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "generate/kernel_hashes.hpp"
#include "inputs/ovmf.hpp"
#include "sema/functions.hpp"
#include "sema/page_kinds.hpp"

namespace igvm::spec {
namespace {

constexpr std::uint64_t kPage = 4096;

using Extent = Call::Extent;

/// A region and where it lies.
struct Placed {
    Extent extent;
    Value named;  ///< the argument that names it
};

/// Hands over the argument, or the elements of the list that it is, until `visit` gives false.
template <class Visit>
bool each_element(Call& call, const Value& argument, Visit visit) {
    const auto* elements = std::get_if<List>(&argument.data);
    if (elements == nullptr) return visit(argument);
    return call.take_reading(elements->size() * sizeof(Value)) && std::ranges::all_of(*elements, visit);
}

/// The blocks that the arguments from `first` on name, alone or in lists; nothing after an error.
std::optional<std::vector<Value>> named_blocks(Call& call, std::size_t first, std::size_t end) {
    std::vector<Value> found;
    const auto add = [&](const Value& element) {
        if (element.poisoned()) return false;
        found.push_back(element);
        if (std::holds_alternative<BlockRef>(element.data)) return true;
        call.fail(element, Code::kTypeMismatch,
                  fmt::format("a region or a list of regions is wanted, not {}", type_phrase(element)));
        return false;
    };
    for (std::size_t i = first; i < end; ++i)
        if (call.has(i) && !each_element(call, call.value(i), add)) return std::nullopt;
    return found;
}

/// [address, size] by itself, rather than a list of regions.
bool is_extent(const Value& argument) {
    const auto* elements = std::get_if<List>(&argument.data);
    return elements != nullptr && elements->size() == 2 && !integers(argument).empty();
}

/// Adds where the argument lies, or the elements of the list that it is; false after an error.
bool add_extents(Call& call, std::size_t index, std::vector<Extent>& extents) {
    const Value argument = call.value(index);
    const std::string what = fmt::format("an element of {}", call.what(index));
    const auto add = [&](const Value& element) {
        const auto extent = call.extent(element, what);
        if (extent) extents.push_back(*extent);
        return extent.has_value();
    };
    return is_extent(argument) ? add(argument) : each_element(call, argument, add);
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
        placed.push_back({{*at, *size}, each});
    }
    std::ranges::stable_sort(placed, {}, [](const Placed& one) { return one.extent.address; });
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
        const Bytes bytes = data->bytes.first(std::min<std::size_t>(data->bytes.size(), region.extent.size));
        std::ranges::copy(bytes, next);
        next += static_cast<std::ptrdiff_t>(region.extent.size);
    }
    return Call::result(*std::move(out));
}

constexpr std::size_t kExtentBytes = 2 * sizeof(U64);
constexpr std::size_t kUnit = 1;

/// Those of all arguments but `unit`, by address.
std::optional<std::vector<Extent>> sorted_extents(Call& call, std::size_t unit) {
    std::vector<Extent> extents;
    for (std::size_t i = 0; i < call.count(); ++i)
        if (i != unit && !add_extents(call, i, extents)) return std::nullopt;
    std::ranges::stable_sort(extents, {}, &Extent::address);
    return extents;
}

/// Without the places of the regions, which may depend on this size.
std::optional<std::uint64_t> extents_size(Call& call) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < call.count(); ++i) {
        if (i == kUnit) continue;
        const Value argument = call.value(i);
        if (argument.poisoned()) return std::nullopt;
        const auto* elements = std::get_if<List>(&argument.data);
        count += elements == nullptr || is_extent(argument) ? 1 : elements->size();
    }
    return count * kExtentBytes;
}

Value extents(Call& call) {
    const auto unit = call.has(kUnit) ? call.integer(kUnit) : 1;
    if (!unit) return {};
    if (*unit == 0 || kPage % *unit != 0)
        return call.fail(kUnit, Code::kWrongArgument,
                         fmt::format("pages are not counted in units of {} bytes", *unit),
                         "unit is 1 or 4K, or a power of two between");
    const auto extents = sorted_extents(call, kUnit);
    auto out = extents ? call.buffer(extents->size() * kExtentBytes) : std::nullopt;
    if (!out) return {};
    auto next = out->begin();
    for (const Extent& extent : *extents) {
        for (const std::uint64_t value : {extent.address, extent.size}) {
            if (value % *unit != 0)
                return call.fail(kUnit, Code::kAlignment,
                                 fmt::format("{:#x} is not a multiple of {} bytes", value, *unit));
            next = std::ranges::copy(igvm::bytes_of(U64(value / *unit)), next).out;
        }
    }
    return Call::result(*std::move(out));
}

Value merged(Call& call) {
    constexpr std::size_t kNoUnit = SIZE_MAX;
    const auto extents = sorted_extents(call, kNoUnit);
    if (!extents) return {};
    std::vector<Extent> joined;
    for (const Extent& extent : *extents) {
        if (extent.size == 0) continue;
        if (joined.empty() || extent.address > joined.back().address + joined.back().size) {
            joined.push_back(extent);
        } else {
            Extent& last = joined.back();
            last.size = std::max(last.address + last.size, extent.address + extent.size) - last.address;
        }
    }
    if (!call.take_memory(joined.size() * 3 * sizeof(Value))) return {};
    const auto number = [&](std::uint64_t value) { return Value{value, call.span()}; };
    List list;
    for (const Extent& extent : joined)
        list.push_back({List{number(extent.address), number(extent.size)}, call.span()});
    return {std::move(list), {}};
}

/// False after an error; `wanted` stays empty when the argument is left out.
bool read_filter(Call& call, std::size_t index, std::optional<bool>& wanted) {
    if (!call.has(index)) return true;
    wanted = call.boolean(index);
    return wanted.has_value();
}

Value regions(Call& call) {
    RegionFilter filter;
    bool good = read_filter(call, 0, filter.shared) && read_filter(call, 1, filter.measured);
    if (good && call.has(3)) good = (filter.kind = page_kind(call, 3)).has_value();
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
     "the pages of regions, or of lists of regions, as the guest finds them, by address; zeros fill up "
     "the last page of each"},
    {"extents",
     {{{"regions"}, {"unit", true, true}}},
     true,
     "bytes",
     extents,
     extents_size,
     "the address and the size of each of some regions, or of lists of regions, by address, eight bytes "
     "each, in units of `unit` bytes (default 1); [address, size] and records with gpa and size count as "
     "regions"},
    {"merged",
     {{{"regions"}}},
     true,
     "list",
     merged,
     nullptr,
     "the addresses that some regions, or lists of regions, cover: a list of [address, size], ascending, "
     "with those joined that touch or overlap; [address, size] and records with gpa and size count as "
     "regions"},
    {"regions",
     {{{"shared", true}, {"measured", true}, {"except", true}, {"kind", true}}},
     false,
     "list",
     regions,
     nullptr,
     "the regions of the platform in source order: those that are shared or measured or of the kind that "
     "is asked for, such as \"normal\", and not named by `except`"},
    {"ovmf.kernel_hashes",
     {{{"firmware"}, {"kernel"}, {"initrd", true}, {"cmdline", true}}},
     false,
     "bytes",
     kernel_hashes,
     page_size,
     "the page of SHA-256 hashes by which the firmware checks the files of kernel and initrd, and the "
     "command line; it goes where ovmf.sev_sections has a section of type 0x10"},
});

}  // namespace

std::span<const Function> hash_functions() { return kFunctions; }

}  // namespace igvm::spec
