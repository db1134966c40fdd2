// The one decision: whether this caller may sign this input with this signer now. A pure function
// for every path: default deny, deny wins, nobody bypasses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/algorithm.h"
#include "core/clock.h"
#include "policy/model/account.h"
#include "policy/model/permissions/right_decision.h"
#include "policy/model/request.h"
#include "policy/model/signer.h"
#include "policy/model/signing_policy.h"

namespace countersign {

/// A rate of the policy, and when it lets the caller sign again; missing: now.
struct RateUse {
  Rate rate;
  std::optional<Time> free_at;
};

/// Everything the decision looks at, read in one transaction.
struct DecisionFacts {
  const Account& caller;
  const Signer& signer;
  const HeldRights& held;                  ///< by the caller, as far as it bears on the signer
  const SigningPolicy* policy = nullptr;   ///< the signer's current one; null when it has none
  std::optional<SigningInput> input;       ///< missing when only explained
  std::vector<Request> requests;           ///< the caller's for this signer: active ones, else the
                                           ///< latest
  std::optional<RequestId> already_taken;  ///< this same operation took its signature from this
                                           ///< request before; requests then holds just that one
  Time now;
  std::string_view network = local_network;        ///< where the caller calls from, attested
  std::vector<FreezeWindow> product_freezes = {};  ///< of every signer
  std::vector<RateUse> rates = {};  ///< the policy's; empty for an operation that was counted
};

/// The answer. `code` is stable; `rule` names what decided, for the record.
struct Decision {
  bool allowed = false;
  std::string code;
  std::string rule;
  std::string message;
  std::string remedy;
  std::optional<RequestId> request;  ///< allowed: take one from it; denied: the one that is told of
  std::string warning = {};          ///< allowed: what is to be said all the same
};

/// Order: visible → role → account and signer state → key and certificate → algorithm and input →
/// network, hours, freeze windows and rates → approval. Of several approvals that fit, the one that
/// ends soonest.
Decision decide(const DecisionFacts& facts);

/// What each rule says by itself, in that order: more than the first denial, for who plans ahead.
/// Nothing beyond the role for somebody whose role does not allow signing.
std::vector<Decision> each_rule(const DecisionFacts& facts);

}  // namespace countersign
