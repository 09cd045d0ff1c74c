// The VMSA of vCPUs that the file has none for.
#pragma once

#include <array>

#include "igvm/launch.hpp"
#include "igvm/x64.hpp"

namespace igvm {

/// Options in which `ap_vmsa` is set where the profile may need it. Owns the default one, so it must outlive
/// the events of a walk.
class CompletedOptions {
  public:
    CompletedOptions(const Image& image, const SupportedPlatform& platform, const LaunchOptions& options);
    CompletedOptions(const CompletedOptions&) = delete;
    CompletedOptions& operator=(const CompletedOptions&) = delete;

    const LaunchOptions& options() const { return options_; }

  private:
    LaunchOptions options_;
    std::array<std::uint8_t, x64::kVmsaSize> reset_vmsa_;
};

}  // namespace igvm
