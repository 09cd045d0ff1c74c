// A file in the making, for the C interface: owns what it is given.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "igvm/writer.hpp"

namespace igvm::c {

class FileWriter {
  public:
    explicit FileWriter(const WriterOptions& options) : writer_(options) {}

    /// Copies a header of a known type and its data. `header` points to the structure of the type. Error:
    /// kFileUnknownType; kFileDataOffset when the data has not the size that the header asks for.
    Result<void> append(std::uint32_t raw_type, const void* header, Bytes data);

    /// The whole file. The writer is empty afterwards, also for calls that wait for it in other threads.
    Result<std::vector<std::uint8_t>> finish();

  private:
    std::mutex mutex_;
    Writer writer_;
    std::deque<std::vector<std::uint8_t>> data_;  ///< what the writer borrows until it ends
    bool finished_ = false;
};

}  // namespace igvm::c
