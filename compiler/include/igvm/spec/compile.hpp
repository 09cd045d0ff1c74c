// The compiler as one call.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "igvm/file.hpp"
#include "igvm/measure.hpp"
#include "igvm/result.hpp"
#include "igvm/writer.hpp"

namespace igvm::spec {

/// A launch digest that must come out: `snp=hex` or `snp@spec=hex`.
struct Expectation {
    PlatformType platform;
    LaunchProfile profile = LaunchProfile::kSpec;
    std::string digest;  ///< lowercase hexadecimal
};

struct Request {
    std::filesystem::path spec;
    std::vector<std::pair<std::string, std::string>> params;            ///< name, value as written
    std::vector<std::pair<std::string, std::filesystem::path>> inputs;  ///< name, path
    std::vector<std::filesystem::path> include_directories;
    std::vector<std::string> platforms;  ///< keep only these; empty: all
    std::vector<Expectation> expectations;
    std::filesystem::path previous;  ///< an earlier image, to say what moved a measurement; may be missing
    /// Files that are taken from memory: a spec or inputs of these paths are not looked for on the disk.
    std::vector<FileContents> in_memory;
    bool list_model = false;  ///< fill in Compilation::model
};

/// Variable headers of the file that stand together, by index.
struct HeaderRun {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

/// A piece of the image for the report and for dumps, in file order.
struct LayoutEntry {
    std::string name;  ///< "region secrets"
    std::string doc;
    std::string place;  ///< of the declaration: "guest.igvmspec:12:5"
    std::vector<std::string> platforms;
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;
    std::vector<HeaderRun> headers;  ///< ascending; several where `order = ascending` puts others between
};

struct InputFile {
    std::string name;
    std::filesystem::path path;
    std::uint64_t size = 0;
    std::string sha256;
};

/// One diagnostic, ready to print, in both forms.
struct RenderedDiagnostic {
    std::string text;        ///< caret text, several lines, ends with a newline
    std::string json;        ///< one object, one line, no newline
    std::uint32_t line = 0;  ///< of the text that it is about, from 1; 0: it is about no place
};

struct RenderOptions {
    bool color = false;
};

enum class Outcome : std::uint8_t { kOk, kDiagnostics, kInputOutput, kInternal };

/// How a run over a spec ended. What derives from it is filled in only when outcome is kOk.
struct Verdict {
    Outcome outcome = Outcome::kInternal;
    std::vector<RenderedDiagnostic> diagnostics;
    std::uint64_t suppressed = 0;  ///< errors beyond those kept
};

struct Compilation : Verdict {
    std::string name;  ///< of the image block
    std::vector<std::uint8_t> image;
    std::vector<MapEntry> map;           ///< every byte of the file, by meaning
    std::vector<std::string> platforms;  ///< names, in declaration order
    std::vector<LayoutEntry> layout;
    std::vector<Measurement> measurements;
    std::vector<InputFile> inputs;
    std::vector<std::pair<std::string, std::string>> params;  ///< name, value in effect
    std::vector<std::filesystem::path> files_read;            ///< spec, includes, inputs: for the depfile
    std::string model;  ///< the evaluated blocks as JSON, when the request wants it

    /// The piece of the layout that a variable header belongs to, or null.
    const LayoutEntry* owner_of_header(std::uint32_t index) const;
    /// The piece of the layout whose header or payload holds a byte of the image, or null.
    const LayoutEntry* owner_at(std::uint64_t offset) const;
};

/// Compiles a spec to a checked, measured image. Never throws for bad input.
Compilation compile(const Request& request, const RenderOptions& options = {});

/// The report of a compilation as JSON text; `image_path` is recorded by file name only, so that it does not
/// depend on the folder.
std::string report_json(const Compilation& compilation, const std::filesystem::path& image_path);

}  // namespace igvm::spec
