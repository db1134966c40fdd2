// Who a caller is: by bearer token, or by what the kernel says of his process.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

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
  std::vector<Fact> attested;
  std::string peer;  ///< "uid 1000", for counting failures by
};

/// Login names by uid, remembered for a minute: the name service may be slow. Thread-safe.
class LoginNames {
 public:
  std::optional<std::string> of(std::uint32_t uid);

 private:
  struct Known {
    std::optional<std::string> name;
    std::chrono::steady_clock::time_point until;
  };
  std::mutex mutex_;
  std::map<std::uint32_t, Known> known_;
};

/// Takes the peer and the token of a request.
Credentials credentials_of(const Peer& peer, std::optional<SecureBytes> bearer, LoginNames& logins);

/// Records that somebody could not prove who he is; repeated failures are counted together.
void record_failed_sign_in(Transaction& transaction, const Credentials& credentials,
                           const std::string& code);

/// The caller's account. A failure is recorded. Errors: those of sign_in(), `unknown_caller`.
Result<Caller> identify(Transaction& transaction, const Credentials& credentials);

}  // namespace countersign::server
