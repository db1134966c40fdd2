// A change that waits for consent: what was asked, by whom, and who has to agree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "policy/model/ids.h"
#include "policy/model/quorums.h"

namespace countersign {

using ChangeId = std::int64_t;

enum class ChangeState {
  pending,
  applied,
  rejected,
  cancelled,  ///< withdrawn by who asked
  stale,      ///< what it would do, or who asked, had changed when the last consent came
  expired     ///< nobody answered in time
};

/// So many people of one signer's quorum, or admins of the product or an application, besides who
/// asked.
struct ChangePart {
  SignerId signer = 0;  ///< 0: the product, or the application
  std::int64_t needs = 1;
  ConsentFor consent = ConsentFor::members;  ///< but for a signer: of its admins, whatever it is
  ApplicationId application = 0;             ///< 0: none

  bool operator==(const ChangePart&) const = default;
};

struct ChangeRequest {
  ChangeId id = 0;
  std::string operation;  ///< name of the row in the operation table
  std::string arguments;  ///< JSON object, as the operation's applier takes it
  AccountId requester = 0;
  std::vector<PrincipalId> claims;  ///< that the requester brought
  std::string effect;               ///< who would gain what, in words
  std::vector<ChangePart> parts;
  std::vector<AccountId> beneficiaries;      ///< who therefore do not count
  ChangeState state = ChangeState::pending;  ///< as stored; state_at() knows the time
  std::string outcome;                       ///< why it is stale
  Time created;
  Time open_until;
};

struct ChangeAnswer {
  AccountId account = 0;
  std::vector<PrincipalId> claims;  ///< that the account brought
  bool consents = false;
  std::string comment;
  Time time;
};

inline ChangeState state_at(const ChangeRequest& change, Time now) {
  const bool over = change.state == ChangeState::pending && now >= change.open_until;
  return over ? ChangeState::expired : change.state;
}

std::string_view to_text(ChangeState state);
std::optional<ChangeState> change_state_from_text(std::string_view text);

}  // namespace countersign
