#include <nlohmann/json.hpp>
#include <utility>

#include "core/json_reader.h"
#include "core/text.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"

namespace countersign::server {

using nlohmann::json;

namespace {

constexpr std::size_t rows_at_a_time = 256;

Result<ChangeId> change_number(Call& call) {
  const auto number = whole_number(call.parts.at("change"));
  if (!number) return no_such("change");
  return *number;
}

Result<json> answer(Call& call, bool consents) {
  const auto number = change_number(call);
  if (!number) return fail(number.error());
  JsonReader in(call.body, "");
  const std::string comment = in.optional_text("comment").value_or("");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto change = answer_change(call.transaction, call.caller, *number, consents, comment);
  if (!change) return fail(change.error());
  return json{{"change", change_json(call.transaction, call.caller, *change)}};
}

}  // namespace

Result<json> submit_call(Call& call, const Proposal& proposal,
                         const std::function<Result<json>()>& view) {
  const auto submitted = submit(call.transaction, call.caller, proposal);
  if (!submitted) return fail(submitted.error());
  if (!submitted->waiting) return view();
  return json{{"change", change_json(call.transaction, call.caller,
                                     *call.transaction.changes.find(*submitted->waiting))}};
}

Result<bool> read_force(Call& call) {
  JsonReader in(call.query, "?");
  const bool force = in.optional_integer("force", 0, 1).value_or(0) == 1;
  if (auto good = in.finish(); !good) return fail(good.error());
  return force;
}

Result<json> list_changes_call(Call& call) {
  JsonReader in(call.query, "?");
  ChangeId after = in.optional_integer("after", 0, INT64_MAX).value_or(0);
  const auto limit = in.optional_integer("limit", 1, 1000).value_or(100);
  std::optional<ChangeState> state;
  if (const auto text = in.optional_text("state")) {
    state = change_state_from_text(*text);
    if (!state) in.refuse("state", "is no state of a change");
  }
  if (auto good = in.finish(); !good) return fail(good.error());
  // What has expired by the clock is still stored as pending.
  const auto stored = state == ChangeState::expired ? ChangeState::pending : state;
  json changes = json::array();
  bool more = false;
  while (!more) {
    const auto page = call.transaction.changes.list(stored, after, rows_at_a_time);
    for (const ChangeRequest& each : page) {
      after = each.id;
      if (state && state_at(each, call.transaction.now) != *state) continue;
      if (!may_see(call.transaction, call.caller, each)) continue;
      more = std::ssize(changes) == limit;
      if (more) break;
      changes.push_back(change_json(call.transaction, call.caller, each));
    }
    if (page.size() < rows_at_a_time) break;
  }
  return json{{"changes", std::move(changes)}, {"more", more}};
}

Result<json> show_change_call(Call& call) {
  const auto number = change_number(call);
  if (!number) return fail(number.error());
  const auto change = call.transaction.changes.find(*number);
  if (!may_see(call.transaction, call.caller, change.value_or(ChangeRequest{})) || !change)
    return no_such("change");
  json view = change_json(call.transaction, call.caller, *change);
  add_asked(call.transaction, call.caller, *change, view);
  return json{{"change", std::move(view)}};
}

Result<json> consent_call(Call& call) {
  return answer(call, true);
}
Result<json> reject_change_call(Call& call) {
  return answer(call, false);
}

}  // namespace countersign::server
