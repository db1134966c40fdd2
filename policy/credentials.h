// Enrolment codes and bearer tokens: minted, traded, checked, revoked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secure_bytes.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// What to put on a new token; left out: no label, 90 days.
struct TokenWish {
  std::optional<std::string> label;
  std::optional<Milliseconds> lifetime;  ///< 1 minute to 366 days
};

struct MintedToken {
  Credential credential;
  SecureBytes secret;  ///< "cs_" and 26 base32 characters; told once, never stored
};

struct EnrolmentCode {
  SecureBytes code;  ///< "cse_" and 26 base32 characters; told once, never stored
  Time expires;
};

/// Makes the one-time code of a new account: 24 hours, one use.
EnrolmentCode make_enrolment_code(Transaction& transaction, AccountId account);

/// Trades a code for the account's first token; the code is used up. Errors: `bad_enrolment_code`
/// (unknown, used or expired, not told apart), `bad_text`, `bad_lifetime`.
Result<MintedToken> enrol(Transaction& transaction, std::string_view code, const TokenWish& wish,
                          const std::vector<Fact>& attested);

/// Another token for the caller's own account. Errors: `bad_text`, `bad_lifetime`,
/// `too_many_tokens`.
Result<MintedToken> mint_token(Transaction& transaction, const Caller& caller,
                               const TokenWish& wish);

struct SignedIn {
  Account account;
  std::int64_t token = 0;  ///< number of the bearer token
  Time proven;             ///< when the account proved who it is on the way to the token
};

/// The account a bearer token stands for. Errors: `bad_token` (unknown, revoked or expired, not
/// told apart), `account_disabled`.
Result<SignedIn> sign_in(Transaction& transaction, std::string_view bearer);

/// Ends a token of the caller, or for a product admin of anybody. Errors: `not_found`, `conflict`.
Result<Credential> revoke_token(Transaction& transaction, const Caller& caller, std::int64_t id);

}  // namespace countersign
