// What a signing tool needs of the gateway, seen from the module and the command line.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/algorithm.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/result.h"

namespace countersign {

/// A signer as its users see it. Every byte string is DER.
struct SignerInfo {
  std::int64_t id = 0;
  std::int64_t slot = 0;               ///< PKCS#11 slot number, never reused
  std::string name;                    ///< token label
  Bytes public_key;                    ///< SubjectPublicKeyInfo, pinned
  Bytes certificate;                   ///< the leaf; empty when there is none yet
  std::vector<Bytes> chain;            ///< its issuers, nearest first
  std::vector<Hash> weak_hashes = {};  ///< that its policy allows all the same
};

/// Names one wish to sign, so that asking again is not asking twice.
/// Drawn anew for each operation, after any fork.
using OperationId = std::array<std::uint8_t, 16>;

/// A fact the calling process claims about itself: recorded and shown as claimed, never decided by.
using ClaimedFact = std::pair<std::string, std::string>;

/// Longest that one call waits for an approval.
inline constexpr Milliseconds longest_wait = std::chrono::days(1);

/// The request that a signature waits for.
struct AwaitedApproval {
  std::int64_t request = 0;
  std::string message;  ///< what it waits for, in words
};

struct SignatureRequest {
  std::int64_t signer = 0;  ///< SignerInfo::id
  OperationId operation{};
  SigningInput input;
  std::vector<ClaimedFact> claimed;  ///< at most 16, names and values bounded (see wire.h)
  std::map<std::string, std::string> metadata = {};  ///< of a request that is filed for it
  bool auto_request = false;  ///< file a request when only an approval is missing
  Milliseconds wait{0};       ///< and wait so long for it, at most a day
  std::optional<std::int64_t> waits_for = std::nullopt;  ///< the request that is waited for
  /// Told once what is waited for; may be empty.
  std::function<void(const AwaitedApproval&)> on_waiting = {};
};

struct Signature {
  Bytes bytes;                          ///< in PKCS#11 form, verified with the pinned key
  std::int64_t record = 0;              ///< number of the intent in the log
  std::optional<std::int64_t> request;  ///< the approval it was taken from
  std::string warning = {};             ///< what is to be said of it all the same; mostly empty
};

/// What one rule of the decision says by itself.
struct ExplainedRule {
  std::string rule;
  bool allows = false;
  std::string message;
  std::string remedy;  ///< may be empty
};

/// Whether this caller could sign now, and what stands in the way.
struct Explanation {
  std::string signer;
  bool allowed = false;
  std::string code;     ///< stable reason, "allowed" when it is
  std::string message;  ///< the same in words
  std::string remedy;   ///< what would have to change, with the command; may be empty
  std::optional<std::int64_t> request;    ///< the request that fits, waits, or was used up
  std::vector<ExplainedRule> rules = {};  ///< all of them, in the order they are asked
  std::string access = {};  ///< through what the caller may sign, or why not: as `access check`
};

/// Bound to one caller, whom the transport authenticates: no caller's name is ever passed.
///
/// Errors carry the kinds of core/result.h: `denied` with the reason and what to do in words,
/// `not_found` for a signer this caller may not know of, `unauthenticated`, `invalid`,
/// `unavailable` when the gateway or the token cannot be reached (nothing was signed, or the same
/// operation id may be asked for again).
///
/// Implementations are thread-safe.
class SigningService {
 public:
  virtual ~SigningService() = default;

  /// The signers this caller may sign with, by slot. Gives up after `patience` without an answer. A
  /// gateway that says when to come back is asked again for ten seconds, or for `patience` if that
  /// is longer.
  virtual Result<std::vector<SignerInfo>> signers(Milliseconds patience) = 0;

  /// One signature. Waits for the gateway, the token included, at most `patience`; tries again
  /// with the same operation id when the connection breaks in between. For an approval
  /// it waits `request.wait` besides. Errors besides: `approval_pending` (denied), with the number
  /// of the request that was filed or found and is not approved in time.
  virtual Result<Signature> sign(const SignatureRequest& request, Milliseconds patience) = 0;

  /// What sign() would answer now, and why; takes nothing.
  virtual Result<Explanation> explain(const std::string& signer_name) = 0;
};

}  // namespace countersign
