// Blocks matched with their schema rows, and what the binder asks of them platform by platform.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "diagnose/diagnostic.hpp"
#include "diagnose/suggest.hpp"
#include "igvm/x64.hpp"
#include "schema/schema.hpp"
#include "sema/evaluate.hpp"
#include "sema/expand.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// Bit i: the i-th platform that the image declares.
using PlatformSet = std::uint32_t;

constexpr PlatformSet set_of(PlatformIndex platform) { return PlatformSet{1} << platform; }
constexpr bool contains(PlatformSet set, PlatformIndex platform) { return (set & set_of(platform)) != 0; }

struct BoundAttribute {
    const Attribute* tree = nullptr;
    const schema::AttributeRow* row = nullptr;  ///< null for a register
    PlatformSet platforms = 0;
};

struct BoundField {
    const schema::FieldRow* row = nullptr;
    const Name* name = nullptr;  ///< null for padding
    const Expr* value = nullptr;
    PlatformSet platforms = 0;
};

struct BoundBlock {
    const Block* tree = nullptr;
    const schema::BlockRow* row = nullptr;
    PlatformSet platforms = 0;
    std::uint32_t sorted_with = 0;  ///< as in model::Item
    std::vector<BoundAttribute> attributes;
    bool incomplete = false;         ///< an attribute was refused: what seems to be missing may be that one
    std::vector<BoundField> fields;  ///< of a struct, in their order
    std::vector<std::unique_ptr<BoundBlock>> blocks;
    char at_key = 0;  ///< their addresses are the evaluator's keys for `.at` and `.size`
    char size_key = 0;
    char contents_key = 0;

    /// "region 'kernel'", or the kind alone.
    std::string title() const;
    /// "kernel.at", for the trace of a cycle.
    std::string member(std::string_view name) const;
    /// "'of' of alias", for messages.
    std::string attribute(std::string_view name) const { return fmt::format("'{}' of {}", name, row->kind); }
    /// What a message about the block points at: its name, else its kind.
    Span place() const { return tree->name ? tree->name->span : tree->kind.span; }
    const BoundAttribute* find(std::string_view name, PlatformIndex platform) const;
    /// The first attribute that is not for all platforms of the block; null: none.
    const BoundAttribute* find_scoped() const;
};

/// Where the fields of a struct are on one platform.
struct StructLayout {
    struct Place {
        const BoundField* field;
        std::uint64_t offset;
        std::uint64_t size;
    };
    std::vector<Place> fields;
    std::map<std::string_view, std::uint64_t> offsets;  ///< by the name of the field
};

struct PlatformEntry {
    const Block* tree = nullptr;
    const BoundBlock* block = nullptr;
    PlatformType type = PlatformType::kNative;
    std::uint32_t mask = 0;  ///< 0 until assigned, and for platforms that are not kept
};

/// Guest physical memory ends here.
inline constexpr std::uint64_t kAddressLimit = std::uint64_t{1} << 52;

/// Guest physical addresses, [begin, end).
struct AddressRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// The image of one compilation: its platforms, its blocks and their values. Getters give the default when
/// the attribute is absent and nothing when an error was reported.
class Binding final : public BlockScope {
  public:
    Binding(Evaluator& values, Diagnostics& sink, const LostNames& gone)
        : evaluator(values), diagnostics(sink), lost(gone) {}

    Evaluator& evaluator;
    Diagnostics& diagnostics;
    const LostNames& lost;                 ///< what is not there because of an error
    std::vector<PlatformEntry> platforms;  ///< all that are declared
    PlatformSet kept = 0;                  ///< those that this compilation is about
    Architecture architecture = Architecture::kX64;
    std::unique_ptr<BoundBlock> image;
    std::vector<const BoundBlock*> items;           ///< blocks of the image and of its groups, source order
    std::map<std::string_view, BoundBlock*> named;  ///< blocks that expressions can name
    std::map<std::pair<const BoundBlock*, PlatformIndex>, StructLayout> struct_layouts;  ///< once computed

    /// The kept platforms of `set`, in declaration order.
    std::vector<PlatformIndex> each(PlatformSet set) const;
    std::string_view platform_name(PlatformIndex platform) const {
        return platforms[platform].tree->name->text;
    }
    /// "snp, tdx".
    std::string platform_list(PlatformSet set) const;

    /// A number as a message about the attribute shows it; hexadecimal when the attribute is absent.
    std::string shown(const BoundBlock& block, std::string_view name, PlatformIndex platform,
                      std::uint64_t number) const {
        const BoundAttribute* attribute = block.find(name, platform);
        return attribute == nullptr ? number_text(number, Notation::kHexadecimal)
                                    : evaluator.shown(number, *attribute->tree->value);
    }

    /// Reports an attribute that the block lacks, unless that follows from another error.
    void missing(const BoundBlock& block, std::string message, std::string help) {
        if (!block.incomplete)
            error(Code::kMissingAttribute, block.place(), std::move(message), std::move(help));
    }

    void error(Code code, Span span, std::string message, std::string help = {}) {
        diagnostics.error(code, span, std::move(message), std::move(help));
    }

    std::optional<std::uint64_t> integer(const BoundBlock& block, std::string_view name,
                                         PlatformIndex platform, std::uint64_t absent,
                                         std::uint64_t max = UINT64_MAX);
    std::optional<bool> boolean(const BoundBlock& block, std::string_view name, PlatformIndex platform,
                                bool absent);
    /// The value of the schema's keyword, of the branch that counts where conditions choose among words.
    std::optional<std::uint64_t> keyword(const BoundBlock& block, std::string_view name,
                                         PlatformIndex platform, std::uint64_t absent);
    /// The values of the words of a list, added up; 0 when absent.
    std::optional<std::uint64_t> words(const BoundBlock& block, std::string_view name,
                                       PlatformIndex platform);
    /// The two addresses of a list, multiples of 4 KiB up to 2^52, in order. Precondition: the attribute is
    /// there.
    std::optional<AddressRange> address_pair(const BoundBlock& block, std::string_view name,
                                             PlatformIndex platform);
    /// Empty when absent.
    std::optional<model::Blob> bytes(const BoundBlock& block, std::string_view name, PlatformIndex platform);
    /// The block that the attribute names, which exists on `platform`; null when absent.
    std::optional<const BoundBlock*> reference(const BoundBlock& block, std::string_view name,
                                               PlatformIndex platform);

    /// First address: a multiple of 4 KiB below 2^52.
    std::optional<std::uint64_t> address(const BoundBlock& block, PlatformIndex platform);
    /// Bytes, a non-zero multiple of 4 KiB of at most 2^52.
    std::optional<std::uint64_t> size(const BoundBlock& block, PlatformIndex platform);
    std::optional<AddressRange> range(const BoundBlock& block, PlatformIndex platform);
    /// Bytes of a page of the block: 4 KiB or 2 MiB.
    std::optional<std::uint64_t> page_size(const BoundBlock& block, PlatformIndex platform);
    /// Where in its region an alias begins, a multiple of 4 KiB.
    std::optional<std::uint64_t> alias_start(const BoundBlock& block, PlatformIndex platform);
    /// The region that an alias is of.
    std::optional<const BoundBlock*> aliased(const BoundBlock& block, PlatformIndex platform);

    /// The block that `name` means where it is used: in an iteration first the one of that iteration. Null
    /// when there is none.
    BoundBlock* visible(std::string_view name, Span use) const;

    std::optional<Value> find_block(std::string_view name, Span use) override;
    std::optional<Value> find_element(std::string_view name, std::string_view index, Span use) override;
    std::vector<std::string_view> block_names() const override;
    bool knows(std::string_view name) const override;
    std::optional<Span> left_out(std::string_view name) const override;
    Value property(const Block& block, const Name& property, PlatformIndex platform) override;
    std::optional<model::Blob> contents(const Block& block, Span use, PlatformIndex platform) override;
    std::optional<PageDataType> page_kind(const Block& block, PlatformIndex platform) override;
    std::optional<std::uint64_t> filled_size(const Block& block, PlatformIndex platform) override;
    std::optional<std::vector<const Block*>> regions(const RegionFilter& filter, Span use,
                                                     PlatformIndex platform) override;
    std::optional<Value> block_bytes(const Block& block, PlatformIndex platform, Span use) override;
    std::optional<Value> block_bytes_size(const Block& block, PlatformIndex platform, Span use) override;
    std::optional<Value> field_offset(const Block& block, const Name& field, std::string_view index,
                                      PlatformIndex platform) override;

  private:
    std::optional<std::uint64_t> block_bytes_size(const BoundBlock& block, PlatformIndex platform);
    std::optional<std::uint64_t> compute_address(const BoundBlock& block, PlatformIndex platform);
    std::optional<std::uint64_t> compute_size(const BoundBlock& block, PlatformIndex platform);
    std::string empty_input(const BoundBlock& block, PlatformIndex platform) const;
    std::optional<std::uint64_t> declared_size(const BoundBlock& block, PlatformIndex platform);
    std::optional<std::uint64_t> alias_size(const BoundBlock& block, PlatformIndex platform);
    std::optional<std::uint64_t> address_after(const BoundBlock& block, PlatformIndex platform);
    const BoundBlock* bound(const Block& tree) const;
    /// Blocks of iterations that have the name, by index; empty when it is not repeated. For a message: one
    /// of them when no more messages are kept.
    std::vector<std::string_view> repeated(std::string_view name) const;
    /// Where the program starts that the data of a region loads.
    Value entry(const BoundBlock& block, PlatformIndex platform, Span use);
    /// `boolean`, computed once: what a region is like may be asked while it is being computed.
    std::optional<bool> trait(const BoundBlock& block, std::string_view name, PlatformIndex platform,
                              bool absent);
    std::optional<std::uint64_t> keyword_value(const BoundBlock& block, const BoundAttribute& attribute,
                                               const Expr& value);
    bool are_keywords(const BoundBlock& block, const BoundAttribute& attribute, const Expr& value);
    bool exists_on(const BoundBlock& block, PlatformIndex platform, Span use);

    std::uint32_t after_depth_ = 0;
    std::map<std::pair<PlatformIndex, RegionFilter>, std::vector<const Block*>> found_;  ///< by `regions`
};

/// The word of a keyword expression: a name, or a number that acts as one (`format = 2`), or the
/// words of a list.
std::string word_of(const Expr& expr);

bool same_bytes(const model::Blob& a, const model::Blob& b);

}  // namespace igvm::spec
