// Each measurement beside one OpenSSL stream over as many bytes as the measurement hashes. Both report hashed
// bytes a second of processor time, all threads together, so the quotient is the efficiency on any machine.
#include <benchmark/benchmark.h>

#include "bench_image.hpp"
#include "igvm/measure.hpp"
#include "raw_openssl.hpp"

namespace igvm::bench {
namespace {

struct Hashed {
    PlatformType platform;
    std::uint64_t bytes_per_page;
    const char* algorithm;

    std::uint64_t bytes() const { return kPages * bytes_per_page; }
};
constexpr Hashed kSnp{PlatformType::kSnp, kPageSize + 112, "SHA2-384"};
constexpr Hashed kTdx{PlatformType::kTdx, 128 + 16 * (128 + 256), "SHA2-384"};
constexpr Hashed kVbs{PlatformType::kVbs, 32 + 32 + kPageSize, "SHA2-256"};

void measured(benchmark::State& state, const Hashed& hashed) {
    const SupportedPlatform& measured_platform = platform(hashed.platform);
    for (auto _ : state) {
        const auto measurement = measure(image(), measured_platform, LaunchProfile::kSpec);
        if (!measurement) state.SkipWithError("the image could not be measured");
        benchmark::DoNotOptimize(measurement->digest.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(hashed.bytes()));
}

void raw_openssl(benchmark::State& state, const Hashed& hashed) {
    hash_raw(state, hashed.algorithm, hashed.bytes());
}

/// Every SNP profile for itself: each hashes all pages.
void snp_profiles_one_by_one(benchmark::State& state) {
    for (auto _ : state)
        for (const LaunchProfile profile : profiles_of(PlatformType::kSnp))
            benchmark::DoNotOptimize(measure(snp_image(), snp_image().platforms().at(0), profile));
}
BENCHMARK(snp_profiles_one_by_one)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Together: each page is hashed once.
void snp_profiles_together(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(measure_profiles(snp_image(), {}));
}
BENCHMARK(snp_profiles_together)->Unit(benchmark::kMillisecond)->UseRealTime();

void every_platform_and_profile(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(measure_profiles(image(), {}));
}
BENCHMARK(every_platform_and_profile)->Unit(benchmark::kMillisecond)->UseRealTime();

#define IGVM_MEASURE_BENCHMARK(name, hashed)                                                           \
    BENCHMARK_CAPTURE(measured, name, hashed)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime(); \
    BENCHMARK_CAPTURE(raw_openssl, name, hashed)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()

IGVM_MEASURE_BENCHMARK(snp, kSnp);
IGVM_MEASURE_BENCHMARK(tdx, kTdx);
IGVM_MEASURE_BENCHMARK(vbs, kVbs);

}  // namespace
}  // namespace igvm::bench
