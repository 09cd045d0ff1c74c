// What the loader profiles differ in, as switches.
#pragma once

#include "igvm/launch.hpp"

namespace igvm {

enum class LaunchOrder : std::uint8_t {
    kFile,
    kAscendingGpa,
    kDeferredRuns,  ///< a run of like, adjacent pages waits until a page does not join it; inserts overtake
                    ///< it
};

enum class InsertPages : std::uint8_t { kAll, kFirst, kNone };

enum class VmsaPlacement : std::uint8_t {
    kInPlace,
    kInPlaceAnyMask,  ///< whatever their mask
    kOnePerVcpu,      ///< after everything else, in vCPU order, at KVM's address
};

enum class PagesWithoutData : std::uint8_t {
    kZeros,      ///< as if the zeros were stored
    kZeroType,   ///< SNP: page type ZERO, whose contents are not hashed
    kNotHashed,  ///< TDX: added, not extended; SEV: left out
};

struct LaunchRules {
    LaunchOrder order = LaunchOrder::kFile;
    InsertPages inserts = InsertPages::kAll;
    VmsaPlacement vmsas = VmsaPlacement::kInPlace;
    PagesWithoutData without_data = PagesWithoutData::kZeros;
    bool pages_of_any_mask = false;
    bool shared_pages = false;    ///< shared pages are measured like private ones
    bool all_data = false;        ///< SEV: data counts whether measured or not, of any type
    bool adds_first = false;      ///< TDX: all pages are added before the first is extended
    bool realm_creation = false;  ///< CCA: the measurement starts from the realm's parameters
    bool ripas = false;           ///< CCA: initialised address ranges are measured
};

/// Null when the platform does not have the profile.
const LaunchRules* find_rules(PlatformType platform, LaunchProfile profile);

/// kMeasureUnsupported, naming the profiles that there are.
Error no_such_profile(const Image& image, PlatformType platform, LaunchProfile profile);

}  // namespace igvm
