#include "sema/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sema/block_names.hpp"
#include "sema/misfits.hpp"
#include "sema/platform_help.hpp"
#include "sema/registers.hpp"

namespace igvm::spec {
namespace {

using schema::BlockRow;

std::vector<std::string_view> all_kinds() {
    std::vector<std::string_view> kinds;
    for (const BlockRow& row : schema::blocks()) kinds.push_back(row.kind);
    return kinds;
}

void report_unknown_block(const Block& block, const Block* parent, Diagnostics& diagnostics) {
    const std::string_view kind = parent == nullptr ? std::string_view() : parent->kind.text;
    const std::string_view name =
        parent == nullptr || !parent->name ? std::string_view() : parent->name->text;
    const auto parents = schema::parents_of(block.kind.text);
    if (parents.empty()) {
        const std::string meant = did_you_mean(block.kind.text, schema::kinds_within(kind, name));
        diagnostics.error(Code::kUnknownBlock, block.kind.span,
                          fmt::format("unknown block '{}'", block.kind.text),
                          meant.empty() ? did_you_mean(block.kind.text, all_kinds()) : meant);
    } else if (std::ranges::find(parents, kind) != parents.end()) {
        diagnostics.error(Code::kMisplacedBlock, block.kind.span,
                          fmt::format("{} {} has no {}", kind, name, block.kind.text), "remove the block");
    } else {
        const std::string where = parents.front().empty() ? "file level" : std::string(parents.front());
        diagnostics.error(Code::kMisplacedBlock, block.kind.span,
                          fmt::format("'{}' does not belong {}", block.kind.text,
                                      parent == nullptr ? "at file level" : fmt::format("in {}", kind)),
                          fmt::format("it belongs {} {}", parents.front().empty() ? "at" : "in", where));
    }
}

void check_naming(const Block& block, const BlockRow& row, Diagnostics& diagnostics) {
    if (row.naming == schema::Naming::kRequired && !block.name) {
        diagnostics.error(Code::kMissingName, block.kind.span, fmt::format("this {} needs a name", row.kind),
                          fmt::format("write '{} NAME {{ … }}'", row.kind));
    }
    if (row.naming == schema::Naming::kNone && block.name) {
        diagnostics.error(Code::kMissingName, block.name->span, fmt::format("{} takes no name", row.kind),
                          "remove the name");
    }
}

/// "a, b and c".
std::string enumerated(std::span<const std::string> words) {
    if (words.size() == 1) return words.front();
    return fmt::format("{} and {}", fmt::join(words.first(words.size() - 1), ", "), words.back());
}

using Misfits = std::set<ExpansionId>;

/// Which platforms have the field in their policies, for a policy that has not; else nothing.
std::string other_policy(std::string_view field, const BlockRow& policy) {
    if (policy.kind != "policy") return {};
    for (const BlockRow& row : schema::blocks())
        if (row.kind == "policy" && schema::find_attribute(row, field) != nullptr)
            return fmt::format("'{}' is a field of the policy of {}", field, fmt::join(row.within, " and "));
    return {};
}

/// Matches one image's blocks with their rows.
class Structure {
  public:
    explicit Structure(Binding& binding) : binding_(binding) {}

    void declare_platforms(const Block& image, const std::vector<std::string>& keep);
    std::unique_ptr<BoundBlock> match(const Block& block, const BlockRow& row, PlatformSet enclosing);

  private:
    std::vector<std::string_view> declared_names() const;
    void declare_platform(const Block& block);
    bool may_be_unknown_one(std::string_view name) const;
    PlatformSet resolve(const Scope& scope, const BlockRow& row, PlatformSet enclosing);
    PlatformSet resolve_name(const Name& name, PlatformSet enclosing);
    void match_attribute(const Attribute& attribute, BoundBlock& block);
    void report_unknown_attribute(const Attribute& attribute, const BoundBlock& block);
    void match_field(const Entry& entry, BoundBlock& block, const Misfits& misfits);
    void add_field(const Name& type, const Name* name, const Scope& scope, const Expr& value,
                   BoundBlock& block);
    void check_field_names(const BoundBlock& block);
    void refuse_expectations(const Block& block);
    void refuse_fields(const Block& block, const Misfits& misfits);
    void check_required(const BoundBlock& block);
    void match_children(BoundBlock& block, const Misfits& misfits);

    Binding& binding_;
    std::set<std::string_view> unknown_platforms_;  ///< names of `platform` blocks
};

std::vector<std::string_view> Structure::declared_names() const {
    std::vector<std::string_view> names;
    for (PlatformIndex i = 0; i < binding_.platforms.size(); ++i) names.push_back(binding_.platform_name(i));
    return names;
}

void Structure::declare_platform(const Block& block) {
    if (!block.name) return;
    std::vector<std::string_view> known;
    for (const schema::Keyword& platform : schema::platform_names()) {
        known.push_back(platform.name);
        if (platform.name != block.name->text) continue;
        const auto names = declared_names();
        if (const auto first = std::ranges::find(names, platform.name); first != names.end()) {
            const Block& other = *binding_.platforms[static_cast<std::size_t>(first - names.begin())].tree;
            binding_.diagnostics.report({Code::kDuplicateBlock,
                                         block.name->span,
                                         fmt::format("platform {} is declared twice", platform.name),
                                         "",
                                         {{other.name->span, "first here"}},
                                         "merge the two"});
            return;
        }
        binding_.platforms.push_back({&block, nullptr, static_cast<PlatformType>(platform.value)});
        return;
    }
    unknown_platforms_.insert(block.name->text);
    binding_.error(
        Code::kUnknownName, block.name->span,
        fmt::format("'{}' is not a platform; they are {}", block.name->text, fmt::join(known, ", ")),
        platform_help(block.name->text, known));
}

/// The platform that was meant by a `platform` block of an unknown name.
bool Structure::may_be_unknown_one(std::string_view name) const {
    return unknown_platforms_.contains(name) || (!unknown_platforms_.empty() && is_platform_name(name));
}

void Structure::declare_platforms(const Block& image, const std::vector<std::string>& keep) {
    for (const Block* block : all<Block>(image.entries)) {
        if (block->kind.text == "platform") declare_platform(*block);
    }
    const auto names = declared_names();
    if (names.empty() && !binding_.diagnostics.has_errors()) {
        binding_.error(Code::kMissingAttribute, image.span, "the image has no platform",
                       "add one, such as 'platform native { }'");
    }
    for (const std::string& name : keep) {
        const auto found = std::ranges::find(names, std::string_view(name));
        if (found != names.end()) {
            binding_.kept |= set_of(static_cast<PlatformIndex>(found - names.begin()));
        } else if (!may_be_unknown_one(name)) {
            binding_.diagnostics.report(
                {Code::kUnknownPlatform,
                 std::nullopt,
                 fmt::format("the image has no platform '{}', only {}", name, fmt::join(names, ", ")),
                 "",
                 {},
                 platform_help(name, names)});
        }
    }
    if (keep.empty()) binding_.kept = set_of(static_cast<PlatformIndex>(names.size())) - 1;
}

PlatformSet Structure::resolve_name(const Name& name, PlatformSet enclosing) {
    const auto names = declared_names();
    const auto found = std::ranges::find(names, std::string_view(name.text));
    if (found == names.end()) {
        if (binding_.lost.names.contains(name.text) || may_be_unknown_one(name.text)) return 0;
        binding_.error(Code::kBadScope, name.span,
                       fmt::format("the image declares no platform '{}'", name.text),
                       platform_help(name.text, names));
        return 0;
    }
    const PlatformSet set = set_of(static_cast<PlatformIndex>(found - names.begin()));
    if ((set & enclosing) == 0) {
        binding_.error(Code::kBadScope, name.span,
                       fmt::format("{} is not among the platforms of the enclosing block", name.text),
                       fmt::format("those are {}", binding_.platform_list(enclosing)));
    }
    return set & enclosing;
}

PlatformSet Structure::resolve(const Scope& scope, const BlockRow& row, PlatformSet enclosing) {
    if (scope.empty()) return enclosing;
    if (!row.scoped) {
        binding_.error(Code::kBadScope, scope.front().span,
                       fmt::format("{} and its attributes take no 'on'", row.kind), "remove the scope");
        return enclosing;
    }
    PlatformSet set = 0;
    for (auto name = scope.begin(); name != scope.end(); ++name) {
        const auto same = [&](const Name& other) { return other.text == name->text; };
        if (std::find_if(scope.begin(), name, same) != name)
            binding_.error(Code::kBadScope, name->span, fmt::format("'{}' is named twice here", name->text),
                           "remove it");
        else
            set |= resolve_name(*name, enclosing);
    }
    return set;
}

void Structure::report_unknown_attribute(const Attribute& attribute, const BoundBlock& block) {
    const Name& name = attribute.name;
    const std::string_view block_name = block.tree->name ? std::string_view(block.tree->name->text) : "";
    if (schema::find_block(name.text, block.row->kind, block_name) != nullptr) {
        binding_.error(Code::kUnknownAttribute, name.span,
                       fmt::format("'{}' is a block, not a value", name.text),
                       fmt::format("write '{} {{ … }}'", name.text));
        return;
    }
    std::vector<std::string_view> known;
    for (const schema::AttributeRow& row : block.row->attributes) known.push_back(row.name);
    if (block.row->registers) {
        for (const Architecture each : {Architecture::kX64, Architecture::kAArch64}) {
            for (std::string_view known_name : register_names(each)) known.push_back(known_name);
        }
    }
    std::string help = did_you_mean(name.text, known);
    if (help.empty()) help = other_policy(name.text, *block.row);
    if (help.empty() && !block.row->registers && !known.empty())
        help = fmt::format("its attributes are {}", fmt::join(known, ", "));
    binding_.error(block.row->registers ? Code::kUnknownRegister : Code::kUnknownAttribute, name.span,
                   fmt::format("{} has no {} '{}'", block.row->kind,
                               block.row->registers ? "attribute or register" : "attribute", name.text),
                   std::move(help));
}

void Structure::match_attribute(const Attribute& attribute, BoundBlock& block) {
    BoundAttribute bound{&attribute, schema::find_attribute(*block.row, attribute.name.text), 0};
    const bool is_register = block.row->registers && names_register(attribute.name.text);
    if (bound.row == nullptr && !is_register) {
        block.incomplete = true;
        return report_unknown_attribute(attribute, block);
    }
    bound.platforms = resolve(attribute.scope, *block.row, block.platforms);
    if (bound.platforms == 0) block.incomplete = true;
    for (const BoundAttribute& other : block.attributes) {
        const PlatformSet both = other.platforms & bound.platforms;
        if (both == 0 || other.tree->name.text != attribute.name.text) continue;
        const std::string where = block.row->scoped ? " on " + binding_.platform_list(both) : "";
        binding_.diagnostics.report({Code::kDuplicateAttribute,
                                     attribute.name.span,
                                     fmt::format("'{}' has two values{}", attribute.name.text, where),
                                     "",
                                     {{other.tree->name.span, "the first is here"}},
                                     "remove one of them"});
        bound.platforms &= ~both;
    }
    if (bound.platforms != 0) block.attributes.push_back(bound);
}

void Structure::match_field(const Entry& entry, BoundBlock& block, const Misfits& misfits) {
    if (const auto* field = held<Field>(entry); field && !misfits.contains(field->type.span.expansion))
        add_field(field->type, &field->name, field->scope, *field->value, block);
    if (const auto* padding = held<Attribute>(entry);
        padding && !misfits.contains(padding->name.span.expansion))
        add_field(padding->name, nullptr, padding->scope, *padding->value, block);
}

/// What was meant by a type that a struct does not have: "u32" by "uint32".
std::string field_type_help(std::string_view word) {
    std::vector<std::string_view> known;
    for (const schema::FieldRow& one : schema::field_types()) known.push_back(one.type_name);
    std::string unsigned_type = "u";
    for (const char c : word)
        if (c >= '0' && c <= '9') unsigned_type += c;
    if (word.starts_with("uint") && schema::find_field_type(unsigned_type) != nullptr)
        return fmt::format("did you mean '{}'?", unsigned_type);
    const std::string meant = did_you_mean(word, known);
    return meant.empty() ? fmt::format("the types are {}", fmt::join(known, ", ")) : meant;
}

void Structure::add_field(const Name& type, const Name* name, const Scope& scope, const Expr& value,
                          BoundBlock& block) {
    const schema::FieldRow* row = schema::find_field_type(type.text);
    const PlatformSet platforms = resolve(scope, *block.row, block.platforms);
    if (row == nullptr) {
        binding_.error(Code::kUnknownType, type.span,
                       fmt::format("a struct has no fields of type '{}'", type.text),
                       name == nullptr ? "write 'TYPE NAME = value;'" : field_type_help(type.text));
    } else if ((row->type == schema::FieldType::kAlign || row->type == schema::FieldType::kPad) !=
               (name == nullptr)) {
        binding_.error(
            Code::kMissingName, name == nullptr ? type.span : name->span,
            fmt::format("a field of type {} {}", type.text, name == nullptr ? "needs a name" : "has no name"),
            fmt::format("write '{}{} = …;'", type.text, name == nullptr ? " NAME" : ""));
    } else {
        block.fields.push_back({row, name, &value, platforms});
        return;
    }
    block.incomplete = true;
}

/// A name is that of one field on each platform.
void Structure::check_field_names(const BoundBlock& block) {
    std::map<std::string_view, std::pair<PlatformSet, Span>> names;
    for (const BoundField& field : block.fields) {
        if (field.name == nullptr) continue;
        auto& [platforms, first] = names.try_emplace(field.name->text, 0, field.name->span).first->second;
        if ((platforms & field.platforms) != 0)
            report_duplicate(*field.name, first,
                             fmt::format("{} has two fields '{}'", block.title(), field.name->text),
                             binding_.diagnostics);
        platforms |= field.platforms;
    }
}

void Structure::refuse_expectations(const Block& block) {
    for (const Expect* expect : all<Expect>(block.entries))
        binding_.error(Code::kMisplacedBlock, expect->call->span,
                       fmt::format("'expect' does not belong in {}", block.kind.text),
                       "it belongs in the image or at file level");
}

void Structure::refuse_fields(const Block& block, const Misfits& misfits) {
    for (const Field* field : all<Field>(block.entries)) {
        if (misfits.contains(field->type.span.expansion)) continue;
        binding_.error(Code::kUnknownAttribute, join(field->type.span, field->name.span),
                       fmt::format("{} has no fields", block.kind.text),
                       fmt::format("write '{} = …;'", field->type.text));
    }
}

void Structure::check_required(const BoundBlock& block) {
    if (block.incomplete) return;
    std::map<PlatformSet, std::vector<std::string>> absent;  // by the platforms where it is
    for (const schema::AttributeRow& row : block.row->attributes) {
        if (!row.required) continue;
        PlatformSet missing = block.platforms;
        for (const BoundAttribute& attribute : block.attributes) {
            if (attribute.row == &row) missing &= ~attribute.platforms;
        }
        if (missing != 0) absent[missing].push_back(fmt::format("'{}'", row.name));
    }
    std::vector<std::string> parts;
    for (const auto& [platforms, names] : absent)
        parts.push_back(enumerated(names) + (platforms == block.platforms
                                                 ? std::string()
                                                 : " on " + binding_.platform_list(platforms)));
    if (!parts.empty())
        binding_.error(Code::kMissingAttribute, block.place(),
                       fmt::format("{} needs {}", block.title(), fmt::join(parts, ", and ")));
}

void Structure::match_children(BoundBlock& block, const Misfits& misfits) {
    std::map<const BlockRow*, const Block*> singles;
    const std::string_view name = block.tree->name ? std::string_view(block.tree->name->text) : "";
    for (const Block* child : all<Block>(block.tree->entries)) {
        if (misfits.contains(child->kind.span.expansion)) continue;
        const BlockRow* row = schema::find_block(child->kind.text, block.row->kind, name);
        if (row == nullptr) {
            report_unknown_block(*child, block.tree, binding_.diagnostics);
            continue;
        }
        if (row->kind == "platform" && child->name && unknown_platforms_.contains(child->name->text))
            continue;
        const auto [first, inserted] = singles.try_emplace(row, child);
        if (!inserted && !row->repeatable) {
            binding_.diagnostics.report({Code::kDuplicateBlock,
                                         child->kind.span,
                                         fmt::format("{} has two {} blocks", block.title(), row->kind),
                                         "",
                                         {{first->second->kind.span, "the first is here"}},
                                         "merge the two"});
            continue;
        }
        block.blocks.push_back(match(*child, *row, block.platforms));
    }
}

std::unique_ptr<BoundBlock> Structure::match(const Block& block, const BlockRow& row, PlatformSet enclosing) {
    auto bound = std::make_unique<BoundBlock>();
    bound->tree = &block;
    bound->incomplete = block.incomplete;
    bound->row = &row;
    bound->platforms = resolve(block.scope, row, enclosing);
    check_naming(block, row, binding_.diagnostics);
    const auto misfits = report_misfits(block, row, binding_.diagnostics);
    if (!misfits.empty()) bound->incomplete = true;
    if (row.fields) {
        for (const Entry& entry : block.entries) match_field(entry, *bound, misfits);
        check_field_names(*bound);
    } else {
        for (const Attribute* attribute : all<Attribute>(block.entries))
            if (!misfits.contains(attribute->name.span.expansion)) match_attribute(*attribute, *bound);
        refuse_fields(block, misfits);
    }
    if (row.kind != "image") refuse_expectations(block);
    check_required(*bound);
    match_children(*bound, misfits);
    return bound;
}

}  // namespace

const Block* find_image(const std::vector<Tree*>& trees, Diagnostics& diagnostics) {
    const Block* image = nullptr;
    for (const Tree* tree : trees) {
        for (const Block& block : tree->blocks) {
            if (schema::find_block(block.kind.text, "", "") == nullptr) {
                report_unknown_block(block, nullptr, diagnostics);
            } else if (image != nullptr) {
                diagnostics.report({Code::kImageCount,
                                    block.kind.span,
                                    "there is more than one image",
                                    "",
                                    {{image->span, "the first is here"}},
                                    "keep one image a spec"});
            } else {
                image = &block;
            }
        }
    }
    if (image == nullptr && !diagnostics.has_errors()) {
        diagnostics.report({Code::kImageCount,
                            trees.front()->version_span,
                            "the spec has no image block",
                            "",
                            {},
                            "add 'image NAME { … }'"});
    }
    return image;
}

void bind_structure(const std::vector<Tree*>& trees, const Block& image, const std::vector<std::string>& keep,
                    Binding& binding) {
    Structure structure(binding);
    structure.declare_platforms(image, keep);
    const PlatformSet all = set_of(static_cast<PlatformIndex>(binding.platforms.size())) - 1;
    binding.image = structure.match(image, *schema::find_block("image", "", ""), all);
    for (const auto& block : binding.image->blocks) {
        for (PlatformEntry& platform : binding.platforms) {
            if (platform.tree == block->tree) platform.block = block.get();
        }
    }
    list_blocks(trees, binding);
}

}  // namespace igvm::spec
