#include "igvm/spec/decompile.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "decompile/draft.hpp"
#include "driver/measurements.hpp"
#include "igvm/spec/compile.hpp"
#include "igvm/spec/format.hpp"

namespace igvm::spec {
namespace {

constexpr std::string_view kSpecFile = "image.igvmspec";

/// One draft, formatted and compiled.
struct Attempt {
    decompiler::Draft draft;
    std::string text;
    Verdict format;
    Compilation compilation;
};

Bytes bytes_of_text(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What is decompiled, and the rules that it breaks.
struct Subject {
    const Image& image;
    std::string_view name;
    std::set<Rule> broken;
};

template <class AsStands>
Attempt attempt(const Subject& subject, AsStands as_stands) {
    Attempt result;
    result.draft = decompiler::write_draft(subject.image, subject.name, subject.broken, as_stands);
    Formatting formatted = format_source(std::string(kSpecFile), result.draft.text);
    result.text = formatted.outcome == Outcome::kOk ? std::move(formatted.text) : result.draft.text;
    Request request;
    request.spec = kSpecFile;
    request.in_memory.push_back({kSpecFile, bytes_of_text(result.text)});
    for (const decompiler::BlobFile& file : result.draft.files)
        request.in_memory.push_back({file.file, file.bytes});
    result.compilation = compile(request);
    return result;
}

bool reproduces(const Attempt& made, const Image& image) {
    return made.compilation.outcome == Outcome::kOk &&
           std::ranges::equal(made.compilation.image, image.bytes());
}

/// True for the first line of a block of the image: a word in the second column of the one style, then a
/// brace before any other sign.
bool begins_block(std::string_view line) {
    constexpr std::string_view kIndent = "    ";
    if (!line.starts_with(kIndent) || line.size() == kIndent.size() || line[kIndent.size()] == ' ')
        return false;
    const std::size_t sign = line.find_first_of("={}/;");
    return sign != std::string_view::npos && line[sign] == '{';
}

/// Number of the block that a line of a formatted spec is in, from 0; nothing before the first.
std::optional<std::size_t> block_at(std::string_view text, std::uint32_t line) {
    std::size_t blocks = 0;
    for (std::uint32_t number = 1; number <= line && !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        if (begins_block(text.substr(0, end))) ++blocks;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return blocks == 0 ? std::nullopt : std::optional(blocks - 1);
}

using Headers = std::set<std::uint32_t>;

void add(Headers& headers, const decompiler::Stretch& stretch) {
    for (std::uint32_t i = 0; i < stretch.count; ++i) headers.insert(stretch.first + i);
}

/// Headers of the blocks that the compiler refused.
Headers refused(const Attempt& made) {
    Headers headers;
    for (const RenderedDiagnostic& diagnostic : made.compilation.diagnostics) {
        const auto block = block_at(made.text, diagnostic.line);
        if (block && *block < made.draft.stretches.size()) add(headers, made.draft.stretches[*block]);
    }
    return headers;
}

/// Headers of the blocks whose headers came out otherwise.
Headers changed(const Attempt& made, const Image& image) {
    Headers headers;
    const auto view = Image::open(made.compilation.image);
    if (!view) return headers;
    for (const decompiler::Stretch& stretch : made.draft.stretches) {
        for (std::uint32_t i = stretch.first; i < stretch.first + stretch.count; ++i) {
            if (i < view->header_count() && view->header(i).raw_type == image.header(i).raw_type &&
                std::ranges::equal(view->header(i).body, image.header(i).body))
                continue;
            add(headers, stretch);
            break;
        }
    }
    return headers;
}

std::size_t first_difference_from(std::size_t offset, Bytes a, Bytes b) {
    while (offset < a.size() && offset < b.size() && a[offset] == b[offset]) ++offset;
    return offset;
}

/// Sizes and checksum in the fixed header follow from what comes behind it, which is looked at first.
std::string first_difference(Bytes wanted, Bytes got) {
    std::size_t offset = first_difference_from(sizeof(FixedHeader), wanted, got);
    if (offset == wanted.size() && offset == got.size()) offset = first_difference_from(0, wanted, got);
    const auto value = [&](Bytes bytes) {
        return offset < bytes.size() ? fmt::format("{:#04x}", bytes[offset]) : std::string("the end");
    };
    return fmt::format("no spec gives this file: at offset {:#x} it has {}, but the spec gives {}", offset,
                       value(wanted), value(got));
}

std::string refusal(const Attempt& made, const Image& image) {
    const auto& diagnostics = made.compilation.diagnostics;
    if (made.compilation.outcome == Outcome::kOk)
        return first_difference(image.bytes(), made.compilation.image);
    return "no spec gives this file: " +
           (diagnostics.empty() ? std::string("it does not compile") : diagnostics.front().text);
}

Decompilation finish(Attempt made, std::set<Rule> broken) {
    Decompilation result;
    result.text = std::move(made.text);
    for (const decompiler::BlobFile& file : made.draft.files) result.files.push_back({file.file, file.bytes});
    result.storage = std::move(made.draft.storage);
    result.broken = std::move(broken);
    result.blocks = static_cast<std::uint32_t>(made.draft.stretches.size());
    result.as_they_stand = static_cast<std::uint32_t>(
        std::ranges::count(made.draft.stretches, true, &decompiler::Stretch::as_it_stands));
    return result;
}

}  // namespace

std::string image_name(std::string_view text) { return decompiler::identifier(text); }

Decompilation decompile(const Image& image, std::string_view name) {
    Subject subject{image, name, broken_rules(image)};
    Attempt made = attempt(subject, [](std::uint32_t) { return false; });
    if (reproduces(made, image)) return finish(std::move(made), std::move(subject.broken));
    const Headers odd = made.compilation.outcome == Outcome::kOk ? changed(made, image) : refused(made);
    made = attempt(subject, [&](std::uint32_t header) { return odd.contains(header); });
    if (reproduces(made, image)) return finish(std::move(made), std::move(subject.broken));
    made = attempt(subject, [](std::uint32_t) { return true; });
    if (reproduces(made, image)) return finish(std::move(made), std::move(subject.broken));
    Decompilation failed;
    failed.refusal = refusal(made, image);
    return failed;
}

}  // namespace igvm::spec
