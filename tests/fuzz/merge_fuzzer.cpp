// Any bytes: merge with a file of this fuzzer, filter, measure and load; each result must be valid when the
// input is.
#include "contract.hpp"
#include "igvm/writer.hpp"

namespace {

const std::vector<std::uint8_t>& partner() {
    static const std::vector<std::uint8_t> file = [] {
        using namespace igvm;
        Writer writer;
        (void)writer.append(SupportedPlatform{1, 0, std::uint8_t{0}, std::uint16_t{1}, 0}, {}, "");
        (void)writer.append(ParameterArea{kPageSize, 0, 0}, {}, "");
        (void)writer.append(ParameterInsert{0x5000, 1, 0}, {}, "");
        (void)writer.append(PageData{0x1000, 1, 0, 0, std::uint16_t{0}, std::uint16_t{0}}, {}, "");
        return std::move(writer).finish().value().bytes;
    }();
    return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    igvm::test::Contract::judge({data, size}, partner());
    return 0;
}
