// The certificates of signers, found by who may see them: all, those of a collection, or those of
// the signers whose certificate he may export.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/collection.h"
#include "policy/model/signer.h"
#include "policy/transaction.h"

namespace countersign {

struct CertificateSearch {
  CertificateQuery query;
  std::optional<Collection> collection;  ///< that the caller may see: only what is in it
  SignerId after = 0;                    ///< only those of signers with a higher number
  std::size_t limit = 100;
};

/// The signers whose certificates were found, by number; one more than the limit where there are
/// more. An application that is hidden from the caller is none for his query, and is one for that
/// of a collection.
std::vector<SignerId> find_certificates(Transaction& transaction, const Caller& caller,
                                        const CertificateSearch& search);

/// The signer whose certificate that is, by number or name, if the caller may see it. Errors:
/// `not_found`, the same, after the same queries, whether it is hidden or there is none.
Result<const Signer*> visible_certificate(Transaction& transaction, const Caller& caller,
                                          const std::string& signer);

}  // namespace countersign
