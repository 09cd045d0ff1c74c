// Files made to be expensive: what open + check takes must grow with the file and no faster.
#include <benchmark/benchmark.h>

#include "igvm/check.hpp"
#include "igvm/x64.hpp"
#include "raw_image.hpp"

namespace igvm::bench {
namespace {

using test::Buffer;
using test::poke;
using test::RawImage;

SupportedPlatform platform(PlatformType type) { return {1, 0, static_cast<std::uint8_t>(type), 1, 0}; }

void check_file_of(benchmark::State& state, const Buffer& file) {
    for (auto _ : state) {
        const CheckReport report = check_file(file);
        benchmark::DoNotOptimize(report.findings.data());
    }
    state.SetComplexityN(state.range(0));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

/// VP contexts that lie 32 bytes apart, so that each byte belongs to more than a hundred of them.
void check_shared_contexts(benchmark::State& state, PlatformType type) {
    const auto contexts = static_cast<std::uint32_t>(state.range(0));
    RawImage image(1, Architecture::kX64, 64 * contexts);
    image.add(platform(type));
    Buffer blob(kPageSize + std::size_t{32} * contexts);
    const auto registers = static_cast<std::uint32_t>(x64::register_table().size());
    const std::uint32_t rip = x64::find_register("rip")->vbs;
    for (std::size_t i = 0; type == PlatformType::kVbs && i < contexts; ++i) {
        poke(blob, 32 * i, U32{registers});
        poke(blob, 32 * i + 5, U32{rip});
    }
    const std::uint32_t payload = image.payload(blob);
    for (std::uint32_t i = 0; i < contexts; ++i)
        image.add(VpContext{0, 1, payload + 32 * i, static_cast<std::uint16_t>(i), 0});
    check_file_of(state, image.build());
}

/// Page tables that all lead to all others, walked for each of as many virtual processors.
void check_shared_tables(benchmark::State& state) {
    const auto tables = static_cast<std::uint64_t>(state.range(0));
    RawImage image(1, Architecture::kX64, 0x200000);
    image.add(platform(PlatformType::kNative));
    Buffer table(kPageSize);
    for (std::size_t i = 0; i < 512; ++i) poke(table, 8 * i, U64{kPageSize * (1 + i * 3 % tables) | 3});
    const std::uint32_t payload = image.payload(table);
    Buffer context(kPageSize);
    poke(context, x64::find_register("cr0")->native.offset, U64{0x80000001});
    poke(context, x64::find_register("cr3")->native.offset, U64{kPageSize});
    poke(context, x64::find_register("cr4")->native.offset, U64{0x20});
    poke(context, x64::find_register("efer")->native.offset, U64{0xD00});
    const std::uint32_t registers = image.payload(context);
    for (std::uint64_t vp = 0; vp < tables; ++vp)
        image.add(VpContext{0, 1, registers, static_cast<std::uint16_t>(vp), 0});
    for (std::uint64_t i = 1; i <= tables; ++i) image.add(PageData{kPageSize * i, 1, payload, 0, 0, 0});
    check_file_of(state, image.build());
}

/// Pages in descending order that share their data.
void check_descending_pages(benchmark::State& state) {
    const auto pages = static_cast<std::uint64_t>(state.range(0));
    RawImage image(1, Architecture::kX64, 0x400000);
    image.add(platform(PlatformType::kSnp));
    const std::uint32_t payload = image.payload(Buffer(kPageSize));
    for (std::uint64_t i = pages; i > 0; --i) image.add(PageData{kPageSize * i, 1, payload, 0, 0, 0});
    check_file_of(state, image.build());
}

void growing(benchmark::internal::Benchmark* benchmark, std::int64_t most) {
    benchmark->Unit(benchmark::kMillisecond)
        ->RangeMultiplier(2)
        ->Range(most / 4, most)
        ->Complexity(benchmark::oN);
}
void to_65536(benchmark::internal::Benchmark* benchmark) { growing(benchmark, 65536); }
void to_2048(benchmark::internal::Benchmark* benchmark) { growing(benchmark, 2048); }

BENCHMARK_CAPTURE(check_shared_contexts, native, PlatformType::kNative)->Apply(to_65536);
BENCHMARK_CAPTURE(check_shared_contexts, snp, PlatformType::kSnp)->Apply(to_65536);
BENCHMARK_CAPTURE(check_shared_contexts, vbs, PlatformType::kVbs)->Apply(to_65536);
BENCHMARK(check_shared_tables)->Apply(to_2048);
BENCHMARK(check_descending_pages)->Apply(to_65536);

}  // namespace
}  // namespace igvm::bench
