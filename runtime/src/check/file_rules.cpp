#include <algorithm>
#include <cstddef>

#include "context.hpp"

namespace igvm::check_detail {
namespace {

void architecture(Context& context) {
    const auto& tail = context.image().fixed_header_v2();
    if (tail && tail->architecture > static_cast<std::uint32_t>(Architecture::kAArch64))
        context.report(Rule::kFileArchitecture, sizeof(FixedHeader), "the architecture is {}",
                       std::uint32_t{tail->architecture});
}

void page_size(Context& context) {
    const auto& tail = context.image().fixed_header_v2();
    if (tail && std::uint32_t{tail->page_size} != kPageSize)
        context.report(Rule::kFilePageSize, sizeof(FixedHeader) + offsetof(FixedHeaderV2Tail, page_size),
                       "the page size is {}", std::uint32_t{tail->page_size});
}

void total_size(Context& context) {
    const std::uint32_t stated = context.image().fixed_header().total_file_size;
    const std::size_t actual = context.image().bytes().size();
    if (stated != actual)
        context.report(Rule::kFileTotalSize, offsetof(FixedHeader, total_file_size),
                       "total_file_size is {}, the file has {} bytes", stated, actual);
}

void checksum(Context& context) {
    const std::uint32_t stated = context.image().fixed_header().checksum;
    const std::uint32_t computed = *header_checksum(context.image().bytes());
    if (stated != computed)
        context.report(Rule::kFileChecksum, offsetof(FixedHeader, checksum),
                       "the checksum is {:#x}, the headers give {:#x}", stated, computed);
}

void known_type(Context& context, const Header& header) {
    if (!section_of(header.type()))
        context.report(Rule::kFileTypeRange, header.offset, "header type {:#x} is in no range",
                       header.type());
    else if (header.info != nullptr)
        return;
    else if (header.optional())
        context.report(Rule::kFileUnknownOptionalType, header.offset, "optional header type {:#x} is unknown",
                       header.type());
    else
        context.report(Rule::kFileUnknownType, header.offset, "header type {:#x} is unknown", header.type());
}

void zero_padding(Context& context, const Header& header) {
    if (!all_zero(header.padding))
        context.report(Rule::kFilePadding, context.offset_of(header.padding),
                       "the {} padding bytes of header {} are not all zero", header.padding.size(),
                       header.index);
}

/// The payloads that a cut takes away are no breaches of their own: the total size is reported.
bool is_cut_short(const Image& image) { return image.bytes().size() < image.fixed_header().total_file_size; }

void payload_bounds(Context& context, const Header& header) {
    if (header.info == nullptr || is_cut_short(context.image())) return;
    if (const auto payload = context.image().payload(header); !payload) context.report(payload.error());
}

constexpr void (*kHeaderRules[])(Context&, const Header&) = {known_type, zero_padding, payload_bounds};

void headers(Context& context) {
    Section reached = Section::kPlatform;
    std::uint64_t end = context.image().headers_begin();
    for (const Header header : context.image()) {
        if (const auto section = section_of(header.type())) {
            if (*section < reached)
                context.report(Rule::kFileSectionOrder, header.offset,
                               "header type {:#x} stands behind headers of a later section", header.type());
            reached = std::max(reached, *section);
        }
        for (const auto rule : kHeaderRules) rule(context, header);
        end = context.offset_of(header.padding) + header.padding.size();
    }
    if (end != context.image().data_begin())
        context.report(Rule::kFileTrailingHeaderBytes, end, "{} bytes behind the last header make no header",
                       context.image().data_begin() - end);
}

constexpr void (*kRules[])(Context&) = {architecture, page_size, total_size, checksum, headers};

}  // namespace

void check_file_rules(Context& context) {
    for (const auto rule : kRules) rule(context);
}

}  // namespace igvm::check_detail
