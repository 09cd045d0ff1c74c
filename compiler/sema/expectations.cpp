#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "igvm/measure.hpp"
#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

constexpr std::array<std::string_view, 3> kArguments{"platform", "digest", "profile"};
constexpr std::string_view kForm = "write: expect(snp, hex\"…\", profile = \"spec\");";

/// The arguments of one `expect`, by kArguments; null: left out.
using Arguments = std::array<const Expr*, kArguments.size()>;

/// Nothing after an error was reported.
std::optional<Arguments> arguments_of(const Expr& call, Binding& binding) {
    Arguments arguments{};
    for (std::size_t i = 1; i < call.operands.size(); ++i) {
        const Name& name = call.argument_names[i - 1];
        const auto* row = name.text.empty() ? kArguments.begin() + std::min(i - 1, kArguments.size())
                                            : std::ranges::find(kArguments, std::string_view(name.text));
        if (row == kArguments.end() || arguments[static_cast<std::size_t>(row - kArguments.begin())]) {
            binding.error(Code::kWrongArgument, name.text.empty() ? call.operands[i]->span : name.span,
                          "expect takes a platform, its digest and a profile", std::string(kForm));
            return std::nullopt;
        }
        arguments[static_cast<std::size_t>(row - kArguments.begin())] = call.operands[i].get();
    }
    if (arguments[0] && arguments[1]) return arguments;
    binding.error(Code::kWrongArgument, call.span, "expect needs a platform and its digest",
                  std::string(kForm));
    return std::nullopt;
}

std::optional<PlatformIndex> platform_of(const Expr& expr, Binding& binding) {
    if (expr.kind == ExprKind::kPoison || binding.lost.names.contains(expr.text)) return std::nullopt;
    std::vector<std::string_view> names;
    for (PlatformIndex i = 0; i < binding.platforms.size(); ++i) {
        names.push_back(binding.platform_name(i));
        if (expr.kind == ExprKind::kName && names.back() == expr.text) return i;
    }
    const bool named = expr.kind == ExprKind::kName;
    binding.error(Code::kBadScope, expr.span,
                  named ? fmt::format("the image declares no platform '{}'", expr.text)
                        : "the first argument of expect is the name of a platform",
                  named ? did_you_mean(expr.text, names) : std::string(kForm));
    return std::nullopt;
}

std::optional<LaunchProfile> profile_of(const Expr* expr, PlatformIndex platform, Binding& binding) {
    if (expr == nullptr) return LaunchProfile::kSpec;
    const auto text = binding.evaluator.text(*expr, platform, "the profile");
    if (!text) return std::nullopt;
    std::vector<std::string_view> names;
    for (const LaunchProfile profile : profiles_of(binding.platforms[platform].type)) {
        names.push_back(name(profile));
        if (names.back() == *text) return profile;
    }
    const std::string near = did_you_mean(*text, names);
    const std::string known =
        names.empty() ? "it has none" : fmt::format("its profiles are {}", fmt::join(names, ", "));
    binding.error(Code::kBadEnumValue, expr->span,
                  fmt::format("{} has no launch profile '{}'", binding.platform_name(platform), *text),
                  near.empty() ? known : near);
    return std::nullopt;
}

std::optional<model::Blob> digest_of(const Expr& expr, PlatformIndex platform, Binding& binding) {
    auto digest = binding.evaluator.bytes(expr, platform, "the digest");
    if (!digest) return std::nullopt;
    const auto sizes = digest_sizes(binding.platforms[platform].type);
    if (sizes.empty() || std::ranges::count(sizes, digest->bytes.size()) != 0) return digest;
    binding.error(Code::kSize, expr.span,
                  fmt::format("a digest of {} has {} bytes, not {}", binding.platform_name(platform),
                              fmt::join(sizes, " or "), digest->bytes.size()));
    return std::nullopt;
}

void bind_one(const Expect& expect, Binding& binding, std::vector<model::Expectation>& expectations) {
    const Expr& call = *expect.call;
    if (call.kind != ExprKind::kCall) return;
    const auto arguments = arguments_of(call, binding);
    const auto platform = arguments ? platform_of(*(*arguments)[0], binding) : std::nullopt;
    if (!platform) return;
    const auto digest = digest_of(*(*arguments)[1], *platform, binding);
    const auto profile = profile_of((*arguments)[2], *platform, binding);
    if (!digest || !profile || !contains(binding.kept, *platform)) return;
    expectations.push_back({binding.platforms[*platform].type,
                            *profile,
                            {digest->bytes.begin(), digest->bytes.end()},
                            (*arguments)[1]->span});
}

}  // namespace

std::vector<model::Expectation> bind_expectations(const std::vector<Tree*>& trees, Binding& binding) {
    std::vector<model::Expectation> expectations;
    for (const Tree* tree : trees)
        for (const Expect& expect : tree->expects) bind_one(expect, binding, expectations);
    for (const Expect* expect : all<Expect>(binding.image->tree->entries))
        bind_one(*expect, binding, expectations);
    return expectations;
}

}  // namespace igvm::spec
