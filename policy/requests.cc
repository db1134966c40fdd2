#include "policy/requests.h"

#include <algorithm>

#include "core/duration.h"
#include "core/encoding.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/request_form.h"
#include "policy/request_rules.h"

namespace countersign {
namespace {

constexpr std::size_t most_open_requests = 20;
constexpr Milliseconds farthest_start = std::chrono::days(30);

tl::unexpected<Error> above_ceiling(const std::string& what, const std::string& asked,
                                    const std::string& ceiling) {
  return fail(ErrorKind::invalid, "above_ceiling",
              what + " " + asked + " is above the policy's ceiling of " + ceiling,
              "ask for " + ceiling + " at most");
}

std::int64_t count_of(const NewRequest& wish, const Ceilings& ceilings) {
  if (wish.digests.empty()) return wish.count.value_or(ceilings.signatures);
  std::int64_t count = 0;
  for (const BoundDigest& each : wish.digests) count += each.times;
  return count;
}

Status check_demands(const Demands& demands, const NewRequest& wish) {
  if (demands.digests == DigestBinding::required && wish.digests.empty())
    return fail(ErrorKind::invalid, "digests_missing",
                "the policy wants every request to name the digests that are to be signed",
                "add --digest-file FILE with lines as sha256sum prints them");
  if (demands.network && wish.networks.empty())
    return fail(ErrorKind::invalid, "network_missing",
                "the policy wants every request to name the network that is signed from",
                "add --network local");
  return check_metadata(demands, wish.metadata);
}

/// What a request is bound to besides its digests.
Status check_bounds(const Transaction& transaction, const NewRequest& wish) {
  for (const std::string& each : wish.networks)
    if (each != local_network)
      return fail(ErrorKind::invalid, "bad_network",
                  "no caller comes from the network " + printable(each), "name \"local\"");
  if (wish.starts && *wish.starts > transaction.now + farthest_start)
    return fail(ErrorKind::invalid, "bad_start",
                "the window would open in more than " + to_text(farthest_start),
                "ask for it when the time has come nearer");
  return {};
}

Status check_wish(Transaction& transaction, const Account& beneficiary, const Signer& signer,
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
  if (wish.count && !wish.digests.empty())
    return fail(ErrorKind::invalid, "count_is_bound",
                "a request that is bound to digests has no other count", "leave the count out");
  if (count_of(wish, ceilings) > ceilings.signatures)
    return above_ceiling("a count of", std::to_string(count_of(wish, ceilings)),
                         std::to_string(ceilings.signatures));
  if (wish.window && *wish.window > ceilings.window)
    return above_ceiling("a window of", to_text(*wish.window), to_text(ceilings.window));
  if (auto good = check_demands(policy->demands, wish); !good) return good;
  if (auto good = check_bounds(transaction, wish); !good) return good;
  return check_active(transaction, signer.id, beneficiary.id, ceilings);
}

Status check_not_too_many(Transaction& transaction, const Caller& caller, const Signer& signer) {
  RequestFilter filter;
  filter.signer = signer.id;
  filter.requester = caller.account.id;
  filter.state = RequestState::pending;
  filter.open_at = transaction.now;
  filter.limit = most_open_requests;
  if (transaction.requests.list(filter).size() < most_open_requests) return {};
  return fail(
      ErrorKind::conflict, "too_many_requests",
      "you have " + std::to_string(most_open_requests) + " requests waiting for " + signer.name,
      "cancel one with: countersign request cancel N");
}

}  // namespace

Result<Request> draft_request(Transaction& transaction, const Caller& caller,
                              const Account& beneficiary, const Signer& signer,
                              const NewRequest& wish) {
  if (auto good = check_wish(transaction, beneficiary, signer, wish); !good)
    return fail(good.error());
  const Ceilings& ceilings = transaction.signers.current_policy(signer)->ceilings;
  Request request;
  request.signer = signer.id;
  request.requester = caller.account.id;
  request.beneficiary = beneficiary.id;
  request.claims = caller.claims;
  request.policy = *signer.policy;
  request.fingerprint = to_hex(signer.pinned.fingerprint());
  request.reason = wish.reason;
  request.count = count_of(wish, ceilings);
  request.bound = !wish.digests.empty();
  request.networks = wish.networks;
  request.metadata = wish.metadata;
  request.facts = caller.attested;
  request.facts.insert(request.facts.end(), wish.claimed.begin(), wish.claimed.end());
  request.window = wish.window.value_or(ceilings.window);
  request.starts = wish.starts;
  request.created = transaction.now;
  request.open_until = transaction.now + ceilings.pending;
  return request;
}

Request add_request(Transaction& transaction, const Caller& caller, Request request,
                    const std::vector<BoundDigest>& digests, RequestAction action,
                    const char* operation, std::vector<std::pair<std::string, std::string>> data) {
  request.state = *first_state(action);
  if (request.state == RequestState::active) {
    request.active_from = std::max(transaction.now, request.starts.value_or(transaction.now));
    request.active_until = *request.active_from + request.window;
  }
  request.id = transaction.requests.add(request);
  data.emplace_back("reason", request.reason);
  data.emplace_back("count", std::to_string(request.count));
  data.emplace_back("window", to_text(request.window));
  data.emplace_back("policy", std::to_string(request.policy));
  if (request.beneficiary != request.requester)
    data.emplace_back("beneficiary", transaction.accounts.name_of(request.beneficiary));
  if (request.starts) data.emplace_back("starts", to_rfc3339(*request.starts));
  if (request.review_due) data.emplace_back("review_due", to_rfc3339(*request.review_due));
  for (const std::string& each : request.networks) data.emplace_back("network." + each, "yes");
  for (const auto& [name, value] : request.metadata) data.emplace_back("metadata." + name, value);
  if (request.bound) {
    transaction.requests.add_digests(request.id, digests);
    data.emplace_back("digests", std::to_string(digests.size()));
    data.emplace_back("digests_sha256", hash_of_digests(digests));
  }
  record_request(transaction, caller, request, operation, std::move(data));
  return request;
}

Result<Request> create_request(Transaction& transaction, const Caller& caller, const Signer& signer,
                               const NewRequest& wish) {
  auto draft = draft_request(transaction, caller, caller.account, signer, wish);
  if (!draft) return draft;
  if (auto good = check_not_too_many(transaction, caller, signer); !good) return fail(good.error());
  return add_request(transaction, caller, std::move(*draft), wish.digests, RequestAction::file,
                     "request.create");
}

Result<Request> request_for_signature(Transaction& transaction, const Caller& caller,
                                      const Signer& signer, const std::string& digest,
                                      NewRequest wish) {
  if (auto open = transaction.requests.pending_for(signer.id, caller.account.id, *signer.policy,
                                                   digest, transaction.now))
    return std::move(*open);
  wish.reason = "to sign what is waiting now";
  wish.digests.push_back({digest, "", 1, 0});
  const SigningPolicy* const policy = transaction.signers.current_policy(signer);
  if (policy != nullptr && policy->demands.network) wish.networks = {std::string(local_network)};
  return create_request(transaction, caller, signer, wish);
}

Result<Request> stop_request(Transaction& transaction, const Caller& caller, RequestId id,
                             RequestAction action, const char* operation,
                             const std::string& comment) {
  const auto request = find_for(transaction, caller, id, action);
  if (!request) return fail(request.error());
  if (auto good = check_comment(comment, action != RequestAction::cancel); !good)
    return fail(good.error());
  transaction.requests.set_state(id, *next_state(request->state, action));
  record_request(transaction, caller, *request, operation, with_comment(comment));
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

}  // namespace countersign
