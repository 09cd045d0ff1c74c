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
                                .padding = image.padding,
                                .gap = image.gap.bytes});
    writer.lead_with(image.leading_data.bytes);
    for (const ir::Directive& directive : program.directives) {
        GivenHeader header{
            .raw_type = static_cast<std::uint32_t>(directive.type) | (directive.optional ? kOptionalBit : 0),
            .body = directive.body,
            .padding = directive.padding};
        if (!directive.has_own_offset) header.payload = directive.payload;
        if (const auto appended = writer.append(header, meaning(directive, image)); !appended)
            return tl::unexpected(appended.error());
    }
    return std::move(writer).finish();
}

}  // namespace igvm::spec
