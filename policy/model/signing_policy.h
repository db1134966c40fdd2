// The signing policy of a signer: the JSON document that says who must agree, how much one approval
// may cover, and which weak hashes are signed all the same.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/algorithm.h"
#include "core/clock.h"
#include "core/result.h"

namespace countersign {

/// One question put to people: so many of these must say yes.
struct ApprovalStep {
  std::string name;
  /// Names of accounts, "group:NAME", or claims "scheme:type:value"; distinct without regard to
  /// case.
  std::vector<std::string> approvers;
  std::int64_t count = 1;  ///< how many distinct people

  bool operator==(const ApprovalStep&) const = default;
  bool names(const std::string& account) const;
};

/// The most that one approval may be asked for.
struct Ceilings {
  std::int64_t signatures = 1;  ///< 1 to 1,000,000
  Milliseconds window{};        ///< 1 minute to 30 days, counted from the approval
  Milliseconds pending{};       ///< how long a request waits for its approval, likewise

  bool operator==(const Ceilings&) const = default;
};

struct SigningPolicy {
  std::vector<ApprovalStep> steps;  ///< empty: `"approval": "none"`
  Ceilings ceilings;                ///< meaningful when there are steps
  std::vector<Hash> weak_hashes =
      {};  ///< signed although collisions can be made; in order, distinct

  bool operator==(const SigningPolicy&) const = default;
  bool needs_approval() const { return !steps.empty(); }
  /// Whether digests of `hash` may be signed: every strong one, and the weak ones that are named.
  bool allows(Hash hash) const;
};

/// Reads a policy document strictly. `pointer` is where it stands in the document around it, for
/// errors (`bad_field` with the JSON pointer): an unknown key, a wrong type, a ceiling out of
/// range, a step that its approvers cannot satisfy.
Result<SigningPolicy> signing_policy_from_json(const nlohmann::json& document,
                                               const std::string& pointer);

/// The document that signing_policy_from_json reads back; the same policy gives the same text.
nlohmann::json to_json(const SigningPolicy& policy);

/// Whether `after` asks for less consent, or allows more, than `before` in any respect.
bool loosens(const SigningPolicy& before, const SigningPolicy& after);

}  // namespace countersign
