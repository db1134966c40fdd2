#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/duration.h"
#include "core/encoding.h"
#include "core/json_reader.h"
#include "core/text.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/approvals.h"
#include "policy/requests.h"
#include "policy/visible_requests.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// Rows read from the store at a time, however few of them are wanted.
constexpr std::size_t rows_at_a_time = 256;
constexpr std::size_t most_digests_shown = 1000;

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

constexpr std::size_t most_digests = 100'000;
constexpr std::size_t longest_digest = 128;  // hex digits of SHA-512

/// One of a request's digests; what is wrong is told to `in`, which it stands in.
std::optional<BoundDigest> read_digest(JsonReader& in, const json& each, std::size_t index) {
  const std::string place = "digests/" + std::to_string(index);
  if (!each.is_object()) {
    in.refuse(place, "is not an object");
    return std::nullopt;
  }
  JsonReader fields(each, "/" + place);
  BoundDigest digest;
  digest.digest = fields.text("digest");
  digest.name = fields.optional_text("name").value_or("");
  digest.times = fields.optional_integer("times", 1, 1'000'000).value_or(1);
  const auto bytes = from_hex(digest.digest);
  if (!bytes || bytes->size() < 20 || digest.digest.size() > longest_digest)
    fields.refuse("digest", "is no digest in hex digits", "write it as sha256sum does");
  if (!digest.name.empty() && !check_text("name", digest.name))
    fields.refuse("name", "is too long, or has control characters");
  if (auto good = fields.finish(); !good) {
    in.refuse(place, "is no digest with a name: " + good.error().message);
    return std::nullopt;
  }
  digest.digest = to_hex(*bytes);
  return digest;
}

void read_digests(JsonReader& in, NewRequest& wish) {
  const json* const list = in.any("digests");
  if (list == nullptr) return;
  if (!list->is_array() || list->empty() || list->size() > most_digests)
    return in.refuse("digests", "is no list of 1 to 100,000 digests");
  std::set<std::string> seen;
  for (const json& each : *list) {
    auto digest = read_digest(in, each, wish.digests.size());
    if (!digest) return;
    if (!seen.insert(digest->digest).second)
      return in.refuse("digests/" + std::to_string(wish.digests.size()),
                       "names a digest that was there before", "say \"times\" instead");
    wish.digests.push_back(std::move(*digest));
  }
}

void read_metadata(JsonReader& in, NewRequest& wish) {
  const json* const fields = in.any("metadata");
  if (fields == nullptr) return;
  if (!fields->is_object()) return in.refuse("metadata", "is not an object");
  for (const auto& [name, value] : fields->items()) {
    if (!value.is_string())
      return in.refuse("metadata", "has a value that is not text", "write every value as text");
    wish.metadata.emplace(name, value.get<std::string>());
  }
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
  read_digests(in, wish);
  read_metadata(in, wish);
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
  auto answer = request_answer(call, *call.transaction.requests.find(call.request));
  if (!answer) return answer;
  json digests = json::array();
  for (const BoundDigest& each :
       call.transaction.requests.digests(call.request, "", most_digests_shown))
    digests.push_back(
        {{"digest", each.digest}, {"name", each.name}, {"times", each.times}, {"used", each.used}});
  (*answer)["request"]["digests"] = std::move(digests);
  return answer;
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
