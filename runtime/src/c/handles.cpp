#include "c/handles.hpp"

#include <atomic>
#include <cstdint>
#include <limits>

namespace igvm::c {

IgvmHandle next_handle() {
    constexpr std::uint32_t kHandles = std::numeric_limits<IgvmHandle>::max();
    static std::atomic<std::uint64_t> given = 0;
    return static_cast<IgvmHandle>(given.fetch_add(1, std::memory_order_relaxed) % kHandles + 1);
}

HandleTable<File>& files() {
    static auto* const table = new HandleTable<File>;
    return *table;
}

HandleTable<FileWriter>& writers() {
    static auto* const table = new HandleTable<FileWriter>;
    return *table;
}

}  // namespace igvm::c
