// Answers each job on standard input by one line on standard output, by this library.
// The jobs and answers are described in interop.py.
#include <fmt/format.h>

#include <iostream>
#include <set>
#include <string>

#include "igvm/check.hpp"
#include "igvm/edit.hpp"
#include "igvm/file.hpp"
#include "igvm/measure.hpp"
#include "igvm/writer.hpp"

namespace igvm {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& line) {
    Words words;
    std::size_t begin = 0;
    for (std::size_t tab; (tab = line.find('\t', begin)) != std::string::npos; begin = tab + 1)
        words.push_back(line.substr(begin, tab - begin));
    words.push_back(line.substr(begin));
    return words;
}

/// The ids of the rules that the file breaks, or nothing when it is accepted.
std::string broken_rules(Bytes file) {
    std::set<std::string_view> ids;
    const CheckReport report = check_file(file);
    for (const Finding& finding : report.findings)
        if (finding.severity == Severity::kError) ids.insert(rule_info(finding.rule).id);
    return fmt::format("{}", fmt::join(ids, " "));
}

Result<WrittenFile> rewrite(const Image& image) {
    WriterOptions options;
    options.version = image.fixed_header().format_version;
    options.architecture = image.architecture();
    Writer writer(options);
    for (const Header& header : image) {
        const Result<Bytes> payload = image.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        if (auto appended = writer.append(header.raw_type, header.body, *payload, {}); !appended)
            return tl::unexpected(std::move(appended.error()));
    }
    return std::move(writer).finish();
}

std::string reason(const Error& error) { return fmt::format("!{}", rule_info(error.rule).id); }

std::string file_answer(Bytes file) {
    const Image image = Image::open(file).value();
    const auto written = rewrite(image);
    std::string answer = "accepted\t" + (written ? hex(sha256(written->bytes)) : reason(written.error()));
    for (const SupportedPlatform& platform : image.platforms()) {
        const std::uint8_t type = platform.platform_type;
        if (!is_measured(PlatformType{type})) continue;
        const auto measured = measure(image, platform, {});
        answer += fmt::format("\t{}={}", find_platform(type)->name,
                              measured ? hex(measured->digest) : reason(measured.error()));
    }
    return answer;
}

MappedFile open(const std::string& path) {
    auto file = MappedFile::open(path);
    if (!file) throw std::runtime_error(path + ": " + to_string(file.error()));
    return *file;
}

std::string answer_file(const std::string& path) {
    const MappedFile file = open(path);
    const std::string broken = broken_rules(file.bytes());
    return broken.empty() ? file_answer(file.bytes()) : "refused\t" + broken;
}

std::string answer_merge(const Words& words) {
    const MappedFile files[] = {open(words[1]), open(words[2])};
    std::vector<Image> images;
    for (const MappedFile& file : files) {
        if (const std::string broken = broken_rules(file.bytes()); !broken.empty())
            return "refused\t" + broken;
        images.push_back(Image::open(file.bytes()).value());
    }
    const auto merged = merge(images, words[0] == "fold" ? MergeMode::kFold : MergeMode::kAppend);
    return merged ? file_answer(*merged)
                  : fmt::format("refused\t{}", rule_info(merged.error().error.rule).id);
}

}  // namespace
}  // namespace igvm

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string job; std::getline(std::cin, job);) {
        const auto words = igvm::split(job);
        std::cout << (words[0] == "file" ? igvm::answer_file(words.at(1)) : igvm::answer_merge(words))
                  << '\n';
    }
    return std::cout.flush() ? 0 : 1;
}
