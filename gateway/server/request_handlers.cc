#include <nlohmann/json.hpp>
#include <utility>

#include "core/duration.h"
#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/requests.h"
#include "policy/visible_requests.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// Rows read from the store at a time, however few of them are wanted.
constexpr std::size_t rows_at_a_time = 256;

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
  const auto comment = read_comment(call);
  if (!comment) return fail(comment.error());
  return request_answer(
      call, answer_request(call.transaction, call.caller, call.request, approves, *comment));
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
  JsonReader in(call.body, "");
  NewRequest wish;
  wish.reason = in.text("reason");
  wish.count = in.optional_integer("count", 1, 1'000'000);
  if (const auto text = in.optional_text("window")) {
    wish.window = parse_duration(*text);
    if (!wish.window) in.refuse("window", "is no duration", "write it like \"1h\"");
  }
  if (auto good = in.finish(); !good) return fail(good.error());
  return request_answer(call, create_request(call.transaction, call.caller, *call.signer, wish));
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
  return request_answer(call, *call.transaction.requests.find(call.request));
}

Result<json> approve_call(Call& call) {
  return answer(call, true);
}
Result<json> reject_call(Call& call) {
  return answer(call, false);
}

Result<json> cancel_call(Call& call) {
  const auto comment = read_comment(call);
  if (!comment) return fail(comment.error());
  return request_answer(call,
                        cancel_request(call.transaction, call.caller, call.request, *comment));
}

Result<json> end_request_call(Call& call) {
  const auto comment = read_comment(call);
  if (!comment) return fail(comment.error());
  return request_answer(call, end_request(call.transaction, call.caller, call.request, *comment));
}

Result<json> revoke_request_call(Call& call) {
  const auto comment = read_comment(call);
  if (!comment) return fail(comment.error());
  return request_answer(call,
                        revoke_request(call.transaction, call.caller, call.request, *comment));
}

}  // namespace countersign::server
