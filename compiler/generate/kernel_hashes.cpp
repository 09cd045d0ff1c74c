#include "generate/kernel_hashes.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "inputs/guid.hpp"

namespace igvm::spec::generate {
namespace {

struct Entry {
    Guid guid;
    U16 length;  ///< of the entry
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash;
};
static_assert(sizeof(Entry) == 50);

struct Table {
    Guid guid;
    U16 length;  ///< without the padding
    Entry cmdline, initrd, kernel;
    std::array<std::uint8_t, 8> padding;
};
static_assert(sizeof(Table) == kKernelHashesSize);

Entry entry(std::string_view guid, Bytes content) {
    Entry entry{*parse_guid(guid), std::uint16_t{sizeof(Entry)}, {}};
    SHA256(content.data(), content.size(), entry.hash.data());
    return entry;
}

}  // namespace

std::vector<std::uint8_t> kernel_hashes(Bytes kernel, Bytes initrd, std::string_view cmdline) {
    const std::string ended(cmdline);
    const Bytes text(reinterpret_cast<const std::uint8_t*>(ended.c_str()), ended.size() + 1);
    const Table table{*parse_guid("9438d606-4f22-4cc9-b479-a793d411fd21"),
                      std::uint16_t{offsetof(Table, padding)},
                      entry("97d02dd8-bd20-4c94-aa78-e7714d36ab2a", text),
                      entry("44baf731-3a2f-4bd7-9af1-41e29169781d", initrd),
                      entry("4de79437-abd2-427f-b835-d5b172d2045b", kernel),
                      {}};
    const Bytes bytes = bytes_of(table);
    return {bytes.begin(), bytes.end()};
}

}  // namespace igvm::spec::generate
