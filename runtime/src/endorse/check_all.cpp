#include "endorse/endorsement_rules.hpp"
#include "igvm/endorse.hpp"

namespace igvm {
namespace {

void check_directives_and_endorsements(check_detail::Context& context) {
    check_detail::check_directive_rules(context);
    endorse::check_endorsement_rules(context);
}

constexpr check_detail::Chapter kChapters[] = {
    check_detail::check_file_rules,           check_detail::check_platform_rules,
    check_detail::check_initialization_rules, check_directives_and_endorsements,
    check_detail::check_guest_state_rules,    check_detail::check_loader_rules,
};

}  // namespace

CheckReport check_all(const Image& image, const CheckOptions& options) {
    return check_detail::run_chapters(image, options, kChapters);
}

CheckReport check_all_file(Bytes file, const CheckOptions& options) {
    const Result<Image> image = Image::open(file);
    return image ? check_all(*image, options) : check_file(file, options);
}

}  // namespace igvm
