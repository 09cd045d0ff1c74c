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
    binding.error(Code::kConflict, block.find("kind", platform)->tree->value->span,
                  fmt::format("{} has no pages of this kind: only snp has", binding.platform_name(platform)),
                  "limit the region with 'on snp'");
    return false;
}

bool same(const model::Region& a, const model::Region& b) {
    return a.gpa == b.gpa && a.size == b.size && a.type == b.type && a.measured == b.measured &&
           a.shared == b.shared && a.store_zeros == b.store_zeros && same_bytes(a.data, b.data);
}

bool data_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform,
               const model::Region& region) {
    const BoundAttribute* declared = block.find("size", platform);
    const auto size = binding.integer(block, "size", platform, region.size).value_or(region.size);
    if (region.data.bytes.size() <= size) return true;
    binding.error(Code::kSize,
                  (declared != nullptr ? declared : block.find("data", platform))->tree->value->span,
                  fmt::format("{} has {:#x} bytes of data but a size of {:#x}", block.title(),
                              region.data.bytes.size(), size),
                  "remove size, or make it as large as the data");
    return false;
}

std::optional<model::Region> region_on(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                                       const ImageSettings& settings) {
    const bool agree = addresses_agree(binding, block, platform);
    const auto type = binding.keyword(block, "kind", platform, 0);
    const auto measured = binding.boolean(block, "measured", platform, true);
    const auto shared = binding.boolean(block, "shared", platform, false);
    const auto zeros = binding.keyword(block, "zeros", platform, settings.store_zeros ? 1 : 0);
    if (!agree) return std::nullopt;
    const auto range = binding.range(block, platform);
    const auto data = binding.bytes(block, "data", platform);
    if (!range || !type || !measured || !shared || !zeros || !data) return std::nullopt;
    const auto page_type = static_cast<PageDataType>(*type);
    if (!kind_fits(binding, block, platform, page_type)) return std::nullopt;
    model::Region region{range->begin, range->end - range->begin, *data, page_type, *measured, *shared,
                         *zeros != 0};
    if (!data_fits(binding, block, platform, region)) return std::nullopt;
    return region;
}

}  // namespace

void bind_region(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items) {
    fold<model::Region>(
        binding, block, items,
        [&](PlatformIndex platform) { return region_on(binding, block, platform, settings); }, same);
}

}  // namespace igvm::spec
