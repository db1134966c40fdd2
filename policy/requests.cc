#include "policy/requests.h"

#include <algorithm>

#include "core/crypto.h"
#include "core/duration.h"
#include "core/encoding.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/request_rules.h"

namespace countersign {
namespace {

constexpr std::size_t most_open_requests = 20;

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

/// One hash over all that is bound, in order, so that the log tells what was agreed to.
std::string hash_of(std::vector<BoundDigest> digests) {
  std::ranges::sort(digests, {}, &BoundDigest::digest);
  std::string lines;
  for (const BoundDigest& each : digests)
    lines += each.digest + " " + std::to_string(each.times) + " " + each.name + "\n";
  return to_hex(sha256(as_bytes(lines)));
}

Status check_demands(const Demands& demands, const NewRequest& wish) {
  if (demands.digests == DigestBinding::required && wish.digests.empty())
    return fail(ErrorKind::invalid, "digests_missing",
                "the policy wants every request to name the digests that are to be signed",
                "add --digest-file FILE with lines as sha256sum prints them");
  return check_metadata(demands, wish.metadata);
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
  if (wish.count && !wish.digests.empty())
    return fail(ErrorKind::invalid, "count_is_bound",
                "a request that is bound to digests has no other count", "leave the count out");
  if (count_of(wish, ceilings) > ceilings.signatures)
    return above_ceiling("a count of", std::to_string(count_of(wish, ceilings)),
                         std::to_string(ceilings.signatures));
  if (wish.window && *wish.window > ceilings.window)
    return above_ceiling("a window of", to_text(*wish.window), to_text(ceilings.window));
  if (auto good = check_demands(policy->demands, wish); !good) return good;
  if (auto good = check_active(transaction, signer.id, caller.account.id, ceilings); !good)
    return good;
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
  request.count = count_of(wish, ceilings);
  request.bound = !wish.digests.empty();
  request.metadata = wish.metadata;
  request.facts = caller.attested;
  request.facts.insert(request.facts.end(), wish.claimed.begin(), wish.claimed.end());
  request.window = wish.window.value_or(ceilings.window);
  request.created = transaction.now;
  request.open_until = transaction.now + ceilings.pending;
  request.id = transaction.requests.add(request);
  std::vector<std::pair<std::string, std::string>> data{{"reason", request.reason},
                                                        {"count", std::to_string(request.count)},
                                                        {"window", to_text(request.window)},
                                                        {"policy", std::to_string(request.policy)}};
  for (const auto& [name, value] : wish.metadata) data.emplace_back("metadata." + name, value);
  if (request.bound) {
    transaction.requests.add_digests(request.id, wish.digests);
    data.emplace_back("digests", std::to_string(wish.digests.size()));
    data.emplace_back("digests_sha256", hash_of(wish.digests));
  }
  record_request(transaction, caller, request, "request.create", std::move(data));
  return request;
}

Result<Request> request_for_signature(Transaction& transaction, const Caller& caller,
                                      const Signer& signer, const std::string& digest,
                                      const std::vector<Fact>& claimed) {
  if (auto open = transaction.requests.pending_for(signer.id, caller.account.id, *signer.policy,
                                                   digest, transaction.now))
    return std::move(*open);
  NewRequest wish;
  wish.reason = "to sign what is waiting now";
  wish.digests.push_back({digest, "", 1, 0});
  wish.claimed = claimed;
  return create_request(transaction, caller, signer, wish);
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

}  // namespace countersign
