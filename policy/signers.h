// Making signers, and stopping and restarting them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/certificate.h"
#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

struct NewSigner {
  std::string name;
  std::string token;  ///< name of the token in the gateway's config
  std::string key_uri;
  std::vector<Certificate> certificates;  ///< leaf first
  std::vector<std::string> admins;        ///< names of the first signer admins
};

/// Makes a signer and its first adminss. `key` is what the token has under the URI: it is pinned.
/// Errors: `bad_name`, `name_taken`, `certificate_mismatch`
/// (not the key's), `certificate_not_valid` (expired), `key_taken` (another signer has the key: two
/// policies over one key would be none), `bad_admin` (none, twice, unknown, or a machine).
Status create_signer(Transaction& transaction, const Caller& caller, const NewSigner& wish,
                     const PublicKey& key);

/// The names as they are, if they can be the first admins. Error: `bad_admin`.
Result<std::vector<Account>> find_first_admins(Transaction& transaction,
                                               const std::vector<std::string>& names);

struct SignerChange {
  std::optional<std::string> description = {};
  std::vector<Certificate> certificates = {};  ///< leaf first; none: they stay
};

/// Describes a signer, or gives its key other certificates. Errors: `bad_text`, `retired`,
/// `certificate_mismatch`, `certificate_not_valid`.
Status change_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const SignerChange& wish);

/// Freezing stops all signing at once; unfreezing is loosening. Errors: `bad_text`, `conflict`.
Status freeze_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const std::string& reason);
Status unfreeze_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                       const std::string& reason);

/// Ends a signer for good, and the requests for it. Errors: `bad_text`, `retired` (already).
Status retire_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const std::string& reason);

}  // namespace countersign
