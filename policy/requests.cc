#include "policy/requests.h"

#include <algorithm>

#include "core/duration.h"
#include "core/encoding.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/effects.h"

namespace countersign {
namespace {

constexpr std::size_t most_open_requests = 20;

tl::unexpected<Error> above_ceiling(const std::string& what, const std::string& asked,
                                    const std::string& ceiling) {
  return fail(ErrorKind::invalid, "above_ceiling",
              what + " " + asked + " is above the policy's ceiling of " + ceiling,
              "ask for " + ceiling + " at most");
}

/// The request, still pending or active as `wanted` says. Errors: `code`.
Result<Request> find_in_state(Transaction& transaction, RequestId id, RequestState wanted,
                              const char* code) {
  const auto request = transaction.requests.find(id);
  if (!request) return no_such("request");
  const RequestState state = state_at(*request, transaction.now);
  if (state == wanted) return *request;
  return fail(ErrorKind::conflict, code,
              "request " + std::to_string(id) + " is " + std::string(to_text(state)) + ", not " +
                  std::string(to_text(wanted)));
}

Status check_comment(const std::string& comment, bool needed) {
  if (!comment.empty()) return check_text("the comment", comment);
  if (needed)
    return fail(ErrorKind::invalid, "comment_missing", "this needs a comment that says why",
                "add --comment \"…\"");
  return {};
}

/// Of the requester himself, or of a machine that is or was his.
bool is_own(Transaction& transaction, AccountId account, const Request& request) {
  if (request.requester == account) return true;
  const auto requester = transaction.accounts.find(request.requester);
  return requester && (requester->is_owned_by(account) ||
                       transaction.accounts.owned_once(requester->id, account));
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

/// Approvals of people who still are members and named, and whose the request is not by now: one
/// that left no longer counts. Each account answers once, and a machine not at all.
std::int64_t valid_approvals(Transaction& transaction, const Request& request,
                             const ApprovalStep& step) {
  const auto responses = transaction.requests.responses(request.id);
  const Signer* const signer = transaction.signers.find(request.signer);
  return std::ranges::count_if(responses, [&](const Response& response) {
    const auto account = transaction.accounts.find(response.account);
    const auto claims = transaction.claims.still_there(response.claims);
    const Subject who(*account, claims);
    return response.approves && account->kind == AccountKind::user &&
           !is_own(transaction, account->id, request) && is_named(transaction, who, step) &&
           may(transaction, who, right::approve, signer);
  });
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

void record_request(Transaction& transaction, const Caller& caller, const Request& request,
                    const char* operation,
                    std::vector<std::pair<std::string, std::string>> data = {}) {
  const auto after = transaction.requests.find(request.id);
  data.emplace_back("state", std::string(to_text(after->state)));
  record_change(transaction, caller, operation, request.signer, request.id, std::move(data));
}

std::vector<std::pair<std::string, std::string>> with_comment(const std::string& comment) {
  if (comment.empty()) return {};
  return {{"comment", comment}};
}

Status check_wish(Transaction& transaction, const Caller& caller, const Signer& signer,
                  const NewRequest& wish) {
  if (auto good = check_text("the reason", wish.reason); !good) return good;
  const SigningPolicy* const policy = transaction.signers.current_policy(signer);
  if (policy == nullptr)
    return fail(ErrorKind::conflict, "no_policy", signer.name + " has no signing policy yet",
                "ask an admin of the signer to set one");
  if (!policy->needs_approval())
    return fail(ErrorKind::conflict, "no_approval_needed",
                "signing with " + signer.name + " needs no approval", "just sign");
  const Ceilings& ceilings = policy->ceilings;
  if (wish.count && *wish.count > ceilings.signatures)
    return above_ceiling("a count of", std::to_string(*wish.count),
                         std::to_string(ceilings.signatures));
  if (wish.window && *wish.window > ceilings.window)
    return above_ceiling("a window of", to_text(*wish.window), to_text(ceilings.window));
  RequestFilter filter;
  filter.signer = signer.id;
  filter.requester = caller.account.id;
  filter.state = RequestState::pending;
  filter.open_at = transaction.now;
  filter.limit = most_open_requests;
  if (transaction.requests.list(filter).size() >= most_open_requests)
    return fail(
        ErrorKind::conflict, "too_many_requests",
        "you have " + std::to_string(most_open_requests) + " requests waiting for " + signer.name,
        "cancel one with: countersign request cancel N");
  return {};
}

}  // namespace

Result<Request> create_request(Transaction& transaction, const Caller& caller, const Signer& signer,
                               const NewRequest& wish) {
  if (auto good = check_wish(transaction, caller, signer, wish); !good) return fail(good.error());
  const Ceilings& ceilings = transaction.signers.current_policy(signer)->ceilings;
  Request request;
  request.signer = signer.id;
  request.requester = caller.account.id;
  request.claims = caller.claims;
  request.policy = *signer.policy;
  request.fingerprint = to_hex(signer.pinned.fingerprint());
  request.reason = wish.reason;
  request.count = wish.count.value_or(ceilings.signatures);
  request.window = wish.window.value_or(ceilings.window);
  request.created = transaction.now;
  request.open_until = transaction.now + ceilings.pending;
  request.id = transaction.requests.add(request);
  record_request(transaction, caller, request, "request.create",
                 {{"reason", request.reason},
                  {"count", std::to_string(request.count)},
                  {"window", to_text(request.window)},
                  {"policy", std::to_string(request.policy)}});
  return request;
}

Result<Request> answer_request(Transaction& transaction, const Caller& caller, RequestId id,
                               bool approves, const std::string& comment) {
  const auto request = find_in_state(transaction, id, RequestState::pending, "not_pending");
  if (!request) return fail(request.error());
  const PolicyRevision* const revision =
      transaction.signers.find_policy(request->signer, request->policy);
  const ApprovalStep& step = revision->policy.steps.front();
  if (auto good = check_may_answer(transaction, caller, *request, step); !good)
    return fail(good.error());
  if (auto good = check_comment(comment, !approves); !good) return fail(good.error());
  transaction.requests.add_response(
      id, Response{caller.account.id, approves, comment, transaction.now, caller.claims});
  if (!approves) {
    transaction.requests.set_state(id, *next_state(request->state, RequestAction::reject));
  } else if (valid_approvals(transaction, *request, step) >= step.count) {
    if (auto good = check_requester(transaction, *request); !good) return fail(good.error());
    transaction.requests.activate(id, transaction.now, transaction.now + request->window);
  }
  record_request(transaction, caller, *request, approves ? "request.approve" : "request.reject",
                 with_comment(comment));
  return *transaction.requests.find(id);
}

Result<Request> cancel_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment) {
  const auto request = find_in_state(transaction, id, RequestState::pending, "not_pending");
  if (!request) return fail(request.error());
  if (request->requester != caller.account.id)
    return fail(ErrorKind::denied, "not_allowed", "only the requester withdraws a request",
                "an approver can reject it");
  if (auto good = check_comment(comment, false); !good) return fail(good.error());
  transaction.requests.set_state(id, *next_state(request->state, RequestAction::cancel));
  record_request(transaction, caller, *request, "request.cancel", with_comment(comment));
  return *transaction.requests.find(id);
}

Result<Request> end_request(Transaction& transaction, const Caller& caller, RequestId id,
                            const std::string& comment) {
  const auto request = find_in_state(transaction, id, RequestState::pending, "not_pending");
  if (!request) return fail(request.error());
  if (auto good = check_comment(comment, true); !good) return fail(good.error());
  transaction.requests.set_state(id, *next_state(request->state, RequestAction::cancel));
  record_request(transaction, caller, *request, "request.end", with_comment(comment));
  return *transaction.requests.find(id);
}

Result<Request> revoke_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment) {
  const auto request = find_in_state(transaction, id, RequestState::active, "not_active");
  if (!request) return fail(request.error());
  if (auto good = check_comment(comment, true); !good) return fail(good.error());
  transaction.requests.set_state(id, *next_state(request->state, RequestAction::revoke));
  record_request(transaction, caller, *request, "request.revoke", with_comment(comment));
  return *transaction.requests.find(id);
}

std::string end_open_requests(Transaction& transaction, SignerId signer, RequestAction pending,
                              RequestAction active) {
  constexpr std::size_t page = 1000;
  std::string ended;
  for (const auto& [state, action] :
       {std::pair(RequestState::pending, pending), std::pair(RequestState::active, active)}) {
    while (true) {
      RequestFilter filter;
      filter.signer = signer;
      filter.state = state;
      filter.limit = page;
      const auto open = transaction.requests.list(filter);
      for (const Request& each : open) {
        transaction.requests.set_state(each.id, *next_state(state, action));
        ended += (ended.empty() ? "" : ",") + std::to_string(each.id);
      }
      if (open.size() < page) break;
    }
  }
  return ended;
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
        if (may_still_sign(transaction, each)) continue;
        transaction.requests.set_state(each.id, *next_state(state, action));
        record_request(transaction, caller, each, "request.end",
                       {{"reason", "the requester may not sign any more"}});
      }
      if (open.size() < page) break;
    }
  }
}

}  // namespace countersign
