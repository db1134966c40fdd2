#include "tools/cli/doctor/finding.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace countersign::doctor {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 4> names = {"ok", "warning", "failed", "not seen"};

const char* to_text(State state) {
  return names.at(static_cast<std::size_t>(state));
}

std::ptrdiff_t count(const Findings& findings, State state) {
  return std::count_if(findings.begin(), findings.end(),
                       [state](const Finding& each) { return each.state == state; });
}

}  // namespace

Finding fine(std::string check, std::string text) {
  return {State::ok, std::move(check), std::move(text), ""};
}

Finding warning(std::string check, std::string text, std::string mend) {
  return {State::warning, std::move(check), std::move(text), std::move(mend)};
}

Finding failed(std::string check, std::string text, std::string mend) {
  return {State::failed, std::move(check), std::move(text), std::move(mend)};
}

Finding failed(std::string check, const Error& error, const std::string& mend) {
  return failed(std::move(check), error.message, error.remedy.empty() ? mend : error.remedy);
}

Finding not_seen(std::string check, std::string text, std::string mend) {
  return {State::not_seen, std::move(check), std::move(text), std::move(mend)};
}

bool any_failed(const Findings& findings) {
  return count(findings, State::failed) > 0;
}

json to_json(const Findings& findings) {
  json checks = json::array();
  for (const Finding& each : findings)
    checks.push_back({{"state", to_text(each.state)},
                      {"check", each.check},
                      {"finding", each.text},
                      {"mend", each.mend}});
  return {{"checks", std::move(checks)},
          {"failed", count(findings, State::failed)},
          {"warnings", count(findings, State::warning)}};
}

Findings findings_from_json(const json& answer) {
  Findings findings;
  for (const json& each : answer["checks"]) {
    const auto* const name = std::find(names.begin(), names.end(), each["state"]);
    findings.push_back(
        {static_cast<State>(name - names.begin()), each["check"], each["finding"], each["mend"]});
  }
  return findings;
}

}  // namespace countersign::doctor
