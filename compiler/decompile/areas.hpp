// Parameter areas and the headers that refer to them, by area index.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

struct Area {
    std::uint32_t header = 0;      ///< index of PARAMETER_AREA
    std::uint32_t parameters = 0;  ///< headers right after it, one of a kind; others stand by themselves
    std::uint32_t kinds = 0;       ///< of the parameters, a bit each
    std::vector<std::uint32_t> inserts;  ///< header indices
    std::uint32_t mask = 0;              ///< of all inserts
    std::string name;                    ///< in the spec, once it is written
    bool sayable = true;                 ///< one header declares it, and
                                         ///< something inserts it

    /// Its one insert comes right after its parameters.
    bool inserted_at_once() const {
        return inserts.size() == 1 && inserts.front() == header + 1 + parameters;
    }
};

class Areas {
  public:
    /// Areas that a header `as_stands` is part of are not sayable.
    Areas(const Image& image, const std::function<bool(std::uint32_t)>& as_stands);

    /// The sayable area that a header is part of, or null.
    Area* find(std::uint32_t index);
    /// Whether the areas have the indices that the compiler gives when none is asked for.
    bool in_sequence() const { return in_sequence_; }

  private:
    std::map<std::uint32_t, Area> areas_;
    bool in_sequence_ = true;
};

}  // namespace igvm::spec::decompiler
