#include <fmt/format.h>

#include <bit>

#include "igvm/describe.hpp"
#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

Span value_place(const BoundBlock& block, std::string_view name, PlatformIndex platform) {
    const BoundAttribute* attribute = block.find(name, platform);
    return attribute == nullptr ? block.place() : attribute->tree->value->span;
}

/// Masks that platforms name come first; the others get the lowest free bits, in declaration order.
void assign_masks(Binding& binding) {
    std::uint32_t taken = 0;
    for (PlatformIndex i : binding.each(binding.kept)) {
        PlatformEntry& platform = binding.platforms[i];
        if (platform.block->find("mask", i) == nullptr) continue;
        const auto mask = binding.integer(*platform.block, "mask", i, 0, UINT32_MAX);
        if (!mask) continue;
        const Span place = value_place(*platform.block, "mask", i);
        const std::string shown = binding.shown(*platform.block, "mask", i, *mask);
        if (!std::has_single_bit(*mask)) {
            binding.error(Code::kMask, place, fmt::format("mask {} has not exactly one bit set", shown),
                          "give each platform one bit of its own, such as 0x1 or 0x10");
        } else if ((taken & *mask) != 0) {
            binding.error(Code::kMask, place, fmt::format("mask {} belongs to another platform", shown),
                          "give each platform one bit of its own");
        } else {
            platform.mask = static_cast<std::uint32_t>(*mask);
            taken |= platform.mask;
        }
    }
    for (PlatformIndex i : binding.each(binding.kept)) {
        PlatformEntry& platform = binding.platforms[i];
        if (platform.block->find("mask", i) != nullptr) continue;
        platform.mask = ~taken & (taken + 1);
        taken |= platform.mask;
    }
}

void check_architecture(Binding& binding, const PlatformEntry& platform, PlatformIndex index) {
    const PlatformInfo& info = platform_info(platform.type);
    if (info.runs_on(binding.architecture)) return;
    binding.error(Code::kArchitecture, platform.tree->name->span,
                  fmt::format("platform {} needs arch = {}", binding.platform_name(index),
                              info.architecture == Architecture::kX64 ? "x64" : "aarch64"));
}

model::Platform bind_platform(Binding& binding, PlatformIndex index, const std::set<Rule>& allowed) {
    const PlatformEntry& entry = binding.platforms[index];
    const BoundBlock& block = *entry.block;
    model::Platform platform{entry.type,      entry.mask, 0, 0, bind_policy(binding, entry, index),
                             entry.tree->span};
    const auto vtl = binding.integer(block, "highest_vtl", index, 0, UINT8_MAX).value_or(0);
    if (vtl != 0 && vtl != 2 && !allowed.contains(Rule::kPlatformVtl)) {
        binding.error(Code::kOutOfRange, value_place(block, "highest_vtl", index), "highest_vtl is 0 or 2");
    }
    platform.highest_vtl = static_cast<std::uint8_t>(vtl);
    platform.shared_gpa_boundary = binding.integer(block, "shared_gpa_boundary", index, 0).value_or(0);
    const bool has_boundary = (entry.type != PlatformType::kNative && entry.type != PlatformType::kVbs) ||
                              allowed.contains(Rule::kPlatformBoundary);
    if (!has_boundary && platform.shared_gpa_boundary != 0) {
        binding.error(Code::kConflict, value_place(block, "shared_gpa_boundary", index),
                      fmt::format("{} has no shared memory: its boundary is 0", binding.platform_name(index)),
                      "remove shared_gpa_boundary");
    }
    return platform;
}

}  // namespace

std::vector<model::Platform> bind_platforms(Binding& binding, const std::set<Rule>& allowed) {
    assign_masks(binding);
    std::vector<model::Platform> platforms;
    for (PlatformIndex i : binding.each(binding.kept)) {
        if (!allowed.contains(Rule::kPlatformArchitecture))
            check_architecture(binding, binding.platforms[i], i);
        platforms.push_back(bind_platform(binding, i, allowed));
    }
    return platforms;
}

}  // namespace igvm::spec
