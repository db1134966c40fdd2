#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/encoding.h"
#include "gateway/server/json_views.h"
#include "policy/approvals.h"
#include "policy/request_rules.h"

namespace countersign::server {

using nlohmann::json;

namespace {

constexpr std::size_t requests_before = 5;
constexpr std::size_t digests_before = 3;

json responses_json(Transaction& transaction, const Request& request) {
  json responses = json::array();
  for (const Response& response : transaction.threads.responses(request.id)) {
    json each{{"account", transaction.accounts.name_of(response.account)},
              {"verdict", response.approves ? "approve" : "reject"},
              {"time", to_rfc3339(response.time)}};
    if (!response.comment.empty()) each["comment"] = response.comment;
    if (response.for_account != 0)
      each["in_place_of"] = transaction.accounts.name_of(response.for_account);
    if (response.key != 0) {
      each["approval_key"] = response.key;
      each["signature"] = response.signature;
    }
    responses.push_back(std::move(each));
  }
  return responses;
}

/// The steps of the policy that it was made under, and while it waits what they still lack.
json steps_json(Transaction& transaction, const Request& request, json& view) {
  json steps = json::array();
  const bool waits = state_at(request, transaction.now) == RequestState::pending;
  const SigningPolicy& policy = policy_of(transaction, request);
  const auto progress = waits ? progress_of(transaction, request) : ApprovalProgress{};
  for (std::size_t i = 0; i < policy.steps.size(); ++i) {
    const ApprovalStep& step = policy.steps[i];
    json each{{"name", step.name}, {"needs", step.count}, {"approvers", step.approvers}};
    if (step.token_younger_than) each["token_younger_than"] = to_text(*step.token_younger_than);
    if (step.signed_approval) each["signed"] = true;
    if (waits) each["lacks"] = std::max<std::int64_t>(0, step.count - progress.valid[i]);
    steps.push_back(std::move(each));
  }
  if (progress.step) view["waits_for"] = policy.steps[*progress.step].name;
  return steps;
}

/// What the gateway knows of who filed it, apart from what he says himself.
void add_facts(const Request& request, json& view) {
  constexpr std::string_view mark = "claimed.";
  for (const auto& [name, value] : request.facts) {
    const bool claimed = name.starts_with(mark);
    view[claimed ? "claimed" : "attested"][claimed ? name.substr(mark.size()) : name] = value;
  }
}

void add_thread(Transaction& transaction, const Request& request, json& view) {
  for (const RequestComment& each : transaction.threads.comments(request.id))
    view["comments"].push_back({{"account", transaction.accounts.name_of(each.account)},
                                {"text", each.text},
                                {"time", to_rfc3339(each.time)}});
  if (!request.review_due) return;
  view["review_due"] = to_rfc3339(*request.review_due);
  if (const auto review = transaction.threads.review(request.id))
    view["review"] = {{"account", transaction.accounts.name_of(review->account)},
                      {"comment", review->comment},
                      {"time", to_rfc3339(review->time)}};
}

}  // namespace

json request_json(Transaction& transaction, const Request& request) {
  const Signer* const signer = transaction.signers.find(request.signer);
  json view{{"id", request.id},
            {"kind", to_text(request.kind)},
            {"signer", signer == nullptr ? "?" : signer->name},
            {"requester", transaction.accounts.name_of(request.requester)},
            {"beneficiary", transaction.accounts.name_of(request.beneficiary)},
            {"state", to_text(state_at(request, transaction.now))},
            {"reason", request.reason},
            {"count", request.count},
            {"used", request.used},
            {"window", to_text(request.window)},
            {"created", to_rfc3339(request.created)},
            {"open_until", to_rfc3339(request.open_until)},
            {"policy", request.policy},
            {"bound", request.bound},
            {"responses", responses_json(transaction, request)}};
  view["steps"] = steps_json(transaction, request, view);
  if (!request.networks.empty()) view["networks"] = request.networks;
  if (!request.metadata.empty()) view["metadata"] = request.metadata;
  add_facts(request, view);
  add_thread(transaction, request, view);
  if (request.starts) view["starts"] = to_rfc3339(*request.starts);
  if (request.active_from) view["active_from"] = to_rfc3339(*request.active_from);
  if (request.active_until) view["active_until"] = to_rfc3339(*request.active_until);
  return view;
}

json signed_before_json(Transaction& transaction, const Request& request) {
  json before = json::array();
  for (const Request& each :
       transaction.requests.used_by(request.signer, request.beneficiary, requests_before + 1)) {
    if (each.id == request.id || before.size() == requests_before) continue;
    json view{{"request", each.id},
              {"time", to_rfc3339(each.active_from.value_or(each.created))},
              {"used", each.used},
              {"reason", each.reason}};
    if (each.bound)
      for (const BoundDigest& digest : transaction.requests.digests(each.id, "", digests_before))
        view["digests"].push_back(digest.name.empty() ? digest.digest : digest.name);
    before.push_back(std::move(view));
  }
  return before;
}

json delegates_json(Transaction& transaction, const Request& request) {
  json delegates = json::array();
  for (const auto& [delegate, delegator] : delegates_for(transaction, request))
    delegates.push_back({{"account", transaction.accounts.name_of(delegate)},
                         {"in_place_of", transaction.accounts.name_of(delegator)}});
  return delegates;
}

json delegation_json(Transaction& transaction, const Delegation& delegation) {
  const Time now = transaction.now;
  const bool over = delegation.ended || delegation.until <= now;
  json view{{"id", delegation.id},
            {"delegator", transaction.accounts.name_of(delegation.delegator)},
            {"delegate", transaction.accounts.name_of(delegation.delegate)},
            {"from", to_rfc3339(delegation.from)},
            {"until", to_rfc3339(delegation.until)},
            {"reason", delegation.reason},
            {"state", over                       ? "over"
                      : delegation.holds_at(now) ? "holds"
                                                 : "to come"}};
  if (delegation.ended) view["ended"] = to_rfc3339(*delegation.ended);
  return view;
}

json approval_key_json(Transaction& transaction, const ApprovalKey& key) {
  json view{{"id", key.id},
            {"account", transaction.accounts.name_of(key.account)},
            {"label", key.label},
            {"key_sha256", to_hex(key.key.fingerprint())},
            {"public_key", to_base64(key.key.der())},
            {"created", to_rfc3339(key.created)},
            {"state", key.ended ? "removed" : "active"}};
  if (key.ended) view["ended"] = to_rfc3339(*key.ended);
  return view;
}

}  // namespace countersign::server
