#include <fmt/format.h>

#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

/// More than one way to say the address, or `align` without `after`.
bool addresses_agree(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const BoundAttribute* first = nullptr;
    for (std::string_view name : {"at", "end", "after"}) {
        const BoundAttribute* attribute = block.find(name, platform);
        if (attribute == nullptr) continue;
        if (first != nullptr) {
            binding.diagnostics.report({Code::kConflict,
                                        attribute->tree->name.span,
                                        fmt::format("'{}' and '{}' both give the address of {}",
                                                    first->tree->name.text, name, block.title()),
                                        "",
                                        {{first->tree->name.span, "the first is here"}},
                                        "keep one of them"});
            return false;
        }
        first = attribute;
    }
    const BoundAttribute* align = block.find("align", platform);
    if (align != nullptr && block.find("after", platform) == nullptr) {
        binding.error(Code::kConflict, align->tree->name.span, "'align' goes with 'after' only",
                      "write the address as align_up(address, alignment)");
        return false;
    }
    return true;
}

bool kind_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform, PageDataType type) {
    if (type == PageDataType::kNormal) return true;
    const BoundAttribute* data = block.find("data", platform);
    if (type == PageDataType::kSecrets && data != nullptr) {
        binding.error(Code::kConflict, data->tree->name.span,
                      "the platform fills in a secrets page: it takes no data",
                      "remove data and give the size");
        return false;
    }
    if (binding.platforms[platform].type == PlatformType::kSnp) return true;
    const bool has_snp = std::ranges::count(binding.platforms, PlatformType::kSnp, &PlatformEntry::type) != 0;
    binding.error(Code::kConflict, block.find("kind", platform)->tree->value->span,
                  fmt::format("{} has no pages of this kind: only snp has", binding.platform_name(platform)),
                  has_snp ? "limit the region with 'on snp'" : "");
    return false;
}

/// The pages that the platform fills in are the guest's own.
bool sharing_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform, PageDataType type,
                  bool shared) {
    if (type == PageDataType::kNormal || !shared) return true;
    const BoundAttribute* given = block.find("shared", platform);
    binding.error(Code::kConflict, given != nullptr ? given->tree->value->span : block.place(),
                  "only pages of kind normal are shared with the host", "remove shared");
    return false;
}

/// The pages that the platform fills in have 4 KiB.
bool page_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform, PageDataType type) {
    const BoundAttribute* page = block.find("page", platform);
    if (type == PageDataType::kNormal || page == nullptr ||
        binding.page_size(block, platform).value_or(kPageSize) == kPageSize)
        return true;
    binding.error(Code::kConflict, page->tree->value->span, "only pages of kind normal have 2M",
                  "remove page");
    return false;
}

bool same(const model::Region& a, const model::Region& b) {
    return a.gpa == b.gpa && a.size == b.size && a.type == b.type && a.measured == b.measured &&
           a.shared == b.shared && a.store_zeros == b.store_zeros && a.store_rest == b.store_rest &&
           a.page_size == b.page_size && same_bytes(a.data, b.data);
}

/// What becomes of pages of zeros: those among the data, and those behind it. The latter are left to the
/// loader in pages that the platform fills in, unless the block itself says otherwise.
struct Zeros {
    bool store = true;
    bool store_rest = true;
};

std::optional<Zeros> zeros_of(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                              PageDataType type, Zeros absent) {
    const BoundAttribute* given = block.find("zeros", platform);
    if (given == nullptr) return absent;
    if (type == PageDataType::kSecrets) {
        binding.error(Code::kConflict, given->tree->name.span,
                      "the platform fills in a secrets page: the file has nothing of it", "remove zeros");
        return std::nullopt;
    }
    const auto stored = binding.keyword(block, "zeros", platform, 1);
    return stored ? std::optional(Zeros{*stored != 0, *stored != 0}) : std::nullopt;
}

bool data_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform,
               const model::Region& region) {
    const BoundAttribute* declared = block.find("size", platform);
    const auto size = binding.integer(block, "size", platform, region.size).value_or(region.size);
    if (region.data.bytes.size() <= size) return true;
    binding.error(Code::kSize,
                  (declared != nullptr ? declared : block.find("data", platform))->tree->value->span,
                  fmt::format("{} has {} bytes of data but a size of {}", block.title(),
                              binding.shown(block, "size", platform, region.data.bytes.size()),
                              binding.shown(block, "size", platform, size)),
                  "remove size, or make it as large as the data");
    return false;
}

std::optional<model::Region> region_on(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                                       const ImageSettings& settings) {
    const bool agree = addresses_agree(binding, block, platform);
    const auto type = binding.keyword(block, "kind", platform, 0);
    const auto measured = binding.boolean(block, "measured", platform, true);
    const auto shared = binding.boolean(block, "shared", platform, false);
    const auto page_type = static_cast<PageDataType>(type.value_or(0));
    const bool filled_in = page_type != PageDataType::kNormal;
    const auto zeros = zeros_of(binding, block, platform, page_type,
                                {settings.store_zeros, settings.store_zeros && !filled_in});
    if (!agree) return std::nullopt;
    const auto range = binding.range(block, platform);
    const auto data = binding.bytes(block, "data", platform);
    const auto page = binding.page_size(block, platform);
    if (!range || !type || !measured || !shared || !zeros || !data || !page) return std::nullopt;
    if (!kind_fits(binding, block, platform, page_type) || !page_fits(binding, block, platform, page_type) ||
        !sharing_fits(binding, block, platform, page_type, *shared))
        return std::nullopt;
    model::Region region{range->begin, range->end - range->begin, *data, page_type, *measured, *shared,
                         zeros->store, zeros->store_rest,         *page};
    if (!data_fits(binding, block, platform, region)) return std::nullopt;
    return region;
}

/// The bytes of `region` in [from, from + size) that are data.
model::Blob part_of(const model::Blob& region, std::uint64_t from, std::uint64_t size) {
    const std::uint64_t begin = std::min<std::uint64_t>(from, region.bytes.size());
    const std::uint64_t count = std::min<std::uint64_t>(size, region.bytes.size() - begin);
    return {region.owner, region.bytes.subspan(begin, count)};
}

std::optional<model::Region> alias_on(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                                      const ImageSettings& settings) {
    const auto of = binding.aliased(block, platform);
    if (!addresses_agree(binding, block, platform) || !of) return std::nullopt;
    const auto region = region_on(binding, **of, platform, settings);
    const auto range = binding.range(block, platform);
    const auto from = binding.alias_start(block, platform);
    if (!region || !range || !from) return std::nullopt;
    const auto measured = binding.boolean(block, "measured", platform, region->measured);
    const auto shared = binding.boolean(block, "shared", platform, region->shared);
    const auto zeros =
        zeros_of(binding, block, platform, region->type, {region->store_zeros, region->store_rest});
    if (!measured || !shared || !zeros || !sharing_fits(binding, block, platform, region->type, *shared))
        return std::nullopt;
    const std::uint64_t size = range->end - range->begin;
    return model::Region{range->begin,
                         size,
                         part_of(region->data, *from, size),
                         region->type,
                         *measured,
                         *shared,
                         zeros->store,
                         zeros->store_rest};
}

std::optional<model::Fill> fill_on(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                                   const ImageSettings& settings) {
    const auto zeros = binding.keyword(block, "zeros", platform, settings.store_zeros ? 1 : 0);
    if (block.find("range", platform) == nullptr) return std::nullopt;
    const auto range = binding.address_pair(block, "range", platform);
    const auto measured = binding.boolean(block, "measured", platform, true);
    const auto shared = binding.boolean(block, "shared", platform, false);
    if (!range || !measured || !shared || !zeros) return std::nullopt;
    if (range->begin == range->end) {
        binding.error(Code::kSize, block.find("range", platform)->tree->value->span,
                      fmt::format("{} is empty", block.title()));
        return std::nullopt;
    }
    return model::Fill{range->begin, range->end - range->begin, *measured, *shared, *zeros != 0};
}

}  // namespace

void bind_region(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items) {
    fold<model::Region>(
        binding, block, items,
        [&](PlatformIndex platform) { return region_on(binding, block, platform, settings); }, same);
}

void bind_alias(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items) {
    fold<model::Region>(
        binding, block, items,
        [&](PlatformIndex platform) { return alias_on(binding, block, platform, settings); }, same);
}

void bind_fill(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items) {
    fold<model::Fill>(
        binding, block, items,
        [&](PlatformIndex platform) { return fill_on(binding, block, platform, settings); },
        std::equal_to<>());
}

}  // namespace igvm::spec
