// Each measurement beside one OpenSSL stream over as many bytes as the measurement hashes. Both report hashed
// bytes a second, so the quotient is the efficiency.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <vector>

#include "bench_image.hpp"
#include "igvm/measure.hpp"

namespace igvm::bench {
namespace {

struct Hashed {
    PlatformType platform;
    std::uint64_t bytes_per_page;
    const char* algorithm;
};
constexpr Hashed kSnp{PlatformType::kSnp, kPageSize + 112, "SHA2-384"};
constexpr Hashed kTdx{PlatformType::kTdx, 128 + 16 * (128 + 256), "SHA2-384"};
constexpr Hashed kVbs{PlatformType::kVbs, 32 + 32 + kPageSize, "SHA2-256"};

void set_rate(benchmark::State& state, const Hashed& hashed) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kPages * hashed.bytes_per_page));
}

void measured(benchmark::State& state, const Hashed& hashed) {
    const SupportedPlatform& measured_platform = platform(hashed.platform);
    for (auto _ : state) {
        const auto measurement = measure(image(), measured_platform, LaunchProfile::kSpec);
        if (!measurement) state.SkipWithError("the image could not be measured");
        benchmark::DoNotOptimize(measurement->digest.data());
    }
    set_rate(state, hashed);
}

void raw_openssl(benchmark::State& state, const Hashed& hashed) {
    EVP_MD* const algorithm = EVP_MD_fetch(nullptr, hashed.algorithm, nullptr);
    const std::vector<std::uint8_t> bytes(kPages * hashed.bytes_per_page, 0x5A);
    std::uint8_t digest[EVP_MAX_MD_SIZE];
    for (auto _ : state) {
        if (EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, algorithm, nullptr) != 1)
            state.SkipWithError("OpenSSL could not hash");
        benchmark::DoNotOptimize(digest);
    }
    EVP_MD_free(algorithm);
    set_rate(state, hashed);
}

#define IGVM_MEASURE_BENCHMARK(name, hashed)                                                 \
    BENCHMARK_CAPTURE(measured, name, hashed)->Unit(benchmark::kMillisecond)->UseRealTime(); \
    BENCHMARK_CAPTURE(raw_openssl, name, hashed)->Unit(benchmark::kMillisecond)->UseRealTime()

IGVM_MEASURE_BENCHMARK(snp, kSnp);
IGVM_MEASURE_BENCHMARK(tdx, kTdx);
IGVM_MEASURE_BENCHMARK(vbs, kVbs);

}  // namespace
}  // namespace igvm::bench
