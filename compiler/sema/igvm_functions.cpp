// What another IGVM file holds, as values: its platforms, pages and first registers.
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "igvm/describe.hpp"
#include "igvm/image.hpp"
#include "igvm/x64.hpp"
#include "sema/functions.hpp"
#include "sema/page_kinds.hpp"
#include "sema/registers.hpp"

namespace igvm::spec {
namespace {

enum Argument : std::size_t { kFile, kPlatform, kKind, kVp = kKind, kVtl };

constexpr std::uint64_t kHighestVtl = 2;

Value number(std::uint64_t value) { return {value, {}}; }

Value fail(Call& call, const Error& error) {
    return call.fail(kFile, Code::kInputMalformed,
                     fmt::format("the file cannot be read: at offset {:#x}: {}", error.offset, error.detail),
                     std::string(rule_info(error.rule).help));
}

/// A file, the value that keeps its bytes, and the platform that the call is about.
struct Opened {
    model::Blob blob;
    Image image;
    SupportedPlatform platform;

    bool is_for(const Header& header) const {
        const auto mask = header.value(FieldKind::kMask);
        return mask && (*mask & platform.compatibility_mask) != 0;
    }
    /// "snp".
    std::string_view platform_name() const {
        return find_platform(std::uint8_t{platform.platform_type})->name;
    }
};

std::optional<PlatformType> platform_type(Call& call) {
    std::vector<std::string_view> names;
    for (const PlatformInfo& info : platform_table()) names.push_back(info.name);
    const auto found = call.one_of(kPlatform, names, "is no platform", "they");
    if (!found) return std::nullopt;
    return platform_table()[*found].type;
}

std::optional<SupportedPlatform> find_in(Call& call, const Image& image, PlatformType type) {
    std::vector<std::string_view> names;
    for (const SupportedPlatform& platform : image.platforms()) {
        if (platform.platform_type == static_cast<std::uint8_t>(type)) return platform;
        const PlatformInfo* info = find_platform(std::uint8_t{platform.platform_type});
        names.push_back(info == nullptr ? "unknown" : info->name);
    }
    call.fail(kPlatform, Code::kWrongArgument,
              fmt::format("the file is not for {}, only for {}", platform_info(type).name,
                          names.empty() ? "no platform" : fmt::format("{}", fmt::join(names, ", "))));
    return std::nullopt;
}

std::optional<Opened> open(Call& call) {
    auto blob = call.bytes(kFile);
    const auto type = platform_type(call);
    if (!blob || !type) return std::nullopt;
    auto image = Image::open(blob->bytes);
    if (!image) {
        fail(call, image.error());
        return std::nullopt;
    }
    if (!call.take_reading(image->data_begin())) return std::nullopt;
    const auto platform = find_in(call, *image, *type);
    if (!platform) return std::nullopt;
    return Opened{*std::move(blob), *std::move(image), *platform};
}

Value platform(Call& call) {
    const auto file = open(call);
    if (!file) return {};
    std::vector<Member> fields = {{"mask", number(file->platform.compatibility_mask)},
                                  {"highest_vtl", number(file->platform.highest_vtl)},
                                  {"shared_gpa_boundary", number(file->platform.shared_gpa_boundary)}};
    for (const Header& header : file->image) {
        const auto policy = header.as<GuestPolicy>();
        if (!policy || !file->is_for(header)) continue;
        fields.push_back({"policy", number(policy->policy)});
        break;
    }
    return make_record(std::move(fields));
}

/// One page; nothing after an error.
std::optional<Value> page_record(Call& call, const Opened& file, const Header& header, const PageData& page) {
    const auto payload = file.image.payload(header);
    if (!payload) {
        fail(call, payload.error());
        return std::nullopt;
    }
    const auto type = static_cast<PageDataType>(std::uint16_t{page.data_type});
    const std::uint32_t flags = page.flags;
    std::vector<Member> fields = {{"gpa", number(page.gpa)},
                                  {"size", number((flags & kPageFlag2Mb) != 0 ? kLargePageSize : kPageSize)},
                                  {"kind", {std::string(page_kind_name(type)), {}}},
                                  {"data", {model::Blob{file.blob.owner, *payload}, {}}},
                                  {"measured", {(flags & kPageFlagUnmeasured) == 0, {}}},
                                  {"shared", {(flags & kPageFlagShared) != 0, {}}}};
    if (!call.take_memory(sizeof(Value) + fields.size() * sizeof(Member))) return std::nullopt;
    return make_record(std::move(fields));
}

Value pages(Call& call) {
    const auto file = open(call);
    const auto kind = call.has(kKind) ? page_kind(call, kKind) : std::nullopt;
    if (!file || (call.has(kKind) && !kind)) return {};
    List list;
    for (const Header& header : file->image) {
        const auto page = header.as<PageData>();
        if (!page || !file->is_for(header)) continue;
        if (kind && page->data_type != static_cast<std::uint16_t>(*kind)) continue;
        auto record = page_record(call, *file, header, *page);
        if (!record) return {};
        list.push_back(*std::move(record));
    }
    return {std::move(list), {}};
}

/// The first registers of a virtual processor, as they are stored.
struct Context {
    Opened file;
    ContextFormat format;
    Bytes bytes;
};

std::optional<Context> find_context(Call& call) {
    auto file = open(call);
    const auto vp = call.has(kVp) ? call.integer(kVp, UINT16_MAX) : 0;
    const auto vtl = call.has(kVtl) ? call.integer(kVtl, kHighestVtl) : 0;
    if (!file || !vp || !vtl) return std::nullopt;
    const ContextFormat format = file->image.context_format(file->platform.compatibility_mask);
    for (const Header& header : file->image) {
        const auto context = header.as<VpContext>();
        if (!context || !file->is_for(header) || std::uint16_t{context->vp_index} != *vp) continue;
        const auto payload = file->image.payload(header);
        if (!payload) {
            fail(call, payload.error());
            return std::nullopt;
        }
        if (!payload->empty() && x64::vtl_of(format, *payload) == *vtl)
            return Context{*std::move(file), format, *payload};
    }
    call.fail(Code::kWrongArgument,
              fmt::format("the file has no context of virtual processor {} at VTL {} for {}", *vp, *vtl,
                          file->platform_name()));
    return std::nullopt;
}

Value vp_context(Call& call) {
    auto context = find_context(call);
    if (!context) return {};
    return {model::Blob{std::move(context->file.blob.owner), context->bytes}, {}};
}

Value register_value(const x64::RegisterInfo& info, const x64::RegisterContent& content) {
    const auto* segment = std::get_if<x64::Segment>(&content);
    if (segment == nullptr) return number(std::get<std::uint64_t>(content));
    std::vector<Member> parts;
    if (info.kind == x64::RegisterKind::kSegment)
        parts = {{"selector", number(segment->selector)}, {"attributes", number(segment->attributes)}};
    parts.push_back({"limit", number(segment->limit)});
    parts.push_back({"base", number(segment->base)});
    return make_record(std::move(parts));
}

Value registers(Call& call) {
    const auto context = find_context(call);
    if (!context) return {};
    const auto table = registers_of(context->file.image.architecture());
    // Every register is looked for in the whole of a VBS register list.
    if (!call.take_reading(context->bytes.size() * table.size()) ||
        !call.take_memory(5 * table.size() * sizeof(Member)))
        return {};
    std::vector<Member> found;
    for (const x64::RegisterInfo& info : table) {
        const auto content = x64::read_register(context->format, context->bytes, info);
        if (content) found.push_back({info.name, register_value(info, *content)});
    }
    return make_record(std::move(found));
}

constexpr Parameter kFileParameter = {"file"};
constexpr Parameter kPlatformParameter = {"platform"};
constexpr Parameter kVpParameter = {"vp", true};
constexpr Parameter kVtlParameter = {"vtl", true};

constexpr auto kFunctions = std::to_array<Function>({
    {"igvm.platform",
     {kFileParameter, kPlatformParameter},
     false,
     "record",
     platform,
     nullptr,
     "what an IGVM file says of a platform, such as \"snp\": mask, highest_vtl, shared_gpa_boundary, and "
     "policy where there is one"},
    {"igvm.pages",
     {kFileParameter, kPlatformParameter, {"kind", true}},
     false,
     "list",
     pages,
     nullptr,
     "the pages that an IGVM file has for a platform, or those of one kind, such as \"cpuid\", in file "
     "order: records of gpa, size, kind, data (empty where none is stored), measured and shared"},
    {"igvm.vp_context",
     {kFileParameter, kPlatformParameter, kVpParameter, kVtlParameter},
     false,
     "bytes",
     vp_context,
     nullptr,
     "the context of a virtual processor, as an IGVM file stores it; vp and vtl are 0 when absent"},
    {"igvm.registers",
     {kFileParameter, kPlatformParameter, kVpParameter, kVtlParameter},
     false,
     "record",
     registers,
     nullptr,
     "the first registers of a virtual processor in an IGVM file by their names; a segment or table is a "
     "record of selector, attributes, limit and base: igvm.registers(file, \"snp\").cs.base"},
});

}  // namespace

std::span<const Function> igvm_functions() { return kFunctions; }

}  // namespace igvm::spec
