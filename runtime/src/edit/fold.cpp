#include "edit/fold.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>
#include <unordered_map>

#include "write/content_set.hpp"

namespace igvm::edit {
namespace {

constexpr HeaderType kFoldable[] = {HeaderType::kPageData, HeaderType::kRequiredMemory,
                                    HeaderType::kErrorRange};

bool foldable(const Entry& entry) {
    return std::ranges::any_of(kFoldable, [&](HeaderType type) { return entry.header.is(type); });
}

void clear(std::string& body, const FieldInfo* field) {
    if (field != nullptr) std::memset(body.data() + field->offset, 0, field->width);
}

/// Equal for headers that differ in nothing but their mask.
std::string key_of(const Entry& entry) {
    const Header& header = entry.header;
    std::string key(header.body.begin(), header.body.end());
    clear(key, header.info->field(FieldKind::kMask));
    clear(key, header.info->field(FieldKind::kFileOffset));
    const auto add = [&](const auto& value) {
        key.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    add(header.raw_type);
    add(entry.content);
    return key;
}

struct KeyHash {
    std::size_t operator()(const std::string& key) const {
        return write::content_hash({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()});
    }
};
using LastPlaces = std::unordered_map<std::string, std::size_t, KeyHash>;

LastPlaces last_places(const Entries& entries) {
    LastPlaces places;
    places.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (foldable(entries[i])) places.insert_or_assign(key_of(entries[i]), i);
    return places;
}

}  // namespace

Entries fold(Entries base, Entries added) {
    const LastPlaces places = last_places(base);
    Entries folded;
    folded.reserve(base.size() + added.size());
    std::size_t reached = 0;
    const auto move_up_to = [&](std::size_t end) {
        for (; reached < end; ++reached) folded.push_back(base[reached]);
    };
    for (const Entry& entry : added) {
        const auto equal = foldable(entry) ? places.find(key_of(entry)) : places.end();
        if (equal == places.end() || equal->second < reached) {
            folded.push_back(entry);
            continue;
        }
        move_up_to(equal->second + 1);
        folded.back().mask |= entry.mask;
    }
    move_up_to(base.size());
    return folded;
}

}  // namespace igvm::edit
