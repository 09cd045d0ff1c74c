// What `igvm measure` prints.
#pragma once

#include <string>
#include <vector>

#include "build_report.hpp"
#include "igvm/measure.hpp"

namespace igvm::tools {

/// "snp" under spec, otherwise "snp@qemu-kvm": as --expect takes it.
std::string subject(PlatformType type, LaunchProfile profile);

void print_trace(const std::string& subject, const TraceLine& line, const BuildReport& report);

/// A table of the digests.
void print_text(const std::vector<ProfileMeasurement>& measured);

/// For each platform that was measured, whether its digest is portable; if not, a line for each reason.
void print_portability(const std::vector<ProfileMeasurement>& measured, const Image& image);

/// {"measurements", "unmeasured" where a profile cannot launch the image, "portable"}
void print_json(const std::vector<ProfileMeasurement>& measured, const Image& image);

}  // namespace igvm::tools
