#include <nlohmann/json.hpp>

#include "tools/cli/approval_signature.h"
#include "tools/cli/digest_manifest.h"
#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/request_text.h"
#include "tools/cli/request_watch.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

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

Result<ExitCode> print_request(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer, request_text(field_of(*answer, "request")));
}

OperationArguments request_route(const Arguments& arguments) {
  return {{"request", arguments.text("REQUEST")}};
}

/// What is asked for, as the gateway reads it.
Result<nlohmann::json> wish_of(const Arguments& arguments) {
  nlohmann::json wish = {{"reason", arguments.text("--reason")}};
  if (const auto count = arguments.optional_number("--count")) wish["count"] = *count;
  for (const char* const name : {"window", "from"})
    if (const auto text = arguments.optional_text(std::string("--") + name)) wish[name] = *text;
  if (const auto network = arguments.optional_text("--network")) wish["networks"] = {*network};
  if (const auto file = arguments.optional_text("--digest-file")) {
    const auto content = read_input_file("list of digests", *file, largest_manifest);
    if (!content) return fail(content.error());
    auto digests =
        digests_of_manifest(*content, *file, arguments.optional_number("--times").value_or(1));
    if (!digests) return fail(std::move(digests.error()));
    wish["digests"] = std::move(*digests);
  }
  if (const auto text = arguments.optional_text("--metadata")) {
    const auto metadata = metadata_from_text(*text);
    if (!metadata) return fail(metadata.error());
    wish["metadata"] = *metadata;
  }
  return wish;
}

OperationArguments signer_route(const Arguments& arguments) {
  return {{"signer", arguments.text("SIGNER")}};
}

Result<ExitCode> create_request(const Arguments& arguments, Session& session) {
  const auto wish = wish_of(arguments);
  if (!wish) return fail(wish.error());
  return print_request(session.perform("request.create", signer_route(arguments), *wish), session);
}

Result<ExitCode> break_glass(const Arguments& arguments, Session& session) {
  const auto wish = wish_of(arguments);
  if (!wish) return fail(wish.error());
  return print_request(session.perform("request.break_glass", signer_route(arguments), *wish),
                       session);
}

Result<ExitCode> preapprove(const Arguments& arguments, Session& session) {
  auto wish = wish_of(arguments);
  if (!wish) return fail(wish.error());
  const auto answer =
      session.perform("request.preapprove", signer_route(arguments),
                      {{"beneficiary", arguments.text("ACCOUNT")}, {"wish", std::move(*wish)}});
  if (answer && is_waiting(*answer)) return print_waiting(*answer, session);
  return print_request(answer, session);
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
  const auto key = arguments.optional_text("--sign-with");
  if (!key) return respond("request.approve", arguments, session);
  auto body = signed_approval(session, arguments.text("REQUEST"), *key);
  if (!body) return fail(body.error());
  if (const auto comment = arguments.optional_text("--comment")) (*body)["comment"] = *comment;
  return print_request(session.perform("request.approve", request_route(arguments), *body),
                       session);
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

Result<ExitCode> review(const Arguments& arguments, Session& session) {
  return respond("request.review", arguments, session);
}

Result<ExitCode> remind(const Arguments& arguments, Session& session) {
  return respond("request.remind", arguments, session);
}

Result<ExitCode> comment_on(const Arguments& arguments, Session& session) {
  return print_request(session.perform("request.comment", request_route(arguments),
                                       {{"text", arguments.text("TEXT")}}),
                       session);
}

/// The bytes that an approver signs, and nothing else.
Result<ExitCode> print_form(const Arguments& arguments, Session& session) {
  const auto answer = session.perform("request.form", request_route(arguments), nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, field_text(*answer, "form"));
}

Result<ExitCode> watch(const Arguments& arguments, Session& session) {
  return watch_request(session, arguments.text("REQUEST"));
}

/// What every request asks for.
std::vector<Parameter> wish_parameters() {
  return {
      required_option("--reason", "TEXT", "What will be signed and why"),
      number_option("--count", "N", "How many signatures; the policy's ceiling if left out"),
      option("--window", "DURATION", "For how long once approved, e.g. 1h; likewise"),
      option("--digest-file", "FILE", "Only these digests: lines as sha256sum prints them"),
      number_option("--times", "N", "How often each digest may be signed; once if left out"),
      option("--metadata", "NAME=VALUE", "What the policy wants to be told; several with commas"),
      option("--network", "NAME", "Only signed from this network, which is \"local\"")};
}

/// `first`, then those.
std::vector<Parameter> with_wish(std::vector<Parameter> first) {
  for (Parameter& each : wish_parameters()) first.push_back(std::move(each));
  return first;
}

}  // namespace

std::vector<Verb> request_verbs() {
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  const Parameter from =
      option("--from", "TIME", "The window opens then, like 2027-01-04T06:00:00Z");
  const Parameter id = number("REQUEST", "Number of the request");
  const Parameter comment = option("--comment", "TEXT", "Shown with the answer, and recorded");
  const Parameter reason = required_option("--comment", "TEXT", "Why; it is recorded");
  return {
      verb("request.create", with_wish({signer, from}),
           "countersign request create release --reason 'version 2.1' --count 2 --window 1h",
           create_request),
      verb("request.preapprove",
           with_wish({signer, word("ACCOUNT", "Who may sign, without asking"), from}),
           "countersign request preapprove release ci --reason 'nightly builds' --window 24h",
           preapprove),
      verb("request.break_glass", with_wish({signer}),
           "countersign request break-glass release --reason 'outage 17: hotfix'", break_glass),
      verb("request.list",
           {option("--signer", "SIGNER", "Only those for this signer"),
            option("--state", "STATE", "Only those in this state, e.g. pending"),
            number_option("--after", "N", "Only those after this number"),
            number_option("--limit", "N", "At most so many, 1 to 1000")},
           "countersign request list --state pending", list_requests),
      verb("request.show", {id}, "countersign request show 12", show_request),
      verb("request.approve",
           {id, comment,
            option("--sign-with", "FILE", "Sign the approval with this private key (PEM)")},
           "countersign request approve 12 --comment 'tested'", approve),
      verb("request.reject", {id, reason}, "countersign request reject 12 --comment 'wrong branch'",
           reject_request),
      verb("request.cancel", {id, comment}, "countersign request cancel 12", cancel),
      verb("request.end", {id, reason}, "countersign request end 12 --comment 'left the team'",
           end),
      verb("request.revoke", {id, reason}, "countersign request revoke 12 --comment 'build broken'",
           revoke_request),
      verb("request.review", {id, reason},
           "countersign request review 12 --comment 'hotfix seen, test added'", review),
      verb("request.comment", {id, word("TEXT", "What there is to say")},
           "countersign request comment 12 'which branch is this?'", comment_on),
      verb("request.remind", {id}, "countersign request remind 12", remind),
      verb("request.form", {id}, "countersign request form 12", print_form),
      {"request watch",
       "Wait until a request is approved, or will not be",
       nullptr,
       {id},
       "countersign request watch 12",
       watch},
  };
}

}  // namespace countersign
