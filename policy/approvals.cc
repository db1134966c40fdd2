#include "policy/approvals.h"

#include <algorithm>

#include "core/duration.h"
#include "policy/access.h"
#include "policy/approval_keys.h"
#include "policy/break_glass.h"
#include "policy/effects.h"
#include "policy/preapprovals.h"
#include "policy/request_form.h"
#include "policy/request_rules.h"

namespace countersign {
namespace {

/// Whether an account, acting as itself now, is a person whose answer to the step counts.
bool is_approver(Transaction& transaction, const Request& request, const ApprovalStep& step,
                 const Signer* signer, const Subject& who) {
  return who.account.kind == AccountKind::user && !is_own(transaction, who.account.id, request) &&
         may_answer_step(transaction, who, step, signer);
}

/// Whether what this account once answered to `step` counts as a yes now. In the place of another
/// it needs both: that the other would count, and that the account still may approve.
bool counts(Transaction& transaction, const Request& request, const ApprovalStep& step,
            const Response& response, const Signer* signer) {
  const auto account = transaction.accounts.find(response.account);
  const auto claims = transaction.claims.still_there(response.claims);
  const Subject who(*account, claims);
  if (!response.approves) return false;
  if (response.for_account == 0) return is_approver(transaction, request, step, signer, who);
  const auto delegator = transaction.accounts.find(response.for_account);
  return is_approver(transaction, request, step, signer, *delegator) &&
         account->kind == AccountKind::user && !is_own(transaction, account->id, request) &&
         may(transaction, who, right::approve, signer);
}

bool has_answered(const std::vector<Response>& responses, AccountId account) {
  return std::ranges::any_of(responses, [&](const Response& each) {
    return each.account == account || each.for_account == account;
  });
}

/// In whose place the caller, whom the step does not name, may answer it; 0 when in nobody's.
AccountId delegator_for(Transaction& transaction, const Caller& caller, const Request& request,
                        const ApprovalStep& step, const std::vector<Response>& responses) {
  const Signer* const signer = transaction.signers.find(request.signer);
  for (const AccountId id :
       transaction.delegations.delegators_of(caller.account.id, transaction.now)) {
    const auto delegator = transaction.accounts.find(id);
    if (!has_answered(responses, id) && is_approver(transaction, request, step, signer, *delegator))
      return id;
  }
  return 0;
}

/// In whose place the caller answers the step: 0 for his own.
Result<AccountId> check_may_answer(Transaction& transaction, const Caller& caller,
                                   const Request& request, const ApprovalStep& step) {
  const auto refuse = [](const char* code, const std::string& message, const std::string& remedy) {
    return fail(ErrorKind::denied, code, message, remedy);
  };
  const std::string number = std::to_string(request.id);
  if (is_own(transaction, caller.account.id, request))
    return refuse("own_request", "request " + number + " is your own: somebody else must answer it",
                  "an approver can run: countersign request approve " + number);
  const auto responses = transaction.threads.responses(request.id);
  if (has_answered(responses, caller.account.id))
    return fail(ErrorKind::conflict, "answered_already",
                "you have answered request " + number + " already");
  const bool person = caller.account.kind == AccountKind::user;
  const bool named = person && is_named(transaction, caller, step);
  const AccountId place =
      named || !person ? 0 : delegator_for(transaction, caller, request, step, responses);
  if (!named && place == 0)
    return refuse("not_an_approver",
                  "the step \"" + step.name + "\" of request " + number + " does not name you",
                  "see: countersign request show " + number);
  return place;
}

bool may_still_sign(Transaction& transaction, const Request& request) {
  const auto beneficiary = transaction.accounts.find(request.beneficiary);
  std::vector<PrincipalId> claims;
  if (request.beneficiary == request.requester)
    claims = transaction.claims.still_there(request.claims);
  return may(transaction, Subject(*beneficiary, claims), right::sign,
             transaction.signers.find(request.signer));
}

Status check_requester(Transaction& transaction, const Request& request) {
  if (may_still_sign(transaction, request)) return {};
  return fail(ErrorKind::conflict, "requester_lost_access", "the requester may not sign any more",
              "reject the request");
}

/// What the step wants of an approval besides that it comes from one whom it names.
Status check_step_demands(Transaction& transaction, const Caller& caller, const Request& request,
                          const ApprovalStep& step, const Answer& answer) {
  if (step.token_younger_than)
    if (auto good = check_token_age(transaction, caller, *step.token_younger_than); !good)
      return good;
  if (answer.key == 0 && !step.signed_approval) return {};
  if (answer.key == 0)
    return fail(ErrorKind::invalid, "signature_missing",
                "the step \"" + step.name + "\" wants a signed approval",
                "add --sign-with KEY, the file of a key that you registered");
  return check_approval_signature(transaction, caller, request, step, answer.key, answer.signature);
}

Status settle(Transaction& transaction, const Request& request) {
  if (!progress_of(transaction, request).complete()) return {};
  if (auto good = check_requester(transaction, request); !good) return good;
  if (auto good = check_active(transaction, request.signer, request.beneficiary,
                               policy_of(transaction, request).ceilings);
      !good)
    return good;
  const Time from = std::max(transaction.now, request.starts.value_or(transaction.now));
  transaction.requests.activate(request.id, from, from + request.window);
  return {};
}

std::vector<std::pair<std::string, std::string>> data_of(Transaction& transaction,
                                                         const ApprovalStep& step,
                                                         const Response& response) {
  auto data = with_comment(response.comment);
  data.emplace_back("step", step.name);
  if (response.for_account != 0)
    data.emplace_back("in_place_of", transaction.accounts.name_of(response.for_account));
  if (response.key != 0) {
    data.emplace_back("approval_key", std::to_string(response.key));
    data.emplace_back("signature", response.signature);
  }
  return data;
}

/// Why an open request ends when what people may has changed; nothing when it goes on.
const char* end_reason(Transaction& transaction, const Request& request) {
  if (!may_still_sign(transaction, request)) return "the requester may not sign any more";
  if (request.state != RequestState::active) return nullptr;
  if (request.kind == RequestKind::preapproval)
    return preapproval_holds(transaction, request)
               ? nullptr
               : "who agreed to it may not agree to it any more";
  if (request.kind == RequestKind::break_glass)
    return may_break_glass(transaction, request) ? nullptr
                                                 : "the requester is not named for emergencies";
  if (policy_of(transaction, request).approver_leaves == ApproverLeaves::revokes &&
      !progress_of(transaction, request).complete())
    return "an approval that it takes does not count any more";
  return nullptr;
}

}  // namespace

bool waits_for(Transaction& transaction, const Caller& caller, const Request& request) {
  if (state_at(request, transaction.now) != RequestState::pending) return false;
  const auto step = progress_of(transaction, request).step;
  return step &&
         may(transaction, caller, right::approve, transaction.signers.find(request.signer)) &&
         check_may_answer(transaction, caller, request,
                          policy_of(transaction, request).steps[*step]);
}

std::vector<std::pair<AccountId, AccountId>> delegates_for(Transaction& transaction,
                                                           const Request& request) {
  std::vector<std::pair<AccountId, AccountId>> found;
  if (state_at(request, transaction.now) != RequestState::pending) return found;
  const auto step = progress_of(transaction, request).step;
  if (!step) return found;
  const ApprovalStep& asks = policy_of(transaction, request).steps[*step];
  const Signer* const signer = transaction.signers.find(request.signer);
  for (const AccountId id : transaction.delegations.delegates(transaction.now)) {
    const Caller delegate{*transaction.accounts.find(id), {}};
    if (!may(transaction, delegate, right::approve, signer)) continue;
    if (const auto place = check_may_answer(transaction, delegate, request, asks);
        place && *place != 0)
      found.emplace_back(id, *place);
  }
  return found;
}

bool may_answer_step(Transaction& transaction, const Subject& subject, const ApprovalStep& step,
                     const Signer* signer) {
  return is_named(transaction, subject, step) && may(transaction, subject, right::approve, signer);
}

Status check_token_age(const Transaction& transaction, const Caller& caller,
                       Milliseconds younger_than) {
  if (caller.proven && transaction.now - *caller.proven <= younger_than) return {};
  return fail(ErrorKind::denied, "step_up_needed",
              "this takes a token that is younger than " + to_text(younger_than),
              "log in anew, mint one with: countersign token create, and set COUNTERSIGN_TOKEN");
}

ApprovalProgress progress_of(Transaction& transaction, const Request& request) {
  const SigningPolicy& policy = policy_of(transaction, request);
  const Signer* const signer = transaction.signers.find(request.signer);
  ApprovalProgress progress{std::vector<std::int64_t>(policy.steps.size()), std::nullopt};
  for (const Response& response : transaction.threads.responses(request.id))
    if (response.step < policy.steps.size() &&
        counts(transaction, request, policy.steps[response.step], response, signer))
      ++progress.valid[response.step];
  for (std::size_t step = 0; step < policy.steps.size() && !progress.step; ++step)
    if (progress.valid[step] < policy.steps[step].count) progress.step = step;
  return progress;
}

Result<Request> answer_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const Answer& answer) {
  const auto request =
      find_for(transaction, caller, id,
               answer.approves ? RequestAction::approve_last : RequestAction::reject);
  if (!request) return fail(request.error());
  const SigningPolicy& policy = policy_of(transaction, *request);
  // All steps can be complete before this answer when a change made an approval count again.
  const std::size_t number =
      progress_of(transaction, *request).step.value_or(policy.steps.size() - 1);
  const ApprovalStep& step = policy.steps[number];
  const auto place = check_may_answer(transaction, caller, *request, step);
  if (!place) return fail(place.error());
  if (auto good = check_comment(answer.comment, !answer.approves); !good) return fail(good.error());
  Response response{number,
                    caller.account.id,
                    answer.approves,
                    answer.comment,
                    transaction.now,
                    caller.claims,
                    *place,
                    0,
                    {}};
  if (answer.approves) {
    if (auto good = check_step_demands(transaction, caller, *request, step, answer); !good)
      return fail(good.error());
    response.key = answer.key;
    response.signature = answer.signature;
  }
  transaction.threads.add_response(id, response);
  if (!answer.approves)
    transaction.requests.set_state(id, *next_state(request->state, RequestAction::reject));
  else if (auto settled = settle(transaction, *request); !settled)
    return fail(settled.error());
  record_request(transaction, caller, *request,
                 answer.approves ? "request.approve" : "request.reject",
                 data_of(transaction, step, response));
  return *transaction.requests.find(id);
}

void end_requests_of_lost(Transaction& transaction, const Caller& caller, SignerId signer) {
  constexpr std::size_t page = 1000;
  for (const RequestState state : {RequestState::pending, RequestState::active}) {
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
        transaction.requests.set_state(each.id, *next_state(state, RequestAction::lose_people));
        record_request(transaction, caller, each, "request.end", {{"reason", reason}});
      }
      if (open.size() < page) break;
    }
  }
}

}  // namespace countersign
