// Addresses and sizes of blocks, each computed once a platform, whenever something asks for them.
#include <fmt/format.h>

#include <algorithm>

#include "sema/binding.hpp"

namespace igvm::spec {
namespace {

constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

Value as_value(std::optional<std::uint64_t> number, Span origin) {
    if (!number) return {Poison{}, origin};
    return {*number, origin};
}

std::optional<std::uint64_t> as_number(const Value& value) {
    const auto* number = std::get_if<std::uint64_t>(&value.data);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

bool has(const BoundBlock& block, std::string_view attribute) {
    return schema::find_attribute(*block.row, attribute) != nullptr;
}
bool has_size(const BoundBlock& block) { return has(block, "at") && has(block, "size"); }
bool is_region(const BoundBlock& block) { return block.row->kind == "region"; }
bool is_alias(const BoundBlock& block) { return block.row->kind == "alias"; }

/// "4K".
std::string_view page_text(std::uint64_t page) { return page == kLargePageSize ? "2M" : "4K"; }

/// What a message about the address points at: the expression that gives it.
Span address_place(const BoundBlock& block, PlatformIndex platform) {
    for (std::string_view name : {"at", "end", "after"}) {
        if (const auto* attribute = block.find(name, platform)) return attribute->tree->value->span;
    }
    return block.place();
}

Span size_place(const BoundBlock& block, PlatformIndex platform) {
    for (std::string_view name : {"size", "data"}) {
        if (const auto* attribute = block.find(name, platform)) return attribute->tree->value->span;
    }
    return block.place();
}

}  // namespace

std::optional<std::uint64_t> Binding::address(const BoundBlock& block, PlatformIndex platform) {
    const Span place = address_place(block, platform);
    return as_number(evaluator.guarded(&block.at_key, platform, block.member("at"), place,
                                       [&] { return as_value(compute_address(block, platform), place); }));
}

std::optional<std::uint64_t> Binding::size(const BoundBlock& block, PlatformIndex platform) {
    const Span place = size_place(block, platform);
    return as_number(evaluator.guarded(&block.size_key, platform, block.member("size"), place,
                                       [&] { return as_value(compute_size(block, platform), place); }));
}

std::optional<AddressRange> Binding::range(const BoundBlock& block, PlatformIndex platform) {
    const auto bytes = size(block, platform);
    const auto begin = address(block, platform);
    if (!bytes || !begin) return std::nullopt;
    if (*bytes > kAddressLimit - *begin) {
        error(Code::kAddressRange, address_place(block, platform),
              fmt::format("{} reaches past 2^52, the end of guest physical memory", block.title()),
              "give it a lower address");
        return std::nullopt;
    }
    return AddressRange{*begin, *begin + *bytes};
}

std::optional<std::uint64_t> Binding::compute_address(const BoundBlock& block, PlatformIndex platform) {
    std::optional<std::uint64_t> value;
    if (block.find("at", platform) != nullptr) {
        value = integer(block, "at", platform, 0);
    } else if (block.find("end", platform) != nullptr) {
        const auto end = integer(block, "end", platform, 0);
        const auto bytes = size(block, platform);
        if (end && bytes && *bytes > *end) {
            error(Code::kAddressRange, address_place(block, platform),
                  fmt::format("{} of {:#x} bytes cannot end at {:#x}", block.title(), *bytes, *end));
            return std::nullopt;
        }
        if (end && bytes) value = *end - *bytes;
    } else if (block.find("after", platform) != nullptr) {
        value = address_after(block, platform);
    } else {
        missing(block, fmt::format("{} has no address on {}", block.title(), platform_name(platform)),
                has(block, "after") ? "give it 'at', 'end' or 'after'" : "give it 'at'");
    }
    const auto page = page_size(block, platform);
    if (!value || !page) return std::nullopt;
    if (*value % *page != 0) {
        // The size of what ends somewhere is whole pages: the end is as little aligned as the address.
        const bool from_end = block.find("at", platform) == nullptr && block.find("end", platform) != nullptr;
        const auto end = from_end ? integer(block, "end", platform, 0) : std::nullopt;
        error(Code::kAlignment, address_place(block, platform),
              end ? fmt::format("{}, where {} ends, is not a multiple of {}",
                                shown(block, "end", platform, *end), block.title(), page_text(*page))
                  : fmt::format("address {} of {} is not a multiple of {}",
                                shown(block, "at", platform, *value), block.title(), page_text(*page)),
              fmt::format("align_up(address, {}) gives one", page_text(*page)));
        return std::nullopt;
    }
    if (*value >= kAddressLimit) {
        error(Code::kAddressRange, address_place(block, platform),
              fmt::format("address {} of {} is not below 2^52", shown(block, "at", platform, *value),
                          block.title()));
        return std::nullopt;
    }
    return value;
}

std::optional<std::uint64_t> Binding::address_after(const BoundBlock& block, PlatformIndex platform) {
    const auto before = reference(block, "after", platform);
    const auto alignment = integer(block, "align", platform, kPageSize, kAddressLimit);
    if (!before || !alignment) return std::nullopt;
    if (!has_size(**before)) {
        error(Code::kTypeMismatch, address_place(block, platform),
              fmt::format("{} has no end to come after", (*before)->title()));
        return std::nullopt;
    }
    if (*alignment == 0 || *alignment % kPageSize != 0 || (*alignment & (*alignment - 1)) != 0) {
        error(Code::kAlignment, block.find("align", platform)->tree->value->span,
              fmt::format("alignment {} is not a power of two of at least 4K",
                          shown(block, "align", platform, *alignment)));
        return std::nullopt;
    }
    if (after_depth_ == kMaxWaiting) {
        error(Code::kNesting, address_place(block, platform),
              fmt::format("more than {} blocks further down wait for one another", kMaxWaiting),
              "declare blocks in the order of their addresses");
        return std::nullopt;
    }
    ++after_depth_;
    const auto taken = range(**before, platform);
    --after_depth_;
    return taken ? std::optional(align_up(taken->end, *alignment)) : std::nullopt;
}

std::optional<std::uint64_t> Binding::page_size(const BoundBlock& block, PlatformIndex platform) {
    const auto page = integer(block, "page", platform, kPageSize);
    if (!page || *page == kPageSize || *page == kLargePageSize) return page;
    error(Code::kSize, block.find("page", platform)->tree->value->span,
          fmt::format("a page of {} bytes: the format has pages of 4K and 2M",
                      shown(block, "page", platform, *page)));
    return std::nullopt;
}

std::optional<const BoundBlock*> Binding::aliased(const BoundBlock& block, PlatformIndex platform) {
    if (block.find("of", platform) == nullptr) return std::nullopt;
    const auto region = reference(block, "of", platform);
    if (!region || is_region(**region)) return region;
    error(Code::kTypeMismatch, block.find("of", platform)->tree->value->span,
          fmt::format("{} is not a region", (*region)->title()));
    return std::nullopt;
}

std::optional<std::uint64_t> Binding::alias_start(const BoundBlock& block, PlatformIndex platform) {
    const auto from = integer(block, "from", platform, 0);
    if (!from || *from % kPageSize == 0) return from;
    error(Code::kAlignment, block.find("from", platform)->tree->value->span,
          fmt::format("{} is not a multiple of 4K", shown(block, "from", platform, *from)),
          "an alias is made of whole pages");
    return std::nullopt;
}

std::optional<std::uint64_t> Binding::alias_size(const BoundBlock& block, PlatformIndex platform) {
    const auto region = aliased(block, platform);
    const auto from = alias_start(block, platform);
    const auto whole = region ? size(**region, platform) : std::nullopt;
    if (!whole || !from) return std::nullopt;
    const std::uint64_t rest = *whole - std::min(*from, *whole);
    const auto wanted = integer(block, "size", platform, rest);
    if (!wanted || (*wanted <= rest && rest != 0)) return wanted;
    const BoundAttribute* part = block.find(block.find("size", platform) ? "size" : "from", platform);
    error(Code::kSize, part->tree->value->span,
          rest == 0 ? fmt::format("{} ends at {:#x}, and the alias begins at {:#x} of it", (*region)->title(),
                                  *whole, *from)
                    : fmt::format("{} has {:#x} bytes from {:#x} on, not {:#x}", (*region)->title(), rest,
                                  *from, *wanted));
    return std::nullopt;
}

std::optional<std::uint64_t> Binding::declared_size(const BoundBlock& block, PlatformIndex platform) {
    if (is_alias(block)) return alias_size(block, platform);
    if (block.find("size", platform) != nullptr) return integer(block, "size", platform, 0);
    if (const auto* data = block.find("data", platform)) {
        return evaluator.size_of(*data->tree->value, platform, block.attribute("data"));
    }
    if (is_region(block)) {
        missing(block,
                fmt::format("{} has neither size nor data on {}", block.title(), platform_name(platform)),
                "give it 'size' or 'data'");
    }
    return std::nullopt;
}

/// ": input 'f' is the empty file PATH" when that is all of the data.
std::string Binding::empty_input(const BoundBlock& block, PlatformIndex platform) const {
    const BoundAttribute* data = block.find("data", platform);
    if (data == nullptr || block.find("size", platform) != nullptr) return {};
    for (const auto& [name, path] : evaluator.inputs())
        if (data->tree->value->kind == ExprKind::kName && data->tree->value->text == name)
            return fmt::format(": input '{}' is the empty file {}", name, path.string());
    return {};
}

std::optional<std::uint64_t> Binding::compute_size(const BoundBlock& block, PlatformIndex platform) {
    const auto value = declared_size(block, platform);
    if (!value) return std::nullopt;
    const Span place = size_place(block, platform);
    if (*value == 0) {
        error(Code::kSize, place, fmt::format("{} is empty{}", block.title(), empty_input(block, platform)));
        return std::nullopt;
    }
    if (*value > kAddressLimit) {
        error(Code::kAddressRange, place, fmt::format("{} is larger than 2^52 bytes", block.title()));
        return std::nullopt;
    }
    if (is_region(block)) {
        const auto page = page_size(block, platform);
        return page ? std::optional(align_up(*value, *page)) : std::nullopt;
    }
    if (*value % kPageSize != 0) {
        error(Code::kAlignment, place,
              fmt::format("size {} of {} is not a multiple of 4K", shown(block, "size", platform, *value),
                          block.title()),
              "align_up(size, 4K) gives one");
        return std::nullopt;
    }
    return value;
}

Value Binding::entry(const BoundBlock& block, PlatformIndex platform, Span use) {
    const BoundAttribute* data = block.find("data", platform);
    const auto offset = data == nullptr ? std::nullopt : evaluator.entry_of(*data->tree->value, platform);
    if (!offset) {
        error(Code::kUnknownProperty, use,
              fmt::format("{} has no entry: its data is not a program", block.title()),
              "elf.load, linux.payload and arm64.load give data with an entry");
        return {Poison{}, use};
    }
    const auto begin = address(block, platform);
    if (!begin || offset->poisoned()) return {Poison{}, use};
    return {*begin + *as_number(*offset), use};
}

Value Binding::property(const Block& tree, const Name& property, PlatformIndex platform) {
    const Value poison{Poison{}, property.span};
    const BoundBlock* block = bound(tree);
    if (block == nullptr || !exists_on(*block, platform, property.span)) return poison;
    if (block->row->is_bytes) {
        if (property.text == "size") return as_value(block_bytes_size(*block, platform), property.span);
        error(Code::kUnknownProperty, property.span,
              fmt::format("{} has no '{}', only size", block->title(), property.text),
              block->row->fields ? "where a field begins is offsetof(NAME.field)" : "");
        return poison;
    }
    if (has(*block, "at") && property.text == "at") return as_value(address(*block, platform), property.span);
    if (has_size(*block) && property.text == "size") return as_value(size(*block, platform), property.span);
    if (has_size(*block) && property.text == "end") {
        const auto taken = range(*block, platform);
        return as_value(taken ? std::optional(taken->end) : std::nullopt, property.span);
    }
    if (is_region(*block) && property.text == "entry") return entry(*block, platform, property.span);
    std::vector<std::string_view> known;
    if (has(*block, "at")) known.push_back("at");
    if (has_size(*block)) known.insert(known.end(), {"end", "size"});
    if (is_region(*block)) known.push_back("entry");
    error(Code::kUnknownProperty, property.span,
          fmt::format("{} has no '{}'{}{}", block->title(), property.text, known.empty() ? "" : ", only ",
                      fmt::join(known, ", ")),
          did_you_mean(property.text, known));
    return poison;
}

}  // namespace igvm::spec
