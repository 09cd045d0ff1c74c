#include "measure/hash.hpp"

#include <algorithm>
#include <charconv>

namespace igvm {
namespace {

struct AlgorithmRow {
    HashAlgorithm algorithm;
    std::string_view name;
    const char* openssl_name;
    std::size_t size;
};

constexpr std::array kAlgorithms = {
    AlgorithmRow{HashAlgorithm::kSha256, "sha256", "SHA2-256", 32},
    AlgorithmRow{HashAlgorithm::kSha384, "sha384", "SHA2-384", 48},
    AlgorithmRow{HashAlgorithm::kSha512, "sha512", "SHA2-512", 64},
};

const AlgorithmRow& row(HashAlgorithm algorithm) {
    return *std::ranges::find(kAlgorithms, algorithm, &AlgorithmRow::algorithm);
}

/// Fetched once, because a fetch costs more than a short hash, and kept until the process ends, because
/// OpenSSL's own exit handler may run before static destructors.
const EVP_MD* fetched(HashAlgorithm algorithm) {
    static const auto kFetched = [] {
        std::array<const EVP_MD*, kAlgorithms.size()> all{};
        std::ranges::transform(kAlgorithms, all.begin(), [](const AlgorithmRow& one) {
            return EVP_MD_fetch(nullptr, one.openssl_name, nullptr);
        });
        return all;
    }();
    return kFetched[static_cast<std::size_t>(&row(algorithm) - kAlgorithms.data())];
}

void require(int openssl_result) {
    if (openssl_result != 1) throw HashFailure();
}

}  // namespace

std::string_view name(HashAlgorithm algorithm) { return row(algorithm).name; }
std::size_t digest_size(HashAlgorithm algorithm) { return row(algorithm).size; }

Hasher::Hasher(HashAlgorithm algorithm) : context_(EVP_MD_CTX_new()), size_(igvm::digest_size(algorithm)) {
    const EVP_MD* const digest = fetched(algorithm);
    if (context_ == nullptr || digest == nullptr) throw HashFailure();
    require(EVP_DigestInit_ex2(context_.get(), digest, nullptr));
}

void Hasher::update(Bytes bytes) { require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size())); }

void Hasher::finish(std::span<std::uint8_t> digest) {
    if (digest.size() < size_) throw std::length_error("the digest does not fit its buffer");
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
    require(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr));
}

void Hasher::peek(std::span<std::uint8_t> digest) const {
    const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
    if (copy == nullptr || digest.size() < size_) throw HashFailure();
    require(EVP_MD_CTX_copy_ex(copy.get(), context_.get()));
    require(EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr));
}

std::string hex(Bytes bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::optional<std::vector<std::uint8_t>> unhex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::vector<std::uint8_t> bytes(text.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char* const begin = text.data() + 2 * i;
        if (std::from_chars(begin, begin + 2, bytes[i], 16).ptr != begin + 2) return std::nullopt;
    }
    return bytes;
}

std::vector<std::uint8_t> sha256(Bytes bytes) {
    std::vector<std::uint8_t> digest(digest_size(HashAlgorithm::kSha256));
    Hasher(HashAlgorithm::kSha256).hash(bytes, digest);
    return digest;
}

}  // namespace igvm
