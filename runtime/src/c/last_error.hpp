// How the functions of the C interface end: no exception leaves them, and a failure is remembered in words.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace igvm::c {

/// The text of this thread's last failure; "" before the first.
const char* last_error() noexcept;

/// Remembers `text` and returns `code`.
std::int32_t failed(std::int32_t code, std::string text) noexcept;

/// Remembers that memory ran out.
void out_of_memory() noexcept;

/// The result of `call`, or `otherwise` when it throws: only memory can have run out.
template <class T, class Call>
T guarded(T otherwise, Call&& call) noexcept {
    try {
        return std::forward<Call>(call)();
    } catch (...) {
        out_of_memory();
        return otherwise;
    }
}

}  // namespace igvm::c
