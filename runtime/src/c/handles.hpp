// Handles: numbers that stand for objects, safe to misuse.
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "igvm/igvm.h"

namespace igvm::c {

/// A number greater than 0 that no call in the last 2^31 - 2 got. Files, writers and buffers share the
/// numbers, so that one kind is never taken for another, nor one file's buffer for that of another.
IgvmHandle next_handle();

/// The live objects of one kind. An object lives until it is removed and the last call that uses it returns.
template <class T>
class HandleTable {
  public:
    IgvmHandle add(std::shared_ptr<T> object) {
        const std::unique_lock lock(mutex_);
        IgvmHandle handle = next_handle();
        while (!objects_.try_emplace(handle, object).second) handle = next_handle();
        return handle;
    }

    /// Null when the handle is not live.
    std::shared_ptr<T> find(IgvmHandle handle) const {
        const std::shared_lock lock(mutex_);
        const auto found = objects_.find(handle);
        return found == objects_.end() ? nullptr : found->second;
    }

    /// As `find`; the handle is not live afterwards.
    std::shared_ptr<T> remove(IgvmHandle handle) {
        const std::unique_lock lock(mutex_);
        const auto node = objects_.extract(handle);
        return node.empty() ? nullptr : std::move(node.mapped());
    }

  private:
    mutable std::shared_mutex mutex_;
    std::unordered_map<IgvmHandle, std::shared_ptr<T>> objects_;
};

class File;
class FileWriter;

// Never destroyed: a program may free its handles while it exits.
HandleTable<File>& files();
HandleTable<FileWriter>& writers();

}  // namespace igvm::c
