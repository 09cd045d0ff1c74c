// The extensions but for the writer.
#include "igvm/igvm_extensions.h"

#include <algorithm>
#include <string>

#include "c/codes.hpp"
#include "c/file.hpp"
#include "c/handles.hpp"
#include "c/last_error.hpp"
#include "igvm/check.hpp"
#include "igvm/measure.hpp"

using igvm::c::failed;
using igvm::c::File;
using igvm::c::files;
using igvm::c::guarded;

namespace {

/// Hands each finding to `sink`; the number of errors among them.
std::int32_t report(const igvm::CheckReport& findings, IgvmFindingSink sink, void* context) {
    std::int32_t errors = 0;
    for (const igvm::Finding& finding : findings.findings) {
        errors += finding.severity == igvm::Severity::kError;
        if (sink == nullptr) continue;
        const igvm::RuleInfo& info = igvm::rule_info(finding.rule);
        const std::string id(info.id);
        const std::string help(info.help);
        const IgvmFinding seen{id.c_str(), static_cast<IgvmSeverity>(finding.severity), finding.offset,
                               finding.detail.c_str(), help.c_str()};
        sink(&seen, context);
    }
    return errors;
}

std::int32_t measure(const igvm::Image& image, IgvmPlatformType type, igvm::LaunchProfile profile,
                     std::span<std::uint8_t> out) {
    const auto platform = std::ranges::find_if(image.platforms(), [&](const igvm::SupportedPlatform& one) {
        return one.platform_type == std::uint8_t{type};
    });
    if (platform == image.platforms().end())
        return failed(IGVMAPI_INVALID_PARAMETER, "the file is not for this platform");
    const auto measured = igvm::measure(image, *platform, profile);
    if (!measured) return failed(IGVMAPI_MEASUREMENT_FAILED, to_string(measured.error()));
    if (measured->digest.size() > out.size())
        return failed(IGVMAPI_INVALID_PARAMETER, "the digest has " + std::to_string(measured->digest.size()) +
                                                     " bytes, which do not fit");
    std::ranges::copy(measured->digest, out.begin());
    return static_cast<std::int32_t>(measured->digest.size());
}

}  // namespace

const char* igvm_error_name(int32_t code) noexcept { return igvm::c::code_name(code); }

const char* igvm_error_text(void) noexcept { return igvm::c::last_error(); }

IgvmHandle igvm_get_fixed_header(IgvmHandle handle) noexcept {
    return guarded<IgvmHandle>(IGVMAPI_INVALID_FILE, [&]() -> IgvmHandle {
        const auto file = files().find(handle);
        return file ? file->add_buffer(File::Part::kFixedHeader) : IGVMAPI_INVALID_HANDLE;
    });
}

IgvmHandle igvm_get_binary(IgvmHandle handle) noexcept {
    return guarded<IgvmHandle>(IGVMAPI_INVALID_FILE, [&]() -> IgvmHandle {
        const auto file = files().find(handle);
        if (!file) return IGVMAPI_INVALID_HANDLE;
        if (file->image().bytes().size() > File::kMaxBufferSize) return IGVMAPI_TOTAL_FILE_SIZE_TOO_LARGE;
        return file->add_buffer(File::Part::kWhole);
    });
}

int32_t igvm_check(const uint8_t* data, uint32_t len, IgvmFindingSink sink, void* context) noexcept {
    return guarded<std::int32_t>(IGVMAPI_INVALID_FILE, [&]() -> std::int32_t {
        if (data == nullptr && len != 0) return failed(IGVMAPI_INVALID_PARAMETER, "data is NULL");
        return report(igvm::check_file({data, len}), sink, context);
    });
}

int32_t igvm_measure(IgvmHandle handle, IgvmPlatformType platform, const char* profile, uint8_t* out,
                     size_t len) noexcept {
    return guarded<std::int32_t>(IGVMAPI_INVALID_FILE, [&]() -> std::int32_t {
        const auto file = files().find(handle);
        if (!file) return failed(IGVMAPI_INVALID_HANDLE, "there is no such file");
        if (profile == nullptr || (out == nullptr && len != 0))
            return failed(IGVMAPI_INVALID_PARAMETER, "the profile or the place for the digest is NULL");
        const auto known = igvm::find_profile(profile);
        if (!known)
            return failed(IGVMAPI_INVALID_PARAMETER, "no profile is called \"" + std::string(profile) + '"');
        return measure(file->image(), platform, *known, {out, len});
    });
}
