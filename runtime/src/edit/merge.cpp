#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "edit/fold.hpp"
#include "edit/renumbering.hpp"
#include "edit/requirements.hpp"
#include "igvm/edit.hpp"
#include "igvm/writer.hpp"
#include "write/content_set.hpp"

namespace igvm {
namespace {

using edit::Entries;
using edit::Entry;
using edit::Renumbering;

struct Revision {
    std::uint32_t version;
    std::uint32_t architecture;
    std::uint32_t page_size;

    bool operator==(const Revision&) const = default;
};

Revision revision_of(const Image& image) {
    const auto& tail = image.fixed_header_v2();
    return {image.fixed_header().format_version, static_cast<std::uint32_t>(image.architecture()),
            tail ? std::uint32_t{tail->page_size} : static_cast<std::uint32_t>(kPageSize)};
}

std::string text_of(const Revision& revision) {
    return fmt::format("format version {}, architecture {} and page size {}", revision.version,
                       revision.architecture, revision.page_size);
}

void put(std::vector<std::uint8_t>& body, const FieldInfo* field, U32 value) {
    if (field != nullptr) std::ranges::copy(bytes_of(value), body.begin() + field->offset);
}

class Merge {
  public:
    Merge(const Image& first, MergeMode mode) : revision_(revision_of(first)), mode_(mode) {}

    Result<void> add(const Image& image) {
        if (auto fit = require_fit(image); !fit) return fit;
        const auto numbers = Renumbering::assign(image, used_);
        if (!numbers) return tl::unexpected(numbers.error());
        std::array<Entries, kSections> sections;
        for (const Header& header : image) {
            const auto entry = entry_of(image, header, *numbers);
            if (!entry) return tl::unexpected(entry.error());
            sections[static_cast<std::size_t>(*section_of(header.type()))].push_back(*entry);
        }
        append(Section::kPlatform, sections);
        append(Section::kInitialization, sections);
        if (mode_ == MergeMode::kAppend)
            append(Section::kDirective, sections);
        else
            fold_directives(std::move(sections[static_cast<std::size_t>(Section::kDirective)]));
        return {};
    }

    Result<std::vector<std::uint8_t>> write() const {
        WriterOptions options;
        options.version = revision_.version;
        options.architecture = Architecture{revision_.architecture};
        options.page_size = revision_.page_size;
        Writer writer(options);
        for (const Entries& section : sections_)
            for (const Entry& entry : section)
                if (auto written = write(writer, entry); !written) return tl::unexpected(written.error());
        auto file = std::move(writer).finish();
        if (!file) return tl::unexpected(file.error());
        return std::move(file->bytes);
    }

  private:
    static constexpr std::size_t kSections = 3;

    Result<void> require_fit(const Image& image) {
        if (auto obeys = edit::require_chapters(image, "FP"); !obeys) return obeys;
        if (auto bounded = edit::require_bounded_payloads(image); !bounded) return bounded;
        if (revision_of(image) != revision_)
            return fail(Rule::kMergeRevision, offsetof(FixedHeader, format_version),
                        fmt::format("this file has {}, the first one has {}", text_of(revision_of(image)),
                                    text_of(revision_)));
        return take_platforms(image);
    }

    Result<void> take_platforms(const Image& image) {
        for (const Header& header : image) {
            const auto platform = header.as<SupportedPlatform>();
            if (!platform) continue;
            const std::uint8_t type = platform->platform_type;
            if ((platforms_ & (1u << type)) != 0)
                return fail(Rule::kMergePlatform, header.offset,
                            fmt::format("an earlier file has platform {} too", find_platform(type)->name));
            platforms_ |= 1u << type;
        }
        return {};
    }

    Result<Entry> entry_of(const Image& image, const Header& header, const Renumbering& numbers) {
        if (header.info == nullptr && !numbers.is_identity())
            return fail(Rule::kMergeUnknownHeader, header.offset,
                        fmt::format("mask bits or parameter areas of this file are renumbered, but whether "
                                    "header type {:#x} names them is unknown",
                                    header.type()));
        const auto mask = numbers.mask(header);
        if (!mask) return tl::unexpected(mask.error());
        const auto area = numbers.area(header);
        if (!area) return tl::unexpected(area.error());
        const auto payload = image.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        return Entry{header, *payload, contents_.number_of(*payload), *mask, *area};
    }

    void append(Section section, std::array<Entries, kSections>& added) {
        Entries& from = added[static_cast<std::size_t>(section)];
        Entries& to = sections_[static_cast<std::size_t>(section)];
        to.insert(to.end(), from.begin(), from.end());
    }

    void fold_directives(Entries added) {
        Entries& directives = sections_[static_cast<std::size_t>(Section::kDirective)];
        directives = edit::fold(std::move(directives), std::move(added));
    }

    static Result<void> write(Writer& writer, const Entry& entry) {
        const Header& header = entry.header;
        std::vector<std::uint8_t> body(header.body.begin(), header.body.end());
        if (header.info != nullptr) {
            put(body, header.info->field(FieldKind::kMask), entry.mask);
            put(body, header.info->field(FieldKind::kAreaIndex), entry.area);
        }
        return writer.append(header.raw_type, body, entry.payload, {});
    }

    Revision revision_;
    MergeMode mode_;
    std::uint32_t platforms_ = 0;  ///< a bit for each platform type so far
    edit::UsedNumbers used_;
    write::ContentSet contents_;
    std::array<Entries, kSections> sections_;
};

}  // namespace

tl::expected<std::vector<std::uint8_t>, MergeError> merge(std::span<const Image> images, MergeMode mode) {
    if (images.empty())
        return tl::unexpected(MergeError{0, {Rule::kInternal, 0, "a merge needs at least one image"}});
    Merge merged(images.front(), mode);
    for (std::size_t i = 0; i < images.size(); ++i)
        if (auto added = merged.add(images[i]); !added) return tl::unexpected(MergeError{i, added.error()});
    return merged.write().map_error([&](Error error) {
        return MergeError{images.size() - 1, std::move(error)};
    });
}

}  // namespace igvm
