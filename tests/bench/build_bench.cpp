// The OVMF example through the compiler, beside OpenSSL on the bytes that its measurements hash.
#include <benchmark/benchmark.h>

#include "igvm/image.hpp"
#include "igvm/spec/compile.hpp"
#include "raw_openssl.hpp"

namespace igvm::bench {
namespace {

spec::Compilation compile_ovmf() {
    spec::Request request;
    request.spec = IGVM_BENCH_SPEC;
    request.inputs.emplace_back("firmware", IGVM_BENCH_FIRMWARE);
    return spec::compile(request);
}

/// SNP hashes the pages and a record for each; TDX hashes each 256 bytes with a block of 128.
std::uint64_t hashed_bytes(const Image& image) {
    std::uint64_t total = 0;
    for (const SupportedPlatform& platform : image.platforms()) {
        const bool tdx = PlatformType{std::uint8_t{platform.platform_type}} == PlatformType::kTdx;
        const auto add = [&](const TraceLine& line) {
            const std::uint64_t content = line.event.measured ? line.event.content.size() : 0;
            total += tdx ? 128 + content / 256 * (128 + 256) : 112 + content;
        };
        (void)measure(image, platform, LaunchProfile::kSpec, add);
    }
    return total;
}

void build_ovmf(benchmark::State& state) {
    for (auto _ : state) {
        const auto compilation = compile_ovmf();
        if (compilation.outcome != spec::Outcome::kOk) state.SkipWithError("the example does not compile");
        benchmark::DoNotOptimize(compilation.image.data());
    }
}

void raw_openssl_of_ovmf(benchmark::State& state) {
    const auto compilation = compile_ovmf();
    const auto image = Image::open(compilation.image);
    if (!image) return state.SkipWithError("the example does not compile");
    hash_raw(state, "SHA2-384", hashed_bytes(*image));
}

BENCHMARK(build_ovmf)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();
BENCHMARK(raw_openssl_of_ovmf)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace igvm::bench
