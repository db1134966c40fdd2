#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/json_reader.h"
#include "core/text.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/accounts.h"
#include "policy/credentials.h"

namespace countersign::server {

using nlohmann::json;

namespace {

TokenWish read_token_wish(JsonReader& in) {
  TokenWish wish;
  wish.label = in.optional_text("label");
  if (const auto text = in.optional_text("expires_in")) {
    wish.lifetime = parse_duration(*text);
    if (!wish.lifetime) in.refuse("expires_in", "is no duration", "write it like \"90d\"");
  }
  return wish;
}

json minted_json(Transaction& transaction, const MintedToken& minted) {
  return {{"token", token_json(transaction, minted.credential)}, {"secret", minted.secret.view()}};
}

/// Submits a change of the route's account, whose arguments are those of the body besides.
Result<json> submit_for_account(Call& call, const char* operation, json arguments, bool force) {
  arguments["account"] = call.parts.at("account");
  return submit_call(call, {operation, arguments, {}, force},
                     [&] { return show_account_call(call); });
}

Result<json> change_state(Call& call, const char* operation) {
  JsonReader in(call.body, "");
  const std::string reason = in.text("reason");
  const bool force = in.flag("force", false);
  if (auto good = in.finish(); !good) return fail(good.error());
  return submit_for_account(call, operation, {{"reason", reason}}, force);
}

Result<json> change_owners(Call& call, const char* operation) {
  return submit_for_account(call, operation, {{"owner", call.parts.at("owner")}}, false);
}

Result<json> enrolment_answer(Call& call, const Result<CreatedAccount>& made) {
  if (!made) return fail(made.error());
  return json{{"account", account_json(call.transaction, made->account)},
              {"enrolment_code", made->enrolment.code.view()},
              {"expires", to_rfc3339(made->enrolment.expires)}};
}

}  // namespace

Result<json> create_account_call(Call& call) {
  JsonReader in(call.body, "");
  NewAccount wish;
  wish.name = in.text("name");
  wish.unix_user = in.optional_text("unix_user");
  wish.owner = in.optional_text("owner");
  const std::string kind = in.optional_text("kind").value_or("user");
  if (kind == "machine")
    wish.kind = AccountKind::machine;
  else if (kind != "user")
    in.refuse("kind", "is neither \"user\" nor \"machine\"");
  const auto role =
      layered_role_from_text(Layer::product, in.optional_text("product_role").value_or("member"));
  if (!role) in.refuse("product_role", "is neither \"member\" nor \"admin\"");
  if (auto good = in.finish(); !good) return fail(good.error());
  wish.product_role = *role;
  return enrolment_answer(call, create_account(call.transaction, call.caller, wish));
}

Result<json> list_accounts_call(Call& call) {
  json accounts = json::array();
  for (const Account& each : call.transaction.accounts.list())
    accounts.push_back(account_json(call.transaction, each));
  return json{{"accounts", std::move(accounts)}};
}

Result<json> show_account_call(Call& call) {
  const auto account = call.transaction.accounts.find(call.parts.at("account"));
  if (!account) return no_such("account");
  return json{{"account", account_json(call.transaction, *account)}};
}

Result<json> disable_account_call(Call& call) {
  return change_state(call, "account.disable");
}
Result<json> enable_account_call(Call& call) {
  return change_state(call, "account.enable");
}

Result<json> change_account_call(Call& call) {
  JsonReader in(call.body, "");
  json arguments = json::object();
  if (const auto text = in.optional_text("description")) arguments["description"] = *text;
  if (const auto text = in.optional_text("product_role")) {
    arguments["product_role"] = *text;
    if (!layered_role_from_text(Layer::product, *text))
      in.refuse("product_role", "is neither \"member\" nor \"admin\"");
  }
  if (auto good = in.finish(); !good) return fail(good.error());
  return submit_for_account(call, "account.change", std::move(arguments), false);
}

Result<json> delete_account_call(Call& call) {
  const auto force = read_force(call);
  if (!force) return fail(force.error());
  auto view = show_account_call(call);
  return submit_call(call, {"account.delete", {{"account", call.parts.at("account")}}, {}, *force},
                     [&] { return std::move(view); });
}

Result<json> enrol_anew_call(Call& call) {
  return enrolment_answer(call,
                          enrol_anew(call.transaction, call.caller, call.parts.at("account")));
}

Result<json> add_owner_call(Call& call) {
  return change_owners(call, "account.add_owner");
}
Result<json> remove_owner_call(Call& call) {
  return change_owners(call, "account.remove_owner");
}

Result<json> enrol_call(Transaction& transaction, const Credentials& credentials,
                        const json& body) {
  JsonReader in(body, "");
  const SecureBytes code(in.text("code"));
  const TokenWish wish = read_token_wish(in);
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto minted = enrol(transaction, code.view(), wish, credentials.attested);
  if (!minted) return fail(minted.error());
  return minted_json(transaction, *minted);
}

Result<json> create_token_call(Call& call) {
  JsonReader in(call.body, "");
  const TokenWish wish = read_token_wish(in);
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto minted = mint_token(call.transaction, call.caller, wish);
  if (!minted) return fail(minted.error());
  return minted_json(call.transaction, *minted);
}

Result<json> list_tokens_call(Call& call) {
  json tokens = json::array();
  for (const Credential& each : call.transaction.credentials.tokens_of(call.caller.account.id))
    tokens.push_back(token_json(call.transaction, each));
  return json{{"tokens", std::move(tokens)}};
}

Result<json> revoke_token_call(Call& call) {
  const auto id = whole_number(call.parts.at("token"));
  if (!id) return no_such("token");
  const auto revoked = revoke_token(call.transaction, call.caller, *id);
  if (!revoked) return fail(revoked.error());
  return json{{"token", token_json(call.transaction, *revoked)}};
}

}  // namespace countersign::server
