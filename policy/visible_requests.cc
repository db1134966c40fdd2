#include "policy/visible_requests.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/text.h"
#include "policy/access.h"
#include "policy/effects.h"

namespace countersign {
namespace {

RequestExtent extent_of(Transaction& transaction, const Caller& caller) {
  static constexpr std::array<std::string_view, 3> asked{
      right::see_all_requests, right::see_own_requests, right::see_requests_to_answer};
  if (caller.account.state != AccountState::active) return {};
  return request_extent(held_rights(transaction, caller, asked, {}));
}

/// The names of the caller, and of those in whose place he answers.
std::set<std::string> names_answered_for(Transaction& transaction, const Caller& caller) {
  auto names = transaction.acting.approver_names(caller);
  for (const AccountId id :
       transaction.delegations.delegators_of(caller.account.id, transaction.now))
    names.merge(transaction.acting.approver_names(*transaction.accounts.find(id)));
  return names;
}

/// The requests, or that one, in a step of which the caller or somebody in whose place he answers
/// is named and which are not his own.
std::vector<RequestId> waiting_for(Transaction& transaction, const Caller& caller,
                                   std::optional<RequestId> id) {
  std::vector<RequestId> waiting;
  if (caller.account.kind != AccountKind::user) return waiting;
  const auto names = names_answered_for(transaction, caller);
  for (const auto& [number, policy] :
       transaction.requests.unanswered_by(caller.account.id, transaction.now, id))
    if (std::ranges::any_of(policy.steps,
                            [&](const ApprovalStep& step) { return is_named(names, step); }))
      waiting.push_back(number);
  return waiting;
}

RightObjects objects_of(const std::optional<SignerTable::Place>& place) {
  RightObjects on;
  on.signer = place ? place->id : no_object;
  on.application = place ? place->application.value_or(0) : 0;
  return on;
}

}  // namespace

std::optional<RequestFilter::Among> visible_requests(Transaction& transaction,
                                                     const Caller& caller) {
  const RequestExtent extent = extent_of(transaction, caller);
  if (extent.all || may(transaction, caller, right::see_all_signers)) return std::nullopt;
  RequestFilter::Among among;
  among.signers = objects_with(transaction, caller, right::see_signer);
  if (extent.mine) among.requester = caller.account.id;
  if (extent.pending) among.requests = waiting_for(transaction, caller, std::nullopt);
  return among;
}

std::vector<RequestId> requests_naming(Transaction& transaction, const Caller& caller) {
  return waiting_for(transaction, caller, std::nullopt);
}

Result<Request> visible_request(Transaction& transaction, const Caller& caller,
                                const std::string& reference) {
  const RequestId number = whole_number(reference).value_or(no_object);
  auto request = transaction.requests.find(number);
  const auto place = transaction.signers.locate(request ? request->signer : no_object);
  const RequestExtent extent = extent_of(transaction, caller);
  const bool sees_signer = may(transaction, caller, right::see_signer, objects_of(place));
  const bool waits =
      extent.pending && !waiting_for(transaction, caller, std::max<RequestId>(number, 1)).empty();
  const bool own =
      extent.mine && request &&
      (request->requester == caller.account.id || request->beneficiary == caller.account.id);
  if (!request || (!extent.all && !sees_signer && !own && !waits)) return no_such("request");
  return std::move(*request);
}

}  // namespace countersign
