// Who a caller is: by bearer token, or by what the kernel says of his process.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secure_bytes.h"
#include "gateway/server/api.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign::server {

/// What a caller brought, ready to be looked up in the store.
struct Credentials {
  std::optional<SecureBytes> bearer;
  std::optional<std::string> login;  ///< login name of the peer's uid; read only without a bearer
  std::vector<std::string> groups;   ///< names of the peer's groups, likewise
  std::vector<Fact> attested;
  std::string peer;  ///< "uid 1000", for counting failures by
};

/// Names of users and groups by number, remembered for a minute: the name service may be slow.
/// Thread-safe.
class UnixNames {
 public:
  std::optional<std::string> of_user(std::uint32_t uid);
  /// Of the process's groups, at most 256 of them.
  std::vector<std::string> of_groups(const Peer& peer);

 private:
  struct Known {
    std::optional<std::string> name;
    std::chrono::steady_clock::time_point until;
  };
  using Memory = std::map<std::uint32_t, Known>;
  using LookUp = std::optional<std::optional<std::string>>(std::uint32_t number);
  std::optional<std::string> remembered(Memory& names, std::uint32_t number, LookUp& look_up);

  std::mutex mutex_;
  Memory users_;
  Memory groups_;
};

/// Takes the peer and the token of a request.
Credentials credentials_of(const Peer& peer, std::optional<SecureBytes> bearer, UnixNames& names);

/// Records that somebody could not prove who he is; repeated failures are counted together.
void record_failed_sign_in(Transaction& transaction, const Credentials& credentials,
                           const std::string& code);

/// The caller's account. A failure is recorded. Errors: those of sign_in(), `unknown_caller`.
Result<Caller> identify(Transaction& transaction, const Credentials& credentials);

}  // namespace countersign::server
