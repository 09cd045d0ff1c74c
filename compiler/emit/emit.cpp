#include "emit/emit.hpp"

namespace igvm::spec {
namespace {

std::string_view meaning(const ir::Directive& directive, const model::Image& image) {
    if (directive.item != ir::kNoItem) return image.items[directive.item].name;
    return directive.type == HeaderType::kSupportedPlatform ? "platform" : "policy";
}

}  // namespace

Result<WrittenFile> emit(const ir::Program& program, const model::Image& image) {
    Writer writer(WriterOptions{.version = program.version, .architecture = program.architecture});
    for (const ir::Directive& directive : program.directives) {
        const auto appended = writer.append(static_cast<std::uint32_t>(directive.type), directive.body,
                                            directive.payload, meaning(directive, image));
        if (!appended) return tl::unexpected(appended.error());
    }
    return std::move(writer).finish();
}

}  // namespace igvm::spec
