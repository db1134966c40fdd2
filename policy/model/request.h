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

/// Why somebody may sign once the request is active.
enum class RequestKind {
  use,          ///< the policy's steps agreed
  preapproval,  ///< the signer's modify quorum agreed, for another account
  break_glass   ///< the policy names the requester for emergencies; reviewed afterwards
};

enum class RequestAction {
  file,
  preapprove,
  break_glass,
  approve_last,  ///< the approval that completes the last step
  reject,
  cancel,
  end,
  revoke,
  take_last,  ///< the last signature was taken
  give_back,  ///< a taken signature surely was not made
  new_policy,
  lose_people,  ///< the requester, or an approval that it takes, does not count any more
  time_out,
  recover  ///< the newest store was lost
};

/// Who may make a transition.
enum class RequestActor {
  member,       ///< who may ask to sign with the signer
  quorum,       ///< the consent that a change of the signer's policy takes
  break_glass,  ///< whom the policy names for emergencies
  approver,     ///< whom the step that the request has come to names, and whose it is not
  requester,
  revoker,      ///< an admin of the signer
  manager,      ///< who manages requests, by string
  beneficiary,  ///< by a signature
  nobody        ///< it follows from another change, or from time
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
  RequestKind kind = RequestKind::use;
  SignerId signer = 0;
  AccountId requester = 0;
  AccountId beneficiary = 0;  ///< who may sign once it is active: mostly the requester
  PolicyNumber policy = 0;    ///< revision it was made under
  std::string fingerprint;    ///< hex, of the pinned key it was made for
  std::string reason;
  std::int64_t count = 0;  ///< signatures asked for
  std::int64_t used = 0;   ///< signatures taken
  Milliseconds window{};
  RequestState state = RequestState::pending;  ///< as stored; state_at() knows the time
  Time created;
  Time open_until;
  std::optional<Time> starts = {};  ///< the window opens then, or later at the approval
  std::optional<Time> active_from = {};
  std::optional<Time> active_until = {};
  std::vector<PrincipalId> claims = {};    ///< that the requester brought
  std::vector<std::string> networks = {};  ///< signed from these only; empty: from any
  std::int64_t change =
      0;  ///< a preapproval: the change that was consented to; 0: it took nobody's
  std::optional<Time> review_due = {};  ///< break-glass: when somebody must have looked at it
  bool bound = false;                   ///< to digests: only those may be signed
  std::int64_t digest_left = 0;         ///< bound, as read for a decision: how often the digest
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
  AccountId for_account = 0;   ///< in whose place it was answered, by delegation; 0: his own
  std::int64_t key = 0;        ///< the approval key that signed it; 0: not signed
  std::string signature = {};  ///< base64, over the request's canonical form
};

/// What somebody said of a request besides answering it.
struct RequestComment {
  AccountId account = 0;
  std::string text;
  Time time;
};

/// That somebody looked at what was signed in an emergency.
struct RequestReview {
  AccountId account = 0;
  std::string comment;
  Time time;
};

std::string_view to_text(RequestState state);
std::optional<RequestState> request_state_from_text(std::string_view text);

std::string_view to_text(RequestKind kind);
std::optional<RequestKind> request_kind_from_text(std::string_view text);

/// The state that `action` leads to from `state`; nothing when the table has no such transition.
std::optional<RequestState> next_state(RequestState state, RequestAction action);
/// The state that a request is born in by `action`; nothing when it makes none.
std::optional<RequestState> first_state(RequestAction action);
/// Who may do it.
RequestActor actor_of(RequestAction action);

/// The request's state at `now`: what is pending or active ends by itself when its time is over.
RequestState state_at(const Request& request, Time now);

}  // namespace countersign
