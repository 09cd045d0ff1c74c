// What a benchmark is held against: OpenSSL itself, without anything around it.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace igvm::bench {

/// Runs the benchmark loop: one digest over `size` bytes, by an algorithm that is fetched before the clock
/// starts.
void hash_raw(benchmark::State& state, const char* algorithm, std::uint64_t size);

}  // namespace igvm::bench
