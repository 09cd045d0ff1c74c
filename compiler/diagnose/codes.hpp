// Every diagnostic code, its number, title and explanation: one table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace igvm::spec {

/// Stable: a number is never given to another meaning.
enum class Code : std::uint16_t {
    // 01xx: the text
    kSyntax = 101,
    kVersion = 102,
    kNesting = 103,
    kTooLarge = 104,
    kNotUtf8 = 105,
    kBadNumber = 106,
    kBadString = 107,
    kInclude = 108,
    kExpansion = 109,

    // 02xx: names, types, evaluation
    kUnknownName = 201,
    kDuplicateName = 202,
    kTypeMismatch = 203,
    kOverflow = 204,
    kDivisionByZero = 205,
    kNarrowing = 206,
    kCycle = 207,
    kWrongArgument = 208,
    kUnknownFunction = 209,
    kUnknownProperty = 210,
    kParamValue = 211,
    kParamMissing = 212,
    kInputMissing = 213,
    kAssertionFailed = 214,
    kUnknownType = 215,
    kOutOfRange = 217,
    kEarlyValue = 218,
    kContentCycle = 219,

    // 03xx: schema and layout
    kUnknownBlock = 301,
    kUnknownAttribute = 302,
    kDuplicateAttribute = 303,
    kMissingAttribute = 304,
    kBadEnumValue = 305,
    kBadScope = 306,
    kMisplacedBlock = 307,
    kMissingName = 308,
    kConflict = 309,
    kAlignment = 310,
    kAddressRange = 311,
    kOverlap = 312,
    kSize = 313,
    kMask = 314,
    kContextPlatform = 315,
    kUnknownRegister = 316,
    kPolicy = 317,
    kImageCount = 318,
    kArchitecture = 319,
    kFormat = 320,
    kDuplicateBlock = 321,
    kRule = 323,

    // 04xx: inputs
    kFileUnreadable = 401,
    kOvmfTableMissing = 402,
    kOvmfSectionMissing = 403,
    kOvmfMalformed = 404,
    kInputMalformed = 405,
    kInputUnsupported = 406,
    kSymbolMissing = 407,

    // 05xx: command line, expectations, output
    kUnknownPlatform = 501,
    kExpectationFailed = 502,
    kOutput = 503,
    kCommandLine = 504,
    kMeasurement = 505,
};

struct CodeInfo {
    Code code;
    std::string_view title;        ///< lower case, no final period
    std::string_view explanation;  ///< a paragraph and an example, for `igvm explain`
};

/// All codes, by number.
std::span<const CodeInfo> all_codes();
/// "E0312".
std::string code_name(Code code);
const CodeInfo& code_info(Code code);
/// From "E0312", "e312" or "312"; none when there is no such code.
std::optional<Code> find_code(std::string_view name);

}  // namespace igvm::spec
