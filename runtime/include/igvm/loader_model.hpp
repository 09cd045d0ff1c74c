// The loaders whose limits the checker knows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace igvm {

enum class LoaderModel : std::uint8_t {
    kQemu,             ///< QEMU 11.0 and later, x86-64
    kQemu10,           ///< QEMU 10.1 to 10.2, x86-64
    kCloudHypervisor,  ///< cloud-hypervisor, SEV-SNP
    kOpenvmm,          ///< OpenVMM: VBS, and SEV-SNP on KVM
    kHyperV,           ///< Hyper-V, of whose loader little is public
};

struct LoaderModelInfo {
    LoaderModel model;
    std::string_view name;   ///< "qemu", "qemu-10", "cloud-hypervisor", "openvmm", "hyperv"
    std::string_view title;  ///< for people
};

/// In the order of the enumeration.
std::span<const LoaderModelInfo> loader_models();
const LoaderModelInfo* find_loader_model(std::string_view name);

}  // namespace igvm
