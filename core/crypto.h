// OpenSSL as this project uses it: through a library context of its own, so that a host process
// whose openssl.cnf loads this very module can neither recurse into it nor change what it does.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/algorithm.h"
#include "core/bytes.h"
#include "core/result.h"

namespace countersign {

/// The process-wide context. Made at first use, never freed (no destructor runs at exit).
/// Thread-safe.
OSSL_LIB_CTX* crypto_context();

/// The thread's last OpenSSL error in words. The queue stays: part of it may be the host's.
std::string crypto_error();

/// For OpenSSL's PEM readers, which would otherwise ask at the terminal: there is no pass phrase.
int no_pass_phrase(char* buffer, int size, int writing, void* argument);

/// The name OpenSSL fetches `hash` by; null for Hash::none.
const char* openssl_name(Hash hash);

/// `hash` of `data`; `hash` is not Hash::none. Thread-safe.
Bytes digest(Hash hash, ByteView data);
/// Shorthand of the above for the hash that records and pins use.
Bytes sha256(ByteView data);
/// RFC 2104 with SHA-256.
Bytes hmac_sha256(ByteView key, ByteView data);

/// `size` random bytes from the context's generator, which reseeds itself after a fork.
/// Terminates the process when the system has no randomness to give: nothing can go on safely.
Bytes random_bytes(std::size_t size);

/// A digest over data that comes in parts (PKCS#11 v3.0 §5.10). One operation; not thread-safe.
class DigestOperation {
 public:
  explicit DigestOperation(Hash hash);
  void update(ByteView data);
  /// The digest. The object can only be destroyed afterwards.
  Bytes finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept;
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace countersign
