#include <algorithm>
#include <iterator>

#include "igvm/loader_model.hpp"

namespace igvm {
namespace {

constexpr LoaderModelInfo kModels[] = {
    {LoaderModel::kQemu, "qemu", "QEMU"},
    {LoaderModel::kQemu10, "qemu-10", "QEMU 10"},
    {LoaderModel::kCloudHypervisor, "cloud-hypervisor", "cloud-hypervisor"},
    {LoaderModel::kOpenvmm, "openvmm", "OpenVMM"},
    {LoaderModel::kHyperV, "hyperv", "Hyper-V"},
};

}  // namespace

std::span<const LoaderModelInfo> loader_models() { return kModels; }

const LoaderModelInfo* find_loader_model(std::string_view name) {
    const auto* row = std::ranges::find(kModels, name, &LoaderModelInfo::name);
    return row == std::end(kModels) ? nullptr : row;
}

}  // namespace igvm
