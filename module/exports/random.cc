// PKCS#11 v2.40 §5.15: random numbers, made in this process.
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>

#include "core/crypto.h"
#include "module/boundary.h"

using namespace countersign;
using namespace countersign::module;

extern "C" {

// The seed is mixed in beside the system's own randomness, never instead of it.
CK_RV C_SeedRandom(CK_SESSION_HANDLE session, CK_BYTE* seed, CK_ULONG length) {
  return with_session(session, [&](Provider&, Session&, const auto&) -> CK_RV {
    if (seed == nullptr && length != 0) return CKR_ARGUMENTS_BAD;
    EVP_RAND_CTX* generator = RAND_get0_public(crypto_context());
    const bool mixed =
        generator != nullptr && EVP_RAND_reseed(generator, 0, nullptr, 0, seed, length) == 1;
    return mixed ? CKR_OK : CKR_FUNCTION_FAILED;
  });
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE session, CK_BYTE* random, CK_ULONG length) {
  return with_session(session, [&](Provider&, Session&, const auto&) -> CK_RV {
    if (random == nullptr && length != 0) return CKR_ARGUMENTS_BAD;
    std::ranges::copy(random_bytes(length), random);
    return CKR_OK;
  });
}

}  // extern "C"
