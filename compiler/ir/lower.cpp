#include <algorithm>

#include "generate/context.hpp"
#include "igvm/describe.hpp"
#include "ir/fill.hpp"
#include "ir/ir.hpp"
#include "ir/order.hpp"
#include "ir/pages.hpp"

namespace igvm::spec::ir {
namespace {

/// Source: igvm_defs, VbsDigestAlgorithm and VbsSigningAlgorithm.
constexpr std::uint32_t kVbsSha256 = 1;
constexpr std::uint32_t kVbsEcdsaP384 = 1;

void lower_platform(const model::Platform& platform, Program& program) {
    SupportedPlatform header{};
    header.compatibility_mask = platform.mask;
    header.highest_vtl = platform.highest_vtl;
    header.platform_type = static_cast<std::uint8_t>(platform.type);
    header.platform_version = std::uint16_t{1};
    header.shared_gpa_boundary = platform.shared_gpa_boundary;
    program.append(header, {}, kNoItem);
}

void lower_policy(const model::Platform& platform, Program& program) {
    if (const auto* guest = std::get_if<model::SnpOrTdxPolicy>(&platform.policy)) {
        GuestPolicy header{};
        header.policy = guest->value;
        header.compatibility_mask = platform.mask;
        program.append(header, {}, kNoItem);
    } else if (const auto* realm = std::get_if<model::RealmPolicy>(&platform.policy)) {
        CcaPolicy header{};
        header.compatibility_mask = platform.mask;
        header.required_zeroes = realm->required_zeroes;
        header.required_ones = realm->required_ones;
        header.hash_algorithm = realm->hash_algorithm;
        header.lfa_policy = realm->lfa;
        program.append(header, {}, kNoItem);
    }
}

/// One item's directives; an overload a kind of block.
struct ItemLowering {
    Program& program;
    std::uint32_t mask;
    std::uint32_t item;

    void operator()(const model::Region& region) { lower_region(region, mask, item, program); }

    void operator()(const model::ParameterArea& area) {
        ParameterArea header{};
        header.number_of_bytes = area.size;
        header.parameter_area_index = area.index;
        program.append(header, initial_data(area), item);
        for (const model::ParameterPlace& place : area.parameters) {
            Parameter parameter{area.index, place.byte_offset};
            program.append(place.type, bytes_of(parameter), {}, item);
        }
        insert(area.index, area.inserts);
    }

    void operator()(const model::Insert& later) { insert(later.index, later.places); }

    void operator()(const model::RequiredMemory& memory) {
        RequiredMemory header{};
        header.compatibility_mask = mask;
        header.flags = memory.vtl2_protectable ? kRequiredMemoryVtl2Protectable : 0;
        for_each_span(memory.gpa, memory.size, [&](std::uint64_t gpa, std::uint32_t size) {
            header.gpa = gpa;
            header.number_of_bytes = size;
            program.append(header, {}, item);
        });
    }

    void operator()(const model::ErrorRange& range) {
        ErrorRange header{};
        header.compatibility_mask = mask;
        for_each_span(range.gpa, range.size, [&](std::uint64_t gpa, std::uint32_t size) {
            header.gpa = gpa;
            header.size_bytes = size;
            program.append(header, {}, item);
        });
    }

    void operator()(const model::VpContext& context) {
        VpContext header{};
        header.gpa = context.gpa;
        header.compatibility_mask = mask;
        header.vp_index = context.vp_index;
        program.append(header, payload(context), item);
    }

    void operator()(const model::Relocatable& region) {
        RelocatableRegion header{};
        header.compatibility_mask = mask;
        header.vp_index = region.vp_index;
        header.vtl = region.vtl;
        header.flags = region.flags;
        header.relocation_alignment = region.alignment;
        header.relocation_region_gpa = region.gpa;
        header.relocation_region_size = region.size;
        header.minimum_relocation_gpa = region.minimum;
        header.maximum_relocation_gpa = region.maximum;
        program.append(header, {}, item);
    }

    void operator()(const model::PageTableRegion& tables) {
        PageTableRelocation header{};
        header.compatibility_mask = mask;
        header.vp_index = tables.vp_index;
        header.vtl = tables.vtl;
        header.gpa = tables.gpa;
        header.size = tables.size;
        header.used_size = tables.used_size;
        program.append(header, {}, item);
    }

    void operator()(const model::RawHeader& header) {
        const Bytes payload = header.data ? header.data->bytes : Bytes();
        program.append(HeaderType{header.type}, header.bytes.bytes, payload, item);
        program.directives.back().optional = header.optional;
        program.directives.back().has_own_offset = !header.data;
        if (header.padding) program.directives.back().padding = header.padding->bytes;
    }

    void operator()(const model::Import& import) {
        for (const model::ImportedHeader& header : import.headers) {
            program.append(header.type, header.body, header.payload, item);
            program.directives.back().optional = header.optional;
        }
    }

    void operator()(const model::IdBlock& block) {
        SnpIdBlock header{};
        header.compatibility_mask = mask;
        header.family_id = block.family_id;
        header.image_id = block.image_id;
        header.version = block.version;
        header.guest_svn = block.guest_svn;
        header.id_key_algorithm = kSnpEcdsaP384Sha384;
        header.id_public_key.curve = kSnpCurveP384;
        program.append(header, {}, item);
    }

    void operator()(const model::VbsMeasurement& measurement) {
        VbsMeasurement header{};
        header.compatibility_mask = mask;
        header.version = std::uint32_t{1};
        header.product_id = measurement.product_id;
        header.module_id = measurement.module_id;
        header.security_version = measurement.security_version;
        header.policy_flags = measurement.policy_flags;
        header.boot_digest_algo = kVbsSha256;
        header.signing_algo = kVbsEcdsaP384;
        program.append(header, {}, item);
    }

    /// lower_fills does it, once all that is covered is known.
    void operator()(const model::Fill&) {}

  private:
    void insert(std::uint32_t index, const std::vector<model::InsertPlace>& places) {
        for (const model::InsertPlace& place : places) {
            program.append(ParameterInsert{place.gpa, place.mask, index}, {}, item);
        }
    }

    /// A context that is given as a whole stays where it lies.
    Bytes payload(const model::VpContext& context) {
        const bool page = platform_info(context.platform).context != ContextFormat::kVbs;
        const bool whole = context.raw && (!page || context.raw->bytes.size() == kPageSize);
        return whole ? context.raw->bytes : program.keep(generate::encode_context(context));
    }

    /// The file holds the whole area or nothing of it.
    Bytes initial_data(const model::ParameterArea& area) {
        const Bytes given = area.initial.bytes;
        return given.empty() || given.size() == area.size ? given : program.filled(given, area.size);
    }

    template <class F>
    static void for_each_span(std::uint64_t gpa, std::uint64_t size, F visit) {
        for (; size != 0;) {
            const std::uint64_t span = std::min(size, kMaxSpan);
            visit(gpa, static_cast<std::uint32_t>(span));
            gpa += span;
            size -= span;
        }
    }
};

}  // namespace

Program lower(const model::Image& image) {
    Program program;
    program.version = image.version;
    program.architecture = image.architecture;
    for (const model::Platform& platform : image.platforms) lower_platform(platform, program);
    for (const model::Platform& platform : image.platforms) lower_policy(platform, program);
    for (std::uint32_t index = 0; index < image.items.size(); ++index) {
        const model::Item& item = image.items[index];
        std::visit(ItemLowering{program, item.mask, index}, item.body);
    }
    lower_fills(image, program);
    put_in_order(image, program.directives);
    return program;
}

}  // namespace igvm::spec::ir
