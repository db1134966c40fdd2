// Finds a private key on a token, and reads which public key belongs to it.
#pragma once

#include <p11-kit/pkcs11.h>

#include "core/public_key.h"
#include "hsm-backends/key_uri.h"
#include "hsm-backends/pkcs11_library.h"

namespace countersign::hsm {

/// A private key as long as the login lasts: handles change after a new one.
struct PrivateKey {
  CK_OBJECT_HANDLE handle = 0;
  PublicKey public_key;
  bool always_authenticate = false;  ///< wants the PIN for every signature (§5.13.2)
};

/// Searches (PKCS#11 v3.0 §5.7.7 to §5.7.9) for the one private key with `uri`'s label and id that
/// may sign. Its public key is read from the private key object, or, where that does not show it,
/// from the public key object of the same id, or label.
/// Errors: `key_not_found`, `key_ambiguous`, `key_unusable` (it may not sign, or its public key
/// cannot be read); `token_down` when a call failed.
CallResult<PrivateKey> find_private_key(const Pkcs11Library& library, CK_SESSION_HANDLE session,
                                        const KeyUri& uri);

}  // namespace countersign::hsm
