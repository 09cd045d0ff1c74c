// PAGE_DATA as regions.
#include <fmt/format.h>
#include <algorithm>
#include <bit>

#include "decompile/spec_state.hpp"
#include "schema/schema.hpp"

namespace igvm::spec::decompiler {
namespace {

using Blank = PageRun::Blank;

constexpr std::uint32_t kKnownFlags = kPageFlag2Mb | kPageFlagUnmeasured | kPageFlagShared;

/// The word of the language for a page type, or null.
const schema::Keyword* find_kind(std::uint16_t type) {
    const schema::AttributeRow* kind =
        schema::find_attribute(*schema::find_block("region", "image", {}), "kind");
    const auto found = std::ranges::find(kind->keywords, type, &schema::Keyword::value);
    return found == kind->keywords.end() ? nullptr : &*found;
}

bool is_normal(const PageRun& run) {
    return run.header.data_type == static_cast<std::uint16_t>(PageDataType::kNormal);
}

/// What the language lets a page be.
bool sayable(const SpecState& state, const PageData& page) {
    if ((page.flags & ~kKnownFlags) != 0 || find_kind(page.data_type) == nullptr) return false;
    if (page.data_type == static_cast<std::uint16_t>(PageDataType::kNormal)) return true;
    const bool secrets = page.data_type == static_cast<std::uint16_t>(PageDataType::kSecrets);
    const bool on_snp = state.image.platform_of(page.compatibility_mask) == PlatformType::kSnp &&
                        std::has_single_bit(std::uint32_t{page.compatibility_mask});
    return on_snp && (page.flags & kPageFlagShared) == 0 && !(secrets && page.file_offset != U32{});
}

std::string base_name(SpecState& state, const PageRun& run) {
    if (!is_normal(run)) return std::string(find_kind(run.header.data_type)->name);
    const std::uint64_t begin = run.header.gpa;
    const auto name_of = [&](Bytes page) { return state.recognizer.name_of(page); };
    const std::string_view mark = run.data.empty() ? std::string_view() : name_of(run.data.front());
    const std::string_view tail = run.data.empty() ? std::string_view() : name_of(run.data.back());
    if (tail == "ovmf") return std::string(tail);
    if (!mark.empty()) return std::string(mark);
    if (const auto landmark = state.landmarks.find(begin, begin + run.size()); !landmark.empty())
        return std::string(landmark);
    return fmt::format("{}_{:x}", run.data.empty() ? "zeros" : "pages", begin);
}

/// The page without the zeros at its end, but no less than the descriptor table that lies there.
Bytes significant(const SpecState& state, const PageRun& run) {
    const Bytes page = run.data.front();
    const auto last = std::find_if(page.rbegin(), page.rend(), [](std::uint8_t byte) { return byte != 0; });
    const auto size = static_cast<std::uint64_t>(page.rend() - last);
    const std::uint64_t table = state.landmarks.table_size(run.header.gpa);
    return page.first(table >= size && table <= page.size() ? table : size);
}

std::string data_expression(SpecState& state, const PageRun& run, std::string_view name,
                            std::uint64_t& size) {
    size = run.data.size() * run.page_size;
    if (run.data.size() != 1 || state.blobs.in_section()) return state.blobs.say(run.data, name);
    const Bytes bytes = significant(state, run);
    if (bytes.empty() || !is_short(bytes)) return state.blobs.say(run.data, name);
    size = bytes.size();
    return literal(bytes);
}

void set_flags(const SpecState& state, const PageRun& run, BlockText& block) {
    if (!is_normal(run)) block.set("kind", find_kind(run.header.data_type)->name);
    if ((run.header.flags & kPageFlagUnmeasured) != 0) block.set("measured", "false");
    if ((run.header.flags & kPageFlagShared) != 0) block.set("shared", "true");
    if (run.page_size != kPageSize) block.set("page", size_number(run.page_size));
    const bool stored = run.blanks == Blank::kStored;
    const bool absent = is_normal(run) || !run.data.empty() ? state.store_zeros : false;
    if (run.blanks != Blank::kNone && stored != absent) block.set("zeros", stored ? "stored" : "elided");
}

}  // namespace

std::optional<Said> say_pages(SpecState& state, std::uint32_t first) {
    const auto page = *state.image.header(first).as<PageData>();
    if (!sayable(state, page) || !state.scopes.say(page.compatibility_mask)) return std::nullopt;
    const auto run = state.pages.run(first, state.as_stands);
    if (!run) return std::nullopt;
    auto block = state.block("region", base_name(state, *run), run->header.compatibility_mask);
    if (!block) return std::nullopt;
    block->set("at", hex_number(run->header.gpa));
    std::uint64_t data_size = 0;
    if (!run->data.empty()) block->set("data", data_expression(state, *run, block->name(), data_size));
    if (run->data.empty() || run->blank != 0) block->set("size", size_number(run->size()));
    set_flags(state, *run, *block);
    if (is_normal(*run))
        state.regions.try_emplace(run->header.gpa, WrittenRegion{block->name(), run->size(), data_size,
                                                                 run->header.compatibility_mask});
    return Said{run->headers, block->text()};
}

}  // namespace igvm::spec::decompiler
