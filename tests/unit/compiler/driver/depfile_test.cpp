#include "driver/depfile.hpp"

#include <gtest/gtest.h>

namespace igvm::spec {
namespace {

TEST(Depfile, EscapesWhatMakeWouldRead) {
    EXPECT_EQ(depfile("/out/a b.igvm", {"/in/$x#1"}), "/out/a\\ b.igvm: \\\n  /in/$$x\\#1\n");
}

TEST(Depfile, NamesFilesByAbsolutePath) {
    const std::string rule = depfile("image", {"in/../spec"});
    const std::string here = std::filesystem::current_path().string();
    EXPECT_EQ(rule, here + "/image: \\\n  " + here + "/spec\n");
}

}  // namespace
}  // namespace igvm::spec
