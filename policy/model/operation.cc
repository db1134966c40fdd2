#include "policy/model/operation.h"

#include <array>
#include <cstdlib>

namespace countersign {
namespace {

constexpr bool read = false;
constexpr bool write = true;
constexpr bool by_string = false;
constexpr bool by_membership = true;

// signature.create asks for no more than to see the signer: whether the role may sign is the
// decision's matter, so that there is one that decides.
// clang-format off
constexpr std::array table{
    Operation{"account.create", "account create", "POST", "/v1/accounts",
              Scope::product, Right::manage_accounts, "/security/modify/", by_string, write, Takes::body,
              Quorum::none, "Create an account and print its one-time enrolment code"},
    Operation{"account.list", "account list", "GET", "/v1/accounts",
              Scope::product, Right::manage_accounts, "/security/read/", by_string, read, Takes::nothing,
              Quorum::none, "List accounts"},
    Operation{"token.enrol", "token create --enrol", "POST", "/v1/enrolments",
              Scope::account, Right::own, "", by_membership, write, Takes::body,
              Quorum::none, "Trade an enrolment code for a bearer token"},
    Operation{"token.create", "token create", "POST", "/v1/tokens",
              Scope::account, Right::own, "", by_membership, write, Takes::body,
              Quorum::none, "Mint another bearer token for the own account"},
    Operation{"token.list", "token list", "GET", "/v1/tokens",
              Scope::account, Right::own, "", by_membership, read, Takes::nothing,
              Quorum::none, "List the bearer tokens of the own account"},
    Operation{"token.revoke", "token revoke", "DELETE", "/v1/tokens/{token}",
              Scope::account, Right::own, "", by_membership, write, Takes::nothing,
              Quorum::none, "Revoke a bearer token of the own account; an admin any token"},
    Operation{"gateway.status", "status", "GET", "/v1/status",
              Scope::account, Right::own, "", by_membership, read, Takes::nothing,
              Quorum::none, "Show the gateway's version and clock, and as whom it knows you"},
    Operation{"hsm.list", "hsm list", "GET", "/v1/hsms",
              Scope::product, Right::manage_tokens, "/certificate_stores/read/", by_string, read, Takes::nothing,
              Quorum::none, "List the tokens (HSMs) and their state"},
    Operation{"hsm.retry", "hsm retry", "POST", "/v1/hsms/{hsm}/retry",
              Scope::product, Right::manage_tokens, "/certificate_stores/modify/", by_string, write, Takes::nothing,
              Quorum::none, "Try a token again that is down or refused its PIN"},
    Operation{"store.backup", "store backup", "POST", "/v1/backups",
              Scope::product, Right::back_up, "/system_settings/modify/", by_string, write, Takes::nothing,
              Quorum::none, "Have the gateway copy its store into its folder for backups"},
    Operation{"signer.create", "signer create", "POST", "/v1/signers",
              Scope::product, Right::create_signer, "/signers/modify/", by_string, write, Takes::body,
              Quorum::none, "Create a signer for a key on a token"},
    Operation{"signer.list", "signer list", "GET", "/v1/signers",
              Scope::account, Right::own, "", by_membership, read, Takes::query,
              Quorum::none, "List the signers you can see"},
    Operation{"signer.show", "signer show", "GET", "/v1/signers/{signer}",
              Scope::signer, Right::see, "/signers/read/#/", by_string, read, Takes::nothing,
              Quorum::none, "Show one signer"},
    Operation{"signer.check", "signer check", "GET", "/v1/signers/{signer}/check",
              Scope::signer, Right::see, "/signers/read/#/", by_string, read, Takes::nothing,
              Quorum::none, "See that the key on the token is still the signer's pinned one"},
    Operation{"signer.freeze", "signer freeze", "POST", "/v1/signers/{signer}/freeze",
              Scope::signer, Right::freeze, "/signers/freeze/#/", by_string, write, Takes::body,
              Quorum::none, "Stop all signing with a signer at once"},
    Operation{"signer.unfreeze", "signer unfreeze", "POST", "/v1/signers/{signer}/unfreeze",
              Scope::signer, Right::unfreeze, "", by_membership, write, Takes::body,
              Quorum::loosen, "Let a frozen signer sign again"},
    Operation{"member.list", "member list", "GET", "/v1/signers/{signer}/members",
              Scope::signer, Right::see, "/signers/read/#/", by_string, read, Takes::nothing,
              Quorum::none, "List the members of a signer"},
    Operation{"member.add", "member add", "PUT", "/v1/signers/{signer}/members/{account}",
              Scope::signer, Right::change_members, "", by_membership, write, Takes::body,
              Quorum::loosen, "Make an account a member of a signer, or change its role"},
    Operation{"member.remove", "member remove", "DELETE", "/v1/signers/{signer}/members/{account}",
              Scope::signer, Right::change_members, "", by_membership, write, Takes::nothing,
              Quorum::none, "End a membership"},
    Operation{"policy.show", "policy show", "GET", "/v1/signers/{signer}/policy",
              Scope::signer, Right::see, "/workflows/definitions/read/", by_string, read, Takes::nothing,
              Quorum::none, "Show the signing policy of a signer"},
    Operation{"policy.set", "policy set", "PUT", "/v1/signers/{signer}/policy",
              Scope::signer, Right::change_policy, "", by_membership, write, Takes::body,
              Quorum::loosen, "Set a new revision of the signing policy"},
    Operation{"request.create", "request create", "POST", "/v1/signers/{signer}/requests",
              Scope::signer, Right::sign, "", by_membership, write, Takes::body,
              Quorum::use, "Ask for approval to sign"},
    Operation{"request.list", "request list", "GET", "/v1/requests",
              Scope::account, Right::own, "", by_membership, read, Takes::query,
              Quorum::none, "List the requests you can see"},
    Operation{"request.show", "request show", "GET", "/v1/requests/{request}",
              Scope::request, Right::see, "/workflows/instances/read/", by_string, read, Takes::nothing,
              Quorum::none, "Show one request with its answers"},
    Operation{"request.approve", "request approve", "POST", "/v1/requests/{request}/approve",
              Scope::request, Right::approve, "", by_membership, write, Takes::body,
              Quorum::none, "Approve a request in whose step you are named"},
    Operation{"request.reject", "request reject", "POST", "/v1/requests/{request}/reject",
              Scope::request, Right::approve, "", by_membership, write, Takes::body,
              Quorum::none, "Reject a request in whose step you are named"},
    Operation{"request.cancel", "request cancel", "POST", "/v1/requests/{request}/cancel",
              Scope::request, Right::sign, "", by_membership, write, Takes::body,
              Quorum::none, "Withdraw your own request before it is approved"},
    Operation{"request.revoke", "request revoke", "POST", "/v1/requests/{request}/revoke",
              Scope::request, Right::revoke, "", by_membership, write, Takes::body,
              Quorum::none, "End an approved request before it is used up"},
    Operation{"signature.create", "sign", "POST", "/v1/signers/{signer}/signatures",
              Scope::signer, Right::see, "", by_membership, write, Takes::body,
              Quorum::use, "Sign a file"},
    Operation{"signature.explain", "explain", "GET", "/v1/signers/{signer}/explanation",
              Scope::signer, Right::see, "/signers/read/#/", by_string, read, Takes::nothing,
              Quorum::none, "Say whether you could sign now, and what is missing"},
    Operation{"log.list", "log list", "GET", "/v1/log/records",
              Scope::product, Right::read_log, "/auditing/read/", by_string, read, Takes::query,
              Quorum::none, "List the records of the log"},
    Operation{"log.head", "log verify", "GET", "/v1/log/head",
              Scope::product, Right::read_log, "/auditing/read/", by_string, read, Takes::nothing,
              Quorum::none, "Check every record of the log against its signed head"},
};
// clang-format on

}  // namespace

std::span<const Operation> operations() {
  return table;
}

const Operation& operation(std::string_view name) {
  for (const Operation& each : table)
    if (each.name == name) return each;
  std::abort();
}

}  // namespace countersign
