// Any text: bring it into the style. Its words stay, and the result is its own style.
#include <algorithm>
#include <cstdlib>

#include "igvm/spec/format.hpp"

namespace {

std::string words(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace igvm::spec;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const Formatting once = format_source("spec.igvmspec", text);
    if (once.outcome != Outcome::kOk) return 0;
    if (words(once.text) != words(text)) std::abort();
    const Formatting twice = format_source("spec.igvmspec", once.text);
    if (twice.outcome != Outcome::kOk || twice.changed || twice.text != once.text) std::abort();
    return 0;
}
