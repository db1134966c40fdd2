#include "policy/request_rules.h"

#include "core/text.h"
#include "policy/access.h"

namespace countersign {

namespace {

/// Whether the caller is the one whom `actor` means, as far as that is known without the steps.
Status check_actor(Transaction& transaction, const Caller& caller, const Request& request,
                   RequestActor actor) {
  const auto holds = [&](std::string_view right) {
    return may(transaction, caller, right, transaction.signers.find(request.signer));
  };
  const auto refuse = [](const char* message, const char* remedy) {
    return fail(ErrorKind::denied, "not_allowed", message, remedy);
  };
  if (actor == RequestActor::requester && request.requester != caller.account.id)
    return refuse("only the requester withdraws a request", "an approver can reject it");
  if (actor == RequestActor::revoker && !holds(right::revoke))
    return refuse("only an admin of the signer revokes a request", "ask one");
  if (actor == RequestActor::manager && !may(transaction, caller, right::manage_requests))
    return refuse("only who manages requests ends one", "an approver can reject it");
  return {};
}

bool was_owned_by(Transaction& transaction, AccountId machine, AccountId owner) {
  const auto account = transaction.accounts.find(machine);
  return account &&
         (account->is_owned_by(owner) || transaction.accounts.owned_once(machine, owner));
}

}  // namespace

Result<Request> find_for(Transaction& transaction, const Caller& caller, RequestId id,
                         RequestAction action) {
  auto request = transaction.requests.find(id);
  if (!request) return no_such("request");
  const RequestState state = state_at(*request, transaction.now);
  if (!next_state(state, action)) {
    const bool of_pending = next_state(RequestState::pending, action).has_value();
    return fail(ErrorKind::conflict, of_pending ? "not_pending" : "not_active",
                "request " + std::to_string(id) + " is " + std::string(to_text(state)) + ", not " +
                    (of_pending ? "pending" : "active"));
  }
  if (auto good = check_actor(transaction, caller, *request, actor_of(action)); !good)
    return fail(good.error());
  return std::move(*request);
}

bool is_own(Transaction& transaction, AccountId account, const Request& request) {
  return request.requester == account || request.beneficiary == account ||
         was_owned_by(transaction, request.requester, account) ||
         was_owned_by(transaction, request.beneficiary, account);
}

const SigningPolicy& policy_of(Transaction& transaction, const Request& request) {
  return transaction.signers.find_policy(request.signer, request.policy)->policy;
}

Status check_comment(const std::string& comment, bool needed) {
  if (!comment.empty()) return check_text("the comment", comment);
  if (needed)
    return fail(ErrorKind::invalid, "comment_missing", "this needs a comment that says why",
                "add --comment \"…\"");
  return {};
}

Status check_active(Transaction& transaction, SignerId signer, AccountId beneficiary,
                    const Ceilings& ceilings) {
  if (!ceilings.active_requests) return {};
  const auto most = *ceilings.active_requests;
  if (transaction.requests.count_active(signer, beneficiary, transaction.now) < most) return {};
  return fail(ErrorKind::conflict, "too_many_active",
              "the requester has the policy's ceiling of " + std::to_string(most) +
                  " active requests already",
              "use one up, or have one revoked, first");
}

void record_request(Transaction& transaction, const Caller& caller, const Request& request,
                    const char* operation, std::vector<std::pair<std::string, std::string>> data) {
  const auto after = transaction.requests.find(request.id);
  data.emplace_back("state", std::string(to_text(after->state)));
  record_change(transaction, caller, operation, request.signer, request.id, std::move(data));
}

std::vector<std::pair<std::string, std::string>> with_comment(const std::string& comment) {
  if (comment.empty()) return {};
  return {{"comment", comment}};
}

}  // namespace countersign
