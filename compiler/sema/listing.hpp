// Every block with the values it came to: what `build --emit=model` shows.
#pragma once

#include <string>
#include <vector>

#include "sema/binding.hpp"

namespace igvm::spec {

/// One value and the platforms that share it.
struct ListedValue {
    std::string attribute;
    std::vector<std::string> platforms;
    std::string word;  ///< of a keyword attribute, and then there is no value
    Value value;
};

struct ListedBlock {
    std::string kind;
    std::string name;  ///< may be empty
    std::string doc;
    std::vector<std::string> platforms;
    std::vector<ListedValue> values;  ///< source order
    std::vector<ListedBlock> blocks;
};

/// The bound image as values, for the platforms that are kept. Nothing new is reported for an image without
/// errors.
ListedBlock list_values(Binding& binding);

}  // namespace igvm::spec
