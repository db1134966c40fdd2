// A signature's first and last step in the store: decide, take and record the intent; afterwards
// record the outcome.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/algorithm.h"
#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/decision.h"
#include "policy/transaction.h"

namespace countersign {

/// A wish to sign.
struct SigningWish {
  std::string operation;  ///< operation id, 32 hex digits
  SigningInput input;
  std::vector<Fact> claimed;
  std::map<std::string, std::string> metadata = {};  ///< of a request that is filed for it
  bool files_request = false;                        ///< when nothing but an approval is missing
  std::optional<RequestId> waits_for = {};           ///< his own request that is to be approved
  Time waits_until = {};  ///< until then the caller waits, which is no denial
};

/// What the signature waits for, rather than being denied.
struct AwaitedRequest {
  RequestId id = 0;
  Time open_until;      ///< when it ends by itself
  std::string message;  ///< in words
};

/// Leave to sign once, recorded: the token may be asked when this is committed.
struct SigningGrant {
  std::string operation;
  AccountId account = 0;
  SignerId signer = 0;
  std::string signer_name;
  std::string token;
  std::string key_uri;
  PublicKey pinned;
  SigningInput input;
  RecordNumber intent = 0;
  std::optional<RequestId> request;
  bool repeated = false;     ///< the same operation asked again: nothing more was taken
  bool ended = false;        ///< and it failed: only a remembered answer may be given
  std::string warning = {};  ///< for the caller, about what was allowed
};

/// How it ended.
enum class SigningEnd {
  signed_,    ///< the signature was verified and released
  failed,     ///< the token failed in a way that may have signed: it stays used
  not_signed  ///< the token surely did not sign: what was taken is given back
};

using SigningAnswer = std::variant<SigningGrant, AwaitedRequest>;

/// Decides (design: one pure decision), takes one signature from the approval that fits, counts it
/// for the policy's rates and appends the intent. A denial is recorded and returned as the value's
/// error: the work itself succeeds, so that the record stays. Errors: the decision's codes,
/// `operation_reused` (same id, another caller, signer or input), `operation_ended` (its signature
/// was given back, it began over ten minutes ago, or what it was taken from has changed). Where
/// nothing but an approval is missing and the wish says so, a request is filed or joined, and who
/// does not wait for it is recorded as denied. What hinders the filing is a denial as well, with
/// the codes of create_request().
Result<SigningAnswer> grant_signature(Transaction& transaction, const Caller& caller,
                                      const Signer& signer, const SigningWish& wish);

/// Appends the outcome, once an operation, and a record for each signature that a repetition made
/// anew after it; gives back what surely was not used. A repetition that
/// surely did not sign proves nothing about the first try: it records and gives back nothing.
/// `detail` names the failure, or holds the hex SHA-256 of the signature.
void record_outcome(Transaction& transaction, const SigningGrant& grant, SigningEnd end,
                    const std::string& detail);

/// What grant_signature() would decide now, without an input and without taking anything.
struct ExplainedSigning {
  Decision decision;
  std::vector<Decision> rules;  ///< what each says by itself
};
ExplainedSigning explain_signing(Transaction& transaction, const Caller& caller,
                                 const Signer& signer);

}  // namespace countersign
