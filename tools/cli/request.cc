#include <nlohmann/json.hpp>
#include <sstream>

#include "core/text.h"
#include "tools/cli/digest_manifest.h"
#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

constexpr std::size_t largest_manifest = 16 << 20;

const std::vector<Column> request_columns = {{"REQUEST", "id"},
                                             {"SIGNER", "signer"},
                                             {"REQUESTER", "requester"},
                                             {"STATE", "state"},
                                             {"USED", "used"},
                                             {"OF", "count"},
                                             {"OPEN UNTIL", "open_until"},
                                             {"ACTIVE UNTIL", "active_until"},
                                             {"REASON", "reason"}};

const std::vector<Column> request_lines = {{"request", "id"},
                                           {"signer", "signer"},
                                           {"requester", "requester"},
                                           {"kind", "kind"},
                                           {"state", "state"},
                                           {"waits for step", "waits_for"},
                                           {"reason", "reason"},
                                           {"signatures", "count"},
                                           {"used", "used"},
                                           {"window", "window"},
                                           {"created", "created"},
                                           {"open until", "open_until"},
                                           {"active from", "active_from"},
                                           {"active until", "active_until"},
                                           {"policy revision", "policy"}};

std::string request_text(const nlohmann::json& request) {
  std::string text = details_text(request, request_lines);
  const nlohmann::json& steps = field_of(request, "steps");
  if (!steps.empty())
    text += "\n" +
            table_text(steps, {{"STEP", "name"}, {"NEEDS", "needs"}, {"APPROVERS", "approvers"}});
  // What the gateway knows of the requester, apart from what he says himself.
  for (const char* const part : {"attested", "claimed", "metadata"})
    for (const auto& [name, value] : field_of(request, part).items())
      text += "\n" + std::string(part) + " " + printable(name) + ": " +
              printable(value.is_string() ? value.get<std::string>() : value.dump());
  if (field_of(request, "attested").is_object()) text += "\n";
  const nlohmann::json& digests = field_of(request, "digests");
  if (!digests.empty())
    text +=
        "\n" +
        table_text(digests,
                   {{"DIGEST", "digest"}, {"OF", "name"}, {"TIMES", "times"}, {"USED", "used"}});
  else if (field_text(request, "bound") == "no")
    text += "\nnot bound to content: any digest may be signed\n";
  const nlohmann::json& responses = field_of(request, "responses");
  if (!responses.empty())
    text += "\n" + table_text(responses, {{"ACCOUNT", "account"},
                                          {"VERDICT", "verdict"},
                                          {"TIME", "time"},
                                          {"COMMENT", "comment"}});
  return text;
}

Result<ExitCode> print_request(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer, request_text(field_of(*answer, "request")));
}

OperationArguments request_route(const Arguments& arguments) {
  return {{"request", arguments.text("REQUEST")}};
}

/// "NAME=VALUE", several with a comma between two.
Result<nlohmann::json> read_metadata(const std::string& text) {
  nlohmann::json metadata = nlohmann::json::object();
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto sign = part.find('=');
    if (sign == part.npos || sign == 0)
      return fail(ErrorKind::invalid, "bad_metadata",
                  "--metadata has \"" + printable(part) + "\", which is no NAME=VALUE",
                  "write it like --metadata ticket=REL-7,commit=4f1c");
    metadata[part.substr(0, sign)] = part.substr(sign + 1);
  }
  return metadata;
}

Result<ExitCode> create_request(const Arguments& arguments, Session& session) {
  nlohmann::json body = {{"reason", arguments.text("--reason")}};
  if (const auto count = arguments.optional_number("--count")) body["count"] = *count;
  if (const auto window = arguments.optional_text("--window")) body["window"] = *window;
  if (const auto file = arguments.optional_text("--digest-file")) {
    const auto content = read_input_file("list of digests", *file, largest_manifest);
    if (!content) return fail(content.error());
    auto digests =
        digests_of_manifest(*content, *file, arguments.optional_number("--times").value_or(1));
    if (!digests) return fail(std::move(digests.error()));
    body["digests"] = std::move(*digests);
  }
  if (const auto text = arguments.optional_text("--metadata")) {
    auto metadata = read_metadata(*text);
    if (!metadata) return fail(std::move(metadata.error()));
    body["metadata"] = std::move(*metadata);
  }
  return print_request(
      session.perform("request.create", {{"signer", arguments.text("SIGNER")}}, body), session);
}

Result<ExitCode> list_requests(const Arguments& arguments, Session& session) {
  OperationArguments query;
  for (const char* name : {"signer", "state", "after", "limit"})
    if (const auto value = arguments.optional_text(std::string("--") + name)) query[name] = *value;
  const auto answer = session.perform("request.list", query, nullptr);
  if (!answer) return fail(answer.error());
  const nlohmann::json& requests = field_of(*answer, "requests");
  if (field_text(*answer, "more") == "yes")
    session.note("more requests follow; go on with --after " + field_text(requests.back(), "id"));
  return session.print(*answer, table_text(requests, request_columns));
}

Result<ExitCode> show_request(const Arguments& arguments, Session& session) {
  return print_request(session.perform("request.show", request_route(arguments), nullptr), session);
}

Result<ExitCode> respond(const char* operation_name, const Arguments& arguments, Session& session) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto comment = arguments.optional_text("--comment")) body["comment"] = *comment;
  return print_request(session.perform(operation_name, request_route(arguments), body), session);
}

Result<ExitCode> approve(const Arguments& arguments, Session& session) {
  return respond("request.approve", arguments, session);
}
Result<ExitCode> reject_request(const Arguments& arguments, Session& session) {
  return respond("request.reject", arguments, session);
}
Result<ExitCode> cancel(const Arguments& arguments, Session& session) {
  return respond("request.cancel", arguments, session);
}
Result<ExitCode> revoke_request(const Arguments& arguments, Session& session) {
  return respond("request.revoke", arguments, session);
}

Result<ExitCode> end(const Arguments& arguments, Session& session) {
  return respond("request.end", arguments, session);
}

}  // namespace

std::vector<Verb> request_verbs() {
  const Parameter id = number("REQUEST", "Number of the request");
  const Parameter comment = option("--comment", "TEXT", "Shown with the answer, and recorded");
  const Parameter reason = required_option("--comment", "TEXT", "Why; it is recorded");
  return {
      verb("request.create",
           {word("SIGNER", "Name or number of the signer"),
            required_option("--reason", "TEXT", "What will be signed and why"),
            number_option("--count", "N", "How many signatures; the policy's ceiling if left out"),
            option("--window", "DURATION", "For how long once approved, e.g. 1h; likewise"),
            option("--digest-file", "FILE", "Only these digests: lines as sha256sum prints them"),
            number_option("--times", "N", "How often each digest may be signed; once if left out"),
            option("--metadata", "NAME=VALUE",
                   "What the policy wants to be told; several with commas")},
           "countersign request create release --reason 'version 2.1' --count 2 --window 1h",
           create_request),
      verb("request.list",
           {option("--signer", "SIGNER", "Only those for this signer"),
            option("--state", "STATE", "Only those in this state, e.g. pending"),
            number_option("--after", "N", "Only those after this number"),
            number_option("--limit", "N", "At most so many, 1 to 1000")},
           "countersign request list --state pending", list_requests),
      verb("request.show", {id}, "countersign request show 12", show_request),
      verb("request.approve", {id, comment}, "countersign request approve 12 --comment 'tested'",
           approve),
      verb("request.reject", {id, reason}, "countersign request reject 12 --comment 'wrong branch'",
           reject_request),
      verb("request.cancel", {id, comment}, "countersign request cancel 12", cancel),
      verb("request.end", {id, reason}, "countersign request end 12 --comment 'left the team'",
           end),
      verb("request.revoke", {id, reason}, "countersign request revoke 12 --comment 'build broken'",
           revoke_request),
  };
}

}  // namespace countersign
