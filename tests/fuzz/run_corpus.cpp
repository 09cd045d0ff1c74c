// Hands every file of a folder to the fuzz target, where libFuzzer does not.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> inputs;
    if (argc == 2)
        std::ranges::copy(std::filesystem::directory_iterator(argv[1]), std::back_inserter(inputs));
    std::ranges::sort(inputs);
    for (const auto& input : inputs) {
        std::cout << input.filename().string() << std::endl;
        std::ifstream file(input, std::ios::binary);
        const std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    return inputs.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
}
