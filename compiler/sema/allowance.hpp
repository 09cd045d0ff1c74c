// What one compilation may compute, so that a short spec cannot ask for endless memory or time.
#pragma once

#include <cstdint>

namespace igvm::spec {

/// The most bytes that one value may have when it is computed rather than read from a file.
inline constexpr std::uint64_t kMaxValueBytes = 256ull * 1024 * 1024;

class Allowance {
  public:
    /// Memory for values made by the spec: false when it does not fit in what is left.
    bool take_memory(std::uint64_t bytes) { return take(memory_, bytes); }
    /// Reading without making anything, e.g. hashing or comparing.
    bool take_reading(std::uint64_t bytes) { return take(reading_, bytes); }

  private:
    static bool take(std::uint64_t& left, std::uint64_t amount) {
        if (amount > left) return false;
        left -= amount;
        return true;
    }

    std::uint64_t memory_ = 4 * kMaxValueBytes;
    std::uint64_t reading_ = 64 * kMaxValueBytes;
};

}  // namespace igvm::spec
