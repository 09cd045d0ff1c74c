#include "qemu_process.hpp"

namespace igvm::guest {

ProcessResult run_qemu(const std::vector<std::string>& arguments, std::string_view input) {
    std::vector<std::string> command = {"timeout",     "--kill-after=5",
                                        "300",         "qemu-system-x86_64",
                                        "-machine",    "pc,accel=tcg,smm=on",
                                        "-m",          "size=" + std::to_string(kRamSize >> 20) + "M",
                                        "-nodefaults", "-no-reboot",
                                        "-vga",        "none",
                                        "-display",    "none"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_process(std::move(command), input);
}

}  // namespace igvm::guest
