// Everything that is decided before the VMM is called.
#pragma once

#include <memory>
#include <optional>

#include "load/memory_map.hpp"
#include "load/page_tables.hpp"
#include "load/parameters.hpp"
#include "load/relocation.hpp"
#include "load/survey.hpp"
#include "load/vp_contexts.hpp"

namespace igvm::load {

/// Parts refer to one another: a Plan does not move.
struct Plan {
    MemoryMap memory_map;
    Survey survey;
    Relocations relocations;
    HostValues values;
    Parameters parameters;
    FixedContexts contexts;
    std::optional<PageTables> page_tables;  ///< when relocations change them
};

/// Errors: those of Loader::load, but the VMM's.
Result<std::unique_ptr<const Plan>> make_plan(const Image& image, const SupportedPlatform& platform,
                                              const HostConfig& host);

}  // namespace igvm::load
