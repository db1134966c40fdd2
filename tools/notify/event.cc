#include "tools/notify/event.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/crypto.h"
#include "core/encoding.h"
#include "core/rfc3339.h"
#include "core/text.h"
#include "policy/model/log_record.h"
#include "tools/notify/event_names.h"
#include "tools/notify/json_parts.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

constexpr std::size_t hash_digits = 16;

/// The name that the gateway gives for a number; the number where it gives none.
std::string name_of(const json& names, const char* kind, const json& record, const char* field) {
  const auto number = number_of(record, field);
  if (!number) return "";
  const std::string digits = std::to_string(*number);
  const std::string name = text_of(part_of(names, kind), digits.c_str());
  return name.empty() ? digits : name;
}

/// `name` without `prefix`; nothing when it does not begin so.
std::optional<std::string> after_prefix(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return name.substr(prefix.size());
}

void add_facts(const json& record, Event& event) {
  const json facts = json::parse(text_of(record, "facts"), nullptr, false);
  if (!facts.is_object()) return;
  for (const auto& [name, fact] : facts.items()) {
    const std::string value = text_of(fact, "value");
    if (const auto claimed = after_prefix(name, "claimed."))
      event.claimed[*claimed] = value;
    else
      event.attested[after_prefix(name, "attested.").value_or(name)] = value;
  }
}

void add_data(const json& record, Event& event) {
  const json body = json::parse(text_of(record, "body"), nullptr, false);
  const json& data = part_of(body, "data");
  if (!data.is_object()) return;
  for (const auto& [name, value] : data.items())
    event.data[name] = value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<std::string> names_in(const json& list, const char* field) {
  std::vector<std::string> names;
  for (const json& each : list)
    if (const std::string name = field == nullptr
                                     ? (each.is_string() ? each.get<std::string>() : "")
                                     : text_of(each, field);
        !name.empty())
      names.push_back(name);
  return names;
}

/// What stands between the commas of `text`.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

/// Whom the step that is waited for names, without those who have answered.
std::vector<std::string> open_approvers(const json& request, const std::string& waits_for) {
  std::vector<std::string> open;
  if (waits_for.empty()) return open;
  auto answered = names_in(part_of(request, "responses"), "account");
  const auto delegators = names_in(part_of(request, "responses"), "in_place_of");
  answered.insert(answered.end(), delegators.begin(), delegators.end());
  for (const json& step : part_of(request, "steps"))
    if (text_of(step, "name") == waits_for)
      for (std::string& name : names_in(part_of(step, "approvers"), nullptr))
        if (std::ranges::find(answered, name) == answered.end()) open.push_back(std::move(name));
  return open;
}

}  // namespace

Result<Event> event_of_record(const json& record, const json& names) {
  Event event;
  const auto number = number_of(record, "number");
  if (!number || *number < 0)
    return fail(ErrorKind::internal, "bad_record", "the gateway's answer holds no log record",
                "run the same version of gateway and countersign-notify");
  event.record = *number;
  event.id = std::to_string(*number) + "-" + text_of(record, "leaf_hash").substr(0, hash_digits);
  event.time = text_of(record, "time");
  event.account = name_of(names, "accounts", record, "account");
  event.signer = name_of(names, "signers", record, "signer");
  event.request = number_of(record, "request");
  add_data(record, event);
  add_facts(record, event);
  event.name = text_of(record, "kind");
  if (event.name == record_kind::change)
    if (const auto operation = event.data.find("operation"); operation != event.data.end()) {
      event.name = operation->second;
      event.data.erase(operation);
    }
  return event;
}

std::vector<std::string> named_to_be_told(const Event& event) {
  const auto list = event.data.find("tell");
  return list == event.data.end() ? std::vector<std::string>{} : parts_of(list->second);
}

std::vector<RequestId> requests_of(const Event& event) {
  constexpr std::size_t most = 100;
  if (event.request)
    return event.name.starts_with("request.") ? std::vector{*event.request}
                                              : std::vector<RequestId>{};
  std::set<RequestId> ended;
  const auto list = event.data.find("ended");
  if (list == event.data.end()) return {};
  for (const std::string& each : parts_of(list->second))
    if (const auto number = whole_number(each); number && ended.size() < most)
      ended.insert(*number);
  return {ended.begin(), ended.end()};
}

std::optional<std::int64_t> change_of(const Event& event) {
  const auto number = event.data.find("change");
  if (!event.name.starts_with("change.") || number == event.data.end()) return std::nullopt;
  return whole_number(number->second);
}

Result<EventChange> change_of_answer(const json& change) {
  const auto id = number_of(change, "id");
  const json& parts = part_of(change, "parts");
  if (!id || !parts.is_array())
    return fail(ErrorKind::internal, "bad_answer", "the gateway's answer holds no change",
                "run the same version of gateway and countersign-notify");
  EventChange found;
  found.id = *id;
  found.operation = text_of(change, "operation");
  found.requester = text_of(change, "requester");
  found.state = text_of(change, "state");
  found.effect = text_of(change, "effect");
  std::set<std::string> asked;
  for (const json& each : parts) {
    const json& people = part_of(each, "asked");
    found.whole &= people.is_array() || found.state != "pending";
    for (std::string& name : names_in(people, nullptr)) asked.insert(std::move(name));
  }
  found.asked.assign(asked.begin(), asked.end());
  return found;
}

Result<EventRequest> request_of_answer(const json& request) {
  const auto id = number_of(request, "id");
  const auto created = parse_rfc3339(text_of(request, "created"));
  if (!id || !created)
    return fail(ErrorKind::internal, "bad_answer", "the gateway's answer holds no request",
                "run the same version of gateway and countersign-notify");
  EventRequest found;
  found.id = *id;
  found.signer = text_of(request, "signer");
  found.requester = text_of(request, "requester");
  found.beneficiary = text_of(request, "beneficiary");
  found.state = text_of(request, "state");
  found.reason = text_of(request, "reason");
  found.waits_for = text_of(request, "waits_for");
  found.approvers = open_approvers(request, found.waits_for);
  found.delegates = names_in(part_of(request, "delegates"), "account");
  found.created = *created;
  found.was_active = request.contains("active_from");
  return found;
}

Event test_event(Time now) {
  Event event;
  event.id = "test-" + to_hex(random_bytes(hash_digits / 2));
  event.name = std::string(test_name);
  event.time = to_rfc3339(now);
  event.data["text"] = "A test of this handler: nothing happened.";
  return event;
}

}  // namespace countersign::notify
