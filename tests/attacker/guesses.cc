#include "tests/attacker/guesses.h"

#include "tests/attacker/gateway_in_hand.h"
#include "tests/policy/store_world.h"

namespace countersign::test {

using nlohmann::json;

std::size_t Guesses::upto(std::size_t most) {
  return std::uniform_int_distribution<std::size_t>(0, most)(random_);
}
const std::string& Guesses::any(const Names& names) {
  return names.at(upto(names.size() - 1));
}
bool Guesses::sometimes(std::size_t one_in) {
  return upto(one_in - 1) == 0;
}

std::string Guesses::anybody() {
  return sometimes(2) ? any(honest_) : any(puppets_);
}
std::string Guesses::any_principal() {
  switch (upto(3)) {
    case 0:
      return any(groups_);
    case 1:
      return any(claims_);
    default:
      return anybody();
  }
}
json Guesses::any_permissions() {
  json list = json::array();
  for (std::size_t i = 0; i <= upto(1); ++i)
    list.push_back(any({"/", "/security/", "/signers/", "/signers/sign/1/", "/workflows/",
                        "/signers/members/propose/", "/identity_providers/", "/auditing/"}));
  return list;
}
json Guesses::any_policy() {
  if (sometimes(3)) return {{"approval", "none"}};
  return policy_of({sometimes(2) ? anybody() : "group:" + any(groups_)}, 1);
}

std::string Guesses::part(const std::string& name) {
  if (name == "account") return anybody();
  if (name == "owner") return anybody();
  if (name == "principal") return any_principal();
  if (name == "group") return any(groups_);
  if (name == "role") return any(roles_);
  if (name == "set") return any({"Global", "set"});
  if (name == "claim") return any(claims_);
  if (name == "provider") return any({"unix", "corp"});
  if (name == "application") return any({"web", "1"});
  if (name == "collection") return any({"all", "1"});
  if (name == "certificate") return any({"release", "own"});
  if (name == "metadata_type") return "ticket";
  if (name == "setting") return any({"change_lifetime", "token_lifetime"});
  if (name == "signer") return any({"release", "1", "own", "2"});
  if (name == "hsm") return "lab";
  return std::to_string(1 + upto(9));
}

std::string Guesses::target_of(const Operation& operation) {
  std::string target(operation.route);
  for (std::size_t open = target.find('{'); open != target.npos; open = target.find('{')) {
    const std::size_t close = target.find('}', open);
    target.replace(open, close - open + 1, part(target.substr(open + 1, close - open - 1)));
  }
  if (operation.method == "DELETE" && operation.takes == Takes::query && sometimes(2))
    target += "?force=1";
  return target;
}

json Guesses::identity_body(const std::string& name) {
  if (name == "account.create") {
    json body{{"name", any(puppets_)}};
    if (sometimes(3)) body["unix_user"] = login_;
    if (sometimes(3)) body.update({{"kind", "machine"}, {"owner", anybody()}});
    return body;
  }
  if (name == "account.change") return {{"product_role", any({"admin", "member"})}};
  if (name == "claim.create") {
    json body{{"provider", "unix"},
              {"type", any({"user", "group"})},
              {"value", any({login_, "staff", "another"})}};
    if (sometimes(2)) body["account"] = anybody();
    return body;
  }
  if (name == "claim.change") return {{"account", anybody()}};
  if (name == "provider.create")
    return {{"kind", "oidc"}, {"scheme", "corp"}, {"display_name", "Corp"}};
  if (name == "provider.change") return {{"display_name", "Other"}};
  return json::object();
}

std::string Guesses::any_key() {
  return "pkcs11:token=lab;object=" + any({"p256", "k1", "k2"});
}

/// Of what is about no principal and no signer.
json Guesses::thing_body(const std::string& name) {
  if (name == "collection.create") return {{"name", "all"}};
  if (name == "collection.change") return {{"signer", any({"", "r"})}};
  if (name == "metadata_type.create") return {{"name", "ticket"}, {"kind", "text"}};
  if (name == "metadata_type.change") return {{"kind", "number"}};
  if (name == "settings.set") return {{"value", any({"1h", "7d", "default"})}};
  return json::object();
}

json Guesses::body_of(const Operation& operation) {
  const std::string name(operation.name);
  if (operation.takes != Takes::body) return nullptr;
  if (name == "group.create") return {{"name", any(groups_)}};
  if (name == "group.change") return {{"description", "x"}};
  if (name == "role.create" || name == "permission_set.create")
    return {{"name", name == "role.create" ? any(roles_) : "set"},
            {"permissions", any_permissions()}};
  if (name == "role.change" || name == "permission_set.change")
    return {{"permissions", any_permissions()}};
  if (name == "signer.create") {
    const std::string uri = any_key();
    return {{"name", any({"own", "other"})},
            {"key", uri},
            {"certificate", GatewayInHand::certificate_of(uri)},
            {"admins", json::array({anybody()})}};
  }
  if (name == "application.create") return {{"name", "web"}, {"admin", anybody()}};
  if (name == "application.add_member") return {{"role", any({"admin", "operator"})}};
  if (name == "member.add") return {{"role", any({"admin", "operator", "auditor"})}};
  if (name == "policy.set") return {{"policy", any_policy()}, {"reason", "because"}};
  if (name == "signer.change")
    return {{"description", "x"}, {"certificate", GatewayInHand::certificate_of(any_key())}};
  if (name == "request.create" || name.starts_with("signer.")) return {{"reason", "because"}};
  if (name == "account.disable" || name == "account.enable")
    return {{"reason", "because"}, {"force", sometimes(2)}};
  if (name.starts_with("request.") || name.starts_with("change.")) return {{"comment", "yes"}};
  if (name == "signature.create") return signature();
  if (json thing = thing_body(name); !thing.empty()) return thing;
  return identity_body(name);
}

json Guesses::signature() {
  std::string id;
  for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[upto(15)];
  return {{"operation", id},
          {"algorithm", {{"scheme", "ecdsa"}, {"hash", "sha256"}}},
          {"digest", "ZxyZ3xuL8qz4PQv0CGS5BUi5Rk6qEkJUDhYbFqvTqxg="}};
}

}  // namespace countersign::test
