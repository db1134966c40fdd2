// Signers and the revisions of their policies.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/signer.h"
#include "policy/model/signing_policy.h"
#include "policy/store/meta_table.h"

namespace soci {
class session;
}

namespace countersign {

struct PolicyRevision {
  PolicyNumber number = 0;
  SigningPolicy policy;
  AccountId author = 0;
  std::string reason;
  Time time;
};

/// Keeps what it parsed until forget() or a change, also one by another process: keys, certificates
/// and policies are read at every signature. Not thread-safe. Throws what the database throws, or
/// std::runtime_error for a row that cannot be read; PolicyStore::run() catches both.
class SignerTable {
 public:
  SignerTable(soci::session& sql, MetaTable& meta);
  ~SignerTable();

  /// Stores a new signer and gives it its number and slot.
  SignerId add(const Signer& signer);
  /// The pointers stay valid until the next change or forget().
  const Signer* find(SignerId id);
  const Signer* find(const std::string& name);
  std::vector<SignerId> list();

  /// What is known of a signer before the caller may know of it.
  struct Place {
    SignerId id = 0;
    std::optional<ApplicationId> application;
  };
  /// By number or name; each one query, whether there is one or not, and whatever is remembered.
  std::optional<Place> locate(SignerId id);
  std::optional<Place> locate(const std::string& name);

  void set_state(SignerId id, SignerState state, const std::string& reason);
  void describe(SignerId id, const std::string& description);
  /// DER, the leaf, which is the pinned key's, first.
  void set_certificates(SignerId id, const std::vector<Bytes>& certificates);
  /// Puts it into an application, or takes it out.
  void set_application(SignerId id, std::optional<ApplicationId> application);
  /// Makes `policy` the current one, with the next number, which is returned.
  PolicyNumber set_policy(SignerId id, const PolicyRevision& revision);
  /// The revision `number` of a signer's policy.
  const PolicyRevision* find_policy(SignerId id, PolicyNumber number);
  /// The signer's current policy; null when it has none.
  const SigningPolicy* current_policy(const Signer& signer);

  void forget();
  /// Forgets if another process has changed a row. Within a transaction.
  void catch_up();

 private:
  /// To be called by whatever changes a row.
  void changed();
  std::int64_t changes();

  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
  MetaTable& meta_;
  std::int64_t caught_up_ = -1;  ///< with so many changes of the table
  std::map<SignerId, Signer> signers_;
  std::map<std::pair<SignerId, PolicyNumber>, PolicyRevision> policies_;
};

}  // namespace countersign
