#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/declaration_apply.h"
#include "policy/declaration_export.h"
#include "policy/metadata_types.h"
#include "policy/model/declaration.h"

namespace countersign::server {

using nlohmann::json;

namespace {

json plan_json(const DeclarationPlan& plan) {
  json steps = json::array(), left_out = json::array();
  for (const PlannedStep& each : plan.steps)
    steps.push_back(
        {{"operation", each.operation}, {"pointer", each.pointer}, {"text", each.text}});
  for (const LeftOut& each : plan.left_out)
    left_out.push_back({{"pointer", each.pointer}, {"reason", each.reason}});
  return {{"plan", std::move(steps)}, {"left_out", std::move(left_out)}};
}

/// The document with the metadata types that its signers' policies name written out.
Result<json> with_types_in_signers(Transaction& transaction, json document) {
  if (!document.is_object() || !document.contains("signers") || !document["signers"].is_array())
    return document;
  json& signers = document["signers"];
  for (std::size_t i = 0; i < signers.size(); ++i) {
    if (!signers[i].is_object() || !signers[i].contains("policy")) continue;
    auto policy = with_types_written_out(transaction, signers[i]["policy"],
                                         "/signers/" + std::to_string(i) + "/policy");
    if (!policy) return policy;
    signers[i]["policy"] = std::move(*policy);
  }
  return document;
}

}  // namespace

Result<json> export_call(Call& call) {
  auto document = export_declaration(call.transaction, call.caller);
  if (!document) return fail(std::move(document.error()));
  return json{{"document", std::move(*document)}};
}

Result<DeclarationWish> read_declaration_wish(Call& call) {
  JsonReader in(call.body, "");
  DeclarationWish wish;
  wish.dry_run = in.flag("dry_run", false);
  const std::string reason = in.optional_text("reason").value_or("from a policy document");
  const json* const document = in.any("document");
  if (document == nullptr) in.refuse("document", "is missing");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto written_out = with_types_in_signers(call.transaction, *document);
  if (!written_out) return fail(written_out.error());
  const auto declaration = declaration_from_json(*written_out);
  if (!declaration) return fail(declaration.error());
  auto plan = plan_declaration(call.transaction, call.caller, *declaration, reason);
  if (!plan) return fail(std::move(plan.error()));
  wish.plan = std::move(*plan);
  return wish;
}

Result<json> apply_declaration_call(Call& call, const DeclarationWish& wish) {
  json answer = plan_json(wish.plan);
  answer["dry_run"] = wish.dry_run;
  answer["result"] = "unchanged";
  if (wish.plan.steps.empty()) return answer;
  if (wish.dry_run) call.transaction.trial.begin();
  const auto submitted =
      submit(call.transaction, call.caller, {"declaration.apply", steps_json(wish.plan.steps)});
  if (submitted && submitted->waiting)
    answer["change"] = change_json(call.transaction, call.caller,
                                   *call.transaction.changes.find(*submitted->waiting));
  if (wish.dry_run) call.transaction.trial.undo();
  if (!submitted) return fail(submitted.error());
  answer["result"] = submitted->waiting ? "waits" : "made";
  return answer;
}

}  // namespace countersign::server
