// The registers of a block in one encoding: what `vp_context` and `registers` have in common.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "igvm/describe.hpp"
#include "igvm/x64.hpp"
#include "sema/binding.hpp"

namespace igvm::spec {

class RegisterBinder {
  public:
    /// `encoding` is a platform whose contexts are so encoded; messages call it `owner`, such as "the context
    /// of snp".
    RegisterBinder(Binding& binding, const BoundBlock& block, PlatformIndex platform, PlatformType encoding,
                   std::string owner)
        : binding_(binding),
          block_(block),
          platform_(platform),
          encoding_(encoding),
          owner_(std::move(owner)) {}

    /// Puts the start state, the features and the registers of the block into `context`; false after an error
    /// was reported.
    bool bind(model::VpContext& context);
    /// Bytes of the context, which do not depend on the values of its registers.
    std::optional<std::uint64_t> encoded_size();

  private:
    using Content = std::variant<std::uint64_t, x64::Segment>;

    void bind_start();
    void bind_features();
    void bind_registers();
    void bind_table(std::string_view attribute, std::string_view register_name);
    void bind_block(const BoundBlock& block);
    void check_attributes(const BoundBlock& block, std::uint16_t attributes);
    const x64::RegisterInfo* find(std::string_view name, Span place);
    std::uint64_t feature_bits(const BoundAttribute& features);
    void add(const x64::RegisterInfo* info, Content value, Span place);
    void check_needed();
    void check_limit(std::string_view subject, std::uint64_t value, std::uint64_t max, Span place);
    std::string elsewhere(std::string_view help) const;
    void refuse(Code code, Span place, std::string message, std::string help = {});
    std::uint64_t integer(const BoundBlock& block, std::string_view name, std::uint64_t absent,
                          std::uint64_t max);
    ContextFormat format() const { return platform_info(encoding_).context; }

    Binding& binding_;
    const BoundBlock& block_;
    PlatformIndex platform_;
    PlatformType encoding_;
    std::string owner_;
    model::VpContext context_;
    std::map<const x64::RegisterInfo*, Span> places_;  ///< of the registers that have a value
    bool good_ = true;
};

}  // namespace igvm::spec
