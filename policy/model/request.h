// A request to use a key, from asking to the last signature, and the one table of its life.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/result.h"
#include "policy/model/ids.h"
#include "policy/model/log_record.h"

namespace countersign {

enum class RequestState {
  pending,     ///< waits for approval
  active,      ///< approved; signatures may be taken
  used_up,     ///< every signature was taken
  expired,     ///< nobody answered in time, or the window closed
  revoked,     ///< ended by a signer admin, or was active when an older store was recovered
  superseded,  ///< was active when the policy changed
  rejected,
  cancelled,  ///< withdrawn by the requester, or ended by who manages requests
  stale       ///< was pending when the policy changed or an older store was recovered
};

enum class RequestAction {
  approve_last,  ///< the approval that completes the step
  reject,
  cancel,
  revoke,
  take_last,  ///< the last signature was taken
  give_back,  ///< a taken signature surely was not made
  new_policy,
  time_out,
  recover  ///< the newest store was lost
};

/// One of the digests that a request is bound to.
struct BoundDigest {
  std::string digest;      ///< hex, as recorded_digest() gives it
  std::string name;        ///< of what it is the digest, as the requester says; may be empty
  std::int64_t times = 1;  ///< how often it may be signed
  std::int64_t used = 0;   ///< signatures taken
};

struct Request {
  RequestId id = 0;
  SignerId signer = 0;
  AccountId requester = 0;
  PolicyNumber policy = 0;  ///< revision it was made under
  std::string fingerprint;  ///< hex, of the pinned key it was made for
  std::string reason;
  std::int64_t count = 0;  ///< signatures asked for
  std::int64_t used = 0;   ///< signatures taken
  Milliseconds window{};
  RequestState state = RequestState::pending;  ///< as stored; state_at() knows the time
  Time created;
  Time open_until;
  std::optional<Time> active_from;
  std::optional<Time> active_until;
  std::vector<PrincipalId> claims = {};  ///< that the requester brought
  bool bound = false;                    ///< to digests: only those may be signed
  std::int64_t digest_left = 0;          ///< bound, as read for a decision: how often the digest
                                         ///< that is asked for may still be signed
  std::map<std::string, std::string> metadata = {};  ///< what the policy wants to be told
  std::vector<Fact> facts = {};                      ///< attested and claimed, when it was filed
};

struct Response {
  std::size_t step = 0;  ///< of the policy, counted from 0
  AccountId account = 0;
  bool approves = false;
  std::string comment;
  Time time;
  std::vector<PrincipalId> claims = {};  ///< that the account brought
};

std::string_view to_text(RequestState state);
std::optional<RequestState> request_state_from_text(std::string_view text);

/// The state that `action` leads to from `state`; nothing when the table has no such transition.
/// Who may act is the operation table's matter, and for answers the policy's step.
std::optional<RequestState> next_state(RequestState state, RequestAction action);

/// The request's state at `now`: what is pending or active ends by itself when its time is over.
RequestState state_at(const Request& request, Time now);

}  // namespace countersign
