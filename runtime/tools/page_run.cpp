#include "page_run.hpp"

#include <fmt/format.h>

namespace igvm::tools {
namespace {

bool continues(const Header& before, const Header& after) {
    const auto a = before.as<PageData>();
    const auto b = after.as<PageData>();
    if (!a || !b) return false;
    const std::uint64_t size = (a->flags & kPageFlag2Mb) != 0 ? kLargePageSize : kPageSize;
    return a->compatibility_mask == b->compatibility_mask && a->flags == b->flags &&
           a->data_type == b->data_type && a->reserved == b->reserved && a->gpa + size == b->gpa &&
           (a->file_offset == 0U) == (b->file_offset == 0U) && before.raw_type == after.raw_type;
}

}  // namespace

std::uint32_t page_run_length(const Image& image, std::uint32_t index, const OwnerOf& owner_of) {
    std::uint32_t end = index + 1;
    while (end < image.header_count() && continues(image.header(end - 1), image.header(end)) &&
           owner_of(end - 1) == owner_of(end))
        ++end;
    return end - index;
}

std::string page_run_text(const Image& image, std::uint32_t index, std::uint32_t length) {
    if (length == 1) return "";
    const Header last = image.header(index + length - 1);
    return fmt::format(" x {} up to gpa {:#x}", length, std::uint64_t{last.as<PageData>()->gpa});
}

}  // namespace igvm::tools
