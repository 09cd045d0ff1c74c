// ECDSA with P-384 and SHA-384 in the form that the SNP firmware has it: numbers of 72 bytes, little-endian.
#pragma once

#include "igvm/format.hpp"

namespace igvm::endorse {

/// True when `signature` is that of `key` over `message`. False for keys and signatures that are none.
bool verify(const SnpPublicKey& key, const SnpSignature& signature, Bytes message);

}  // namespace igvm::endorse
