#include "decompile/landmarks.hpp"

#include "igvm/aarch64.hpp"
#include "igvm/x64.hpp"

namespace igvm::spec::decompiler {
namespace {

/// A register that holds a guest physical address wherever memory is mapped one to one.
struct Pointer {
    std::string_view reg;
    std::string_view name;  ///< of what it points at
    std::uint64_t clear;    ///< bits that are no address
    std::uint64_t back;     ///< from the address to the last byte of what lies there
};

/// Bits 48 up of CR3 hold at most the bit of encrypted memory and the bits that are ignored; a stack lies
/// below its pointer.
constexpr Pointer kPointers[] = {
    {"cr3", "page_tables", 0xFFFF'0000'0000'0FFF, 0},
    {"gdtr", "gdt", 0, 0},
    {"idtr", "idt", 0, 0},
    {"rip", "entry", 0, 0},
    {"rsp", "stack", 0, 1},
};

std::uint64_t address_of(const x64::RegisterContent& content) {
    const auto* table = std::get_if<x64::Segment>(&content);
    return table != nullptr ? table->base : std::get<std::uint64_t>(content);
}

}  // namespace

bool is_sayable_context(ContextFormat format, Bytes context) {
    const std::size_t registers = x64::register_table().size() + aarch64::register_table().size();
    return format != ContextFormat::kVbs ||
           context.size() <= sizeof(U32) + registers * sizeof(x64::VbsRegister);
}

Landmarks::Landmarks(const Image& image) {
    for (const Header& header : image) {
        const auto context = header.as<VpContext>();
        if (!context) continue;
        const auto payload = image.payload(header);
        if (payload) add_context(image.context_format(context->compatibility_mask), *payload);
    }
}

void Landmarks::add_context(ContextFormat format, Bytes context) {
    if (format == ContextFormat::kNone || format == ContextFormat::kCca) return;
    if (!is_sayable_context(format, context)) return;
    for (const Pointer& pointer : kPointers) {
        const auto content = x64::read_register(format, context, *x64::find_register(pointer.reg));
        if (!content) continue;
        std::uint64_t address = (address_of(*content) & ~pointer.clear) - pointer.back;
        const auto cs = x64::read_register(format, context, *x64::find_register("cs"));
        if (pointer.reg == "rip" && cs) address += std::get<x64::Segment>(*cs).base;
        names_.try_emplace(address, pointer.name);
        if (const auto* table = std::get_if<x64::Segment>(&*content))
            tables_.try_emplace(address, std::uint64_t{table->limit} + 1);
    }
}

std::string_view Landmarks::find(std::uint64_t begin, std::uint64_t end) const {
    const auto found = names_.lower_bound(begin);
    return found != names_.end() && found->first < end ? found->second : std::string_view();
}

std::uint64_t Landmarks::table_size(std::uint64_t gpa) const {
    const auto found = tables_.find(gpa);
    return found == tables_.end() ? 0 : found->second;
}

}  // namespace igvm::spec::decompiler
