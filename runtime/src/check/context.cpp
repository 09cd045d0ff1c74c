#include "context.hpp"

#include <cstring>

namespace igvm::check_detail {

Context::Context(const Image& image, const CheckOptions& options)
    : image_(image), max_per_rule_(options.max_per_rule) {
    for (const SupportedPlatform& platform : image.platforms()) {
        known_mask_ |= platform.compatibility_mask;
        mask_of_[platform.platform_type] |= platform.compatibility_mask;
    }
}

std::uint32_t Context::mask_of(PlatformType type) const { return mask_of_[static_cast<std::uint8_t>(type)]; }

std::uint64_t Context::offset_of(Bytes part) const {
    return static_cast<std::uint64_t>(part.data() - image_.bytes().data());
}

void Context::report(const Error& error) {
    if (admit(error.rule)) add(error.rule, error.offset, error.detail);
}

bool Context::admit(Rule rule) {
    std::uint32_t& kept = kept_[static_cast<std::size_t>(rule)];
    if (kept == max_per_rule_) {
        ++report_.suppressed;
        return false;
    }
    ++kept;
    return true;
}

void Context::add(Rule rule, std::uint64_t offset, std::string detail) {
    report_.findings.push_back({rule, rule_info(rule).severity, offset, std::move(detail)});
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
