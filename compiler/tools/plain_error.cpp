#include "tools/plain_error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "igvm/text.hpp"

namespace igvm::tools {

void print_plain_error(const std::string& message, bool json, const std::string& file) {
    if (!json) {
        fmt::print(stderr, "{}{}error: {}\n", printable(file), file.empty() ? "" : ": ", printable(message));
        return;
    }
    nlohmann::ordered_json object{{"severity", "error"}};
    if (!file.empty()) object["file"] = file;
    object["message"] = message;
    fmt::print(stderr, "{}\n", object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace igvm::tools
