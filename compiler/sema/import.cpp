// The headers of another IGVM file.
#include <fmt/format.h>

#include "igvm/edit.hpp"
#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

std::vector<model::ImportedHeader> imported(std::vector<AdoptedHeader> headers) {
    std::vector<model::ImportedHeader> result;
    for (AdoptedHeader& header : headers) {
        const HeaderType type{header.raw_type & ~kOptionalBit};
        const bool optional = (header.raw_type & kOptionalBit) != 0;
        result.push_back({type, optional, std::move(header.body), header.payload});
    }
    return result;
}

/// The block that would say a header in a spec, which `drop` calls it by; empty: none that may stay behind.
std::string_view block_of(const Header& header) {
    if (header.parameter()) return "parameters";
    switch (static_cast<HeaderType>(header.type())) {
        case HeaderType::kPageData:
            return "region";
        case HeaderType::kParameterArea:
        case HeaderType::kParameterInsert:
            return "parameters";
        case HeaderType::kRequiredMemory:
            return "required_memory";
        case HeaderType::kErrorRange:
            return "error_range";
        case HeaderType::kVpContext:
            return "vp_context";
        case HeaderType::kRelocatableRegion:
            return "relocatable";
        case HeaderType::kPageTableRelocation:
            return "page_table_region";
        default:
            return {};
    }
}

/// One block that brings a file's headers in.
class Importer {
  public:
    Importer(Binding& binding, const BoundBlock& block, ParameterBinder& parameters)
        : binding_(binding),
          block_(block),
          parameters_(parameters),
          any_(binding.each(block.platforms).front()) {}

    std::optional<model::Import> import();

  private:
    bool is_one_file();
    bool map_platforms(bool contexts);
    bool read_pairs(const Expr& list, bool contexts);
    bool read_pair(const Expr& pair, bool contexts);
    std::optional<PlatformType> type_named(const Expr& expr);
    std::optional<PlatformIndex> platform_named(const Expr& expr);
    void add(PlatformType from, PlatformIndex to, bool contexts);
    bool keep_those_of(const Image& image);
    void refuse(const Error& error);

    Binding& binding_;
    const BoundBlock& block_;
    ParameterBinder& parameters_;
    PlatformIndex any_;
    Span file_;
    std::vector<AdoptedPlatform> platforms_;
};

void Importer::refuse(const Error& error) {
    binding_.error(
        Code::kInputMalformed, file_,
        fmt::format("the file cannot be imported: at offset {:#x}: {}", error.offset, error.detail),
        error.rule == Rule::kMergeUnknownHeader ? "write such headers as header blocks"
                                                : std::string(rule_info(error.rule).help));
}

bool Importer::is_one_file() {
    if (const BoundAttribute* scoped = block_.find_scoped()) {
        binding_.error(Code::kBadScope, scoped->tree->name.span,
                       "an import is one file for all its platforms: its attributes take no 'on'",
                       "write an import for each platform");
        return false;
    }
    return true;
}

void Importer::add(PlatformType from, PlatformIndex to, bool contexts) {
    const std::uint32_t mask = binding_.platforms[to].mask;
    const std::uint32_t context_mask = contexts && binding_.platforms[to].type == from ? mask : 0;
    const auto known = std::ranges::find(platforms_, from, &AdoptedPlatform::from);
    if (known == platforms_.end()) {
        platforms_.push_back({from, mask, context_mask});
    } else {
        known->mask |= mask;
        known->context_mask |= context_mask;
    }
}

std::optional<PlatformType> Importer::type_named(const Expr& expr) {
    std::vector<std::string_view> names;
    for (const schema::Keyword& platform : schema::platform_names()) {
        if (expr.kind == ExprKind::kName && platform.name == expr.text)
            return static_cast<PlatformType>(platform.value);
        names.push_back(platform.name);
    }
    const bool quoted =
        expr.kind == ExprKind::kString && std::ranges::count(names, std::string_view(expr.text)) != 0;
    binding_.error(Code::kBadEnumValue, expr.span,
                   fmt::format("this is not a platform; they are {}", fmt::join(names, ", ")),
                   quoted ? "write the word without quotes" : did_you_mean(expr.text, names));
    return std::nullopt;
}

std::optional<PlatformIndex> Importer::platform_named(const Expr& expr) {
    const auto type = type_named(expr);
    if (!type) return std::nullopt;
    for (PlatformIndex i = 0; i < binding_.platforms.size(); ++i) {
        if (contains(block_.platforms, i) && binding_.platforms[i].type == *type) return i;
    }
    binding_.error(Code::kBadScope, expr.span,
                   fmt::format("{} is not among the platforms of {}", expr.text, block_.title()),
                   fmt::format("those are {}", binding_.platform_list(block_.platforms)));
    return std::nullopt;
}

bool Importer::read_pair(const Expr& pair, bool contexts) {
    if (pair.kind != ExprKind::kList || pair.operands.size() != 2) {
        binding_.error(Code::kTypeMismatch, pair.span, "import remap is a list of pairs of platforms",
                       "such as remap = [[native, snp]]: what the file has for native is for snp here");
        return false;
    }
    const auto from = type_named(*pair.operands[0]);
    const auto to = platform_named(*pair.operands[1]);
    if (!from || !to) return false;
    if (contains(binding_.kept, *to)) add(*from, *to, contexts);
    return true;
}

bool Importer::read_pairs(const Expr& list, bool contexts) {
    if (list.kind != ExprKind::kList) return read_pair(list, contexts);
    return std::ranges::all_of(list.operands,
                               [&](const ExprPtr& pair) { return read_pair(*pair, contexts); });
}

/// Which platform of the file is for which one here.
bool Importer::map_platforms(bool contexts) {
    if (const BoundAttribute* remap = block_.find("remap", any_))
        return read_pairs(*remap->tree->value, contexts);
    for (const PlatformIndex i : binding_.each(block_.platforms))
        add(binding_.platforms[i].type, i, contexts);
    return true;
}

/// Leaves the platforms that the file has.
bool Importer::keep_those_of(const Image& image) {
    std::erase_if(platforms_, [&](const AdoptedPlatform& one) {
        return std::ranges::none_of(image.platforms(), [&](const SupportedPlatform& has) {
            return has.platform_type == static_cast<std::uint8_t>(one.from);
        });
    });
    if (!platforms_.empty()) return true;
    std::vector<std::string_view> names;
    for (const SupportedPlatform& has : image.platforms()) {
        const PlatformInfo* info = find_platform(std::uint8_t{has.platform_type});
        names.push_back(info == nullptr ? "unknown" : info->name);
    }
    binding_.error(
        Code::kConflict, file_,
        fmt::format("the file is for {}, and nothing of it is wanted here", fmt::join(names, ", ")),
        "remap = [[FROM, TO]] takes what it has for one platform for another");
    return false;
}

std::optional<model::Import> Importer::import() {
    if (!is_one_file()) return std::nullopt;
    const auto blob = binding_.bytes(block_, "file", any_);
    const auto contexts = binding_.boolean(block_, "vp_contexts", any_, true);
    const auto index = binding_.integer(block_, "index", any_, 0, UINT32_MAX);
    const auto dropped = binding_.words(block_, "drop", any_);
    const bool mapped = map_platforms(contexts.value_or(true));
    const BoundAttribute* file = block_.find("file", any_);
    if (file == nullptr || !blob || !contexts || !index || !dropped || !mapped || platforms_.empty())
        return std::nullopt;
    file_ = file->tree->value->span;
    const auto image = Image::open(blob->bytes);
    if (!image) {
        refuse(image.error());
        return std::nullopt;
    }
    if (!keep_those_of(*image)) return std::nullopt;
    const auto stays = [&](const Header& header) {
        const schema::Keyword* part =
            schema::find_keyword(*schema::find_attribute(*block_.row, "drop"), block_of(header));
        return part != nullptr && (*dropped & part->value) != 0;
    };
    auto headers =
        adopt(*image, {platforms_, &parameters_.taken(), static_cast<std::uint32_t>(*index), stays});
    if (headers) return model::Import{*blob, image->architecture(), imported(std::move(*headers))};
    refuse(headers.error());
    return std::nullopt;
}

}  // namespace

void bind_import(Binding& binding, const BoundBlock& block, ParameterBinder& parameters, Items& items) {
    std::uint32_t mask = 0;
    for (const PlatformIndex i : binding.each(block.platforms)) mask |= binding.platforms[i].mask;
    if (mask == 0) return;
    auto body = Importer(binding, block, parameters).import();
    if (!body) return;
    if (body->architecture != binding.architecture) {
        const bool file_is_x64 = body->architecture == Architecture::kX64;
        binding.error(Code::kArchitecture, block.place(),
                      fmt::format("the file that {} brings in is for {}, the image for {}", block.title(),
                                  file_is_x64 ? "x64" : "aarch64", file_is_x64 ? "aarch64" : "x64"));
        return;
    }
    items.push_back(make_item(block, mask));
    items.back().body = std::move(*body);
}

}  // namespace igvm::spec
