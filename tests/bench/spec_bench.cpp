// Specs of many regions, written out and repeated by `for`: what a build takes must grow with their number
// and no faster.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "igvm/spec/compile.hpp"
#include "temporary_folder.hpp"

namespace igvm::bench {
namespace {

void compile_text(benchmark::State& state, const std::string& blocks) {
    const test::TemporaryFolder folder;
    spec::Request request;
    request.spec = folder / "bench.igvmspec";
    test::write_text(request.spec, "igvmspec 1;\nimage bench {\n    platform snp { }\n" + blocks + "}\n");
    for (auto _ : state) {
        const spec::Compilation compilation = spec::compile(request);
        if (compilation.outcome != spec::Outcome::kOk) state.SkipWithError("the spec does not compile");
        benchmark::DoNotOptimize(compilation.image.data());
    }
    state.SetComplexityN(state.range(0));
}

void build_written_regions(benchmark::State& state) {
    std::string blocks;
    for (std::int64_t i = 0; i < state.range(0); ++i)
        blocks += fmt::format("    region r{0} {{ at = 16M + {0} * 4K; size = 4K; data = le32({0}); }}\n", i);
    compile_text(state, blocks);
}

void build_repeated_regions(benchmark::State& state) {
    compile_text(state,
                 fmt::format("    for i in 0..{} {{ region r {{ at = i == 0 ? 16M : r[i - 1].end; size = 4K; "
                             "data = le32(i); }} }}\n",
                             state.range(0)));
}

BENCHMARK(build_written_regions)->Arg(20'000)->Arg(100'000)->Unit(benchmark::kMillisecond)->Complexity();
BENCHMARK(build_repeated_regions)->Arg(20'000)->Arg(100'000)->Unit(benchmark::kMillisecond)->Complexity();

}  // namespace
}  // namespace igvm::bench
