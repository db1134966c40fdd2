#include <nlohmann/json.hpp>
#include <utility>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/approvals.h"
#include "policy/break_glass.h"
#include "policy/request_form.h"
#include "policy/request_rules.h"
#include "policy/request_talk.h"
#include "policy/request_wish.h"
#include "policy/requests.h"
#include "policy/visible_requests.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// Rows read from the store at a time, however few of them are wanted.
constexpr std::size_t rows_at_a_time = 256;
constexpr std::size_t most_digests_shown = 1000;
constexpr std::size_t most_preapproved_digests = 1000;

Result<json> request_answer(Call& call, const Result<Request>& request) {
  if (!request) return fail(request.error());
  return json{{"request", request_json(call.transaction, *request)}};
}

Result<std::string> read_comment(Call& call) {
  JsonReader in(call.body, "");
  std::string comment = in.optional_text("comment").value_or("");
  if (auto good = in.finish(); !good) return fail(good.error());
  return comment;
}

Result<json> answer(Call& call, bool approves) {
  JsonReader in(call.body, "");
  Answer answer{approves, in.optional_text("comment").value_or(""), 0, {}};
  if (const auto key = approves ? in.optional_integer("key", 1, INT64_MAX) : std::nullopt) {
    answer.key = *key;
    answer.signature = in.text("signature");
  }
  if (auto good = in.finish(); !good) return fail(good.error());
  return request_answer(call, answer_request(call.transaction, call.caller, call.request, answer));
}

Result<json> stop(Call& call, RequestAction action, const char* operation) {
  const auto comment = read_comment(call);
  if (!comment) return fail(comment.error());
  return request_answer(
      call, stop_request(call.transaction, call.caller, call.request, action, operation, *comment));
}

Result<RequestFilter> read_filter(Call& call) {
  JsonReader in(call.query, "?");
  RequestFilter filter;
  filter.after = in.optional_integer("after", 0, INT64_MAX).value_or(0);
  filter.limit = static_cast<std::size_t>(in.optional_integer("limit", 1, 1000).value_or(100));
  const auto signer = call.query.contains("signer") ? call.query["signer"] : json();
  in.any("signer");
  if (const auto text = in.optional_text("state")) {
    filter.state = request_state_from_text(*text);
    if (!filter.state) in.refuse("state", "is no state of a request");
  }
  if (auto good = in.finish(); !good) return fail(good.error());
  if (!signer.is_null()) {
    const auto found =
        visible_signer(call.transaction, call.caller,
                       signer.is_string() ? signer.get<std::string>() : signer.dump());
    if (!found) return fail(found.error());
    filter.signer = (*found)->id;
  }
  return filter;
}

}  // namespace

Result<json> create_request_call(Call& call) {
  const auto wish = request_wish_from_json(call.body);
  if (!wish) return fail(wish.error());
  return request_answer(call, create_request(call.transaction, call.caller, *call.signer, *wish));
}

Result<json> break_glass_call(Call& call) {
  const auto wish = request_wish_from_json(call.body);
  if (!wish) return fail(wish.error());
  return request_answer(call, break_glass(call.transaction, call.caller, *call.signer, *wish));
}

Result<json> preapprove_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string beneficiary = in.text("beneficiary");
  const json* const wish = in.any("wish");
  if (wish == nullptr || !wish->is_object()) in.refuse("wish", "is not an object");
  if (auto good = in.finish(); !good) return fail(good.error());
  // What waits for consent is kept as it was asked for, and that is no place for a long list.
  if (wish->contains("digests") && wish->at("digests").size() > most_preapproved_digests)
    return fail(
        ErrorKind::invalid, "bad_field",
        "/wish/digests has more than " + std::to_string(most_preapproved_digests) + " digests",
        "ask for them in parts");
  json arguments{{"signer", call.signer->id},
                 {"beneficiary", beneficiary},
                 {"policy", call.signer->policy.value_or(0)},
                 {"wish", *wish}};
  const SignerId signer = call.signer->id;
  return submit_call(call, {"request.preapprove", arguments, signer}, [&]() -> Result<json> {
    const auto made = call.transaction.requests.preapproved(signer);
    return json{{"request", request_json(call.transaction, made.back())}};
  });
}

Result<json> list_requests_call(Call& call) {
  auto filter = read_filter(call);
  if (!filter) return fail(filter.error());
  const std::size_t wanted = std::exchange(filter->limit, rows_at_a_time);
  const auto wanted_state = filter->state;
  // What has expired by the clock may still be stored as pending or active.
  if (wanted_state == RequestState::expired) filter->state.reset();
  // The signer that was asked for is one he sees, by whatever gives it.
  if (!filter->signer) filter->among = visible_requests(call.transaction, call.caller);
  json requests = json::array();
  bool more = false;
  while (!more) {
    const auto page = call.transaction.requests.list(*filter);
    for (const Request& each : page) {
      filter->after = each.id;
      if (wanted_state && state_at(each, call.transaction.now) != *wanted_state) continue;
      more = requests.size() == wanted;
      if (more) break;
      requests.push_back(request_json(call.transaction, each));
    }
    if (page.size() < filter->limit) break;
  }
  return json{{"requests", std::move(requests)}, {"more", more}};
}

Result<json> show_request_call(Call& call) {
  auto answer = request_answer(call, *call.transaction.requests.find(call.request));
  if (!answer) return answer;
  json digests = json::array();
  for (const BoundDigest& each :
       call.transaction.requests.digests(call.request, "", most_digests_shown))
    digests.push_back(
        {{"digest", each.digest}, {"name", each.name}, {"times", each.times}, {"used", each.used}});
  (*answer)["request"]["digests"] = std::move(digests);
  const Request request = *call.transaction.requests.find(call.request);
  (*answer)["request"]["signed_before"] = signed_before_json(call.transaction, request);
  (*answer)["request"]["delegates"] = delegates_json(call.transaction, request);
  return answer;
}

Result<json> approve_call(Call& call) {
  return answer(call, true);
}
Result<json> reject_call(Call& call) {
  return answer(call, false);
}

Result<json> cancel_call(Call& call) {
  return stop(call, RequestAction::cancel, "request.cancel");
}

Result<json> end_request_call(Call& call) {
  return stop(call, RequestAction::end, "request.end");
}

Result<json> revoke_request_call(Call& call) {
  return stop(call, RequestAction::revoke, "request.revoke");
}

Result<json> comment_request_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string text = in.text("text");
  if (auto good = in.finish(); !good) return fail(good.error());
  return request_answer(call, comment_request(call.transaction, call.caller, call.request, text));
}

Result<json> remind_request_call(Call& call) {
  if (auto good = JsonReader(call.body, "").finish(); !good) return fail(good.error());
  return request_answer(call, remind_approvers(call.transaction, call.caller, call.request));
}

Result<json> review_request_call(Call& call) {
  const auto comment = read_comment(call);
  if (!comment) return fail(comment.error());
  return request_answer(call,
                        review_request(call.transaction, call.caller, call.request, *comment));
}

Result<json> request_form_call(Call& call) {
  Transaction& transaction = call.transaction;
  const Request request = *transaction.requests.find(call.request);
  const auto step = progress_of(transaction, request).step;
  if (state_at(request, transaction.now) != RequestState::pending || !step)
    return fail(ErrorKind::conflict, "not_pending",
                "request " + std::to_string(call.request) + " waits for no approval");
  return json{
      {"form", request_form(transaction, request, policy_of(transaction, request).steps[*step])}};
}

}  // namespace countersign::server
