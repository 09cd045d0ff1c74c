#include "driver/depfile.hpp"

namespace igvm::spec {
namespace {

std::string escaped(const std::filesystem::path& path) {
    std::string result;
    for (const char c : std::filesystem::absolute(path).lexically_normal().string()) {
        if (c == ' ' || c == '#') result += '\\';
        if (c == '$') result += '$';
        result += c;
    }
    return result;
}

}  // namespace

std::string depfile(const std::filesystem::path& target, const std::vector<std::filesystem::path>& files) {
    std::string rule = escaped(target) + ":";
    for (const auto& file : files) rule += " \\\n  " + escaped(file);
    return rule + "\n";
}

}  // namespace igvm::spec
