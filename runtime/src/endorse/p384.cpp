#include "endorse/p384.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace igvm::endorse {
namespace {

constexpr std::size_t kNumberSize = 48;

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

using Field = std::array<std::uint8_t, 72>;

/// The uncompressed point, or nothing when a number is too large for the curve.
std::vector<std::uint8_t> point_of(const SnpPublicKey& key) {
    const auto fits = [](const Field& field) {
        return std::all_of(field.begin() + kNumberSize, field.end(),
                           [](std::uint8_t byte) { return byte == 0; });
    };
    if (key.curve != kSnpCurveP384 || !fits(key.qx) || !fits(key.qy)) return {};
    std::vector<std::uint8_t> point = {0x04};
    for (const Field* field : {&key.qx, &key.qy})
        std::reverse_copy(field->begin(), field->begin() + kNumberSize, std::back_inserter(point));
    return point;
}

Key public_key(const SnpPublicKey& key) {
    std::vector<std::uint8_t> point = point_of(key);
    if (point.empty()) return nullptr;
    std::array<char, 6> group = {"P-384"};
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end(),
    };
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* made = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, const_cast<OSSL_PARAM*>(params)) != 1)
        return nullptr;
    return Key(made);
}

std::vector<std::uint8_t> der_of(const SnpSignature& signature) {
    Number r(BN_lebin2bn(signature.r.data(), static_cast<int>(signature.r.size()), nullptr));
    Number s(BN_lebin2bn(signature.s.data(), static_cast<int>(signature.s.size()), nullptr));
    const Signature numbers(ECDSA_SIG_new());
    if (!r || !s || !numbers || ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) return {};
    (void)r.release();
    (void)s.release();
    const int size = i2d_ECDSA_SIG(numbers.get(), nullptr);
    std::vector<std::uint8_t> der(static_cast<std::size_t>(std::max(size, 0)));
    unsigned char* end = der.data();
    return i2d_ECDSA_SIG(numbers.get(), &end) == size ? der : std::vector<std::uint8_t>();
}

}  // namespace

bool verify(const SnpPublicKey& key, const SnpSignature& signature, Bytes message) {
    const Key pkey = public_key(key);
    const std::vector<std::uint8_t> der = der_of(signature);
    const DigestContext context(EVP_MD_CTX_new());
    return pkey && !der.empty() && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, pkey.get()) == 1 &&
           EVP_DigestVerify(context.get(), der.data(), der.size(), message.data(), message.size()) == 1;
}

}  // namespace igvm::endorse
