#include "raw_openssl.hpp"

#include <openssl/evp.h>

#include <vector>

namespace igvm::bench {

void hash_raw(benchmark::State& state, const char* algorithm, std::uint64_t size) {
    EVP_MD* const fetched = EVP_MD_fetch(nullptr, algorithm, nullptr);
    const std::vector<std::uint8_t> bytes(size, 0x5A);
    std::uint8_t digest[EVP_MAX_MD_SIZE];
    for (auto _ : state) {
        if (EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, fetched, nullptr) != 1)
            state.SkipWithError("OpenSSL could not hash");
        benchmark::DoNotOptimize(digest);
    }
    EVP_MD_free(fetched);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

}  // namespace igvm::bench
