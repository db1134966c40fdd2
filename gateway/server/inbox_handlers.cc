#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/inbox.h"

namespace countersign::server {

using nlohmann::json;

namespace {

json request_item(Transaction& transaction, const Request& request, const char* kind) {
  return {{"kind", kind},
          {"number", request.id},
          {"signer", transaction.signers.find(request.signer)->name},
          {"by", transaction.accounts.name_of(request.requester)},
          {"since", to_rfc3339(request.created)},
          {"until", to_rfc3339(request.review_due.value_or(request.open_until))},
          {"what", request.reason}};
}

json change_item(Transaction& transaction, const Caller& caller, const ChangeRequest& change) {
  const json view = change_json(transaction, caller, change);
  return {{"kind", "change"},
          {"number", change.id},
          {"signer", view.value("signer", "")},
          {"by", transaction.accounts.name_of(change.requester)},
          {"since", to_rfc3339(change.created)},
          {"until", to_rfc3339(change.open_until)},
          {"what", view.value("effect", "")}};
}

}  // namespace

Result<json> inbox_call(Call& call) {
  Transaction& transaction = call.transaction;
  const Inbox inbox = inbox_of(transaction, call.caller);
  std::vector<std::pair<Time, json>> items;
  for (const Request& each : inbox.to_answer)
    items.emplace_back(each.created, request_item(transaction, each, "request"));
  for (const Request& each : inbox.to_review)
    items.emplace_back(each.created, request_item(transaction, each, "review"));
  for (const ChangeRequest& each : inbox.to_consent)
    items.emplace_back(each.created, change_item(transaction, call.caller, each));
  std::stable_sort(items.begin(), items.end(),
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  json answer{{"items", json::array()}};
  for (auto& [time, item] : items) answer["items"].push_back(std::move(item));
  return answer;
}

}  // namespace countersign::server
