// Every mechanism the module serves, with what an application passes and what must come out.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "module/pkcs11.h"
#include "tests/module/openssl_verify.h"

namespace countersign::test {

struct MechanismCase {
  std::string name;
  CK_MECHANISM_TYPE type;
  bool rsa;
  Expected expected;
  enum class Takes { message, digest, digest_info } takes;

  /// The parameter, which `mechanism` points into.
  CK_RSA_PKCS_PSS_PARAMS pss() const;
  /// What to pass to C_Sign for `message`.
  Bytes input(ByteView message) const;
};

/// A CK_MECHANISM that owns its parameter.
struct OwnedMechanism {
  explicit OwnedMechanism(const MechanismCase& from);
  OwnedMechanism(const OwnedMechanism&) = delete;
  OwnedMechanism& operator=(const OwnedMechanism&) = delete;
  CK_RSA_PKCS_PSS_PARAMS parameter;
  CK_MECHANISM mechanism;
};

const std::vector<MechanismCase>& mechanism_cases();
std::ostream& operator<<(std::ostream& out, const MechanismCase& shown);

}  // namespace countersign::test
