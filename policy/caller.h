// Who calls, as the gateway established it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/clock.h"
#include "policy/model/account.h"
#include "policy/model/log_record.h"

namespace countersign {

struct Caller {
  Account account;
  std::vector<Fact> attested;            ///< what kernel or token store said, for the record
  std::vector<PrincipalId> claims = {};  ///< what the connection brings besides the account
  std::optional<Time> proven = {};  ///< by a bearer token: when whoever has it proved who he is
};

/// Whose rights are asked about: an account, and the claims brought with it. Refers to what it is
/// made of, which an account or a caller becomes by itself.
struct Subject {
  Subject(const Account& who) : account(who) {}
  Subject(const Caller& caller) : account(caller.account), claims(caller.claims) {}
  Subject(const Account& who, std::span<const PrincipalId> brought)
      : account(who), claims(brought) {}

  const Account& account;
  std::span<const PrincipalId> claims;
};

}  // namespace countersign
