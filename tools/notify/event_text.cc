#include "tools/notify/event_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "tools/notify/event_names.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

constexpr std::size_t longest_subject = 200;

json request_json(const EventRequest& request) {
  json object{
      {"id", request.id},       {"signer", request.signer}, {"requester", request.requester},
      {"state", request.state}, {"reason", request.reason}, {"approvers", request.approvers}};
  if (!request.beneficiary.empty()) object["beneficiary"] = request.beneficiary;
  if (!request.waits_for.empty()) object["waits_for"] = request.waits_for;
  if (!request.delegates.empty()) object["delegates"] = request.delegates;
  return object;
}

json change_json(const EventChange& change) {
  return {{"id", change.id},       {"operation", change.operation}, {"requester", change.requester},
          {"state", change.state}, {"effect", change.effect},       {"asked", change.asked}};
}

/// ASCII, and nothing that a page would take for HTML: in JSON these stand in strings alone.
std::string escaped(const json& object) {
  const std::string text = object.dump(-1, ' ', true, json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) switch (c) {
      case '<':
        safe += "\\u003c";
        break;
      case '>':
        safe += "\\u003e";
        break;
      case '&':
        safe += "\\u0026";
        break;
      case '\x7f':
        safe += "\\u007f";
        break;
      default:
        safe += c;
    }
  return safe;
}

void add_line(std::string& text, const std::string& name, const std::string& value) {
  if (!value.empty()) text += printable(name) + ": " + printable(value) + "\n";
}

void add_lines(std::string& text, const char* title,
               const std::map<std::string, std::string>& values) {
  if (values.empty()) return;
  text += std::string("\n") + title + "\n";
  for (const auto& [name, value] : values) add_line(text, "  " + name, value);
}

void add_request(std::string& text, const EventRequest& request) {
  text += "\n";
  add_line(text, "Request", std::to_string(request.id));
  add_line(text, "Signer", request.signer);
  add_line(text, "Requester", request.requester);
  add_line(text, "Reason", request.reason);
  add_line(text, "State", request.state);
  if (request.waits_for.empty()) return;
  add_line(text, "Waits for", request.waits_for + " (" + joined(request.approvers) + ")");
  add_line(text, "In their place", joined(request.delegates));
  const std::string number = std::to_string(request.id);
  text += "Look at it:  countersign request show " + number + "\n";
  text += "Approve it:  countersign request approve " + number + "\n";
  text += "Reject it:   countersign request reject " + number + " --comment \"...\"\n";
}

void add_change(std::string& text, const EventChange& change) {
  text += "\n";
  const std::string number = std::to_string(change.id);
  add_line(text, "Change", number);
  add_line(text, "Operation", change.operation);
  add_line(text, "Requester", change.requester);
  add_line(text, "Effect", change.effect);
  add_line(text, "State", change.state);
  if (change.state != "pending") return;
  add_line(text, "Waits for", joined(change.asked));
  text += "Look at it:  countersign change show " + number + "\n";
  text += "Consent:     countersign change consent " + number + "\n";
  text += "Reject it:   countersign change reject " + number + " --comment \"...\"\n";
}

/// What is said of every event: its name, and whom and what it is about.
std::string headline(const Event& event) {
  std::string line = event.name;
  if (event.request) line += ": request " + std::to_string(*event.request);
  if (!event.signer.empty()) line += (event.request ? ", signer " : ": signer ") + event.signer;
  if (event.change) line += ": change " + std::to_string(event.change->id);
  if (!event.requests.empty() && event.request) line += ", " + event.requests.front().state;
  if (event.change) line += ", " + event.change->state;
  return line;
}

}  // namespace

std::string event_json(const Event& event) {
  json object{{"id", event.id},           {"event", event.name},        {"time", event.time},
              {"data", event.data},       {"attested", event.attested}, {"claimed", event.claimed},
              {"requests", json::array()}};
  if (event.record >= 0) object["record"] = event.record;
  if (!event.account.empty()) object["account"] = event.account;
  if (!event.signer.empty()) object["signer"] = event.signer;
  if (event.request) object["request"] = *event.request;
  for (const EventRequest& each : event.requests) object["requests"].push_back(request_json(each));
  if (event.change) object["change"] = change_json(*event.change);
  return escaped(object);
}

std::string event_line(const Event& event) {
  std::string line = event.id + " " + headline(event);
  if (!event.account.empty()) line += ", by " + event.account;
  for (const auto& [name, value] : event.data)
    line.append(", ").append(name).append("=\"").append(value).append("\"");
  return printable(line);
}

std::string event_subject(const Event& event) {
  std::string subject = "[countersign] " + headline(event);
  const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
  std::ranges::replace_if(
      subject, [&](char c) { return !plain(c); }, '?');
  return subject.substr(0, longest_subject);
}

std::string event_mail(const Event& event) {
  std::string text;
  add_line(text, "Event", event.name);
  add_line(text, "Time", event.time);
  add_line(text, "By", event.account);
  if (event.requests.empty()) add_line(text, "Signer", event.signer);
  for (const EventRequest& each : event.requests) add_request(text, each);
  if (event.change) add_change(text, *event.change);
  add_lines(text, "What was recorded:", event.data);
  add_lines(text, "What the gateway knows of who did it:", event.attested);
  add_lines(text, "What he says of himself, which nobody checked:", event.claimed);
  text += "\nEvent " + printable(event.id) + ", told by countersign-notify.\n";
  return text;
}

}  // namespace countersign::notify
