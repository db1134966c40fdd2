#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/effects.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// What is asked of the answer: the right, and whose it is.
struct Question {
  std::optional<std::string> account;
  std::optional<std::string> permission;
  std::optional<std::string> action;
  std::optional<std::string> signer;
};

Result<Question> read_question(Call& call) {
  JsonReader in(call.query, "?");
  Question question;
  question.account = in.optional_text("as");
  question.permission = in.optional_text("permission");
  question.action = in.optional_text("action");
  const json* const signer = in.any("signer");
  if (signer != nullptr)
    question.signer = signer->is_string() ? signer->get<std::string>() : signer->dump();
  if (question.permission.has_value() == question.action.has_value())
    in.refuse("permission", "is needed, or an action on a signer, and not both");
  if (question.signer.has_value() != question.action.has_value())
    in.refuse("signer", "and an action go together");
  if (auto good = in.finish(); !good) return fail(good.error());
  return question;
}

Result<Permission> asked_permission(Call& call, const Question& question) {
  if (question.permission) return Permission::parse(*question.permission);
  const auto signer = visible_signer(call.transaction, call.caller, *question.signer);
  if (!signer) return fail(signer.error());
  const CatalogueEntry* const entry = find_entry("/signers/" + *question.action + "/#/");
  if (entry == nullptr)
    return fail(ErrorKind::invalid, "bad_field", "?/action is nothing that is done with a signer",
                "write it like \"sign\" or \"members/modify\"");
  return Permission::of(*entry, (*signer)->id);
}

/// The account that is asked about: one's own, or any for those who may read accounts.
Result<Account> asked_account(Call& call, const Question& question) {
  if (!question.account) return call.caller.account;
  const auto account = call.transaction.accounts.find(*question.account);
  const bool own = account && account->id == call.caller.account.id;
  const bool any = may(call.transaction, call.caller, right::see_accounts);
  if (!account || (!own && !any)) return no_such("account");
  return *account;
}

/// The strongest thing that the role gives and only membership does.
std::string_view mark_of(LayeredRole role) {
  if (role == LayeredRole::signer_admin) return right::change_members;
  return role == LayeredRole::signer_operator ? right::sign : right::approve;
}

/// One way to act on the signer: whose, what it allows, and through what.
json way_json(Transaction& transaction, SignerId signer, const Way& way, LayeredRole role) {
  const auto account = transaction.accounts.find(way.as);
  const Account nobody;
  const Subject subject = account ? Subject(*account) : Subject(nobody, std::span(&way.as, 1));
  const RightDecision decision =
      right_of(transaction, subject, {Permission::of(*find_entry(mark_of(role)), signer), {}});
  const SigningPolicy* const policy =
      transaction.signers.current_policy(*transaction.signers.find(signer));
  const bool person = !account || account->kind == AccountKind::user;
  const bool named =
      person && policy != nullptr && std::ranges::any_of(policy->steps, [&](const auto& step) {
        return is_named(transaction, subject, step);
      });
  json view = principal_json(transaction, way.actor);
  view["as"] = principal_json(transaction, way.as)["name"];
  view["may_sign"] = role != LayeredRole::signer_auditor;
  view["may_approve"] = named;
  view["may_change"] = role == LayeredRole::signer_admin;
  view["through"] = decision.reason;
  return view;
}

}  // namespace

Result<json> check_access_call(Call& call) {
  const auto question = read_question(call);
  if (!question) return fail(question.error());
  const auto account = asked_account(call, *question);
  if (!account) return fail(account.error());
  const auto permission = asked_permission(call, *question);
  if (!permission) return fail(permission.error());
  // One's own claims are known; what others bring when they call is not.
  const bool own = account->id == call.caller.account.id;
  RightDecision decision =
      right_of(call.transaction, own ? Subject(call.caller) : Subject(*account),
               asked_right(call.transaction, *permission));
  if (account->state != AccountState::active)
    decision = {false, {}, "the account is " + std::string(to_text(account->state))};
  json chain = json::array();
  for (const ChainLink& each : decision.chain)
    chain.push_back({{"kind", to_text(each.kind)}, {"name", each.name}});
  return json{{"account", account->name},
              {"permission", permission->text()},
              {"allowed", decision.allowed},
              {"reason", decision.reason},
              {"chain", std::move(chain)}};
}

Result<json> who_has_access_call(Call& call) {
  const SignerId signer = call.signer->id;
  json ways = json::array();
  for (const auto& [way, role] : call.transaction.acting.on_signer(signer))
    ways.push_back(way_json(call.transaction, signer, way, role));
  return json{{"access", std::move(ways)}};
}

}  // namespace countersign::server
