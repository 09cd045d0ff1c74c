// A measurement that moved, with the image of an earlier build beside it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <string>

#include "igvm/spec/compile.hpp"
#include "temporary_folder.hpp"

namespace igvm::spec {
namespace {

using testing::HasSubstr;

class Expectations : public testing::Test {
  protected:
    Compilation compiled(const std::string& code, const std::string& pin) {
        Request request;
        request.spec = folder_ / "pinned.igvmspec";
        request.previous = folder_ / "pinned.igvm";
        test::write_text(request.spec, fmt::format("igvmspec 1;\n{}image pinned {{\n    platform snp {{ }}\n"
                                                   "    region first {{ at = 1M; size = 8K; }}\n"
                                                   "    region code {{ {} }}\n}}\n",
                                                   pin, code));
        return compile(request);
    }

    /// Builds once, keeps the image, and pins its digest.
    std::string pin_first_build() {
        const Compilation first = compiled("at = 2M; data = hex\"01\";", "");
        std::ofstream(folder_ / "pinned.igvm", std::ios::binary)
            .write(reinterpret_cast<const char*>(first.image.data()),
                   static_cast<std::streamsize>(first.image.size()));
        return fmt::format("expect(snp, hex\"{}\");\n", hex(first.measurements.at(0).digest));
    }

    std::string moved_text(const std::string& code, const std::string& pin) {
        const Compilation moved = compiled(code, pin);
        EXPECT_EQ(moved.outcome, Outcome::kDiagnostics);
        return moved.diagnostics.size() == 1 ? moved.diagnostics[0].text : std::string();
    }

    test::TemporaryFolder folder_;
};

TEST_F(Expectations, TheSameSpecComesOutAgain) {
    const std::string pin = pin_first_build();
    EXPECT_EQ(compiled("at = 2M; data = hex\"01\";", pin).outcome, Outcome::kOk);
}

TEST_F(Expectations, NameTheRegionWhoseContentMoved) {
    EXPECT_THAT(
        moved_text("at = 2M; data = hex\"02\";", pin_first_build()),
        HasSubstr("pinned.igvmspec:6:5: note: region code moved it: the launch of the earlier image differs "
                  "first at 0x200000: content"));
}

TEST_F(Expectations, NameTheRegionWhoseAddressMoved) {
    EXPECT_THAT(
        moved_text("at = 3M; data = hex\"01\";", pin_first_build()),
        HasSubstr("region code moved it: the launch of the earlier image differs first at 0x300000: gpa"));
}

TEST_F(Expectations, SayWhenThereIsNothingToCompareWith) {
    const std::string pin = pin_first_build();
    test::write_text(folder_ / "pinned.igvm", "not an image");
    EXPECT_THAT(moved_text("at = 2M; data = hex\"02\";", pin),
                HasSubstr("note: no earlier image with the expected digest is there to compare with"));
}

}  // namespace
}  // namespace igvm::spec
