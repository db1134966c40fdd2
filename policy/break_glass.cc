#include "policy/break_glass.h"

#include <set>

#include "core/duration.h"
#include "policy/access.h"
#include "policy/approvals.h"
#include "policy/effects.h"
#include "policy/request_rules.h"

namespace countersign {
namespace {

ApprovalStep named_by(const std::vector<std::string>& names) {
  return {"", names, 1};
}

/// Everybody whom the policy names for emergencies or approvals, to be told at once.
std::string all_named(const SigningPolicy& policy) {
  std::set<std::string> names(policy.break_glass->members.begin(),
                              policy.break_glass->members.end());
  names.insert(policy.break_glass->reviewers.begin(), policy.break_glass->reviewers.end());
  for (const ApprovalStep& step : policy.steps)
    names.insert(step.approvers.begin(), step.approvers.end());
  std::string text;
  for (const std::string& each : names) text += (text.empty() ? "" : ",") + each;
  return text;
}

tl::unexpected<Error> above(const std::string& asked, const std::string& most) {
  return fail(ErrorKind::invalid, "above_ceiling",
              asked + " is above what an emergency covers: " + most,
              "ask for " + most + " at most");
}

/// Keeps the wish within what an emergency covers; what is not said becomes that.
Status cap(const BreakGlass& glass, NewRequest& wish) {
  std::int64_t bound = 0;
  for (const BoundDigest& each : wish.digests) bound += each.times;
  const std::int64_t count = wish.digests.empty() ? wish.count.value_or(glass.signatures) : bound;
  if (count > glass.signatures)
    return above("a count of " + std::to_string(count), std::to_string(glass.signatures));
  if (wish.digests.empty()) wish.count = count;
  wish.window = wish.window.value_or(glass.window);
  if (*wish.window > glass.window)
    return above("a window of " + to_text(*wish.window), to_text(glass.window));
  return {};
}

Status check_emergency(Transaction& transaction, const Caller& caller, const Signer& signer,
                       const SigningPolicy* policy) {
  if (policy == nullptr || !policy->break_glass)
    return fail(ErrorKind::conflict, "no_break_glass",
                "the policy of " + signer.name + " knows no emergencies",
                "run: countersign request create " + signer.name + " --reason \"…\"");
  const BreakGlass& glass = *policy->break_glass;
  if (caller.account.kind != AccountKind::user ||
      !is_named(transaction, caller, named_by(glass.members)))
    return fail(ErrorKind::denied, "not_named",
                "the policy of " + signer.name + " does not name you for emergencies",
                "see: countersign policy show " + signer.name);
  if (transaction.requests.count_overdue_reviews(signer.id, transaction.now) > 0)
    return fail(ErrorKind::denied, "review_overdue",
                "an earlier emergency of " + signer.name + " was not reviewed in time",
                "a reviewer can run: countersign request review N --comment \"…\"");
  // A second one before would be another count in the same window.
  if (const auto last =
          transaction.requests.unreviewed_emergency(signer.id, caller.account.id, transaction.now))
    return fail(ErrorKind::conflict, "emergency_lasts",
                "your emergency of request " + std::to_string(last->id) + " lasts until " +
                    to_rfc3339(*last->active_until),
                "for another before that a reviewer can run: countersign request review " +
                    std::to_string(last->id) + " --comment \"…\"");
  return check_token_age(transaction, caller, glass.token_younger_than);
}

/// Named as reviewer by the policy of then, or by that of now, when nobody of then is left.
bool is_reviewer(Transaction& transaction, const Subject& subject, const Request& request) {
  const Signer* const signer = transaction.signers.find(request.signer);
  const SigningPolicy* const current = transaction.signers.current_policy(*signer);
  for (const SigningPolicy* const policy : {&policy_of(transaction, request), current})
    if (policy != nullptr && policy->break_glass &&
        may_answer_step(transaction, subject, named_by(policy->break_glass->reviewers), signer))
      return true;
  return false;
}

Status check_may_review(Transaction& transaction, const Caller& caller, const Request& request) {
  const std::string number = std::to_string(request.id);
  if (request.kind != RequestKind::break_glass)
    return fail(ErrorKind::conflict, "no_review", "request " + number + " takes no review");
  if (is_own(transaction, caller.account.id, request))
    return fail(ErrorKind::denied, "own_request",
                "request " + number + " is your own: somebody else must review it");
  if (caller.account.kind != AccountKind::user || !is_reviewer(transaction, caller, request))
    return fail(ErrorKind::denied, "not_a_reviewer",
                "the policy of request " + number + " does not name you as reviewer",
                "see: countersign request show " + number);
  if (transaction.threads.review(request.id))
    return fail(ErrorKind::conflict, "reviewed_already",
                "request " + number + " was reviewed already");
  return {};
}

}  // namespace

Result<Request> break_glass(Transaction& transaction, const Caller& caller, const Signer& signer,
                            const NewRequest& wish) {
  const SigningPolicy* const policy = transaction.signers.current_policy(signer);
  if (auto good = check_emergency(transaction, caller, signer, policy); !good)
    return fail(good.error());
  NewRequest capped = wish;
  if (auto good = cap(*policy->break_glass, capped); !good) return fail(good.error());
  auto draft = draft_request(transaction, caller, caller.account, signer, capped);
  if (!draft) return draft;
  draft->kind = RequestKind::break_glass;
  draft->starts.reset();
  draft->review_due = transaction.now + policy->break_glass->review_within;
  return add_request(transaction, caller, std::move(*draft), capped.digests,
                     RequestAction::break_glass, "request.break_glass",
                     {{"tell", all_named(*policy)}});
}

Result<Request> review_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment) {
  const auto request = transaction.requests.find(id);
  if (!request) return no_such("request");
  if (auto good = check_may_review(transaction, caller, *request); !good) return fail(good.error());
  if (auto good = check_comment(comment, true); !good) return fail(good.error());
  transaction.threads.add_review(id, {caller.account.id, comment, transaction.now});
  record_request(transaction, caller, *request, "request.review", with_comment(comment));
  return *request;
}

bool waits_for_review(Transaction& transaction, const Caller& caller, const Request& request) {
  return check_may_review(transaction, caller, request).has_value();
}

bool may_break_glass(Transaction& transaction, const Request& request) {
  const auto requester = transaction.accounts.find(request.requester);
  const auto claims = transaction.claims.still_there(request.claims);
  const auto& glass = policy_of(transaction, request).break_glass;
  return glass && is_named(transaction, Subject(*requester, claims), named_by(glass->members));
}

}  // namespace countersign
