// Which certificates are asked for: the conditions of a search, and of a collection, which is one
// that was saved.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/algorithm.h"
#include "core/clock.h"
#include "core/json_reader.h"

namespace countersign {

/// Conditions, all of which hold; an empty one holds always. Texts are found in any letter case.
struct CertificateQuery {
  std::string signer = {};           ///< text in the signer's name
  std::string application = {};      ///< name of the application that groups the signer
  std::string subject = {};          ///< text in the certificate's subject
  std::string key_type = {};         ///< as to_text(KeyType) writes it
  Milliseconds expires_within = {};  ///< or has expired

  bool operator==(const CertificateQuery&) const = default;
};

/// What the conditions are held against.
struct CertificateFacts {
  std::string signer;
  std::string application;  ///< "" for none
  std::string subject;
  KeyType key_type = KeyType::rsa;
  Time until;
};

bool matches(const CertificateQuery& query, const CertificateFacts& facts, Time now);

/// Takes the conditions that are there in place of those of `before`; an empty text lifts one.
CertificateQuery read_certificate_query(JsonReader& in, CertificateQuery before);
/// Adds the conditions that there are, as read_certificate_query() reads them.
void write_certificate_query(const CertificateQuery& query, nlohmann::json& object);

}  // namespace countersign
