// Parameter areas: what the file puts in them and what the host adds.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "igvm/loader.hpp"
#include "load/memory_map.hpp"
#include "load/overlay.hpp"

namespace igvm::load {

/// What the host gives for each kind of parameter header.
class HostValues {
  public:
    /// Errors: kLoadHost for a command line, table, device tree or MMIO range that is none.
    static Result<HostValues> make(const HostConfig& host, const MemoryMap& memory_map);

    /// The bytes to write, which may be none; nothing when the host lacks what the image asks for.
    std::optional<Bytes> of(HeaderType type) const;

  private:
    void own(HeaderType type, std::vector<std::uint8_t> bytes);
    void borrow(HeaderType type, Bytes bytes);

    std::vector<std::vector<std::uint8_t>> owned_;
    std::map<HeaderType, Bytes> values_;
};

class Parameters {
  public:
    /// Reads the areas, parameters and inserts of the platform with `mask`. `values` must outlive the result.
    /// Errors: kAreaIndex, kAreaSize, kAreaUndeclared, kAreaInsertedTwice, kAreaUsedAfterInsert,
    /// kFileDataOffset, kLoadParameterAbsent, kLoadParameterSize.
    static Result<Parameters> collect(const Image& image, std::uint32_t mask, const HostValues& values);

    /// What the area that `insert` (a PARAMETER_INSERT of the platform) inserts holds.
    const Overlay& inserted_by(const Header& insert) const;

  private:
    struct Area {
        std::uint64_t size = 0;
        Overlay content;
        bool inserted = false;
        std::optional<Error> problem{};  ///< the first value that cannot be written
    };
    struct Collector;

    std::map<std::uint32_t, Area> areas_;
};

}  // namespace igvm::load
