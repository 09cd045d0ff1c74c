// Merging two images of N pages each, every second page the same in both. Time by page must not grow with N.
#include <benchmark/benchmark.h>

#include <cstring>
#include <random>
#include <stdexcept>

#include "igvm/edit.hpp"
#include "igvm/writer.hpp"

namespace igvm::bench {
namespace {

using File = std::vector<std::uint8_t>;

/// `count` distinct pages. Files with another `salt` have other pages at odd places.
File contents(std::uint64_t count, std::uint64_t salt) {
    File bytes(count * kPageSize);
    std::mt19937_64 filler;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t page = at / kPageSize;
        const std::uint64_t value = filler() ^ (page % 2 * salt);
        std::memcpy(bytes.data() + at, &value, sizeof value);
    }
    return bytes;
}

void require(const Result<void>& appended) {
    if (!appended) throw std::runtime_error(to_string(appended.error()));
}

File make_file(PlatformType type, std::uint64_t count) {
    const File bytes = contents(count, static_cast<std::uint64_t>(type));
    Writer writer;
    require(writer.append(SupportedPlatform{1, 0, static_cast<std::uint8_t>(type), 1, 0}, {}, "platform"));
    for (std::uint64_t i = 0; i < count; ++i)
        require(writer.append(PageData{0x100000 + i * kPageSize, 1, 0, 0, 0, 0},
                              Bytes(bytes).subspan(i * kPageSize, kPageSize), "page"));
    return std::move(writer).finish().value().bytes;
}

void merge_pages(benchmark::State& state, MergeMode mode) {
    const auto count = static_cast<std::uint64_t>(state.range(0));
    const File files[] = {make_file(PlatformType::kSnp, count), make_file(PlatformType::kTdx, count)};
    const Image images[] = {Image::open(files[0]).value(), Image::open(files[1]).value()};
    for (auto _ : state) {
        const auto merged = merge(images, mode);
        if (!merged) state.SkipWithError("the images could not be merged");
        benchmark::DoNotOptimize(merged->data());
    }
    state.SetComplexityN(state.range(0));
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(files[0].size() + files[1].size()));
}

#define IGVM_MERGE_BENCHMARK(name, mode)       \
    BENCHMARK_CAPTURE(merge_pages, name, mode) \
        ->Arg(16384)                           \
        ->Arg(32768)                           \
        ->Arg(65536)                           \
        ->Unit(benchmark::kMillisecond)        \
        ->UseRealTime()                        \
        ->Complexity(benchmark::oN)

IGVM_MERGE_BENCHMARK(fold, MergeMode::kFold);
IGVM_MERGE_BENCHMARK(append, MergeMode::kAppend);

}  // namespace
}  // namespace igvm::bench
