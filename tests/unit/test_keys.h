// Software keys for tests of verification and decision.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "core/crypto.h"
#include "core/public_key.h"

namespace countersign::test {

class SoftwareKey {
 public:
  static SoftwareKey rsa(unsigned bits = 2048) {
    return SoftwareKey(EVP_PKEY_Q_keygen(crypto_context(), nullptr, "RSA", std::size_t{bits}));
  }
  static SoftwareKey ec(const char* curve) {
    return SoftwareKey(EVP_PKEY_Q_keygen(crypto_context(), nullptr, "EC", curve));
  }
  EVP_PKEY* get() const { return key_.get(); }
  PublicKey public_key() const {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key_.get(), &der);
    auto key = PublicKey::from_der(ByteView(der, static_cast<std::size_t>(length)));
    OPENSSL_free(der);
    return *key;
  }

 private:
  explicit SoftwareKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace countersign::test
