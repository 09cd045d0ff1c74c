#include <benchmark/benchmark.h>

#include "bench_image.hpp"
#include "igvm/check.hpp"

namespace igvm::bench {
namespace {

void open_and_check(benchmark::State& state) {
    const Bytes file = image().bytes();
    for (auto _ : state) {
        const CheckReport report = check(Image::open(file).value());
        if (report.has_errors()) state.SkipWithError("the image has errors");
        benchmark::DoNotOptimize(report.findings.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
BENCHMARK(open_and_check)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace igvm::bench
