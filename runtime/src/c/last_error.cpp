#include "c/last_error.hpp"

namespace igvm::c {
namespace {

thread_local std::string last_text;

}  // namespace

const char* last_error() noexcept { return last_text.c_str(); }

std::int32_t failed(std::int32_t code, std::string text) noexcept {
    last_text = std::move(text);
    return code;
}

// Short enough that the string needs no memory.
void out_of_memory() noexcept { last_text = "out of memory"; }

}  // namespace igvm::c
