// One rule of the standard: a function, a condition, and what it answers then.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "module/pkcs11_v3.h"
#include "tests/module/fixture.h"

namespace countersign::test {

/// The operations a session can have; a rule names those that run after its call.
enum Running : unsigned { nothing = 0, search = 1, signature = 2, verification = 4, digest = 8 };

/// What every rule finds: the library initialised, a session with the token "rsa" that only reads
/// and one that may write, its objects, and buffers that are large enough.
struct World {
  CK_SESSION_HANDLE session;
  CK_SESSION_HANDLE writes;
  CK_SESSION_HANDLE closed;
  CK_SLOT_ID slot;
  CK_OBJECT_HANDLE key;
  CK_OBJECT_HANDLE public_key;
  CK_OBJECT_HANDLE certificate;
  CK_OBJECT_HANDLE foreign;  ///< the private key of another token
  Bytes data{'d', 'a', 't', 'a'};
  Bytes room = Bytes(1024);
  CK_ULONG length = 1024;
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};

  CK_BYTE* bytes() { return data.data(); }
  CK_ULONG size() { return data.size(); }
  CK_BYTE* out() { return room.data(); }
  CK_MECHANISM* with(CK_MECHANISM_TYPE type, void* parameter = nullptr,
                     CK_ULONG parameter_size = 0) {
    mechanism = {type, parameter, parameter_size};
    return &mechanism;
  }
  /// Begins an operation on `session`.
  World& searching();
  World& signing(CK_MECHANISM_TYPE type = CKM_SHA256_RSA_PKCS);
  World& verifying(CK_MECHANISM_TYPE type = CKM_SHA256_RSA_PKCS);
  World& digesting();
  /// The Running operations of `session`, found out without ending them.
  unsigned running() const;
};

struct Rule {
  const char* function;
  const char* chapter;  ///< of v2.40, where no version is named
  const char* condition;
  CK_RV (*call)(World& world);
  CK_RV expected;
  unsigned running = nothing;  ///< afterwards
};

/// The parts of the table, by chapters.
std::span<const Rule> general_rules();
std::span<const Rule> slot_rules();
std::span<const Rule> session_rules();
std::span<const Rule> object_rules();
std::span<const Rule> digest_rules();
std::span<const Rule> signing_rules();
std::span<const Rule> verifying_rules();

}  // namespace countersign::test
