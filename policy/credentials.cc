#include "policy/credentials.h"

#include <algorithm>

#include "core/crypto.h"
#include "core/duration.h"
#include "core/encoding.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/settings.h"

namespace countersign {
namespace {

constexpr Milliseconds shortest_lifetime = std::chrono::minutes(1);
constexpr Milliseconds touch_interval = std::chrono::hours(1);
constexpr std::ptrdiff_t most_tokens = 100;
constexpr std::size_t secret_bytes = 16;  ///< 128 bits are 26 base32 characters

SecureBytes make_secret(const char* prefix) {
  Bytes random = random_bytes(secret_bytes);
  std::string text = prefix + to_base32(random);
  SecureBytes secret(text);
  wipe(random.data(), random.size());
  wipe(text.data(), text.size());
  return secret;
}

std::string hash_of(const Transaction& transaction, std::string_view secret) {
  return to_hex(hmac_sha256(transaction.credential_key, as_bytes(secret)));
}

Result<MintedToken> mint(Transaction& transaction, AccountId account, const TokenWish& wish,
                         Time proven) {
  if (wish.label)
    if (auto good = check_text("the label", *wish.label); !good) return fail(good.error());
  const Milliseconds longest = setting_in(transaction, setting::longest_token_lifetime);
  const Milliseconds usual = setting_in(transaction, setting::token_lifetime);
  const Milliseconds lifetime = wish.lifetime.value_or(std::min(usual, longest));
  if (lifetime < shortest_lifetime || lifetime > longest)
    return fail(ErrorKind::invalid, "bad_lifetime", "a token lives for 1m to " + to_text(longest),
                "write it like \"30d\"");
  const auto tokens = transaction.credentials.tokens_of(account);
  const auto alive = std::ranges::count_if(tokens, [&](const Credential& each) {
    return !each.ended && each.expires > transaction.now;
  });
  if (alive >= most_tokens)
    return fail(ErrorKind::conflict, "too_many_tokens", "the account has 100 tokens already",
                "revoke one with: countersign token revoke N");
  MintedToken minted{{}, make_secret("cs_")};
  minted.credential.account = account;
  minted.credential.kind = CredentialKind::token;
  minted.credential.hash = hash_of(transaction, minted.secret.view());
  minted.credential.label = wish.label.value_or("");
  minted.credential.created = transaction.now;
  minted.credential.proven = proven;
  minted.credential.expires = transaction.now + lifetime;
  minted.credential.id = transaction.credentials.add(minted.credential);
  return minted;
}

tl::unexpected<Error> bad_code() {
  return fail(ErrorKind::unauthenticated, "bad_enrolment_code",
              "the enrolment code is unknown, used or expired", "ask a product admin for help");
}

}  // namespace

EnrolmentCode make_enrolment_code(Transaction& transaction, AccountId account) {
  EnrolmentCode made{make_secret("cse_"),
                     transaction.now + setting_in(transaction, setting::enrolment_code_lifetime)};
  Credential credential;
  credential.account = account;
  credential.kind = CredentialKind::enrolment;
  credential.hash = hash_of(transaction, made.code.view());
  credential.created = transaction.now;
  credential.expires = made.expires;
  transaction.credentials.add(credential);
  return made;
}

Result<MintedToken> enrol(Transaction& transaction, std::string_view code, const TokenWish& wish,
                          const std::vector<Fact>& attested) {
  const auto found = transaction.credentials.find(hash_of(transaction, code));
  if (!found || found->kind != CredentialKind::enrolment || found->ended ||
      found->expires <= transaction.now)
    return bad_code();
  const auto account = transaction.accounts.find(found->account);
  if (!account || account->state != AccountState::active) return bad_code();
  auto minted = mint(transaction, account->id, wish, transaction.now);
  if (!minted) return minted;
  transaction.credentials.end(found->id);
  record_change(transaction, Caller{*account, attested}, "token.enrol", std::nullopt, std::nullopt,
                {{"token", std::to_string(minted->credential.id)}});
  return minted;
}

Result<MintedToken> mint_token(Transaction& transaction, const Caller& caller,
                               const TokenWish& wish) {
  auto minted = mint(transaction, caller.account.id, wish, caller.proven.value_or(transaction.now));
  if (!minted) return minted;
  record_change(transaction, caller, "token.create", std::nullopt, std::nullopt,
                {{"token", std::to_string(minted->credential.id)}});
  return minted;
}

Result<SignedIn> sign_in(Transaction& transaction, std::string_view bearer) {
  const auto found = transaction.credentials.find(hash_of(transaction, bearer));
  if (!found || found->kind != CredentialKind::token || found->ended ||
      found->expires <= transaction.now)
    return fail(ErrorKind::unauthenticated, "bad_token",
                "the bearer token is unknown, revoked or expired",
                "mint a new one with: countersign token create");
  const auto account = transaction.accounts.find(found->account);
  if (!account || account->state != AccountState::active)
    return fail(ErrorKind::unauthenticated, "account_disabled", "the account is disabled",
                "ask a product admin");
  if (!found->last_used || *found->last_used + touch_interval < transaction.now)
    transaction.credentials.touch(found->id, transaction.now);
  return SignedIn{*account, found->id, found->proven};
}

Result<Credential> revoke_token(Transaction& transaction, const Caller& caller, std::int64_t id) {
  auto found = transaction.credentials.find(id);
  const bool any = may(transaction, caller, right::change_accounts);
  if (!found || found->kind != CredentialKind::token ||
      (found->account != caller.account.id && !any))
    return no_such("token");
  if (found->ended)
    return fail(ErrorKind::conflict, "already_revoked",
                "token " + std::to_string(id) + " is revoked already");
  transaction.credentials.end(id);
  found->ended = true;
  record_change(transaction, caller, "token.revoke", std::nullopt, std::nullopt,
                {{"token", std::to_string(id)}, {"account", std::to_string(found->account)}});
  return *found;
}

}  // namespace countersign
