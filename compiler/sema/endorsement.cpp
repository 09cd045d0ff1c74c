// What an image says of its own measurement: id_block and vbs_measurement.
#include <fmt/format.h>

#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

/// Reports that no platform of the block is the one that it is for.
bool exists_for(Binding& binding, const BoundBlock& block, PlatformType wanted) {
    for (PlatformIndex i = 0; i < binding.platforms.size(); ++i) {
        if (contains(block.platforms, i) && binding.platforms[i].type == wanted) return true;
    }
    if (block.platforms == 0) return false;
    binding.error(Code::kConflict, block.place(),
                  fmt::format("only {0} has {1}, and there is no platform {0} here",
                              platform_info(wanted).name, block.title()),
                  "remove the block");
    return false;
}

std::optional<std::array<std::uint8_t, 16>> id(Binding& binding, const BoundBlock& block,
                                               std::string_view name, PlatformIndex platform) {
    std::array<std::uint8_t, 16> padded{};
    const auto bytes = binding.bytes(block, name, platform);
    if (!bytes) return std::nullopt;
    if (bytes->bytes.size() > padded.size()) {
        binding.error(Code::kSize, block.find(name, platform)->tree->value->span,
                      fmt::format("{} has {} bytes; at most 16 fit", name, bytes->bytes.size()));
        return std::nullopt;
    }
    std::ranges::copy(bytes->bytes, padded.begin());
    return padded;
}

std::optional<std::uint32_t> number(Binding& binding, const BoundBlock& block, std::string_view name,
                                    PlatformIndex platform, std::uint32_t absent = 0) {
    const auto value = binding.integer(block, name, platform, absent, UINT32_MAX);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::optional<model::IdBlock> id_block_on(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    if (binding.platforms[platform].type != PlatformType::kSnp) return std::nullopt;
    const auto family = id(binding, block, "family_id", platform);
    const auto image = id(binding, block, "image_id", platform);
    const auto version = number(binding, block, "version", platform, 1);
    const auto svn = number(binding, block, "svn", platform);
    if (!family || !image || !version || !svn) return std::nullopt;
    return model::IdBlock{*family, *image, *version, *svn};
}

std::optional<model::VbsMeasurement> vbs_on(Binding& binding, const BoundBlock& block,
                                            PlatformIndex platform) {
    if (binding.platforms[platform].type != PlatformType::kVbs) return std::nullopt;
    const auto product = number(binding, block, "product_id", platform);
    const auto module = number(binding, block, "module_id", platform);
    const auto version = number(binding, block, "security_version", platform);
    const auto policy = number(binding, block, "policy", platform);
    if (!product || !module || !version || !policy) return std::nullopt;
    return model::VbsMeasurement{*product, *module, *version, *policy};
}

}  // namespace

void bind_id_block(Binding& binding, const BoundBlock& block, Items& items) {
    if (!exists_for(binding, block, PlatformType::kSnp)) return;
    const auto body_on = [&](PlatformIndex platform) { return id_block_on(binding, block, platform); };
    fold<model::IdBlock>(binding, block, items, body_on, std::equal_to<>());
}

void bind_vbs_measurement(Binding& binding, const BoundBlock& block, Items& items) {
    if (!exists_for(binding, block, PlatformType::kVbs)) return;
    const auto body_on = [&](PlatformIndex platform) { return vbs_on(binding, block, platform); };
    fold<model::VbsMeasurement>(binding, block, items, body_on, std::equal_to<>());
}

}  // namespace igvm::spec
