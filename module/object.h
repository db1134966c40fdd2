// The objects of a token: one key pair, its certificate, and the certificates of its issuers.
#pragma once

#include <string>
#include <vector>

#include "core/certificate.h"
#include "core/public_key.h"
#include "module/attributes.h"

namespace countersign::module {

/// An object without its handle. Immutable once made; reading is thread-safe.
struct Object {
  CK_OBJECT_CLASS object_class;
  Attributes attributes;
};

/// What the objects of one signer have in common.
struct ObjectFacts {
  std::string label;  ///< the signer's name
  PublicKey key;
  std::vector<Hash> weak_hashes;          ///< that the signer's policy allows
  std::vector<Certificate> certificates;  ///< the leaf first; empty when there is none yet

  /// The CKA_ID that private key, public key and leaf share. Made of the public key alone, so it
  /// stays when the certificate is renewed.
  Bytes id() const;
};

/// Private key, public key, then the certificates, leaf first.
std::vector<Object> make_objects(const ObjectFacts& facts);

}  // namespace countersign::module
