// What `igvm measure` says about digests that are not the wanted ones.
#pragma once

#include <cstdio>
#include <string>

#include "build_report.hpp"
#include "igvm/explain.hpp"

namespace igvm::tools {

/// One side of a comparison, as it is called in the output.
struct NamedSide {
    std::string name;
    const BuildReport& report;
};

/// The event at which two digests part, and what differs, in a few lines.
void print_divergence(std::FILE* out, const Divergence& divergence, const NamedSide& left,
                      const NamedSide& right);

/// "snp@qemu-kvm with 2 vCPUs of CPU EPYC and pages without data as ZERO".
std::string describe(const DigestMatch& match);

}  // namespace igvm::tools
