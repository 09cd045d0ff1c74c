// One verb of the command, run inside the test.
#pragma once

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "exit_code.hpp"

namespace igvm::tools {

struct Outcome {
    int exit_code;
    std::string out;
    std::string err;
};

using AddVerb = void (*)(CLI::App& app, int& exit_code);

/// `words` as they stand behind `igvm`; the first names one of the verbs that `add` makes known.
inline Outcome run_verb(const std::vector<AddVerb>& add, const std::vector<std::string>& words) {
    CLI::App app("igvm");
    int exit_code = kExitOk;
    for (const AddVerb verb : add) verb(app, exit_code);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    try {
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::ParseError&) {
        exit_code = kExitUsage;
    }
    std::fflush(stdout);
    return {exit_code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

}  // namespace igvm::tools
