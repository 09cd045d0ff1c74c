// The registers of a relocated image.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "load/page_tables.hpp"

namespace igvm::load {

/// VP contexts whose registers were changed, by the index of their VP_CONTEXT.
using FixedContexts = std::map<std::uint32_t, std::vector<std::uint8_t>>;

/// What CR3 and CR4 are in the context that the page table region names.
/// Error: kLoadRelocation without such a context.
Result<PagingState> paging_state(const Image& image, const Survey& survey, ContextFormat format);

/// Moves, for every region that moved: RIP and the base of GDTR of its VP where its flags say so and the
/// register points into the region; for the page table region CR3 of its VP, and of every VP of that VTL with
/// the same one. Error: kLoadRelocation when a region that moved names a VP without a context.
Result<FixedContexts> fix_contexts(const Image& image, const Survey& survey, const Relocations& relocations,
                                   ContextFormat format);

}  // namespace igvm::load
