// Bearer tokens and enrolment codes, by keyed hash only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "policy/model/ids.h"
#include "policy/store/remembered.h"

namespace soci {
class session;
}

namespace countersign {

class WriteWatch;

enum class CredentialKind { token, enrolment };

struct Credential {
  std::int64_t id = 0;
  AccountId account = 0;
  CredentialKind kind = CredentialKind::token;
  std::string hash;  ///< hex
  std::string label;
  bool ended = false;  ///< revoked, or an enrolment code that was used
  Time created;
  Time expires;
  std::optional<Time> last_used;
  Time proven;  ///< when the account last proved who it is on the way to this: a token that another
                ///< token minted is as old as that
};

/// Remembers what was found until something of it may have changed. Not thread-safe. Throws what
/// the database throws; PolicyStore::run() catches it.
class CredentialTable {
 public:
  CredentialTable(soci::session& sql, const WriteWatch& watch);
  ~CredentialTable();

  std::int64_t add(const Credential& credential);
  std::optional<Credential> find(const std::string& hash);
  std::optional<Credential> find(std::int64_t id);
  std::vector<Credential> tokens_of(AccountId account);
  /// The accounts that have an enrolment code which can still be used.
  std::vector<AccountId> not_enrolled(Time now);
  void end(std::int64_t id);
  /// Ends every token and code of an account.
  void end_all(AccountId account);
  void touch(std::int64_t id, Time now);

 private:
  struct Prepared;
  soci::session& sql_;
  Remembered<std::string, Credential> known_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
