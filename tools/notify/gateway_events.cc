#include "tools/notify/gateway_events.h"

#include <nlohmann/json.hpp>

#include "core/trusted_file.h"
#include "gateway/client/client_config.h"
#include "gateway/client/http_admin_service.h"
#include "policy/model/tree_head.h"
#include "tools/notify/event_names.h"
#include "tools/notify/json_parts.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

/// Before no record that there is.
constexpr RecordNumber nowhere = -2;
constexpr const char* page_size = "100";
constexpr Milliseconds between_looks{500};
constexpr Milliseconds patience{10'000};

tl::unexpected<Error> bad_answer(const char* what) {
  return fail(ErrorKind::internal, "bad_answer",
              std::string("the gateway's answer holds no ") + what,
              "run the same version of gateway and countersign-notify");
}

/// Whether the gateway cannot be asked at all, by us.
bool is_out_of_reach(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::unauthenticated;
}

}  // namespace

Result<std::vector<Event>> GatewayEvents::fetch(RecordNumber position, const char* limit) {
  const auto answer = gateway_.perform(
      operation("log.list"), {{"after", std::to_string(position)}, {"limit", limit}}, nullptr);
  if (!answer) return fail(answer.error());
  const json& records = part_of(*answer, "records");
  if (!records.is_array()) return bad_answer("records");
  std::vector<Event> events;
  for (const json& each : records) {
    auto event = event_of_record(each, part_of(*answer, "names"));
    if (!event) return fail(event.error());
    events.push_back(std::move(*event));
  }
  return events;
}

Result<std::vector<Event>> GatewayEvents::after(RecordNumber position) {
  const std::lock_guard lock(mutex_);
  const RecordNumber last = page_.empty() ? before_ : page_.back().record;
  const bool inside = before_ <= position && position < last;
  const auto now = std::chrono::steady_clock::now();
  const bool nothing_new = position == last && now - fetched_ < between_looks;
  if (!inside && !nothing_new) {
    auto page = fetch(position, page_size);
    if (!page) return fail(page.error());
    page_ = std::move(*page);
    before_ = position;
    fetched_ = now;
  }
  std::vector<Event> events;
  for (const Event& each : page_)
    if (each.record > position) events.push_back(each);
  return events;
}

Result<Event> GatewayEvents::at(RecordNumber number) {
  auto events = fetch(number - 1, "1");
  if (!events) return fail(events.error());
  if (events->empty() || events->front().record != number)
    return fail(ErrorKind::not_found, "record_gone",
                "the log has no record " + std::to_string(number) + " any more");
  return std::move(events->front());
}

Result<RecordNumber> GatewayEvents::last() {
  const auto answer = gateway_.perform(operation("log.head"), {}, nullptr);
  if (!answer) return fail(answer.error());
  const json& head = part_of(*answer, "head");
  const json& key = part_of(*answer, "key");
  if (!head.is_string() || !key.is_string()) return bad_answer("head");
  const std::lock_guard lock(mutex_);
  page_.clear();
  before_ = nowhere;
  const auto opened = open_tree_head(head.get<std::string>(), key.get<std::string>());
  if (!opened) return fail(opened.error());
  return opened->size - 1;
}

Result<std::optional<EventRequest>> GatewayEvents::request(RequestId id) {
  const auto answer =
      gateway_.perform(operation("request.show"), {{"request", std::to_string(id)}}, nullptr);
  if (!answer && answer.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!answer) return fail(answer.error());
  auto request = request_of_answer(part_of(*answer, "request"));
  if (!request) return fail(request.error());
  return std::optional(std::move(*request));
}

Result<EventChange> GatewayEvents::change(std::int64_t id) {
  const auto answer =
      gateway_.perform(operation("change.show"), {{"change", std::to_string(id)}}, nullptr);
  if (!answer) return fail(answer.error());
  return change_of_answer(part_of(*answer, "change"));
}

Status GatewayEvents::look_up(Event& event) {
  event.requests.clear();
  event.change.reset();
  event.hidden = false;
  for (const RequestId id : requests_of(event)) {
    auto found = request(id);
    if (!found && is_out_of_reach(found.error())) return fail(found.error());
    // One request that cannot be shown must not hold up all that comes behind it.
    if (found && *found)
      event.requests.push_back(std::move(**found));
    else
      event.hidden = true;
  }
  const auto number = change_of(event);
  if (!number) return {};
  auto found = change(*number);
  if (!found && is_out_of_reach(found.error())) return fail(found.error());
  event.hidden |= !found || !found->whole;
  if (found) event.change = std::move(*found);
  return {};
}

Result<std::optional<Event>> GatewayEvents::of(const WaitingEvent& waiting, Time now) {
  if (waiting.record >= 0) {
    auto event = at(waiting.record);
    if (!event && event.error().code == "record_gone") return std::nullopt;
    if (!event) return fail(event.error());
    if (auto known = look_up(*event); !known) return fail(known.error());
    return std::optional(std::move(*event));
  }
  Event event;
  event.id =
      waiting.name + "-" + std::to_string(*waiting.request) + "-" + std::to_string(waiting.round);
  event.name = waiting.name;
  event.time = to_rfc3339(now);
  event.request = waiting.request;
  if (auto known = look_up(event); !known) return fail(known.error());
  if (event.requests.empty()) return std::nullopt;
  event.signer = event.requests.front().signer;
  if (waiting.name == waiting_name && event.requests.front().state != "pending")
    return std::nullopt;
  return std::optional(std::move(event));
}

Result<std::vector<EventRequest>> GatewayEvents::pending() {
  std::vector<EventRequest> all;
  RequestId after = 0;
  while (true) {
    const auto answer = gateway_.perform(
        operation("request.list"),
        {{"state", "pending"}, {"after", std::to_string(after)}, {"limit", page_size}}, nullptr);
    if (!answer) return fail(answer.error());
    const json& requests = part_of(*answer, "requests");
    if (!requests.is_array()) return bad_answer("requests");
    for (const json& each : requests) {
      auto request = request_of_answer(each);
      if (!request) return fail(request.error());
      after = request->id;
      all.push_back(std::move(*request));
    }
    if (requests.empty() || part_of(*answer, "more") != true) return all;
  }
}

Result<std::unique_ptr<AdminService>> connect_gateway(const NotifyConfig& config) {
  auto token = read_secret_file("bearer token of countersign-notify", config.token);
  if (!token) return fail(token.error());
  ClientConfig client;
  client.socket = config.socket;
  client.gateway_user = config.gateway_user;
  client.sign_timeout = patience;
  return make_http_admin_service(std::move(client), std::move(*token));
}

}  // namespace countersign::notify
