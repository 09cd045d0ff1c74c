// SHA-2 by OpenSSL, in contexts that are used again.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <span>
#include <stdexcept>

#include "igvm/measure.hpp"

namespace igvm {

/// OpenSSL refused: out of memory, or a library without SHA-2.
class HashFailure : public std::runtime_error {
  public:
    HashFailure() : std::runtime_error("OpenSSL could not compute a hash") {}
};

inline constexpr std::size_t kMaxDigestSize = 64;

std::size_t digest_size(HashAlgorithm algorithm);

/// One hash computation after another. Every member throws HashFailure.
class Hasher {
  public:
    explicit Hasher(HashAlgorithm algorithm);

    std::size_t digest_size() const { return size_; }
    void update(Bytes bytes);
    /// Writes digest_size() bytes and starts anew.
    void finish(std::span<std::uint8_t> digest);
    /// What `finish` would write now; the computation goes on.
    void peek(std::span<std::uint8_t> digest) const;
    void hash(Bytes bytes, std::span<std::uint8_t> digest) {
        update(bytes);
        finish(digest);
    }

  private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_;
    std::size_t size_;
};

}  // namespace igvm
