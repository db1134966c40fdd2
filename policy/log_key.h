// The key that signs the log's head, and the secret that bearer tokens are hashed with.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "core/secure_bytes.h"

namespace countersign {

/// An Ed25519 private key. Immutable, thread-safe.
class LogKey {
 public:
  /// A fresh one.
  static LogKey generate();
  /// Reads the PEM (PKCS#8, not encrypted) that to_pem() writes. Errors: `bad_log_key`.
  static Result<LogKey> from_pem(const SecureBytes& pem);

  SecureBytes to_pem() const;
  /// 32 bytes.
  const Bytes& public_key() const { return public_key_; }
  /// RFC 8032 signature, 64 bytes.
  Bytes sign(ByteView message) const;
  /// A secret of 32 bytes for another purpose; the same for the same key and `purpose`.
  Bytes derive(const std::string& purpose) const;

 private:
  explicit LogKey(EVP_PKEY* owned);
  std::shared_ptr<EVP_PKEY> key_;
  Bytes public_key_;
};

}  // namespace countersign
