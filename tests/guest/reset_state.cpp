#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "qemu.hpp"
#include "qemu_process.hpp"

namespace igvm::guest {
namespace {

/// The text that the human monitor prints for `info registers` on a CPU that has not started.
std::string monitor_registers() {
    const std::string input =
        R"({"execute":"qmp_capabilities"})"
        R"({"execute":"human-monitor-command","arguments":{"command-line":"info registers"}})"
        R"({"execute":"quit"})";
    const ProcessResult result = run_qemu({"-S", "-qmp", "stdio"}, input);
    std::istringstream lines(result.output);
    for (std::string line; std::getline(lines, line);) {
        const auto reply = nlohmann::json::parse(line);
        if (reply.contains("return") && reply["return"].is_string()) return reply["return"];
    }
    throw std::runtime_error("QEMU's monitor gave no registers: " + result.output);
}

std::uint64_t from_hex(const std::string& digits) { return std::stoull(digits, nullptr, 16); }

/// From "CS =f000 ffff0000 0000ffff 00009b00": selector, base, limit, and the descriptor's upper half.
NativeSegment segment_of(const std::smatch& match) {
    return {static_cast<std::uint16_t>(from_hex(match[2])),
            static_cast<std::uint16_t>(from_hex(match[5]) >> 8),
            static_cast<std::uint32_t>(from_hex(match[3])), static_cast<std::uint32_t>(from_hex(match[4]))};
}

template <class F>
void for_each_match(const std::string& text, const std::regex& pattern, F&& visit) {
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
        visit(*match);
}

}  // namespace

ResetState reset_state() {
    static const std::regex segment(R"((\w\w) =([0-9a-f]{4}) ([0-9a-f]+) ([0-9a-f]{8}) ([0-9a-f]{8}))");
    static const std::regex table(R"((GDT|IDT)= +([0-9a-f]+) ([0-9a-f]+))");
    static const std::regex plain(R"((\w+)=([0-9a-f]+))");

    ResetState state;
    const std::string text = monitor_registers();
    for_each_match(text, segment, [&](const auto& match) { state.segments[match[1]] = segment_of(match); });
    for_each_match(text, plain, [&](const auto& match) { state.registers[match[1]] = from_hex(match[2]); });
    for_each_match(text, table, [&](const auto& match) {
        state.registers[match[1].str() + " base"] = from_hex(match[2]);
        state.registers[match[1].str() + " limit"] = from_hex(match[3]);
    });
    return state;
}

}  // namespace igvm::guest
