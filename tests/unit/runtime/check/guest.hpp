// A guest that starts well, to be broken in one place.
#pragma once

#include <array>
#include <map>

#include "cases.hpp"
#include "igvm/x64.hpp"

namespace igvm::test {

/// Pages by address. `build` writes them, ascending, behind the VP context.
class Guest {
  public:
    static constexpr std::uint64_t kCode = 0x100000;
    static constexpr std::uint64_t kTables = 0x101000;  ///< root, level 3, level 2
    static constexpr std::uint64_t kGdt = 0x104000;
    static constexpr std::uint64_t kStack = 0x105000;
    static constexpr std::uint64_t kSecrets = 0x106000;
    static constexpr std::uint64_t kCpuid = 0x107000;
    static constexpr std::uint64_t kCBit = std::uint64_t{1} << 51;

    /// In 64-bit mode, the first 2 MiB mapped one to one; on SNP as private memory.
    explicit Guest(PlatformType type) : type_(type) {
        const std::uint64_t c_bit = snp() ? kCBit : 0;
        set_page(kCode);
        set_page(kGdt);
        set_page(kStack);
        if (snp()) set_page(kSecrets, PageDataType::kSecrets);
        if (snp()) set_page(kCpuid, PageDataType::kCpuid);
        map(kTables, 0, (kTables + 0x1000) | c_bit | 3);
        map(kTables + 0x1000, 0, (kTables + 0x2000) | c_bit | 3);
        map(kTables + 0x2000, 0, c_bit | 0x83);
        set("rip", kCode);
        set("rsp", kStack + kPageSize);
        set("cr0", 0x80000001);
        set("cr3", kTables | c_bit);
        set("cr4", 0x20);
        set("efer", snp() ? 0x1D00 : 0xD00);
        set_segment("cs", {8, 0xA09B, 0xFFFFFFFF, 0});
        set_segment("gdtr", {0, 0, 0x1F, kGdt});
        if (snp()) context_[x64::kVmsaSevFeaturesOffset] = 1;
    }

    bool snp() const { return type_ == PlatformType::kSnp; }
    void set_page(std::uint64_t gpa, PageDataType type = PageDataType::kNormal, std::uint32_t flags = 0) {
        pages_[gpa].type = type;
        pages_[gpa].flags = flags;
    }
    void remove(std::uint64_t gpa) { pages_.erase(gpa); }
    /// Puts a value into the page at `gpa`.
    template <Wire T>
    void fill(std::uint64_t gpa, std::uint64_t offset, const T& value) {
        Buffer& content = pages_[gpa].content;
        content.resize(kPageSize);
        poke(content, offset, value);
    }
    /// Entry `index` of the table at `gpa`.
    void map(std::uint64_t gpa, std::size_t index, std::uint64_t entry) {
        fill(gpa, index * sizeof(U64), U64{entry});
    }
    void set(std::string_view name, std::uint64_t value) { poke(context_, place(name).offset, U64{value}); }
    void set_segment(std::string_view name, const x64::Segment& segment) {
        const std::uint64_t at = place(name).offset;
        if (snp()) {
            poke(context_, at, U16{segment.selector});
            poke(context_, at + 2, U16{x64::pack_attributes(segment.attributes)});
            poke(context_, at + 4, U32{segment.limit});
            poke(context_, at + 8, U64{segment.base});
        } else if (name == "gdtr") {
            poke(context_, at, U16{static_cast<std::uint16_t>(segment.limit)});
            poke(context_, at + 2, U64{segment.base});
        } else {
            poke(context_, at, U16{segment.selector});
            poke(context_, at + 2, U16{segment.attributes});
            poke(context_, at + 4, U32{static_cast<std::uint32_t>(segment.base)});
            poke(context_, at + 8, U32{segment.limit});
        }
    }

    /// The file; the offset is that of the VP_CONTEXT header.
    Sample build() const {
        RawImage image = image_for(type_);
        const std::uint64_t gpa = snp() ? 0xFFFFFFFFF000 : 0;
        const std::uint64_t body = image.add(VpContext{gpa, 1, image.payload(context_), 0, 0});
        for (const auto& [at, one] : pages_) {
            const std::uint32_t data = one.content.empty() ? 0 : image.payload(one.content);
            image.add(PageData{at, 1, data, one.flags, static_cast<std::uint16_t>(one.type), 0});
        }
        return {image.build(), body - sizeof(VariableHeader)};
    }

  private:
    struct Page {
        PageDataType type = PageDataType::kNormal;
        std::uint32_t flags = 0;
        Buffer content;
    };

    x64::RegisterPlace place(std::string_view name) const {
        const x64::RegisterInfo* info = x64::find_register(name);
        return snp() ? info->vmsa : info->native;
    }

    PlatformType type_;
    Buffer context_ = Buffer(kPageSize);
    std::map<std::uint64_t, Page> pages_;
};

}  // namespace igvm::test
