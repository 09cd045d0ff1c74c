#include "emit/emit.hpp"

namespace igvm::spec {
namespace {

std::string_view meaning(const ir::Directive& directive, const model::Image& image) {
    if (directive.item != ir::kNoItem) return image.items[directive.item].name;
    return directive.type == HeaderType::kSupportedPlatform ? "platform" : "policy";
}

}  // namespace

Result<WrittenFile> emit(const ir::Program& program, const model::Image& image) {
    Writer writer(WriterOptions{.version = program.version,
                                .architecture = program.architecture,
                                .share_payloads = image.share_payloads,
                                .payload_unit = image.payload_unit,
                                .padding = image.padding});
    writer.lead_with(image.leading_data.bytes);
    for (const ir::Directive& directive : program.directives) {
        const std::uint32_t type =
            static_cast<std::uint32_t>(directive.type) | (directive.optional ? kOptionalBit : 0);
        const std::string_view name = meaning(directive, image);
        const auto appended = directive.has_own_offset
                                  ? writer.append_as_given(type, directive.body, name)
                                  : writer.append(type, directive.body, directive.payload, name);
        if (!appended) return tl::unexpected(appended.error());
    }
    return std::move(writer).finish();
}

}  // namespace igvm::spec
