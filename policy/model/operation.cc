#include "policy/model/operation.h"

#include <array>
#include <cstdlib>

namespace countersign {
namespace {

constexpr bool read = false;
constexpr bool write = true;
constexpr std::array<std::string_view, 3> nothing{};

// clang-format off
constexpr std::array table{
    Operation{"account.create", "account create", "POST", "/v1/accounts",
              Scope::product, {{"/security/modify/"}}, write, Takes::body,
              Quorum::none, "Create an account and print its one-time enrolment code"},
    Operation{"account.list", "account list", "GET", "/v1/accounts",
              Scope::product, {{"/security/read/"}}, read, Takes::nothing,
              Quorum::none, "List accounts"},
    Operation{"token.enrol", "token create --enrol", "POST", "/v1/enrolments",
              Scope::account, nothing, write, Takes::body,
              Quorum::none, "Trade an enrolment code for a bearer token"},
    Operation{"token.create", "token create", "POST", "/v1/tokens",
              Scope::account, nothing, write, Takes::body,
              Quorum::none, "Mint another bearer token for the own account"},
    Operation{"token.list", "token list", "GET", "/v1/tokens",
              Scope::account, nothing, read, Takes::nothing,
              Quorum::none, "List the bearer tokens of the own account"},
    Operation{"token.revoke", "token revoke", "DELETE", "/v1/tokens/{token}",
              Scope::account, nothing, write, Takes::nothing,
              Quorum::none, "Revoke a bearer token of the own account; an admin any token"},
    Operation{"gateway.status", "status", "GET", "/v1/status",
              Scope::account, nothing, read, Takes::nothing,
              Quorum::none, "Show the gateway's version and clock, and as whom it knows you"},
    Operation{"hsm.list", "hsm list", "GET", "/v1/hsms",
              Scope::product, {{"/certificate_stores/read/"}}, read, Takes::nothing,
              Quorum::none, "List the tokens (HSMs) and their state"},
    Operation{"hsm.retry", "hsm retry", "POST", "/v1/hsms/{hsm}/retry",
              Scope::product, {{"/certificate_stores/modify/"}}, write, Takes::nothing,
              Quorum::none, "Try a token again that is down or refused its PIN"},
    Operation{"store.backup", "store backup", "POST", "/v1/backups",
              Scope::product, {{"/system_settings/modify/"}}, write, Takes::nothing,
              Quorum::none, "Have the gateway copy its store into its folder for backups"},
    Operation{"signer.create", "signer create", "POST", "/v1/signers",
              Scope::product, {{"/signers/modify/"}}, write, Takes::body,
              Quorum::none, "Create a signer for a key on a token"},
    Operation{"signer.list", "signer list", "GET", "/v1/signers",
              Scope::account, {{"/signers/read/#/"}}, read, Takes::query,
              Quorum::none, "List the signers you can see"},
    Operation{"signer.show", "signer show", "GET", "/v1/signers/{signer}",
              Scope::signer, {{"/signers/read/#/"}}, read, Takes::nothing,
              Quorum::none, "Show one signer"},
    Operation{"signer.check", "signer check", "GET", "/v1/signers/{signer}/check",
              Scope::signer, {{"/signers/read/#/"}}, read, Takes::nothing,
              Quorum::none, "See that the key on the token is still the signer's pinned one"},
    Operation{"signer.freeze", "signer freeze", "POST", "/v1/signers/{signer}/freeze",
              Scope::signer, {{"/signers/freeze/#/"}}, write, Takes::body,
              Quorum::none, "Stop all signing with a signer at once"},
    Operation{"signer.unfreeze", "signer unfreeze", "POST", "/v1/signers/{signer}/unfreeze",
              Scope::signer, {{"/signers/unfreeze/#/"}}, write, Takes::body,
              Quorum::loosen, "Let a frozen signer sign again"},
    Operation{"member.list", "member list", "GET", "/v1/signers/{signer}/members",
              Scope::signer, {{"/signers/read/#/"}}, read, Takes::nothing,
              Quorum::none, "List the members of a signer"},
    Operation{"member.add", "member add", "PUT", "/v1/signers/{signer}/members/{account}",
              Scope::signer, {{"/signers/members/modify/#/"}}, write, Takes::body,
              Quorum::loosen, "Make an account a member of a signer, or change its role"},
    Operation{"member.remove", "member remove", "DELETE", "/v1/signers/{signer}/members/{account}",
              Scope::signer, {{"/signers/members/modify/#/"}}, write, Takes::nothing,
              Quorum::none, "End a membership"},
    Operation{"policy.show", "policy show", "GET", "/v1/signers/{signer}/policy",
              Scope::signer, {{"/workflows/definitions/read/", "/signers/read/#/"}}, read, Takes::nothing,
              Quorum::none, "Show the signing policy of a signer"},
    Operation{"policy.set", "policy set", "PUT", "/v1/signers/{signer}/policy",
              Scope::signer, {{"/signers/tighten/#/", "/signers/loosen/#/"}}, write, Takes::body,
              Quorum::loosen, "Set a new revision of the signing policy"},
    Operation{"request.create", "request create", "POST", "/v1/signers/{signer}/requests",
              Scope::signer, {{"/signers/request/#/"}}, write, Takes::body,
              Quorum::use, "Ask for approval to sign"},
    Operation{"request.list", "request list", "GET", "/v1/requests",
              Scope::account, {{"/signers/read/#/", "/workflows/instances/read/mine/", "/workflows/instances/read/pending/"}}, read, Takes::query,
              Quorum::none, "List the requests you can see"},
    Operation{"request.show", "request show", "GET", "/v1/requests/{request}",
              Scope::request, {{"/workflows/instances/read/", "/signers/read/#/"}}, read, Takes::nothing,
              Quorum::none, "Show one request with its answers"},
    Operation{"request.approve", "request approve", "POST", "/v1/requests/{request}/approve",
              Scope::request, {{"/signers/approve/#/"}}, write, Takes::body,
              Quorum::none, "Approve a request in whose step you are named"},
    Operation{"request.reject", "request reject", "POST", "/v1/requests/{request}/reject",
              Scope::request, {{"/signers/approve/#/"}}, write, Takes::body,
              Quorum::none, "Reject a request in whose step you are named"},
    Operation{"request.cancel", "request cancel", "POST", "/v1/requests/{request}/cancel",
              Scope::request, {{"/signers/request/#/"}}, write, Takes::body,
              Quorum::none, "Withdraw your own request before it is approved"},
    Operation{"request.revoke", "request revoke", "POST", "/v1/requests/{request}/revoke",
              Scope::request, {{"/signers/revoke/#/"}}, write, Takes::body,
              Quorum::none, "End an approved request before it is used up"},
    Operation{"signature.create", "sign", "POST", "/v1/signers/{signer}/signatures",
              Scope::signer, {{"/signers/sign/#/"}}, write, Takes::body,
              Quorum::use, "Sign a file"},
    Operation{"signature.explain", "explain", "GET", "/v1/signers/{signer}/explanation",
              Scope::signer, {{"/signers/read/#/"}}, read, Takes::nothing,
              Quorum::none, "Say whether you could sign now, and what is missing"},
    Operation{"log.list", "log list", "GET", "/v1/log/records",
              Scope::product, {{"/auditing/read/"}}, read, Takes::query,
              Quorum::none, "List the records of the log"},
    Operation{"log.head", "log verify", "GET", "/v1/log/head",
              Scope::product, {{"/auditing/read/"}}, read, Takes::nothing,
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
