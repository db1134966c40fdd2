#include "policy/approvals.h"

#include <algorithm>
#include <set>

#include "policy/access.h"
#include "policy/effects.h"
#include "policy/request_rules.h"

namespace countersign {
namespace {

/// Of the requester himself, or of a machine that is or was his.
bool is_own(Transaction& transaction, AccountId account, const Request& request) {
  if (request.requester == account) return true;
  const auto requester = transaction.accounts.find(request.requester);
  return requester && (requester->is_owned_by(account) ||
                       transaction.accounts.owned_once(requester->id, account));
}

const SigningPolicy& policy_of(Transaction& transaction, const Request& request) {
  return transaction.signers.find_policy(request.signer, request.policy)->policy;
}

/// Whether what this account once answered to `step` counts as a yes now.
bool counts(Transaction& transaction, const Request& request, const ApprovalStep& step,
            const Response& response, const Signer* signer) {
  const auto account = transaction.accounts.find(response.account);
  const auto claims = transaction.claims.still_there(response.claims);
  const Subject who(*account, claims);
  return response.approves && account->kind == AccountKind::user &&
         !is_own(transaction, account->id, request) && is_named(transaction, who, step) &&
         may(transaction, who, right::approve, signer);
}

Status check_may_answer(Transaction& transaction, const Caller& caller, const Request& request,
                        const ApprovalStep& step) {
  const auto refuse = [](const char* code, const std::string& message, const std::string& remedy) {
    return fail(ErrorKind::denied, code, message, remedy);
  };
  const std::string number = std::to_string(request.id);
  if (is_own(transaction, caller.account.id, request))
    return refuse("own_request", "request " + number + " is your own: somebody else must answer it",
                  "an approver can run: countersign request approve " + number);
  if (caller.account.kind != AccountKind::user || !is_named(transaction, caller, step))
    return refuse("not_an_approver",
                  "the step \"" + step.name + "\" of request " + number + " does not name you",
                  "see: countersign request show " + number);
  for (const Response& response : transaction.requests.responses(request.id))
    if (response.account == caller.account.id)
      return fail(ErrorKind::conflict, "answered_already",
                  "you have answered request " + number + " already");
  return {};
}

bool may_still_sign(Transaction& transaction, const Request& request) {
  const auto requester = transaction.accounts.find(request.requester);
  const auto claims = transaction.claims.still_there(request.claims);
  return may(transaction, Subject(*requester, claims), right::sign,
             transaction.signers.find(request.signer));
}

Status check_requester(Transaction& transaction, const Request& request) {
  if (may_still_sign(transaction, request)) return {};
  return fail(ErrorKind::conflict, "requester_lost_access", "the requester may not sign any more",
              "reject the request");
}

Status settle(Transaction& transaction, const Request& request) {
  if (!progress_of(transaction, request).complete()) return {};
  if (auto good = check_requester(transaction, request); !good) return good;
  if (auto good = check_active(transaction, request.signer, request.requester,
                               policy_of(transaction, request).ceilings);
      !good)
    return good;
  transaction.requests.activate(request.id, transaction.now, transaction.now + request.window);
  return {};
}

}  // namespace

ApprovalProgress progress_of(Transaction& transaction, const Request& request) {
  const SigningPolicy& policy = policy_of(transaction, request);
  const Signer* const signer = transaction.signers.find(request.signer);
  ApprovalProgress progress{std::vector<std::int64_t>(policy.steps.size()), std::nullopt};
  for (const Response& response : transaction.requests.responses(request.id))
    if (response.step < policy.steps.size() &&
        counts(transaction, request, policy.steps[response.step], response, signer))
      ++progress.valid[response.step];
  for (std::size_t step = 0; step < policy.steps.size() && !progress.step; ++step)
    if (progress.valid[step] < policy.steps[step].count) progress.step = step;
  return progress;
}

namespace {

/// Why an open request ends when what people may has changed; nothing when it goes on.
const char* end_reason(Transaction& transaction, const Request& request) {
  if (!may_still_sign(transaction, request)) return "the requester may not sign any more";
  if (request.state == RequestState::active && !progress_of(transaction, request).complete())
    return "an approval that it takes does not count any more";
  return nullptr;
}

}  // namespace

Result<Request> answer_request(Transaction& transaction, const Caller& caller, RequestId id,
                               bool approves, const std::string& comment) {
  const auto request = find_in_state(transaction, id, RequestState::pending, "not_pending");
  if (!request) return fail(request.error());
  const SigningPolicy& policy = policy_of(transaction, *request);
  // All steps can be complete before this answer when a change made an approval count again.
  const std::size_t step =
      progress_of(transaction, *request).step.value_or(policy.steps.size() - 1);
  if (auto good = check_may_answer(transaction, caller, *request, policy.steps[step]); !good)
    return fail(good.error());
  if (auto good = check_comment(comment, !approves); !good) return fail(good.error());
  transaction.requests.add_response(
      id, Response{step, caller.account.id, approves, comment, transaction.now, caller.claims});
  if (!approves)
    transaction.requests.set_state(id, *next_state(request->state, RequestAction::reject));
  else if (auto settled = settle(transaction, *request); !settled)
    return fail(settled.error());
  record_request(transaction, caller, *request, approves ? "request.approve" : "request.reject",
                 with_comment(comment));
  return *transaction.requests.find(id);
}

void end_requests_of_lost(Transaction& transaction, const Caller& caller, SignerId signer) {
  constexpr std::size_t page = 1000;
  for (const auto& [state, action] : {std::pair(RequestState::pending, RequestAction::cancel),
                                      std::pair(RequestState::active, RequestAction::revoke)}) {
    RequestFilter filter;
    filter.signer = signer;
    filter.state = state;
    filter.limit = page;
    while (true) {
      const auto open = transaction.requests.list(filter);
      for (const Request& each : open) {
        filter.after = each.id;
        const char* const reason = end_reason(transaction, each);
        if (reason == nullptr) continue;
        transaction.requests.set_state(each.id, *next_state(state, action));
        record_request(transaction, caller, each, "request.end", {{"reason", reason}});
      }
      if (open.size() < page) break;
    }
  }
}

}  // namespace countersign
