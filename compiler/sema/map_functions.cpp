// Page tables: x64.identity_map and arm64.identity_map.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "generate/page_tables.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

using generate::Mapping;

constexpr std::uint64_t kPage = 4096;
constexpr std::size_t kMaxTables = kMaxValueBytes / kPage;
constexpr std::uint64_t kPhysicalLimit = std::uint64_t{1} << 52;
constexpr std::uint64_t kLeafSizes[] = {kPage, 512 * kPage, 512 * 512 * kPage};

/// Parameters that both functions have, by index; those of the architecture follow.
enum Argument : std::size_t { kSize, kLeaf, kLevels, kAt, kBase, kRanges, kFirstOwn };
enum X64Argument : std::size_t { kCBit = kFirstOwn, kSelfMap, kSharedBit, kTables };
enum Arm64Argument : std::size_t { kNormal = kFirstOwn, kDevice };

/// What the arguments of a call ask for.
struct Request {
    std::vector<Mapping> mappings;
    generate::TableOptions options;
    std::uint64_t physical_limit = kPhysicalLimit;
    std::size_t tables = 0;
};

/// What differs from one architecture to the next.
struct MapRules {
    bool (*read_own)(Call&, Request&);  ///< the architecture's own arguments
    unsigned fewest_levels;
    bool canonical;  ///< the upper half of the addresses is the last one of 64 bits
};

/// An optional integer; `absent` when it is left out.
std::optional<std::uint64_t> integer_or(Call& call, std::size_t index, std::uint64_t absent,
                                        std::uint64_t max = UINT64_MAX) {
    return call.has(index) ? call.integer(index, max) : absent;
}

bool require(Call& call, bool condition, std::size_t index, std::string message, std::string help = {}) {
    if (!condition) call.fail(index, Code::kWrongArgument, std::move(message), std::move(help));
    return condition;
}

/// The mask of a bit of physical addresses above which there is nothing; 0 when it is left out or 0.
std::optional<std::uint64_t> read_confidentiality_bit(Call& call, std::size_t index, std::string_view name) {
    constexpr std::uint64_t kLowest = 32;
    constexpr std::uint64_t kHighest = 51;
    const auto number = integer_or(call, index, 0, kHighest);
    if (!number || *number == 0) return number;
    if (!require(call, *number >= kLowest, index, fmt::format("{} is no place for the {}", *number, name),
                 "it is a bit number from 32 to 51, or 0 for none"))
        return std::nullopt;
    return std::uint64_t{1} << *number;
}

/// Entries that lead to tables, when the call says their flags.
bool read_table_flags(Call& call, generate::EntryFormat& format) {
    if (!call.has(kTables)) return true;
    const auto bits = call.integer(kTables);
    const auto flags = bits ? format.flags(*bits) : std::nullopt;
    if (!bits || !require(call, flags.has_value(), kTables,
                          fmt::format("{:#x} are not the flags of an entry that leads to a table", *bits),
                          "bit 0 is set, bit 7 is not, and bits 12 to 51 are the address"))
        return false;
    format.table = *flags;
    format.inherited = 0;
    return true;
}

bool read_x64(Call& call, Request& request) {
    constexpr std::uint64_t kLastEntry = 511;
    const auto c_bit = read_confidentiality_bit(call, kCBit, "C-bit");
    const auto shared = read_confidentiality_bit(call, kSharedBit, "shared bit");
    if (!c_bit || !shared) return false;
    if (!require(call, *c_bit == 0 || *shared == 0, kSharedBit,
                 "a C-bit marks private memory, a shared bit shared memory: a platform has one of them"))
        return false;
    if (const std::uint64_t mark = *c_bit | *shared; mark != 0) request.physical_limit = mark;
    request.options.format = generate::x64_entries({*c_bit, *shared});
    if (!read_table_flags(call, request.options.format)) return false;
    if (!call.has(kSelfMap)) return true;
    request.options.self_map = call.integer(kSelfMap, kLastEntry);
    return request.options.self_map.has_value();
}

bool read_arm64(Call& call, Request& request) {
    constexpr std::uint64_t kLastIndex = 7;
    const auto normal = integer_or(call, kNormal, 0, kLastIndex);
    const auto device = integer_or(call, kDevice, 1, kLastIndex);
    if (!normal || !device) return false;
    // Output addresses of the 4K granule have 48 bits (Arm ARM, D8.3), but with FEAT_LPA2.
    request.physical_limit = std::uint64_t{1} << 48;
    request.options.format = generate::arm64_entries(*normal, *device);
    return true;
}

constexpr MapRules kX64 = {read_x64, 4, true};
constexpr MapRules kArm64 = {read_arm64, 3, false};

bool read_shape(Call& call, const MapRules& rules, Request& request) {
    const auto leaf = integer_or(call, kLeaf, kLeafSizes[1]);
    const auto levels = integer_or(call, kLevels, 4);
    if (!leaf || !levels) return false;
    request.options.largest_leaf = *leaf;
    request.options.levels = static_cast<unsigned>(*levels);
    return require(call, std::ranges::find(kLeafSizes, *leaf) != std::end(kLeafSizes), kLeaf,
                   fmt::format("there are no pages of {:#x} bytes", *leaf), "page is 4K, 2M or 1G") &&
           require(call, *levels == rules.fewest_levels || *levels == rules.fewest_levels + 1, kLevels,
                   fmt::format("there are no tables of {} levels", *levels),
                   fmt::format("levels is {} or {}", rules.fewest_levels, rules.fewest_levels + 1));
}

/// A range of the list: [begin, end, "rwx"] or [begin, end, "rwx", physical]; flags may stand for the
/// letters.
class RangeReader {
  public:
    RangeReader(Call& call, const MapRules& rules, const Request& request)
        : call_(call), rules_(rules), request_(request) {}

    std::optional<Mapping> read(const Value& element) {
        const auto fields = call_.list(element, "a range");
        if (!fields) return std::nullopt;
        if (fields->size() != 3 && fields->size() != 4)
            return refuse(element, fmt::format("a range has 3 or 4 elements, not {}", fields->size()),
                          "a range is [begin, end, \"rwx\"], or [begin, end, \"rwx\", physical]");
        const auto begin = call_.integer((*fields)[0], "the begin of a range");
        const auto end = call_.integer((*fields)[1], "the end of a range");
        const auto flags = read_flags((*fields)[2]);
        const auto physical =
            fields->size() == 4 ? call_.integer((*fields)[3], "the physical address of a range") : begin;
        if (!begin || !end || !flags || !physical) return std::nullopt;
        return checked(element, {*begin, *end, *physical, *flags});
    }

  private:
    std::optional<std::uint64_t> read_flags(const Value& permission) {
        const generate::EntryFormat& format = request_.options.format;
        if (const auto* bits = std::get_if<std::uint64_t>(&permission.data)) {
            const auto flags = format.flags(*bits);
            if (!flags)
                refuse(
                    permission, fmt::format("{:#x} are not the flags of a leaf", *bits),
                    fmt::format("bit 0 is set; the bits of {:#x} are the address and the kind of the entry",
                                format.address | format.block | format.page));
            return flags;
        }
        const auto letters = call_.text(permission, "the permission of a range");
        const auto flags = letters ? format.flags(*letters) : std::nullopt;
        if (letters && !flags)
            refuse(permission, fmt::format("'{}' is not a permission", *letters),
                   fmt::format("it is made of the letters {}, with r unless it is empty, each once",
                               format.letters()));
        return flags;
    }

    std::optional<Mapping> refuse(const Value& element, std::string message, std::string help = {}) {
        call_.fail(element, Code::kWrongArgument, std::move(message), std::move(help));
        return std::nullopt;
    }

    std::optional<Mapping> checked(const Value& element, Mapping range) {
        if ((range.begin | range.end | range.physical) % kPage != 0)
            return refuse(element, "the addresses of a range are multiples of 4K");
        if (range.begin >= range.end) return refuse(element, "a range ends after its begin");
        if (range.physical > request_.physical_limit ||
            range.end - range.begin > request_.physical_limit - range.physical)
            return refuse(element,
                          fmt::format("a range leads to addresses from {:#x} on, which the tables cannot say",
                                      request_.physical_limit));
        const unsigned bits = generate::address_bits(request_.options.levels);
        const std::uint64_t half = std::uint64_t{1} << (bits - 1);
        const bool lower = range.end <= (rules_.canonical ? half : 2 * half);
        const bool upper = rules_.canonical && range.begin >= UINT64_MAX - half + 1;
        if (!lower && !upper)
            return refuse(element,
                          fmt::format("a range of virtual addresses that have more than {} bits", bits));
        range.begin &= 2 * half - 1;
        range.end = ((range.end - 1) & (2 * half - 1)) + 1;
        return range;
    }

    Call& call_;
    const MapRules& rules_;
    const Request& request_;
};

/// The ranges by address; nothing after an error.
std::optional<std::vector<Mapping>> read_ranges(Call& call, const MapRules& rules, const Request& request) {
    std::vector<Mapping> ranges;
    if (!call.has(kRanges)) return ranges;
    const auto elements = call.list(kRanges);
    if (!elements || !call.take_reading(elements->size() * sizeof(Mapping))) return std::nullopt;
    for (const Value& element : *elements) {
        const auto range = RangeReader(call, rules, request).read(element);
        if (!range) return std::nullopt;
        ranges.push_back(*range);
    }
    std::ranges::sort(ranges, {}, &Mapping::begin);
    const auto overlap = std::ranges::adjacent_find(
        ranges, [](const Mapping& a, const Mapping& b) { return b.begin < a.end; });
    if (overlap == ranges.end()) return ranges;
    call.fail(kRanges, Code::kWrongArgument,
              fmt::format("two ranges share the address {:#x}", std::next(overlap)->begin),
              "an address has one permission");
    return std::nullopt;
}

/// [base, base + size), each address leading to itself.
std::optional<Mapping> read_whole(Call& call, const MapRules& rules, const Request& request) {
    const auto size = call.integer(kSize);
    const auto base = integer_or(call, kBase, 0);
    if (!size || !base) return std::nullopt;
    const unsigned bits = generate::address_bits(request.options.levels) - (rules.canonical ? 1 : 0);
    const std::uint64_t limit = std::min(request.physical_limit, std::uint64_t{1} << bits);
    if (!require(call, *size % kPage == 0, kSize, "the mapped size is not a multiple of 4K") ||
        !require(call, *base % kPage == 0, kBase, "the mapped base is not a multiple of 4K") ||
        !require(
            call, *base <= limit && *size <= limit - *base, kSize,
            fmt::format("the map ends above {:#x}, the highest address that the tables can lead to", limit)))
        return std::nullopt;
    return Mapping{*base, *base + *size, *base, *request.options.format.flags("rwx")};
}

bool self_map_is_free(Call& call, const Request& request) {
    const auto& slot = request.options.self_map;
    const unsigned shift = generate::address_bits(request.options.levels - 1);
    const auto hidden = [&](const Mapping& mapping) {
        return mapping.begin >> shift <= *slot && *slot <= (mapping.end - 1) >> shift;
    };
    if (!slot || std::ranges::none_of(request.mappings, hidden)) return true;
    return require(call, false, kSelfMap, fmt::format("entry {} of the root maps memory already", *slot));
}

bool count(Call& call, Request& request) {
    const auto tables = generate::count_tables(request.mappings, request.options, kMaxTables);
    request.tables = tables.value_or(kMaxTables);
    if (!call.take_reading(request.tables * kPage)) return false;
    if (!tables)
        call.fail(Code::kOutOfRange,
                  fmt::format("the map would need more than {} tables, the limit of a value", kMaxTables),
                  "map less, or let page be larger");
    return tables.has_value();
}

template <const MapRules& kRules>
std::optional<Request> read_request(Call& call) {
    Request request;
    if (!kRules.read_own(call, request) || !read_shape(call, kRules, request)) return std::nullopt;
    const auto whole = read_whole(call, kRules, request);
    const auto ranges = read_ranges(call, kRules, request);
    if (!whole || !ranges) return std::nullopt;
    request.mappings = generate::replace_parts(*whole, *ranges);
    if (!self_map_is_free(call, request) || !count(call, request)) return std::nullopt;
    return request;
}

template <const MapRules& kRules>
std::optional<std::uint64_t> map_size(Call& call) {
    const auto request = read_request<kRules>(call);
    return request ? std::optional<std::uint64_t>(request->tables * kPage) : std::nullopt;
}

template <const MapRules& kRules>
Value map(Call& call) {
    const auto request = read_request<kRules>(call);
    const auto at = call.has(kAt) ? call.integer(kAt) : call.address();
    if (!request || !at) return {};
    const std::uint64_t bytes = request->tables * kPage;
    const std::uint64_t limit = request->physical_limit;
    if (*at % kPage != 0 || *at > limit || bytes > limit - *at)
        return call.fail(Code::kWrongArgument,
                         fmt::format("tables of {:#x} bytes cannot lie at {:#x}", bytes, *at),
                         fmt::format("they lie on a multiple of 4K and below {:#x}", limit));
    if (!call.take_memory(bytes)) return {};
    return Call::result(generate::build_tables(request->mappings, request->options, request->tables, *at));
}

constexpr auto kFunctions = std::to_array<Function>({
    {"x64.identity_map",
     {{{"size"},
       {"page", true},
       {"levels", true},
       {"at", true},
       {"base", true},
       {"ranges", true},
       {"c_bit", true},
       {"self_map", true},
       {"shared_bit", true},
       {"tables", true}}},
     false,
     "bytes",
     map<kX64>,
     map_size<kX64>,
     "page tables that map `size` bytes (it may be 0) from `base` on (default 0) to themselves, readable, "
     "writable and executable, in pages of at most `page` (4K, 2M, the default, or 1G); ranges = [[begin, "
     "end, \"rx\"], …], also in the upper half of the addresses, have permissions of their own, of r w x u "
     "(user) g (global) s (shared), none for a hole (without x the guest needs EFER.NXE), or the flags of "
     "their leaves as an integer, and may name a physical address as fourth element; c_bit and shared_bit "
     "are the number of the address bit of private memory (SEV) or of shared memory (TDX), 0 for none; "
     "levels is 4 or 5; entry self_map of the root leads to the root; `tables` are the flags of entries that "
     "lead to tables, by default present, writable and accessed; the tables lie at `at`, by default where "
     "the region is"},
    {"arm64.identity_map",
     {{{"size"},
       {"page", true},
       {"levels", true},
       {"at", true},
       {"base", true},
       {"ranges", true},
       {"normal", true},
       {"device", true}}},
     false,
     "bytes",
     map<kArm64>,
     map_size<kArm64>,
     "page tables of stage 1 with 4K granule, as x64.identity_map makes them, of 3 or 4 levels (the "
     "default); "
     "permissions are of r w x u (EL0) d (device memory); normal and device are the indices of those memory "
     "types "
     "in MAIR (default 0 and 1)"},
});

}  // namespace

std::span<const Function> map_functions() { return kFunctions; }

}  // namespace igvm::spec
