#include "decompile/draft.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "decompile/layout.hpp"
#include "decompile/platforms.hpp"
#include "decompile/spec_state.hpp"

namespace igvm::spec::decompiler {
namespace {

/// Room for repeated data beside that of the file itself.
constexpr std::uint64_t kLeastRepeats = 64 * 1024;

struct SayingRow {
    HeaderType type;
    Saying say;
};

constexpr SayingRow kSayings[] = {
    {HeaderType::kRelocatableRegion, say_relocatable},
    {HeaderType::kPageTableRelocation, say_page_table_region},
    {HeaderType::kParameterArea, say_area},
    {HeaderType::kPageData, say_pages},
    {HeaderType::kParameterInsert, say_insert},
    {HeaderType::kVpContext, say_vp_context},
    {HeaderType::kRequiredMemory, say_required_memory},
    {HeaderType::kErrorRange, say_error_range},
    {HeaderType::kSnpIdBlock, say_id_block},
    {HeaderType::kVbsMeasurement, say_vbs_measurement},
};

/// The header and those that belong to it, in words where there are any.
std::optional<Said> say(SpecState& state, const Header& header) {
    if (header.optional() || state.as_stands(header.index) || state.has_odd_padding(header))
        return std::nullopt;
    const auto* row =
        std::ranges::find_if(kSayings, [&](const SayingRow& each) { return header.is(each.type); });
    return row == std::end(kSayings) ? std::nullopt : row->say(state, header.index);
}

/// False when some normal page has no data.
bool stores_zeros(const Image& image) {
    for (const Header& header : image) {
        const auto page = header.as<PageData>();
        if (page && page->data_type == U16{} && page->file_offset == U32{}) return false;
    }
    return true;
}

/// "[D020, I001]"
std::string rule_list(const std::set<Rule>& rules) {
    std::vector<std::string_view> ids;
    for (const Rule rule : rules) ids.push_back(short_id(rule_info(rule)));
    return fmt::format("[{}]", fmt::join(ids, ", "));
}

std::string image_settings(SpecState& state, std::optional<DataLayout> layout, const std::set<Rule>& broken) {
    std::string text;
    const Image& image = state.image;
    if (image.architecture() == Architecture::kAArch64) text += "arch = aarch64;\n";
    text += fmt::format("format = {};\n", std::uint32_t{image.fixed_header().format_version});
    if (!state.store_zeros) text += "zeros = elided;\n";
    if (layout && !layout->share) text += "dedup = false;\n";
    if (layout && layout->unit != 1) text += fmt::format("data_unit = {};\n", size_number(layout->unit));
    if (!layout) text += fmt::format("data_section = {};\n", state.blobs.files().front().input);
    if (state.padding != 0) text += fmt::format("padding = {:#x};\n", state.padding);
    if (const Bytes bytes = gap(image); !bytes.empty())
        text += fmt::format("gap = {};\n", state.blobs.say_apart(bytes, "gap"));
    if (!broken.empty()) text += fmt::format("allow = {};\n", rule_list(broken));
    return text + "\n";
}

std::string input_lines(const std::vector<BlobFile>& files) {
    std::string text;
    for (const BlobFile& file : files)
        text += fmt::format("input {} : file = \"{}\";\n", file.input, file.file);
    return text.empty() ? text : text + "\n";
}

/// All headers but the platforms and their policies.
std::string say_body(SpecState& state, const SaidPlatforms& platforms, std::vector<Stretch>& stretches) {
    std::string text;
    for (std::uint32_t index = 0; index < state.image.header_count();) {
        const Header header = state.image.header(index);
        if (platforms.stand_for(header)) {
            ++index;
            continue;
        }
        const auto said = say(state, header);
        const std::uint32_t count = said ? said->headers : 1;
        text += said ? said->text : say_as_it_stands(state, header);
        stretches.push_back({index, count, !said});
        index += count;
    }
    return text;
}

}  // namespace

SpecState::SpecState(const Image& opened, const std::function<bool(std::uint32_t)>& headers, bool in_section)
    : image(opened),
      as_stands(headers),
      blobs(names, in_section ? std::optional(data_section(opened)) : std::nullopt),
      scopes(opened),
      landmarks(opened),
      areas(opened, headers),
      repeats(opened.bytes().size() + kLeastRepeats),
      pages(opened, blobs, repeats),
      store_zeros(stores_zeros(opened)),
      padding(padding_byte(opened)) {}

bool SpecState::has_odd_padding(const Header& header) const {
    return std::ranges::any_of(header.padding, [&](std::uint8_t byte) { return byte != padding; });
}

std::optional<BlockText> SpecState::block(std::string_view kind, std::string_view base, std::uint32_t mask) {
    const auto scope = scopes.say(mask);
    if (!scope) return std::nullopt;
    const std::string name = names.take(base);
    return BlockText(fmt::format("{} {}{}", kind, name, *scope), name);
}

Draft write_draft(const Image& image, std::string_view name, const std::set<Rule>& broken,
                  const std::function<bool(std::uint32_t)>& as_stands) {
    const std::optional<DataLayout> layout = data_layout(image);
    SpecState state(image, as_stands, !layout);
    const SaidPlatforms platforms = say_platforms(image);
    Draft draft;
    for (const std::uint32_t index : platforms.platforms) draft.stretches.push_back({index, 1, false});
    const std::string body = say_body(state, platforms, draft.stretches);
    const std::string settings = image_settings(state, layout, broken);
    draft.text = fmt::format("igvmspec 1;\n\n{}image {} {{\n{}{}\n{}}}\n", input_lines(state.blobs.files()),
                             name, settings, platforms.text, body);
    draft.files = state.blobs.files();
    draft.storage = std::move(state.blobs).take_storage();
    return draft;
}

}  // namespace igvm::spec::decompiler
