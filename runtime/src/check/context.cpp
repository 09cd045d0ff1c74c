#include "context.hpp"

#include <algorithm>

#include <bit>
#include <cstring>

#include "igvm/x64.hpp"

namespace igvm::check_detail {

Context::Context(const Image& image, const CheckOptions& options)
    : image_(image), max_per_rule_(options.max_per_rule), loaders_(options.loaders) {
    for (const SupportedPlatform& platform : image.platforms()) {
        known_mask_ |= platform.compatibility_mask;
        mask_of_[platform.platform_type] |= platform.compatibility_mask;
        for (std::uint32_t bits = platform.compatibility_mask; bits != 0; bits &= bits - 1) {
            const SupportedPlatform*& first =
                platform_of_bit_[static_cast<std::size_t>(std::countr_zero(bits))];
            if (first == nullptr) first = &platform;
        }
    }
    for (const RuleInfo& info : all_rules()) severity_[static_cast<std::size_t>(info.rule)] = info.severity;
    for (const SeverityChange& change : options.severities)
        if (is_adjustable(change.rule)) severity_[static_cast<std::size_t>(change.rule)] = change.severity;
}

std::uint32_t Context::mask_of(PlatformType type) const { return mask_of_[static_cast<std::uint8_t>(type)]; }

std::uint8_t Context::vtl_of(const Header& context) const {
    const std::uint32_t mask = context.as<VpContext>()->compatibility_mask;
    if (mask == 0) return 0;
    const SupportedPlatform* platform = platform_of_bit(static_cast<unsigned>(std::countr_zero(mask)));
    if (image_.platform_of(mask) != PlatformType::kVbs)
        return platform ? std::uint8_t{platform->highest_vtl} : 0;
    const auto payload = image_.payload(context);
    const auto entry = payload ? read<x64::VbsRegister>(*payload, sizeof(U32)) : std::nullopt;
    return entry ? std::uint8_t{entry->vtl} : 0;
}

std::uint64_t Context::offset_of(Bytes part) const {
    return static_cast<std::uint64_t>(part.data() - image_.bytes().data());
}

void Context::report(const Error& error) {
    if (admit(error.rule)) add(error.rule, error.offset, error.detail);
}

bool Context::admit(Rule rule) {
    if (!severity_[static_cast<std::size_t>(rule)]) return false;
    std::uint32_t& kept = kept_[static_cast<std::size_t>(rule)];
    if (kept == max_per_rule_) {
        ++report_.suppressed;
        return false;
    }
    ++kept;
    return true;
}

void Context::add(Rule rule, std::uint64_t offset, std::string detail, Severity most) {
    const Severity severity = std::min(*severity_[static_cast<std::size_t>(rule)], most);
    report_.findings.push_back({rule, severity, offset, std::move(detail)});
}

bool all_zero(Bytes bytes) {
    // A file may name the same page from very many headers, so this must run at memory speed: the first byte
    // is zero and every byte equals its successor.
    return bytes.empty() ||
           (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

void check_reserved_fields(Context& context, Rule rule, const Header& header) {
    for (const FieldInfo& field : header.info->fields) {
        if (field.kind != FieldKind::kReserved) continue;
        const Bytes bytes = header.body.subspan(field.offset, field.width);
        if (!all_zero(bytes))
            context.report(rule, context.offset_of(bytes), "{} of {} is not zero", field.name,
                           header.info->name);
    }
}

}  // namespace igvm::check_detail
