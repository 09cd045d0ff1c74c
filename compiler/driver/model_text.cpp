#include "driver/model_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "igvm/measure.hpp"

namespace igvm::spec {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value);

struct ValueJson {
    Json operator()(Poison) const { return nullptr; }
    Json operator()(std::uint64_t integer) const { return fmt::format("{:#x}", integer); }
    Json operator()(bool flag) const { return flag; }
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const model::Blob& blob) const {
        return {{"bytes", blob.bytes.size()}, {"sha256", hex(sha256(blob.bytes))}};
    }
    Json operator()(const List& list) const {
        Json elements = Json::array();
        for (const Value& element : list) elements.push_back(json_of(element));
        return elements;
    }
    Json operator()(const Record& record) const {
        Json members = Json::object();
        for (const Member& field : *record) members[std::string(field.name)] = json_of(field.value);
        return members;
    }
    Json operator()(const BlockRef& ref) const {
        return ref.block->name ? ref.block->name->text : ref.block->kind.text;
    }
};

Json json_of(const Value& value) { return std::visit(ValueJson{}, value.data); }

/// "at", or "at on snp" for a value that not all platforms of the block share.
std::string key_of(const ListedValue& value, const ListedBlock& block) {
    if (value.platforms == block.platforms) return value.attribute;
    return fmt::format("{} on {}", value.attribute, fmt::join(value.platforms, ", "));
}

Json block_json(const ListedBlock& block) {
    Json json = {{"block", block.kind}};
    if (!block.name.empty()) json["name"] = block.name;
    if (!block.doc.empty()) json["doc"] = block.doc;
    json["platforms"] = block.platforms;
    for (const ListedValue& value : block.values)
        json["values"][key_of(value, block)] = value.word.empty() ? json_of(value.value) : Json(value.word);
    for (const ListedBlock& child : block.blocks) json["blocks"].push_back(block_json(child));
    return json;
}

}  // namespace

std::string model_text(const ListedBlock& image) {
    return block_json(image).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace igvm::spec
