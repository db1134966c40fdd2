// X.509 certificates: read from PEM or DER, shown as PKCS#11 attributes, compared with keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/public_key.h"
#include "core/result.h"

namespace countersign {

/// What of a certificate is used here. Immutable value.
struct Certificate {
  Bytes der;
  Bytes subject;             ///< DER Name
  Bytes issuer;              ///< DER Name
  Bytes serial;              ///< DER INTEGER
  std::string subject_text;  ///< RFC 2253, for people
  std::string issuer_text;   ///< the same
  Time not_before;
  Time not_after;
  PublicKey key;
};

/// Reads one DER certificate that ends where the structure ends. Errors: `bad_certificate`.
Result<Certificate> certificate_from_der(ByteView der);

/// Reads a PEM file's certificates: the leaf first, then its chain, at most eight.
/// Errors: `bad_certificate` when there is none, too many, or one does not parse.
Result<std::vector<Certificate>> certificates_from_pem(std::string_view pem);

}  // namespace countersign
