// New images and plain bytes out of existing images: merge, filter, extract.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "igvm/gpa_range.hpp"
#include "igvm/image.hpp"

namespace igvm {

enum class MergeMode : std::uint8_t {
    kFold,    ///< a directive that both files have is written once, for the platforms of both
    kAppend,  ///< the directives of each file follow those of the one before
};

/// Why a merge was refused, and which of the images (counted from 0) is at fault.
struct MergeError {
    std::size_t input;
    Error error;
};

/// One file for the platforms of all `images`, which must have the same format version, architecture and page
/// size, and no platform type in common. Platforms keep their mask bit unless an earlier image has it, then
/// they get the lowest free one; parameter areas likewise their index. Platform and initialization headers
/// stand in the order of the images. The directives of each image keep their order, so that its measurements
/// in file order stay what they were. kFold folds equal PAGE_DATA, REQUIRED_MEMORY and ERROR_RANGE headers
/// with equal payloads, and puts what it cannot fold right behind what it folded last (at the start when it
/// has folded nothing), as the igvm crate does. Equal payloads are stored once. Near linear in the input.
/// Errors: what File and Platform rules the image breaks; kMergeRevision, kMergePlatform,
/// kMergeUnknownHeader, kMaskUnknown, kAreaIndex, kAreaUndeclared, kEditOverlap; kFileLimit past 4 GiB - 1.
tl::expected<std::vector<std::uint8_t>, MergeError> merge(std::span<const Image> images,
                                                          MergeMode mode = MergeMode::kFold);

/// The image for some of its platforms: headers for other platforms go, and with them the parameter areas
/// that only they insert and the data that only they use. Everything else stays as it is stored: unknown
/// headers, padding, the order of the data, bytes that no header names. With all platforms, the same bytes.
/// Errors: what File rules the image breaks, unknown header types aside; kPlatformAbsent.
Result<std::vector<std::uint8_t>> filter(const Image& image, std::span<const PlatformType> platforms);

/// Where the headers for one platform of a file go in the image that takes them.
struct AdoptedPlatform {
    PlatformType from;
    std::uint32_t mask;          ///< of the taking image
    std::uint32_t context_mask;  ///< the same for VP contexts; 0: they stay behind
};

struct AdoptOptions {
    std::span<const AdoptedPlatform> platforms;
    std::set<std::uint32_t>* used_areas;           ///< indices that are taken; those given out are added
    std::uint32_t first_area = 0;                  ///< areas get the lowest free indices from here on
    std::function<bool(const Header&)> drop = {};  ///< true for headers that stay behind; none: none more
};

/// A header with the masks and area indices of the taking image.
struct AdoptedHeader {
    std::uint32_t raw_type;
    std::vector<std::uint8_t> body;
    Bytes payload;  ///< borrowed from the file
};

/// The headers of `image` that another image takes in, in file order: initialization headers and directives
/// for `platforms`. Platforms and policies, ID blocks and VBS measurements stay behind, and what `drop`
/// names. Errors: what File and Platform rules the image breaks; kPlatformAbsent, kMergeUnknownHeader,
/// kMaskUnknown, kAreaIndex, kAreaUndeclared, kEditOverlap, kFileDataOffset.
Result<std::vector<AdoptedHeader>> adopt(const Image& image, const AdoptOptions& options);

struct ExtractOptions {
    std::optional<GpaRange> range;         ///< none: from the first to the last byte of the chosen headers
    std::optional<PlatformType> platform;  ///< none: all, which must agree on the bytes
    std::function<bool(const Header&)> choose;  ///< none: all headers
};

/// The guest memory that PAGE_DATA and inserted parameter areas fill, before the host writes anything: pages
/// and areas without data are zeros. Errors: kPlatformAbsent, kExtractHole where nothing is loaded,
/// kExtractAmbiguous where two headers load different bytes, kLaunchTooLarge, kAreaUndeclared,
/// kFileDataOffset. Precondition: the range does not pass 2^64.
Result<std::vector<std::uint8_t>> extract(const Image& image, const ExtractOptions& options);

}  // namespace igvm
