#include "policy/claims.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/effects.h"
#include "policy/gains.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

constexpr std::size_t longest_value = 255;

Status check_value(const Claim& claim) {
  const auto bad = [&](const std::string& why) {
    return fail(ErrorKind::invalid, "bad_claim", "\"" + printable(claim.value) + "\" " + why,
                "write it as the provider does");
  };
  if (!check_text("the value", claim.value) || claim.value.size() > longest_value)
    return bad("is no value of a claim: 1 to 255 bytes without control characters");
  if (claim.provider == unix_provider && claim.value.find_first_of(" /:") != claim.value.npos)
    return bad("is no name of a unix user or group");
  return {};
}

Result<Account> find_account(Transaction& transaction, const Claim& claim,
                             const std::string& name) {
  if (is_shared(claim.type))
    return fail(ErrorKind::invalid, "bad_claim",
                "many people bring a claim of type " + std::string(to_text(claim.type)) +
                    ", so it is no account's",
                "put the claim into a group instead");
  auto account = transaction.accounts.find(name);
  if (!account) return no_such("account");
  return std::move(*account);
}

/// Whose the claim is or, deleted, was. A deleted account holds nothing.
std::optional<Account> owner_of(Transaction& transaction, const Claim& claim) {
  auto owner = claim.account ? transaction.accounts.find(*claim.account) : std::nullopt;
  if (owner && owner->state == AccountState::deleted) return std::nullopt;
  return owner;
}

tl::unexpected<Error> claim_taken(const Claim& claim) {
  return fail(ErrorKind::conflict, "claim_taken",
              "the claim " + printable(text_of(claim)) + " belongs to another account",
              "one account at most owns a claim, and keeps it");
}

void record(Transaction& transaction, const Caller& caller, const char* operation,
            const Claim& claim) {
  record_change(transaction, caller, operation, std::nullopt, std::nullopt,
                {{"claim", std::to_string(claim.id)},
                 {"text", text_of(claim)},
                 {"account", std::to_string(claim.account.value_or(0))}});
}

bool has_live_token(Transaction& transaction, AccountId account) {
  return std::ranges::any_of(transaction.credentials.tokens_of(account), [&](const auto& each) {
    return !each.ended && each.expires > transaction.now;
  });
}

/// Nobody is an admin who cannot sign in: one that the product or a signer needs keeps his last way
/// to. Errors: `last_admin`.
Status check_keeps_admin_in(Transaction& transaction, const Claim& claim) {
  if (!claim.account || transaction.claims.of_account(*claim.account).size() > 1 ||
      has_live_token(transaction, *claim.account))
    return {};
  const auto signers = transaction.acting.signers_around({*claim.account});
  for (const auto& [object, standing] : standings_of(transaction, signers))
    if (standing.admins.contains(*claim.account) && !standing.shared_admins &&
        standing.admins.size() <= (standing.two_admins ? 2U : 1U))
      return fail(ErrorKind::conflict, "last_admin",
                  standing.name + " needs its admin " +
                      transaction.accounts.name_of(*claim.account) +
                      ", who signs in by nothing else",
                  "make another admin first, or give the account another claim");
  return {};
}

/// Stores the claim, whose account is `account` from now on, if anybody's.
Result<Claim> store(Transaction& transaction, const Caller& caller, const char* operation,
                    Claim claim, const std::optional<Account>& account) {
  if (auto good = check_description(claim.description); !good) return fail(good.error());
  if (const auto owner = owner_of(transaction, claim);
      owner && (!account || account->id != owner->id))
    return claim_taken(claim);
  const bool anew = account && (!claim.active || claim.account != account->id);
  claim.account = account ? std::optional(account->id) : std::nullopt;
  claim.active = true;
  const auto kept = keep_unless_own_gain(
      transaction, caller,
      [&]() -> Status {
        if (claim.id == 0)
          claim.id = transaction.claims.add(claim);
        else
          transaction.claims.change(claim);
        return {};
      },
      anew ? std::vector{account->id} : std::vector<AccountId>());
  if (!kept) return fail(kept.error());
  if (anew) transaction.accounts.vouch(account->id, caller.account.id);
  record(transaction, caller, operation, claim);
  return claim;
}

}  // namespace

Result<Claim> create_claim(Transaction& transaction, const Caller& caller, const ClaimWish& wish) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  const auto provider = transaction.providers.find(wish.scheme);
  if (!provider)
    return fail(ErrorKind::invalid, "no_such_provider",
                "there is no identity provider " + printable(wish.scheme),
                "see: countersign provider list");
  Claim claim{0, provider->id, provider->scheme, wish.type, wish.value, {}, wish.description};
  if (auto good = check_value(claim); !good) return fail(good.error());
  if (auto known = transaction.claims.find(text_of(claim))) {
    if (known->active)
      return fail(ErrorKind::conflict, "claim_taken",
                  "there is the claim " + printable(text_of(claim)) + " already",
                  "see: countersign claim show " + printable(text_of(claim)));
    known->description = wish.description;
    claim = std::move(*known);
  }
  std::optional<Account> account;
  if (wish.account) {
    auto found = find_account(transaction, claim, *wish.account);
    if (!found) return fail(found.error());
    account = std::move(*found);
  }
  return store(transaction, caller, "claim.create", std::move(claim), account);
}

Result<Claim> change_claim(Transaction& transaction, const Caller& caller, const std::string& text,
                           const std::optional<std::string>& account,
                           const std::optional<std::string>& description) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto claim = transaction.claims.find(text);
  if (!claim || !claim->active) return no_such("claim");
  if (description) claim->description = *description;
  auto owner = owner_of(transaction, *claim);
  if (account) {
    auto found = find_account(transaction, *claim, *account);
    if (!found) return fail(found.error());
    owner = std::move(*found);
  }
  return store(transaction, caller, "claim.change", std::move(*claim), owner);
}

Result<Claim> delete_claim(Transaction& transaction, const Caller& caller,
                           const std::string& text) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto claim = transaction.claims.find(text);
  if (!claim || !claim->active) return no_such("claim");
  if (auto good = check_is_no_member(transaction, claim->id, text); !good)
    return fail(good.error());
  if (auto good = check_keeps_admin_in(transaction, *claim); !good) return fail(good.error());
  claim->active = false;
  transaction.claims.change(*claim);
  record(transaction, caller, "claim.delete", *claim);
  return std::move(*claim);
}

Result<Claim> claim_login(Transaction& transaction, const Caller& caller, const Account& account,
                          const std::string& login) {
  Claim claim{0, unix_provider, "unix", ClaimType::user, login, {}, ""};
  if (auto good = check_value(claim); !good) return fail(good.error());
  if (auto known = transaction.claims.find(text_of(claim))) {
    if (known->active) return claim_taken(claim);
    claim = std::move(*known);
  }
  return store(transaction, caller, "claim.create", std::move(claim), account);
}

}  // namespace countersign
