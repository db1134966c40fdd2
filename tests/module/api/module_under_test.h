// The built module, reached as a signing tool reaches it: dlopen and the C API alone.
#pragma once

#include <p11-kit/pkcs11.h>

#include <string>
#include <vector>

#include "core/bytes.h"

namespace countersign::test {

/// Names of the variables that must be set; empty when all are. Set by tests/support/with-gateway.
std::vector<std::string> missing_environment();

/// The function list of $COUNTERSIGN_MODULE, loaded once; ends the program when that fails.
CK_FUNCTION_LIST& module();

/// The slot of the token with that label; the test fails when there is none.
CK_SLOT_ID slot_of(const std::string& label);

/// A session with the token of that label, and its private key.
struct OpenKey {
  explicit OpenKey(const std::string& label);
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  Bytes public_key;  ///< CKA_PUBLIC_KEY_INFO

  CK_RV init(CK_MECHANISM_TYPE type, void* parameter = nullptr, CK_ULONG length = 0) const;
  /// C_Sign into a buffer that is large enough; `signature` is cut to what came.
  CK_RV sign(Bytes input, Bytes& signature) const;
};

}  // namespace countersign::test
