// What expressions see of the blocks before there is a layout.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "sema/evaluate.hpp"

namespace igvm::spec {

/// Knows the names of all blocks and refuses their use.
class EarlyScope final : public BlockScope {
  public:
    EarlyScope(const std::vector<Tree*>& trees, Diagnostics& diagnostics);

    std::optional<Value> find_block(std::string_view name, Span use) override;
    std::optional<Value> find_element(std::string_view, std::string_view, Span) override {
        return std::nullopt;
    }
    std::vector<std::string_view> block_names() const override { return {names_.begin(), names_.end()}; }
    Value property(const Block&, const Name&, PlatformIndex) override { return {}; }
    std::optional<model::Blob> contents(const Block&, Span, PlatformIndex) override { return std::nullopt; }
    std::optional<std::vector<const Block*>> regions(const RegionFilter&, Span use, PlatformIndex) override;

  private:
    void collect(const Entries& entries);

    Diagnostics& diagnostics_;
    std::set<std::string, std::less<>> names_;
};

}  // namespace igvm::spec
